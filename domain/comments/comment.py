"""Comments on a Task, a Thing or an Asset, in time order.

The author edits and deletes a Comment; an admin or an owner may do so as well. Then the Comment shows who it was.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar, assert_never

from ascend.domain.errors import NotAllowed, NotFound, Refusal
from ascend.domain.event import Event
from ascend.domain.ids import CommentId, Ref, UserId
from ascend.domain.values import Instant


class CommentEvent(Event):
    comment_id: CommentId
    by: UserId

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Comment.entity, self.comment_id),)


class CommentPosted(CommentEvent, tag="comment.posted"):
    on: Ref
    text: str
    reply_to: CommentId | None = None
    mentions: tuple[UserId, ...] = ()
    tags: tuple[str, ...] | None = None
    metadata: dict[str, str] | None = None


class CommentEdited(CommentEvent, tag="comment.edited"):
    text: str
    mentions: tuple[UserId, ...] = ()
    tags: tuple[str, ...] | None = None
    """None: the tags stay as they were. The same holds for the metadata."""
    metadata: dict[str, str] | None = None


class CommentDeleted(CommentEvent, tag="comment.deleted"): ...


CommentEvents = CommentPosted | CommentEdited | CommentDeleted


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A remark on a Task, a Thing or an Asset. A deleted Comment keeps its place, because replies refer to it, and loses its text."""

    entity: ClassVar[str] = "comment"
    id: CommentId
    on: Ref
    author: UserId
    text: str
    reply_to: CommentId | None = None
    mentions: tuple[UserId, ...]
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    posted_at: Instant
    edited_at: Instant | None = None
    edited_by: UserId | None = None
    """The user who edited it last in place of its author. None once the author has written another text."""
    deleted: bool = False
    deleted_by: UserId | None = None
    """The user who deleted it. None if that was the author."""

    def unless_author(self, user: UserId) -> UserId | None:
        """Return the user, None for the author."""
        return None if user == self.author else user


class NoSuchComment(NotFound):
    """There is no such Comment in this workspace, or it was deleted."""


class CommentExists(Refusal):
    """There is, or was, another Comment with this id."""


class ReplyElsewhere(Refusal):
    """A reply must be on the same Task, Thing or Asset as the Comment that it answers."""


class NotTheAuthor(NotAllowed):
    """Only its author, an admin or an owner edits or deletes a Comment."""


def evolve(comment: Comment | None, event: CommentEvents, me: str) -> Comment:
    if isinstance(event, CommentPosted) and comment is None:
        return Comment(
            id=event.comment_id,
            on=event.on,
            author=event.by,
            text=event.text,
            reply_to=event.reply_to,
            mentions=event.mentions,
            tags=event.tags or (),
            metadata=event.metadata or {},
            posted_at=event.at,
        )
    if comment is None:
        raise ValueError(f"{event.tag} before comment.posted")
    match event:
        case CommentPosted():
            raise ValueError("comment.posted twice")
        case CommentEdited():
            return edit_comment(comment, event)
        case CommentDeleted():
            deleted_by = comment.unless_author(event.by)
            return replace(comment, text="", mentions=(), tags=(), metadata={}, deleted=True, deleted_by=deleted_by)
        case _:
            assert_never(event)


def edit_comment(comment: Comment, event: CommentEdited) -> Comment:
    """Return the edited Comment. A text that somebody else wrote stays theirs until the author writes another one."""
    keeps_text = event.text == comment.text and event.by == comment.author
    return replace(
        comment,
        text=event.text,
        mentions=event.mentions,
        tags=comment.tags if event.tags is None else event.tags,
        metadata=comment.metadata if event.metadata is None else event.metadata,
        edited_at=event.at,
        edited_by=comment.edited_by if keeps_text else comment.unless_author(event.by),
    )
