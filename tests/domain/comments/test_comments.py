"""Comments: the author or an admin edits and deletes, a reply is on the same target as what it answers."""

from datetime import timedelta

import pytest
from support.scenario import BEA, MAX, MEMBERS, STRANGER, VERA, asset_id, comment_id, fact, task_id, thing_id

from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset, NoSuchAsset, RetireAsset
from ascend.domain.comments.commands import DeleteComment, EditComment, PostComment
from ascend.domain.comments.comment import (
    Comment,
    CommentDeleted,
    CommentEdited,
    CommentExists,
    CommentPosted,
    NoSuchComment,
    NotTheAuthor,
    ReplyElsewhere,
)
from ascend.domain.errors import InvalidInput, NotAllowed
from ascend.domain.ids import POLICIES, Ref, UserId
from ascend.domain.tasks.commands import CreateTask, DeleteTask
from ascend.domain.tasks.rules import NoSuchTask
from ascend.domain.things.commands import Children, CreateThing, DeleteThing
from ascend.domain.things.rules import NoSuchThing
from ascend.domain.workspaces.members import NoSuchMember, RemoveMember
from ascend.domain.workspaces.workspace import MemberRemoved
from ascend.projections.read_models.comments import COMMENTS, CommentLine, MentionLine
from ascend.testing import ADA, NOON, given

TASK, HOUSE, ROOM, DEED = task_id(), thing_id("house"), thing_id("room"), asset_id()
C, REPLY = comment_id(), comment_id("reply")
POST = PostComment(comment_id=C, task_id=TASK, text="Which blue?", mentions=(BEA,))
POSTED = fact(CommentPosted, by=MAX, comment_id=C, on=Ref("task", TASK), text="Which blue?", mentions=(BEA,))

PLACES = (
    given(*MEMBERS)
    .after(CreateThing(thing_id=HOUSE, name="House"), CreateThing(thing_id=ROOM, name="Room", parent=HOUSE))
    .after(CreateTask(task_id=TASK, title="Paint"))
    .events
)
home, posted = given(*PLACES), given(*PLACES, POSTED)
deleted = given(*PLACES, POSTED, fact(CommentDeleted, by=MAX, comment_id=C))


def test_a_comment_is_posted_once() -> None:
    home.when(POST, by=MAX).then(POSTED)
    posted.when(POST, by=MAX).nothing()
    posted.when(POST, by=ADA).refused(CommentExists)
    posted.when(PostComment(comment_id=C, task_id=TASK, text="Why?"), by=MAX).refused(CommentExists)
    deleted.when(POST, by=MAX).refused(CommentExists)


def test_a_comment_is_on_something_that_lives() -> None:
    on_room = PostComment(comment_id=C, thing_id=ROOM, text="Bright")
    home.when(on_room).then(fact(CommentPosted, comment_id=C, on=Ref("thing", ROOM), text="Bright"))
    given(*PLACES).after(DeleteThing(thing_id=HOUSE, children=Children.CASCADE)).when(on_room).refused(NoSuchThing)
    given(*PLACES).after(DeleteTask(task_id=TASK)).when(POST).refused(NoSuchTask)


@pytest.mark.parametrize(
    "targets", [{}, {"task_id": TASK, "thing_id": ROOM}, {"thing_id": ROOM, "asset_id": asset_id()}]
)
def test_a_comment_is_on_exactly_one_target(targets: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="exactly one of task_id, thing_id and asset_id"):
        PostComment.model_validate({"comment_id": C, "text": "Here?", **targets})


def test_a_comment_may_be_on_an_asset_even_a_retired_one() -> None:
    deed = CreateAsset(asset_id=DEED, kind=AssetKind.DOCUMENT, name="Deed")
    on_deed = PostComment(comment_id=C, asset_id=DEED, text="Lost?")
    home.when(on_deed).refused(NoSuchAsset)
    posted_on_deed = fact(CommentPosted, comment_id=C, on=Ref("asset", DEED), text="Lost?")
    given(*PLACES).after(deed).when(on_deed).then(posted_on_deed)
    given(*PLACES).after(deed, RetireAsset(asset_id=DEED)).when(on_deed).then(posted_on_deed)


TAGGED = PostComment(comment_id=C, task_id=TASK, text="Blue", tags=("decided",), metadata={"ral": "5015"})


def test_an_edit_keeps_tags_and_metadata_unless_it_gives_others() -> None:
    tagged = given(*PLACES).after(TAGGED, by=MAX)
    tagged.when(TAGGED, by=MAX).nothing()
    tagged.when(TAGGED.model_copy(update={"tags": ()}), by=MAX).refused(CommentExists)
    tagged.when(EditComment(comment_id=C, text="Blue", tags=("decided",)), by=MAX).nothing()
    edited = fact(CommentEdited, by=MAX, comment_id=C, text="Red", tags=())
    tagged.when(EditComment(comment_id=C, text="Red", tags=()), by=MAX).then(edited)
    state = given(*tagged.events, edited).state(Comment, C)
    assert (state.text, state.tags, state.metadata) == ("Red", (), {"ral": "5015"})
    deleted = given(*tagged.events, fact(CommentDeleted, by=MAX, comment_id=C)).state(Comment, C)
    assert (deleted.tags, deleted.metadata) == ((), {})


def test_a_reply_is_on_the_same_target() -> None:
    reply = PostComment(comment_id=REPLY, task_id=TASK, text="Sky blue", reply_to=C)
    elsewhere = PostComment(comment_id=REPLY, thing_id=ROOM, text="Sky blue", reply_to=C)
    posted.when(reply).then(fact(CommentPosted, comment_id=REPLY, on=Ref("task", TASK), text="Sky blue", reply_to=C))
    posted.when(elsewhere).refused(ReplyElsewhere)
    home.when(reply).refused(NoSuchComment)
    deleted.when(reply).refused(NoSuchComment)


