"""What an issue becomes, in GitHub's words and in the archive's."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.importers.given import HOME, Store, archive, comment, issue, written

from ascend.adapters.importers import IMPORTER, imported_workspace
from ascend.domain.comments.commands import DeleteComment, EditComment
from ascend.domain.comments.comment import Comment, CommentEdited
from ascend.domain.ids import UserId
from ascend.domain.role import Role
from ascend.domain.tasks.commands import DeleteTask, EditTask, ReopenTask
from ascend.domain.tasks.task import Status, Task, TaskAssigned, TaskCompleted
from ascend.domain.workspaces.members import RemoveMember
from ascend.domain.workspaces.workspace import Workspace

ADA, BOB = UserId("github:ada"), UserId("github:bob")


async def test_an_issue_is_a_task_of_its_author(store: Store, tmp_path: Path) -> None:
    labels = [{"name": "bug"}, {"name": "good first issue"}, {"name": "bug"}]
    await store.github(written(tmp_path, [issue(17, title="Fix it \U0001f600", body="a\r\nb", labels=labels)]))
    task = await store.only(Task)
    assert (task.title, task.description, task.tags) == ("Fix it \U0001f600", "a\r\nb", ("bug", "good first issue"))
    assert (task.created_by, task.created_at) == (ADA, datetime(2024, 1, 1, 10, 17, tzinfo=UTC))
    url = "https://github.com/lovelace/engine/issues/17"
    assert task.metadata == {"number": "17", "type": "issue", "url": url}


async def test_the_workspace_belongs_to_the_importer_and_people_are_members(store: Store, tmp_path: Path) -> None:
    await store.github(written(tmp_path, [issue(1, assignees=[{"login": "bob"}])]), name="Home")
    workspace = await store.only(Workspace)
    assert (workspace.id, workspace.name) == (HOME, "Home")
    assert {user: member.role for user, member in workspace.members.items()} == {
        IMPORTER: Role.OWNER,
        ADA: Role.MEMBER,
        BOB: Role.MEMBER,
    }
    assert workspace.members[BOB].name == "bob"


async def test_assignees_and_the_due_date_come_with_the_creation(store: Store, tmp_path: Path) -> None:
    people = [{"login": "bob"}, {"login": "ada"}]
    milestone = {"title": "First", "due_on": "2017-06-21T07:00:00Z"}
    await store.github(written(tmp_path, [issue(1, assignees=people, milestone=milestone)]))
    task = await store.only(Task)
    assert (task.assignees, task.due) == ((BOB, ADA), date(2017, 6, 21))
    assert [(event.by, event.at) for event in await store.told(TaskAssigned)] == [(ADA, task.created_at)] * 2


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({"state": "CLOSED"}, ADA),
        ({"state": "closed", "closed_by": {"login": "bob"}}, BOB),
        ({"state": "MERGED", "mergedBy": "bob"}, BOB),
        ({"state": "MERGED", "mergedBy": None}, ADA),
    ],
)
async def test_what_is_closed_or_merged_is_done(
    store: Store, tmp_path: Path, fields: dict[str, object], by: UserId
) -> None:
    await store.github(written(tmp_path, [issue(1, closed_at="2024-03-01T00:00:00Z", **fields)]))
    task = await store.only(Task)
    assert (task.status, task.closed_at) == (Status.DONE, datetime(2024, 3, 1, tzinfo=UTC))
    assert [event.by for event in await store.told(TaskCompleted)] == [by]


async def test_things_happen_in_the_order_of_their_times(store: Store, tmp_path: Path) -> None:
    reviews = [comment("bob", "Hm.", 3), comment("bob", "", 4)]
    pull = issue(2, state="MERGED", closedAt="2024-02-05T10:00:00Z", reviews=reviews)
    pull["comments"] = [comment("bob", "after", 9), comment("ada", "before", 2)]
    await store.github(written(tmp_path, archive(issue(7), pulls=[pull])))
    events = await store.events()
    assert [event.tag for event in events if event.tag.startswith(("task", "comment"))] == [
        "task.created",
        "comment.posted",
        "comment.posted",
        "task.completed",
        "comment.posted",
        "task.created",
    ]
    assert [found.text for found in await store.every(Comment)] == ["before", "Hm.", "after"]
    assert [task.metadata["type"] for task in await store.every(Task)] == ["pull", "issue"]


async def test_a_comment_edited_later_says_when(store: Store, tmp_path: Path) -> None:
    edited = comment("bob", "final", 3, updatedAt="2024-02-04T10:00:00Z")
    await store.github(written(tmp_path, archive(issue(1, comments=[edited]))))
    found = await store.only(Comment)
    assert (found.text, found.author, found.edited_at) == ("final", BOB, datetime(2024, 2, 4, 10, tzinfo=UTC))
    assert found.posted_at == datetime(2024, 2, 3, 10, tzinfo=UTC)


async def test_deleted_accounts_and_empty_bodies(store: Store, tmp_path: Path) -> None:
    said = [comment(None, "bye", 1), comment("bob", "", 2)]
    await store.github(written(tmp_path, [issue(1, user=None, body=None, comments=said)]))
    task, found = await store.only(Task), await store.only(Comment)
    assert (task.created_by, task.description, found.author) == ("github:ghost", "", "github:ghost")


async def test_two_comments_of_one_second_are_two(store: Store, tmp_path: Path) -> None:
    said = [comment("bob", "one", 1), comment("bob", "two", 1), comment("bob", "two", 1)]
    await store.github(written(tmp_path, [issue(1, comments=said)]))
    assert [found.text for found in await store.every(Comment)] == ["one", "two", "two"]


async def test_repositories_in_one_workspace_do_not_mix(store: Store, tmp_path: Path) -> None:
    other = issue(1, html_url="https://github.com/lovelace/loom/issues/1", title="Other")
    await store.github(written(tmp_path, [issue(1)], "a.json"))
    await store.github(written(tmp_path, [other], "b.json"))
    assert [task.title for task in await store.every(Task)] == ["Issue 1", "Other"]


async def test_one_file_in_two_workspaces(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, [issue(1)])
    await store.github(file, name="Home")
    await store.github(file, name="Work")
    here, there = await store.only(Task), await store.only(Task, imported_workspace("Work"))
    assert here.id != there.id


async def test_what_changed_upstream_follows(store: Store, tmp_path: Path) -> None:
    await store.github(written(tmp_path, [issue(1, comments=[comment("bob", "old", 1)])]))
    said = [comment("bob", "new", 1, updatedAt="2024-02-09T10:00:00Z"), comment("ada", "more", 10)]
    closed = {"state": "closed", "closed_at": "2024-02-11T10:00:00Z"}
    changed = written(tmp_path, [issue(1, title="Better", body="text", comments=said, **closed), issue(2)])
    await store.github(changed)
    head = await store.head()
    summary = await store.github(changed)
    first, second = await store.every(Task)
    assert (first.title, first.description, first.status) == ("Better", "text", Status.DONE)
    assert second.title == "Issue 2"
    assert [found.text for found in await store.every(Comment)] == ["new", "more"]
    assert (await store.head(), summary.events) == (head, 0)


async def test_what_people_did_since_stays(store: Store, tmp_path: Path) -> None:
    closed = {"state": "closed", "closed_at": "2024-02-11T10:00:00Z", "assignees": [{"login": "bob"}]}
    edited = comment("bob", "old", 1, updatedAt="2024-02-09T10:00:00Z")
    file = written(
        tmp_path, [issue(1, comments=[edited], **closed), issue(2), issue(3, comments=[comment("bob", "x", 1)])]
    )
    await store.github(file)
    tasks, words = await store.every(Task), await store.every(Comment)
    await store.do(ReopenTask(task_id=tasks[0].id), ADA)
    await store.do(EditTask(task_id=tasks[0].id, title="Mine"), ADA)
    await store.do(EditComment(comment_id=words[0].id, text="mine"), BOB)
    await store.do(DeleteComment(comment_id=words[1].id), BOB)
    await store.do(DeleteTask(task_id=tasks[1].id), ADA)
    await store.do(RemoveMember(user_id=BOB), IMPORTER)
    head = await store.head()
    summary = await store.github(file)
    assert (await store.head(), summary.events, summary.refused) == (head, 0, 0)


async def test_what_a_rule_refuses_is_reported_and_the_rest_goes_on(store: Store, tmp_path: Path) -> None:
    await store.github(written(tmp_path, [issue(1), issue(2)]))
    await store.do(DeleteTask(task_id=(await store.every(Task))[0].id), ADA)
    summary = await store.github(written(tmp_path, [issue(1, comments=[comment("bob", "x", 1)]), issue(2), issue(3)]))
    assert len(await store.every(Task)) == 3
    assert summary.refused == 1
    assert summary.refusals[0].startswith("issue 1: PostComment: There is no such Task")


async def test_an_edit_of_the_same_text_is_told_once(store: Store, tmp_path: Path) -> None:
    edited = comment("bob", "final", 3, updatedAt="2024-02-04T10:00:00Z")
    file = written(tmp_path, archive(issue(1, comments=[edited])))
    await store.github(file)
    await store.github(file)
    assert len(await store.told(CommentEdited)) == 1
