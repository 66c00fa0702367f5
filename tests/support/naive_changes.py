"""A naive model of what people change again and again: the status of Tasks, the tags of everything, and comments.

It says of each command whether it is accepted, and remembers what follows. It shares no rule with the domain.
"""

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import ascend
from ascend.domain.ids import Id, Ref

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id

OWNER, ADMIN, MEMBER, OTHER = PEOPLE = tuple(ascend.UserId(name) for name in ("owner", "admin", "member", "other"))
MODERATORS = {OWNER, ADMIN}
MOST_TAGS = 20
TAGS = (*(f"tag {n}" for n in range(28)), "K\u00fcche", "Ku\u0308\u200bche")
"""The last two look the same."""

Entity = Ref | None
"""An entity that carries tags. None: the workspace."""
STATUS_AFTER: Mapping[type[ascend.Command], Mapping[str, str]] = {
    ascend.StartTask: {"open": "started", "started": "started"},
    ascend.StopTask: {"open": "open", "started": "open"},
    ascend.CompleteTask: {"open": "done", "started": "done", "done": "done"},
    ascend.ReopenTask: {"open": "open", "started": "started", "done": "open", "cancelled": "open"},
    ascend.CancelTask: {"open": "cancelled", "started": "cancelled", "cancelled": "cancelled"},
}
"""The status after a command, by the one before. Where there is none, the command is refused."""


def same(tag: str) -> str:
    return unicodedata.normalize("NFC", tag).replace("\u200b", "")


@dataclass
class Words:
    """A comment."""

    author: ascend.UserId
    text: str
    edited_by: ascend.UserId | None = None
    deleted: bool = False
    deleted_by: ascend.UserId | None = None


