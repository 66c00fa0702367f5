"""A case for each rule of `ascend.domain.integrity`: the commands before, the questions to both sides, the deletion."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import pytest
from support.integrity.home import (
    AGAIN,
    BUY,
    HOUSE,
    NOTE,
    PAINT,
    PHOTO,
    ROOM,
    THE_PHOTO,
    THE_ROOM,
    TO_BUY,
    TO_PAINT,
    WATER,
    Home,
    Question,
    finds,
    lists,
    shows,
)
from support.scenario import BEA, asset_id, comment_id, task_id, thing_id

import ascend
from ascend.domain.ids import Id, Ref
from ascend.domain.tasks.rules import TaskIsBlocked
from ascend.domain.workspaces.command import Command
from ascend.testing import ADA, HOME

QUESTION, REPLY, PRIME = comment_id(), comment_id("reply"), task_id("prime")
DELETE_ROOM: tuple[Command, ...] = (
    ascend.DeleteThing(thing_id=ROOM),
    ascend.DeleteThing(thing_id=HOUSE, children=ascend.Children.CASCADE),
)
"""Two ways to delete the room: itself, or with the house that it is in."""
DELETE_PAINT, DELETE_BUY = (ascend.DeleteTask(task_id=PAINT),), (ascend.DeleteTask(task_id=BUY),)
REMOVE_BEA = (ascend.RemoveMember(user_id=BEA),)
RETIRE_PHOTO = (ascend.RetireAsset(asset_id=PHOTO),)


@dataclass(frozen=True)
class Case:
    exists: Question
    """The referring entity exists."""
    shows: Question
    """The referring entity shows the target."""
    is_shown: Question
    """The target shows the referring entity."""
    deletions: Sequence[Command]
    """The commands that delete the target, each in a home of its own."""
    before: Sequence[Command] = ()
    """The commands that Bea sends before."""
    still_shown: bool = False
    """The deleted target can still be queried."""


def link(to: Ref, deletions: Sequence[Command], *, kept: bool = False) -> Case:
    return Case(
        exists=finds("asset", PHOTO),
        shows=lists("targets_of", PHOTO, field=to.kind, value=to.id),
        is_shown=lists("assets_of", to, field="asset", value=PHOTO),
        deletions=deletions,
        still_shown=kept,
    )


def relation(source: Ref, target: Ref, deletions: Sequence[Command], *, deleted_end: str) -> Case:
    """Return the case of a relation whose `deleted_end` is deleted. The relation exists while its tag is found."""
    add = ascend.AddRelation(source=source, type="with", target=target, tags=("edge",))
    out = lists("relations_from", source, field="relation", value=add.relation_id)
    into = lists("relations_to", target, field="relation", value=add.relation_id)
    exists = lists("tagged", "edge", field="entity", value=add.relation_id)
    return Case(exists, *((into, out) if deleted_end == "source" else (out, into)), deletions=deletions, before=(add,))


def comment(on: Ref, id: Id, deletions: Sequence[Command], *, kept: bool = False) -> Case:
    """Return the case of a comment of Bea's that mentions Ada, with a tag."""
    return Case(
        exists=finds("comment", QUESTION),
        shows=is_in_the_inbox_and_tagged,
        is_shown=lists("comments", id, field="comment", value=QUESTION),
        deletions=deletions,
        before=(
            ascend.PostComment.model_validate(
                {"comment_id": QUESTION, f"{on.kind}_id": on.id, "text": "Hm", "mentions": (ADA,), "tags": ("said",)}
            ),
        ),
        still_shown=kept,
    )


async def is_in_the_inbox_and_tagged(home: Home) -> bool:
    inbox = [entry.line.comment for entry in (await home.ask.mentions(ADA, viewer=ADA)).items]
    tagged = await lists("tagged", "said", field="entity", value=QUESTION)(home)
    assert tagged == (QUESTION in inbox)
    return tagged


def bea(query: str, id: object, field: str, *before: Command) -> Case:
    """Return the case of a field that names Bea, who is among the members."""
    return Case(
        exists=finds(query, id),
        shows=shows(query, id, field=field, value=BEA),
        is_shown=lists("members", field="user", value=BEA),
        deletions=REMOVE_BEA,
        before=before,
    )


async def is_about_an_existing_thing(home: Home) -> bool:
    """Return True if the card names the room and the room exists. The card keeps the id of a deleted room."""
    return await shows("task", PAINT, field="about", value=ROOM)(home) and await finds("thing", ROOM)(home)


async def is_on_beas_list(home: Home) -> bool:
    lines = (await home.ask.tasks_of(BEA, HOME, viewer=ADA)).items
    return [line.task for line in lines] == [PAINT]


