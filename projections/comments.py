"""Comments of a Task or a Thing, in the order of their time. Deleted ones leave a line without words."""

from collections.abc import Iterable

from ascend.domain.comment import Comment
from ascend.domain.ids import CommentId, UserId
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem
from ascend.projections.projection import Look, Projection


class CommentLine(
    ReadItem,
    key=("W#{workspace}", "comment#{comment}"),
    gsi1=("W#{workspace}#{target_kind}#{target}", "{when}#{comment}"),
):
    comment: CommentId
    version: int
    target_kind: str
    target: str
    author: UserId
    text: str
    reply_to: CommentId | None = None
    mentions: tuple[UserId, ...] = ()
    posted_at: Instant
    edited_at: Instant | None = None
    deleted: bool = False

    @property
    def when(self) -> str:
        return self.posted_at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def render(comment: Comment, look: Look) -> Iterable[CommentLine]:
    yield CommentLine(
        workspace=look.workspace,
        comment=comment.id,
        version=look.version,
        target_kind=comment.on.kind,
        target=comment.on.id,
        author=comment.author,
        text=comment.text,
        reply_to=comment.reply_to,
        mentions=comment.mentions,
        posted_at=comment.posted_at,
        edited_at=comment.edited_at,
        deleted=comment.deleted,
    )


COMMENTS = Projection("comments", 1, (CommentLine,), {Comment: render})