@dataclass
class NaiveHome:
    """A workspace with two Tasks, a Thing, an Asset, a Relation, and comments that come and go."""

    dice: random.Random
    tasks: Mapping[ascend.TaskId, str]
    thing: ascend.ThingId
    asset: ascend.AssetId
    comments: dict[ascend.CommentId, Words] = field(default_factory=dict[ascend.CommentId, Words])
    tags: dict[Entity, tuple[str, ...]] = field(default_factory=dict[Entity, tuple[str, ...]])

    @property
    def relation(self) -> dict[str, Any]:
        return {"source": Ref("thing", self.thing), "type": "of", "target": Ref("task", next(iter(self.tasks)))}

    def first_commands(self) -> list[ascend.Command]:
        return [
            ascend.CreateWorkspace(name="Home", owner_name="Owner"),
            ascend.AddMember(user_id=ADMIN, name="Admin", role=ascend.Role.ADMIN),
            *(ascend.AddMember(user_id=user, name=user) for user in (MEMBER, OTHER)),
            *(ascend.CreateTask(task_id=task, title="Paint") for task in self.tasks),
            ascend.CreateThing(thing_id=self.thing, name="House"),
            ascend.CreateAsset(asset_id=self.asset, kind=ascend.AssetKind.FILE, name="Plan"),
            ascend.AddRelation(**self.relation),
        ]

    # Wishes

    def wish(self, new: ascend.CommentId) -> tuple[ascend.UserId, ascend.Command]:
        actor, deed = self.dice.choice(PEOPLE), self.dice.random()
        if deed < 0.4:
            return actor, self.dice.choice(list(STATUS_AFTER)).model_validate({"task_id": self.choose(self.tasks)})
        if deed < 0.5 or not self.comments:
            return actor, ascend.PostComment(comment_id=new, task_id=self.choose(self.tasks), text="Why?")
        if deed < 0.55:
            return actor, ascend.DeleteComment(comment_id=self.choose(self.comments))
        command, named = self.choose_edit()
        text = {"text": self.dice.choice("abc")} if command is ascend.EditComment and deed < 0.8 else {}
        return actor, command.model_validate({**named, **text, **self.choose_tags()})

    def choose(self, known: Mapping[I, object]) -> I:
        """Choose one of the last few: the comments before them stay as they are."""
        return self.dice.choice(list(known)[-5:])

    def choose_edit(self) -> tuple[type[ascend.EditTagsCommand], dict[str, Any]]:
        return self.dice.choice(
            (
                (ascend.EditTask, {"task_id": self.choose(self.tasks)}),
                (ascend.DescribeThing, {"thing_id": self.thing}),
                (ascend.EditAsset, {"asset_id": self.asset}),
                (ascend.EditRelation, self.relation),
                (ascend.DescribeWorkspace, {}),
                *2 * ((ascend.EditComment, {"comment_id": self.choose(self.comments)}),),
            )
        )

    def choose_tags(self) -> dict[str, Any]:
        """More tags are added than removed, so that there are often too many of them."""
        added, removed = self.dice.sample(TAGS[:-1], 5), self.dice.sample(TAGS, 3)
        removed = [tag for tag in removed if same(tag) not in map(same, added)]
        one_by_one, all_tags = (
            {"add_tags": added, "remove_tags": removed[:2]},
            {"tags": added[: self.dice.randrange(6)]},
        )
        return self.dice.choice((*8 * (one_by_one,), all_tags, {"remove_tags": removed}))

    # What follows

    def accepts(self, actor: ascend.UserId, command: ascend.Command) -> bool:
        """Return True if the command must be accepted, and remember what it changes."""
        match command:
            case ascend.PostComment():
                self.comments[command.comment_id] = Words(actor, command.text)
                return True
            case ascend.DeleteComment() | ascend.EditComment():
                return self.changes_comment(actor, command)
            case ascend.EditTagsCommand():
                may = actor in MODERATORS or not isinstance(command, ascend.DescribeWorkspace)
                return may and self.changes_tags(self.entity_of(command), command)
            case _:
                return self.changes_status(command)

    def changes_status(self, command: ascend.Command) -> bool:
        task = ascend.TaskId(command.model_dump()["task_id"])
        after = STATUS_AFTER[type(command)].get(self.tasks[task])
        self.tasks = {**self.tasks, task: after or self.tasks[task]}
        return after is not None

    def changes_comment(self, actor: ascend.UserId, command: ascend.DeleteComment | ascend.EditComment) -> bool:
        words, ref = self.comments[command.comment_id], Ref("comment", command.comment_id)
        moderator = None if actor == words.author else actor
        if words.deleted:
            return isinstance(command, ascend.DeleteComment)
        if moderator is not None and moderator not in MODERATORS:
            return False
        if isinstance(command, ascend.DeleteComment):
            words.deleted, words.deleted_by, words.text = True, moderator, ""
            self.tags[ref] = ()
            return True
        before = (words.text, self.tags.get(ref, ()))
        if not self.changes_tags(ref, command):
            return False
        words.text = command.text or words.text
        by_others = moderator is not None
        if words.text != before[0] or (by_others and self.tags.get(ref, ()) != before[1]):
            words.edited_by = moderator
        return True

    def changes_tags(self, entity: Entity, command: ascend.EditTagsCommand) -> bool:
        if "tags" in command.model_fields_set:
            self.tags[entity] = command.tags or ()
            return True
        gone = {same(tag) for tag in command.remove_tags}
        tags = [tag for tag in self.tags.get(entity, ()) if same(tag) not in gone]
        for tag in command.add_tags:
            if same(tag) not in map(same, tags):
                tags.append(tag)
        if len(tags) > MOST_TAGS:
            return False
        self.tags[entity] = tuple(tags)
        return True

    def entity_of(self, command: ascend.EditTagsCommand) -> Entity:
        match command:
            case ascend.EditTask():
                return Ref("task", command.task_id)
            case ascend.DescribeThing():
                return Ref("thing", self.thing)
            case ascend.EditAsset():
                return Ref("asset", self.asset)
            case ascend.EditRelation():
                return Ref("relation", command.relation_id)
            case _:
                return None
