"""A case for each rule of `ascend.domain.integrity`: the commands before, the questions to both sides, the deletion."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import pytest
from support.integrity.home import (
    AGAIN,
    BUY,
    HOUSE,
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
    says,
)
from support.scenario import ADA, BEA, HOME, asset_id, comment_id, task_id, thing_id

import ascend
from ascend.domain.ids import Id, Ref
from ascend.domain.tasks.rules import TaskIsBlocked
from ascend.domain.workspaces.command import Command

SAID, REPLY, PRIME = comment_id(), comment_id("reply"), task_id("prime")
ROOM_DIES: tuple[Command, ...] = (
    ascend.DeleteThing(thing_id=ROOM),
    ascend.DeleteThing(thing_id=HOUSE, children=ascend.Children.CASCADE),
)
"""Two ways to delete the room: itself, or with the house that it is in."""
PAINT_DIES, BUY_DIES = (ascend.DeleteTask(task_id=PAINT),), (ascend.DeleteTask(task_id=BUY),)
BEA_GOES = (ascend.RemoveMember(user_id=BEA),)
RETIRED = (ascend.RetireAsset(asset_id=PHOTO),)


@dataclass(frozen=True)
class Case:
    lives: Question
    """The referring entity exists."""
    shows: Question
    """The referring entity shows the target."""
    shown: Question
    """The target shows the referring entity."""
    deletions: Sequence[Command]
    """The commands that delete the target, each in a home of its own."""
    made: Sequence[Command] = ()
    """The commands that Bea sends before."""
    still_shown: bool = False
    """The deleted target can still be queried."""


def link(to: Ref, deletions: Sequence[Command], *, kept: bool = False) -> Case:
    return Case(
        lives=finds("asset", PHOTO),
        shows=lists("targets_of", PHOTO, field=to.kind, value=to.id),
        shown=lists("assets_of", to, field="asset", value=PHOTO),
        deletions=deletions,
        still_shown=kept,
    )


def relation(source: Ref, target: Ref, deletions: Sequence[Command], *, dies: str) -> Case:
    """Return the case of a relation whose end `dies` is deleted. The relation exists while its tag is found."""
    add = ascend.AddRelation(source=source, type="with", target=target, tags=("edge",))
    out = lists("relations_from", source, field="relation", value=add.relation_id)
    into = lists("relations_to", target, field="relation", value=add.relation_id)
    lives = lists("tagged", "edge", field="entity", value=add.relation_id)
    return Case(lives, *((into, out) if dies == "source" else (out, into)), deletions=deletions, made=(add,))


def comment(on: Ref, id: Id, deletions: Sequence[Command], *, kept: bool = False) -> Case:
    """Return the case of a comment of Bea's that mentions Ada, with a tag."""
    return Case(
        lives=finds("comment", SAID),
        shows=in_the_inbox_and_tagged,
        shown=lists("comments", id, field="comment", value=SAID),
        deletions=deletions,
        made=(
            ascend.PostComment.model_validate(
                {"comment_id": SAID, f"{on.kind}_id": on.id, "text": "Hm", "mentions": (ADA,), "tags": ("said",)}
            ),
        ),
        still_shown=kept,
    )


async def in_the_inbox_and_tagged(home: Home) -> bool:
    inbox = [entry.line.comment for entry in (await home.ask.mentions(ADA, viewer=ADA)).items]
    tagged = await lists("tagged", "said", field="entity", value=SAID)(home)
    assert tagged == (SAID in inbox)
    return tagged


def bea(query: str, id: object, field: str, *made: Command) -> Case:
    """Return the case of a field that names Bea, who is among the members."""
    return Case(
        lives=finds(query, id),
        shows=says(query, id, field=field, value=BEA),
        shown=lists("members", field="user", value=BEA),
        deletions=BEA_GOES,
        made=made,
    )