async def is_blocked(home: Home) -> bool:
    """Return True if the blocker is shown. Check that the Task can be started only without it."""
    blocked = await lists("blocked_by", PAINT, field="task", value=BUY)(home)
    with pytest.raises(TaskIsBlocked) if blocked else nullcontext():
        await home.do(ascend.StartTask(task_id=PAINT))
    return blocked


OTHER_THING, OTHER_TASK, OTHER_ASSET = thing_id("other"), task_id("other"), asset_id("other")
ON_PAINT = ascend.PostComment(comment_id=QUESTION, task_id=PAINT, text="Blue?", mentions=(BEA,))
ANSWERED = ascend.PostComment(comment_id=REPLY, task_id=PAINT, text="Yes", reply_to=QUESTION)

CASES: dict[str, Case] = {
    "task.about → thing": Case(
        exists=finds("task", PAINT),
        shows=is_about_an_existing_thing,
        is_shown=lists("tasks_about", ROOM, field="task", value=PAINT),
        deletions=DELETE_ROOM,
    ),
    "task.parent → task": Case(
        exists=finds("task", PRIME),
        shows=shows("task", PRIME, field="parent", value=PAINT),
        is_shown=lists("subtasks", PAINT, field="task", value=PRIME),
        deletions=DELETE_PAINT,
        before=(ascend.CreateTask(task_id=PRIME, title="Prime", parent=PAINT),),
    ),
    "task.blocked_by → task": Case(
        exists=finds("task", PAINT),
        shows=is_blocked,
        is_shown=lists("blocks", BUY, field="task", value=PAINT),
        deletions=DELETE_BUY,
    ),
    "task.next → task": Case(
        exists=finds("task", WATER),
        shows=shows("task", WATER, field="next", value=AGAIN),
        is_shown=finds("task", AGAIN),
        deletions=(ascend.DeleteTask(task_id=AGAIN),),
    ),
    "task.assignees → member": Case(
        exists=finds("task", PAINT),
        shows=shows("task", PAINT, field="assignees", value=BEA),
        is_shown=is_on_beas_list,
        deletions=REMOVE_BEA,
    ),
    "link.to → thing": link(THE_ROOM, DELETE_ROOM),
    "link.to → task": link(TO_PAINT, DELETE_PAINT),
    "link.asset → asset": link(THE_ROOM, RETIRE_PHOTO, kept=True),
    "relation.source → thing": relation(THE_ROOM, TO_PAINT, DELETE_ROOM, deleted_end="source"),
    "relation.source → task": relation(TO_BUY, THE_ROOM, DELETE_BUY, deleted_end="source"),
    "relation.target → thing": relation(TO_PAINT, THE_ROOM, DELETE_ROOM, deleted_end="target"),
    "relation.target → task": relation(THE_ROOM, TO_BUY, DELETE_BUY, deleted_end="target"),
    "comment.on → thing": comment(THE_ROOM, ROOM, DELETE_ROOM),
    "comment.on → task": comment(TO_PAINT, PAINT, DELETE_PAINT),
    "comment.on → asset": comment(THE_PHOTO, PHOTO, RETIRE_PHOTO, kept=True),
    "comment.reply_to → comment": Case(
        exists=finds("comment", REPLY),
        shows=shows("comment", REPLY, field="reply_to", value=QUESTION),
        is_shown=lists("comments", PAINT, field="comment", value=QUESTION),
        deletions=(ascend.DeleteComment(comment_id=QUESTION),),
        before=(ON_PAINT, ANSWERED),
        still_shown=True,
    ),
    "comment.author → member": bea("comment", QUESTION, "author", ON_PAINT),
    "comment.edited_by → member": bea("comment", NOTE, "edited_by", ascend.EditComment(comment_id=NOTE, text="Mind!")),
    "comment.deleted_by → member": bea("comment", NOTE, "deleted_by", ascend.DeleteComment(comment_id=NOTE)),
    "comment.mentions → member": bea("comment", QUESTION, "mentions", ON_PAINT),
    "thing.created_by → member": bea(
        "thing", OTHER_THING, "created_by", ascend.CreateThing(thing_id=OTHER_THING, name="Other")
    ),
    "asset.created_by → member": bea(
        "asset",
        OTHER_ASSET,
        "created_by",
        ascend.CreateAsset(asset_id=OTHER_ASSET, kind=ascend.AssetKind.FILE, name="Other"),
    ),
    "task.created_by → member": bea(
        "task", OTHER_TASK, "created_by", ascend.CreateTask(task_id=OTHER_TASK, title="Other")
    ),
}
