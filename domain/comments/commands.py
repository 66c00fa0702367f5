"""The commands on Comments."""

from dataclasses import replace
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import (
    Comment,
    CommentDeleted,
    CommentEdited,
    CommentExists,
    CommentPosted,
    NoSuchComment,
    NotTheAuthor,
    ReplyElsewhere,
    edit_comment,
)
from ascend.domain.ids import AssetId, CommentId, Ref, TaskId, ThingId, UserId
from ascend.domain.role import Role
from ascend.domain.targets import check_target
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.values import FEW, EmptyValue, Metadata, Tags, Text, check_distinct
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.members import check_members
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.domain.workspaces.view import View

CommentText = Annotated[Text, Field(min_length=1)]
Mentions = Annotated[tuple[UserId, ...], Field(max_length=FEW), AfterValidator(check_distinct), EmptyValue(tuple)]


class PostComment(Command):
    """Posts a Comment on exactly one of a Task, a Thing and an Asset. Mentioned members find it in their inbox.

    Sent again for the same Comment, with the same content, it does nothing.
    """

    comment_id: CommentId
    task_id: TaskId | None = None
    thing_id: ThingId | None = None
    asset_id: AssetId | None = None
    text: CommentText
    reply_to: CommentId | None = None
    mentions: Mentions = ()
    tags: Tags = ()
    metadata: Metadata = {}

    @model_validator(mode="after")
    def on_one_target(self) -> Self:
        if len(self.targets()) != 1:
            raise PydanticCustomError("target", "a comment stands on exactly one of task_id, thing_id and asset_id")
        return self

    def targets(self) -> list[Ref]:
        named = ((Task.entity, self.task_id), (Thing.entity, self.thing_id), (Asset.entity, self.asset_id))
        return [Ref(kind, id) for kind, id in named if id is not None]

    def on(self) -> Ref:
        return self.targets()[0]

    def preloads(self) -> tuple[Ref, ...]:
        answered = () if self.reply_to is None else (Ref(Comment.entity, self.reply_to),)
        return (Ref(Comment.entity, self.comment_id), self.on(), *answered)

    def decide(self, view: View) -> Decision:
        existing = view.find(Comment, self.comment_id)
        if existing is not None:
            if self.matches(existing, view.actor):
                return NOTHING
            raise CommentExists(self.comment_id)
        check_target(view, self.on())
        if self.reply_to is not None and existing_comment(view, self.reply_to).on != self.on():
            raise ReplyElsewhere(self.reply_to)
        check_members(view, self.mentions)
        posted = CommentPosted(
            at=view.at,
            by=view.actor,
            comment_id=self.comment_id,
            on=self.on(),
            text=self.text,
            reply_to=self.reply_to,
            mentions=self.mentions,
            tags=self.tags or None,
            metadata=self.metadata or None,
        )
        return [posted]

    def matches(self, comment: Comment, actor: UserId) -> bool:
        """Return True if the Comment is as this command would post it."""
        new = (self.on(), actor, self.text, self.reply_to, self.mentions, self.tags, self.metadata, False)
        old = (comment.on, comment.author, comment.text, comment.reply_to, comment.mentions, comment.tags)
        return new == (*old, comment.metadata, comment.deleted)


class EditComment(EditTagsCommand):
    """Edits a Comment. A field that is left out keeps its value; None empties it.

    Refused unless the sender is the author, an admin or an owner. If it is not the author, the Comment shows who it was.

    An importer may know only the last text of a Comment, and the time of the edit (`at`). The same text, with a later
    time, then records that time.
    """

    comment_id: CommentId
    text: CommentText = ""
    mentions: Mentions | None = None
    metadata: Metadata | None = None

    def preloads(self) -> tuple[Ref, ...]:
        return (Ref(Comment.entity, self.comment_id),)

    def decide(self, view: View) -> Decision:
        comment = existing_comment(view, self.comment_id)
        check_may_change(view, comment)
        changes = self.changes_to(comment)
        mentions = changes.get("mentions", comment.mentions)
        check_members(view, tuple(user for user in mentions if user not in comment.mentions))
        edited = CommentEdited(
            at=view.at,
            by=view.actor,
            comment_id=comment.id,
            text=changes.get("text", comment.text),
            mentions=mentions,
            tags=changes.get("tags"),
            metadata=changes.get("metadata"),
        )
        after = edit_comment(comment, edited)
        same = replace(after, edited_at=comment.edited_at, edited_by=comment.edited_by) == comment
        return NOTHING if same and not self.records_time(comment) else [edited]

    def records_time(self, comment: Comment) -> bool:
        """Return True if the command is imported and later than the last edit."""
        return self.at is not None and self.at > (comment.edited_at or comment.posted_at)


class DeleteComment(Command):
    """Deletes a Comment. It keeps its place, because replies refer to it, and loses its text.

    Refused unless the sender is the author, an admin or an owner. If it is not the author, the Comment shows who it was.
    """

    comment_id: CommentId

    def preloads(self) -> tuple[Ref, ...]:
        return (Ref(Comment.entity, self.comment_id),)

    def decide(self, view: View) -> Decision:
        comment = view.find(Comment, self.comment_id)
        if comment is None:
            raise NoSuchComment(self.comment_id)
        if comment.deleted:
            return NOTHING
        check_may_change(view, comment)
        return [CommentDeleted(at=view.at, by=view.actor, comment_id=comment.id)]


def check_may_change(view: View, comment: Comment) -> None:
    """Check that the actor may edit and delete the Comment.

    Raises:
        NotTheAuthor: the actor is neither its author nor an admin or owner.
    """
    if comment.author != view.actor and not view.may(Role.ADMIN):
        raise NotTheAuthor(comment.id)


def existing_comment(view: View, comment_id: CommentId) -> Comment:
    """Return the Comment.

    Raises:
        NoSuchComment: it never existed or was deleted.
    """
    comment = view.find(Comment, comment_id)
    if comment is None or comment.deleted:
        raise NoSuchComment(comment_id)
    return comment
