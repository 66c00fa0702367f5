"""Comments on a Task, a Thing or an Asset, in the order of their time, and each user's inbox of mentions.

A deleted comment leaves a line without text.
"""

from collections.abc import Iterable

from ascend.domain.comments.comment import Comment
from ascend.domain.ids import CommentId, Ref, UserId
from ascend.domain.values import Instant, instant_text
from ascend.projections.item import ReadItem
from ascend.projections.key_text import InstantKey
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern, RequestKind
from ascend.projections.projection import Projection, RenderContext

EXCERPT_CHARACTERS = 200
"""Characters of a comment that are copied into an inbox."""


class CommentLine(
    ReadItem,
    key=("W#{workspace}", "comment#{comment}"),
    gsi1=("W#{workspace}#on#{target_kind}#{target}", "{when}#{comment}"),
):
    comment: CommentId
    version: int
    target_kind: str
    target: str
    author: UserId
    text: str
    reply_to: CommentId | None = None
    mentions: tuple[UserId, ...] = ()
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    posted_at: Instant
    edited_at: Instant | None = None
    edited_by: UserId | None = None
    """The user who edited it last, if that was not the author."""
    deleted: bool = False
    deleted_by: UserId | None = None
    """The user who deleted it, if that was not the author."""

    @property
    def when(self) -> InstantKey:
        return instant_text(self.posted_at)

    @property
    def counted(self) -> str | None:
        return None if self.deleted else "comments"


class MentionLine(ReadItem, key=("U#{user}", "{workspace}#{comment}"), gsi1=("U#{user}", "{when}#{comment}")):
    """A comment that mentions a user."""

    user: UserId
    comment: CommentId
    on: Ref
    author: UserId
    excerpt: str
    posted_at: Instant

    @property
    def when(self) -> InstantKey:
        return instant_text(self.posted_at)


def render_comment(comment: Comment, context: RenderContext) -> Iterable[ReadItem]:
    yield CommentLine(
        workspace=context.workspace,
        comment=comment.id,
        version=context.version,
        target_kind=comment.on.kind,
        target=comment.on.id,
        author=comment.author,
        text=comment.text,
        reply_to=comment.reply_to,
        mentions=comment.mentions,
        tags=comment.tags,
        metadata=comment.metadata,
        posted_at=comment.posted_at,
        edited_at=comment.edited_at,
        edited_by=comment.edited_by,
        deleted=comment.deleted,
        deleted_by=comment.deleted_by,
    )
    for user in comment.mentions:
        yield MentionLine(
            workspace=context.workspace,
            user=user,
            comment=comment.id,
            on=comment.on,
            author=comment.author,
            excerpt=comment.text[:EXCERPT_CHARACTERS],
            posted_at=comment.posted_at,
        )


COMMENT = Pattern(
    name="One comment",
    query="comment",
    example="queries.comment(home, comment, viewer=ada)",
    kind=RequestKind.GET,
    item=CommentLine,
    given=("workspace", "comment"),
    load=Load(reads_a_day=50, writes_a_day=300, items=1, in_a_year=1, page=1, bytes=700),
    hot=SPLITS_BY_SORT_KEY,
)
COMMENTS_ON = Pattern(
    name="Comments on a Task, Thing or Asset, the oldest first",
    query="comments",
    example="queries.comments(home, task, viewer=ada, limit=50)",
    item=CommentLine,
    given=("workspace", "target_kind", "target"),
    index=1,
    joined="what they stand on",
    load=Load(reads_a_day=3_000, writes_a_day=300, items=3, in_a_year=3, page=50, bytes=700, primary=True),
)
MENTIONS = Pattern(
    name="A user's mentions in all workspaces, the latest first",
    query="mentions",
    example="queries.mentions(ada, viewer=ada, limit=30)",
    item=MentionLine,
    given=("user",),
    index=1,
    descending=True,
    joined="the user's membership, and what the comments stand on",
    load=Load(reads_a_day=20, writes_a_day=5, items=500, in_a_year=2_000, page=30, bytes=500),
)

COMMENTS = Projection(
    "comments", 3, (CommentLine, MentionLine), {Comment: render_comment}, patterns=(COMMENT, COMMENTS_ON, MENTIONS)
)