def test_only_members_are_mentioned() -> None:
    home.when(PostComment(comment_id=C, task_id=TASK, text="?", mentions=(BEA, STRANGER))).refused(NoSuchMember)
    posted.when(EditComment(comment_id=C, text="?", mentions=(STRANGER,)), by=MAX).refused(NoSuchMember)


def test_the_author_edits_a_comment() -> None:
    edit = EditComment(comment_id=C, text="Which red?", mentions=None)
    edited = fact(CommentEdited, by=MAX, at=NOON + timedelta(hours=1), comment_id=C, text="Which red?")
    posted.when(edit, by=MAX, at=NOON + timedelta(hours=1)).then(edited)
    posted.when(EditComment(comment_id=C, text="Which blue?", mentions=(BEA,)), by=MAX).nothing()
    after = given(*PLACES, POSTED, edited).state(Comment, C)
    assert (after.text, after.mentions, after.posted_at, after.edited_at) == ("Which red?", (), NOON, edited.at)


def test_mentions_that_are_left_out_stay() -> None:
    edited = fact(CommentEdited, by=MAX, comment_id=C, text="Which red?", mentions=(BEA,))
    posted.when(EditComment(comment_id=C, text="Which red?"), by=MAX).then(edited)


def test_a_mentioned_user_who_left_may_stay_mentioned() -> None:
    without_member = given(*PLACES, POSTED).after(RemoveMember(user_id=BEA))
    edited = fact(CommentEdited, by=MAX, comment_id=C, text="Which red?", mentions=(BEA,))
    without_member.when(EditComment(comment_id=C, text="Which red?", mentions=(BEA,)), by=MAX).then(edited)
    without_member = without_member.after(EditComment(comment_id=C, text="Which red?", mentions=()), by=MAX)
    without_member.when(EditComment(comment_id=C, text="Which red?", mentions=(BEA,)), by=MAX).refused(NoSuchMember)


@pytest.mark.parametrize("by", [ADA, BEA])
def test_an_owner_or_admin_edits_a_comment_and_is_named(by: UserId) -> None:
    edit = EditComment(comment_id=C, text="Which red?")
    posted.when(edit, by=by).then(fact(CommentEdited, by=by, comment_id=C, text="Which red?", mentions=(BEA,)))
    edited = posted.after(edit, by=by)
    assert (edited.state(Comment, C).author, edited.state(Comment, C).edited_by) == (MAX, by)
    edited.when(edit, by=by).nothing()
    edited.when(edit, by=MAX).nothing()
    tagged = edited.after(EditComment(comment_id=C, add_tags=("paint",)), by=MAX)
    assert tagged.state(Comment, C).edited_by == by
    own_words = edited.after(EditComment(comment_id=C, text="Which green?"), by=MAX)
    assert own_words.state(Comment, C).edited_by is None


def test_an_owner_or_admin_who_deletes_a_comment_is_named() -> None:
    assert deleted.state(Comment, C).deleted_by is None
    assert posted.after(DeleteComment(comment_id=C), by=BEA).state(Comment, C).deleted_by == BEA


def test_a_comment_shows_who_changed_it_in_place_of_its_author() -> None:
    edited = posted.after(EditComment(comment_id=C, tags=("off topic",)), by=BEA)
    (mention, line) = edited.items(COMMENTS)
    assert isinstance(line, CommentLine)
    assert isinstance(mention, MentionLine)
    assert (line.author, line.edited_by, line.deleted_by, mention.author) == (MAX, BEA, None, MAX)
    (gone,) = edited.after(DeleteComment(comment_id=C)).items(COMMENTS)
    assert isinstance(gone, CommentLine)
    assert (gone.edited_by, gone.deleted_by, gone.text) == (BEA, ADA, "")


@pytest.mark.parametrize("by", [MAX, BEA, ADA, POLICIES])
def test_the_author_an_admin_or_a_policy_deletes_a_comment(by: UserId) -> None:
    posted.when(DeleteComment(comment_id=C), by=by).then(fact(CommentDeleted, by=by, comment_id=C))
    deleted.when(DeleteComment(comment_id=C), by=by).nothing()


def test_another_member_neither_edits_nor_deletes_a_comment() -> None:
    by_bea = given(*PLACES, fact(CommentPosted, by=BEA, comment_id=C, on=Ref("task", TASK), text="Which blue?"))
    by_bea.when(DeleteComment(comment_id=C), by=MAX).refused(NotTheAuthor)
    by_bea.when(EditComment(comment_id=C, text="Which red?"), by=MAX).refused(NotTheAuthor)


def test_an_author_who_left_or_is_a_viewer_changes_nothing() -> None:
    without_member = given(*PLACES, POSTED, fact(MemberRemoved, workspace_id=PLACES[0].touches()[0].id, user_id=MAX))
    without_member.when(EditComment(comment_id=C, text="Which red?"), by=MAX).refused(NotAllowed)
    without_member.when(DeleteComment(comment_id=C), by=MAX).refused(NotAllowed)
    home.when(POST, by=VERA).refused(NotAllowed)


def test_a_deleted_comment_keeps_its_place_and_loses_its_text() -> None:
    state = deleted.state(Comment, C)
    assert (state.deleted, state.text, state.mentions, state.on) == (True, "", (), Ref("task", TASK))
    deleted.when(EditComment(comment_id=C, text="Which red?"), by=MAX).refused(NoSuchComment)


def test_a_comment_that_never_existed_cannot_be_deleted() -> None:
    home.when(DeleteComment(comment_id=C)).refused(NoSuchComment)