async def about_a_thing_that_is_there(home: Home) -> bool:
    """Return True if the card names the room and the room exists. The card keeps the id of a deleted room."""
    return await says("task", PAINT, field="about", value=ROOM)(home) and await finds("thing", ROOM)(home)


async def on_beas_list(home: Home) -> bool:
    lines = (await home.ask.tasks_of(BEA, HOME, viewer=ADA)).items
    return [line.task for line in lines] == [PAINT]


async def waits(home: Home) -> bool:
    """Return True if the blocker is shown. Check that the Task can be started only without it."""
    waiting = await lists("blocked_by", PAINT, field="task", value=BUY)(home)
    with pytest.raises(TaskIsBlocked) if waiting else nullcontext():
        await home.do(ascend.StartTask(task_id=PAINT))
    return waiting


OTHER_THING, OTHER_TASK, OTHER_ASSET = thing_id("other"), task_id("other"), asset_id("other")
ON_PAINT = ascend.PostComment(comment_id=SAID, task_id=PAINT, text="Blue?", mentions=(BEA,))
ANSWERED = ascend.PostComment(comment_id=REPLY, task_id=PAINT, text="Yes", reply_to=SAID)

CASES: dict[str, Case] = {
    "task.about → thing": Case(
        lives=finds("task", PAINT),
        shows=about_a_thing_that_is_there,
        shown=lists("tasks_about", ROOM, field="task", value=PAINT),
        deletions=ROOM_DIES,
    ),
    "task.parent → task": Case(
        lives=finds("task", PRIME),
        shows=says("task", PRIME, field="parent", value=PAINT),
        shown=lists("subtasks", PAINT, field="task", value=PRIME),
        deletions=PAINT_DIES,
        made=(ascend.CreateTask(task_id=PRIME, title="Prime", parent=PAINT),),
    ),
    "task.blocked_by → task": Case(
        lives=finds("task", PAINT),
        shows=waits,
        shown=lists("blocks", BUY, field="task", value=PAINT),
        deletions=BUY_DIES,
    ),
    "task.next → task": Case(
        lives=finds("task", WATER),
        shows=says("task", WATER, field="next", value=AGAIN),
        shown=finds("task", AGAIN),
        deletions=(ascend.DeleteTask(task_id=AGAIN),),
    ),
    "task.assignees → member": Case(
        lives=finds("task", PAINT),
        shows=says("task", PAINT, field="assignees", value=BEA),
        shown=on_beas_list,
        deletions=BEA_GOES,
    ),
    "link.to → thing": link(THE_ROOM, ROOM_DIES),
    "link.to → task": link(TO_PAINT, PAINT_DIES),
    "link.asset → asset": link(THE_ROOM, RETIRED, kept=True),
    "relation.source → thing": relation(THE_ROOM, TO_PAINT, ROOM_DIES, dies="source"),
    "relation.source → task": relation(TO_BUY, THE_ROOM, BUY_DIES, dies="source"),
    "relation.target → thing": relation(TO_PAINT, THE_ROOM, ROOM_DIES, dies="target"),
    "relation.target → task": relation(THE_ROOM, TO_BUY, BUY_DIES, dies="target"),
    "comment.on → thing": comment(THE_ROOM, ROOM, ROOM_DIES),
    "comment.on → task": comment(TO_PAINT, PAINT, PAINT_DIES),
    "comment.on → asset": comment(THE_PHOTO, PHOTO, RETIRED, kept=True),
    "comment.reply_to → comment": Case(
        lives=finds("comment", REPLY),
        shows=says("comment", REPLY, field="reply_to", value=SAID),
        shown=lists("comments", PAINT, field="comment", value=SAID),
        deletions=(ascend.DeleteComment(comment_id=SAID),),
        made=(ON_PAINT, ANSWERED),
        still_shown=True,
    ),
    "comment.author → member": bea("comment", SAID, "author", ON_PAINT),
    "comment.mentions → member": bea("comment", SAID, "mentions", ON_PAINT),
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
