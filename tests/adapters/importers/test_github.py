"""The import of issues, in GitHub's format and in the archive's."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from support.importers.files import archive, comment, issue, write_file
from support.importers.store import HOME, ImportStore

from ascend.adapters.importers import IMPORTER, imported_workspace
from ascend.adapters.importers.report import Report
from ascend.domain.comments.commands import DeleteComment, EditComment
from ascend.domain.comments.comment import Comment, CommentEdited
from ascend.domain.ids import UserId
from ascend.domain.role import Role
from ascend.domain.tasks.commands import DeleteTask, EditTask, ReopenTask
from ascend.domain.tasks.task import Status, Task, TaskAssigned, TaskCompleted
from ascend.domain.workspaces.members import RemoveMember
from ascend.domain.workspaces.workspace import Workspace

ADA, BOB = UserId("github:ada"), UserId("github:bob")


async def test_an_issue_is_a_task_of_its_author(store: ImportStore, tmp_path: Path) -> None:
    labels = [{"name": "bug"}, {"name": "good first issue"}, {"name": "bug"}]
    await store.github(write_file(tmp_path, [issue(17, title="Fix it \U0001f600", body="a\r\nb", labels=labels)]))
    task = await store.only_entity(Task)
    assert (task.title, task.description, task.tags) == ("Fix it \U0001f600", "a\r\nb", ("bug", "good first issue"))
    assert (task.created_by, task.created_at) == (ADA, datetime(2024, 1, 1, 10, 17, tzinfo=UTC))
    url = "https://github.com/lovelace/engine/issues/17"
    assert task.metadata == {"number": "17", "type": "issue", "url": url}


async def test_the_workspace_belongs_to_the_importer_and_people_are_members(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1, assignees=[{"login": "bob"}])]), name="Home")
    workspace = await store.only_entity(Workspace)
    assert (workspace.id, workspace.name) == (HOME, "Home")
    assert {user: member.role for user, member in workspace.members.items()} == {
        IMPORTER: Role.OWNER,
        ADA: Role.MEMBER,
        BOB: Role.MEMBER,
    }
    assert workspace.members[BOB].name == "bob"


async def test_assignees_and_the_due_date_come_with_the_creation(store: ImportStore, tmp_path: Path) -> None:
    people = [{"login": "bob"}, {"login": "ada"}]
    milestone = {"title": "First", "due_on": "2017-06-21T07:00:00Z"}
    await store.github(write_file(tmp_path, [issue(1, assignees=people, milestone=milestone)]))
    task = await store.only_entity(Task)
    assert (task.assignees, task.due) == ((BOB, ADA), date(2017, 6, 21))
    assert [(event.by, event.at) for event in await store.events_of(TaskAssigned)] == [(ADA, task.created_at)] * 2


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({"state": "CLOSED"}, ADA),
        ({"state": "closed", "closed_by": {"login": "bob"}}, BOB),
        ({"state": "MERGED", "mergedBy": "bob"}, BOB),
        ({"state": "MERGED", "mergedBy": None}, ADA),
    ],
)
async def test_a_closed_or_merged_issue_is_a_done_task(
    store: ImportStore, tmp_path: Path, fields: dict[str, object], by: UserId
) -> None:
    await store.github(write_file(tmp_path, [issue(1, closed_at="2024-03-01T00:00:00Z", **fields)]))
    task = await store.only_entity(Task)
    assert (task.status, task.closed_at) == (Status.DONE, datetime(2024, 3, 1, tzinfo=UTC))
    assert [event.by for event in await store.events_of(TaskCompleted)] == [by]


async def test_events_are_in_the_order_of_their_times(store: ImportStore, tmp_path: Path) -> None:
    reviews = [comment("bob", "Hm.", 3), comment("bob", "", 4)]
    pull = issue(2, state="MERGED", closedAt="2024-02-05T10:00:00Z", reviews=reviews)
    pull["comments"] = [comment("bob", "after", 9), comment("ada", "before", 2)]
    await store.github(write_file(tmp_path, archive(issue(7), pulls=[pull])))
    events = await store.events()
    assert [event.tag for event in events if event.tag.startswith(("task", "comment"))] == [
        "task.created",
        "comment.posted",
        "comment.posted",
        "task.completed",
        "comment.posted",
        "task.created",
    ]
    assert [comment.text for comment in await store.entities(Comment)] == ["before", "Hm.", "after"]
    assert [task.metadata["type"] for task in await store.entities(Task)] == ["pull", "issue"]


async def test_an_edited_comment_has_the_time_of_its_edit(store: ImportStore, tmp_path: Path) -> None:
    edited = comment("bob", "final", 3, updatedAt="2024-02-04T10:00:00Z")
    await store.github(write_file(tmp_path, archive(issue(1, comments=[edited]))))
    posted = await store.only_entity(Comment)
    assert (posted.text, posted.author, posted.edited_at) == ("final", BOB, datetime(2024, 2, 4, 10, tzinfo=UTC))
    assert posted.posted_at == datetime(2024, 2, 3, 10, tzinfo=UTC)


async def test_a_deleted_account_is_the_ghost_and_an_empty_comment_is_none(store: ImportStore, tmp_path: Path) -> None:
    comments = [comment(None, "bye", 1), comment("bob", "", 2)]
    await store.github(write_file(tmp_path, [issue(1, user=None, body=None, comments=comments)]))
    task, posted = await store.only_entity(Task), await store.only_entity(Comment)
    assert (task.created_by, task.description, posted.author) == ("github:ghost", "", "github:ghost")


async def test_comments_of_the_same_second_are_different_comments(store: ImportStore, tmp_path: Path) -> None:
    comments = [comment("bob", "one", 1), comment("bob", "two", 1), comment("bob", "two", 1)]
    await store.github(write_file(tmp_path, [issue(1, comments=comments)]))
    assert [comment.text for comment in await store.entities(Comment)] == ["one", "two", "two"]


async def test_repositories_in_one_workspace_do_not_mix(store: ImportStore, tmp_path: Path) -> None:
    other = issue(1, html_url="https://github.com/lovelace/loom/issues/1", title="Other")
    await store.github(write_file(tmp_path, [issue(1)], "a.json"))
    await store.github(write_file(tmp_path, [other], "b.json"))
    assert [task.title for task in await store.entities(Task)] == ["Issue 1", "Other"]


async def test_a_file_in_two_workspaces_makes_two_tasks(store: ImportStore, tmp_path: Path) -> None:
    file = write_file(tmp_path, [issue(1)])
    await store.github(file, name="Home")
    await store.github(file, name="Work")
    home, work = await store.only_entity(Task), await store.only_entity(Task, imported_workspace("Work"))
    assert home.id != work.id


async def test_a_second_import_brings_the_changes_of_the_source(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1, comments=[comment("bob", "old", 1)])]))
    comments = [comment("bob", "new", 1, updatedAt="2024-02-09T10:00:00Z"), comment("ada", "more", 10)]
    closed = {"state": "closed", "closed_at": "2024-02-11T10:00:00Z"}
    changed = write_file(tmp_path, [issue(1, title="Better", body="text", comments=comments, **closed), issue(2)])
    await store.github(changed)
    head = await store.head()
    summary = await store.github(changed)
    first, second = await store.entities(Task)
    assert (first.title, first.description, first.status) == ("Better", "text", Status.DONE)
    assert second.title == "Issue 2"
    assert [comment.text for comment in await store.entities(Comment)] == ["new", "more"]
    assert (await store.head(), summary.events) == (head, 0)


async def test_a_second_import_keeps_the_changes_of_people(store: ImportStore, tmp_path: Path) -> None:
    closed = {"state": "closed", "closed_at": "2024-02-11T10:00:00Z", "assignees": [{"login": "bob"}]}
    edited = comment("bob", "old", 1, updatedAt="2024-02-09T10:00:00Z")
    file = write_file(
        tmp_path, [issue(1, comments=[edited], **closed), issue(2), issue(3, comments=[comment("bob", "x", 1)])]
    )
    await store.github(file)
    tasks, comments = await store.entities(Task), await store.entities(Comment)
    await store.execute(ReopenTask(task_id=tasks[0].id), ADA)
    await store.execute(EditTask(task_id=tasks[0].id, title="Mine"), ADA)
    await store.execute(EditComment(comment_id=comments[0].id, text="mine"), BOB)
    await store.execute(DeleteComment(comment_id=comments[1].id), BOB)
    await store.execute(DeleteTask(task_id=tasks[1].id), ADA)
    await store.execute(RemoveMember(user_id=BOB), IMPORTER)
    head = await store.head()
    summary = await store.github(file)
    assert (await store.head(), summary.events, summary.refused) == (head, 0, 0)


async def test_a_refused_command_is_reported_and_the_import_goes_on(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1, assignees=[{"login": "bob"}]), issue(2)]))
    await store.execute(RemoveMember(user_id=BOB), IMPORTER)
    report = Report()
    later = [issue(1, comments=[comment("bob", "x", 1)]), issue(2), issue(3)]
    summary = await store.github(write_file(tmp_path, later), report=report)
    assert len(await store.entities(Task)) == 3
    assert summary.refused == 1
    assert [str(notice)[:60] for notice in report.first if notice.kind == "refused"] == [
        "refused: issue 1: PostComment: The acting user's role does n"
    ]


async def test_a_task_that_was_deleted_here_stays_deleted_with_all_that_the_source_adds_to_it(
    store: ImportStore, tmp_path: Path
) -> None:
    await store.github(write_file(tmp_path, [issue(1), issue(2)]))
    await store.execute(DeleteTask(task_id=(await store.entities(Task))[0].id), ADA)
    later = write_file(tmp_path, [issue(1, title="New", body="see #2", comments=[comment("ada", "x", 1)]), issue(2)])
    report = Report()
    summary = await store.github(later, report=report)
    assert (summary.events, summary.refused, summary.kept) == (0, 0, 3)
    assert report.first[0].reason == "it was removed here"


async def test_an_edit_is_imported_once(store: ImportStore, tmp_path: Path) -> None:
    edited = comment("bob", "final", 3, updatedAt="2024-02-04T10:00:00Z")
    file = write_file(tmp_path, archive(issue(1, comments=[edited])))
    await store.github(file)
    await store.github(file)
    assert len(await store.events_of(CommentEdited)) == 1
