"""After an import, each issue is as a fresh import of the file makes it, apart from what people have changed since."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.importers.files import archive, comment, issue, write_file
from support.importers.store import HOME, UNLIMITED, ImportStore, Killed
from support.importers.versions import comparable

from ascend.adapters.importers import IMPORTER, Summary
from ascend.adapters.importers.ahead import ImportedCommand
from ascend.adapters.importers.report import Report
from ascend.domain.comments.commands import EditComment
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.relations.relation import Relation
from ascend.domain.runtime.request import Receipt
from ascend.domain.tasks.commands import AssignTask, CompleteTask, EditTask, PrioritiseTask, UnassignTask
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import Priority, Status, Task, TaskEdited
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.members import RemoveMember
from ascend.domain.workspaces.workspace import Workspace

ADA, BOB = UserId("github:ada"), UserId("github:bob")
CLOSED = {"state": "closed", "closed_at": "2024-02-11T10:00:00Z"}
MAY = {"due_on": "2024-05-01T08:00:00Z"}
LATER = "2024-02-09T10:00:00Z"


async def take(store: ImportStore, folder: Path, *issues: dict[str, Any], report: Report | None = None) -> Summary:
    return await store.github(write_file(folder, archive(*issues)), report=report)


async def fresh(folder: Path, *issues: dict[str, Any]) -> Mapping[str, object]:
    """Return the content of a store that has imported only these issues."""
    store = ImportStore()
    await take(store, folder, *issues)
    return await comparable(store)


def changed(**fields: Any) -> dict[str, Any]:
    return issue(1, **{"title": "One", "body": "text", "updatedAt": LATER} | fields)


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "reopened": (CLOSED, {}),
    "closed again at another time": (CLOSED, {"state": "closed", "closed_at": "2024-03-11T10:00:00Z"}),
    "closed without a reason to do it": (CLOSED, {**CLOSED, "state_reason": "not_planned"}),
    "renamed": ({"title": "Two"}, {}),
    "emptied": ({"body": "before"}, {"body": None}),
    "a label removed": ({"labels": ["bug", "late"]}, {"labels": ["late"]}),
    "all labels removed": ({"labels": ["bug"]}, {"labels": []}),
    "a label replaced": ({"labels": ["bug"]}, {"labels": ["late"]}),
    "unassigned": ({"assignees": ["bob", "eve"]}, {"assignees": ["eve"]}),
    "assigned": ({}, {"assignees": ["bob"]}),
    "due": ({}, {"milestone": MAY}),
    "not due any more": ({"milestone": MAY}, {"milestone": None}),
    "the text of a comment": (
        {"comments": [comment("bob", "old", 1, updatedAt="2024-02-02T10:00:00Z")]},
        {"comments": [comment("bob", "new", 1, updatedAt=LATER)]},
    ),
    "a comment removed": ({"comments": [comment("bob", "old", 1), comment("eve", "x", 2)]}, {"comments": []}),
    "a comment added": ({"comments": []}, {"comments": [comment("bob", "new", 1)]}),
    "a reference removed": ({"body": "see #2, closes #3"}, {"body": "closes #3"}),
    "a reference that closes": ({"body": "see #2"}, {"body": "closes #2"}),
}


@pytest.mark.parametrize(("before", "after"), CHANGES.values(), ids=CHANGES)
async def test_a_change_of_the_source_gives_what_a_fresh_import_gives_there_and_back(
    store: ImportStore, tmp_path: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    for fields in (before, after, before, after):
        others = issue(2), issue(3)
        summary = await take(store, tmp_path, changed(**fields), *others)
        assert await comparable(store) == await fresh(tmp_path, changed(**fields), *others)
        assert (summary.refused, summary.kept) == (0, 0)
        again = await take(store, tmp_path, changed(**fields), *others)
        assert (again.sent.total(), again.events, again.unchanged) == (0, 0, 3)


LOGINS = st.sampled_from(["ada", "bob", "eve"])
DAYS = st.integers(1, 20)
COMMENTS = st.lists(
    st.builds(comment, LOGINS, st.just("yes"), DAYS), max_size=3, unique_by=lambda found: found["createdAt"]
)
VERSION = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["One", "Two"]),
        "body": st.sampled_from(["", "closes #2", "like #2, fixes #3"]),
        "labels": st.lists(st.sampled_from(["bug", "late", "new"]), max_size=3, unique=True),
        "assignees": st.lists(LOGINS, max_size=3, unique=True),
        "milestone": st.sampled_from([None, MAY, {"due_on": "2024-06-01T08:00:00Z"}]),
        "closedAt": st.none() | DAYS.map(lambda day: f"2024-03-{day:02d}T10:00:00Z"),
        "state_reason": st.sampled_from([None, "completed", "not_planned"]),
        "comments": COMMENTS,
    }
)


def version(number: int, fields: dict[str, Any]) -> dict[str, Any]:
    state = "OPEN" if fields["closedAt"] is None else "CLOSED"
    return issue(number, **fields, state=state, updatedAt="2024-04-01T00:00:00Z")


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(files=st.lists(st.tuples(VERSION, VERSION), min_size=2, max_size=4), kill_at=st.integers(0, 12))
async def test_any_sequence_of_files_ends_as_a_fresh_import_of_the_last_also_after_crashes(
    files: list[tuple[dict[str, Any], ...]], kill_at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, undisturbed, killed = tmp_path_factory.mktemp("files"), ImportStore(), ImportStore()
    issues = list[dict[str, Any]]()
    for versions in files:
        issues = [version(number, fields) for number, fields in enumerate(versions, 1)] + [issue(3)]
        await take(undisturbed, folder, *issues)
        killed.commands_to_live = kill_at
        with suppress(Killed):
            await take(killed, folder, *issues)
        killed.commands_to_live = UNLIMITED
        await take(killed, folder, *issues)
    people = {user for event in await undisturbed.events() for user in [getattr(event, "user_id", None)] if user}
    assert await comparable(undisturbed) == await fresh(folder, *issues)
    assert [event.model_dump() for event in await killed.events()] == [
        event.model_dump() for event in await undisturbed.events()
    ]
    assert people == {user for user in (await killed.only_entity(Workspace)).members if user != IMPORTER}
    assert (await take(killed, folder, *issues)).sent.total() == 0


# People


async def test_a_persons_tag_stays_while_the_sources_label_goes(store: ImportStore, tmp_path: Path) -> None:
    await take(store, tmp_path, changed(labels=["bug", "late"]))
    task = (await store.only_entity(Task)).id
    await store.execute(EditTask(task_id=task, tags=("late", "bug", "mine")), ADA)
    report = Report()
    summary = await take(store, tmp_path, changed(labels=["late", "new"]), report=report)
    assert set((await store.only_entity(Task)).tags) == {"late", "new", "mine"}
    assert (summary.changed, summary.kept) == (2, 1)
    assert [(notice.kind, notice.field.rpartition(".")[2]) for notice in report.first] == [("kept", "tags:mine")]


async def test_a_persons_assignee_stays_while_the_sources_goes(store: ImportStore, tmp_path: Path) -> None:
    await take(store, tmp_path, changed(assignees=["bob"]), issue(2, assignees=["eve"]))
    task = (await store.entities(Task))[0].id
    await store.execute(AssignTask(task_id=task, users=(UserId("github:eve"),)), ADA)
    summary = await take(store, tmp_path, changed(assignees=["ada"]), issue(2, assignees=["eve"]))
    assert set((await store.entities(Task))[0].assignees) == {ADA, "github:eve"}
    assert (summary.changed, summary.kept) == (2, 1)


async def test_what_people_changed_stays_field_by_field_and_is_counted(store: ImportStore, tmp_path: Path) -> None:
    comments = [comment("bob", "old", 1)]
    await take(store, tmp_path, changed(labels=["bug"], assignees=["bob"], milestone=MAY, comments=comments))
    task, posted = await store.only_entity(Task), await store.only_entity(Comment)
    for command, by in (
        (EditTask(task_id=task.id, title="Mine", tags=()), ADA),
        (ScheduleTask(task_id=task.id, due=date(2030, 1, 1)), ADA),
        (PrioritiseTask(task_id=task.id, priority=Priority.HIGH), ADA),
        (UnassignTask(task_id=task.id, users=(BOB,)), ADA),
        (CompleteTask(task_id=task.id), ADA),
        (EditComment(comment_id=posted.id, text="mine"), BOB),
    ):
        await store.execute(command, by)
    same = changed(labels=["bug"], assignees=["bob"], milestone=MAY, comments=comments)
    unchanged = await take(store, tmp_path, same)
    newer = changed(title="New", body="new", labels=["bug"], assignees=["bob"], milestone=None, comments=comments)
    summary = await take(store, tmp_path, newer)
    assert (unchanged.events, unchanged.kept) == (0, 7)
    assert (summary.changed, summary.kept) == (1, 7)
    assert (await store.only_entity(Comment)).text == "mine"
    assert (await store.only_entity(Task)).description == "new"
    assert (await store.only_entity(Task)).title == "Mine"


async def test_a_removed_member_is_not_added_again_and_others_act_in_their_place(
    store: ImportStore, tmp_path: Path
) -> None:
    second = issue(2, user={"login": "bob"})
    await take(store, tmp_path, changed(user={"login": "bob"}, assignees=["bob"]), second)
    await store.execute(RemoveMember(user_id=BOB), IMPORTER)
    report, newer = Report(), changed(user={"login": "bob"}, title="New", labels=["x"])
    summary = await take(store, tmp_path, newer, second, report=report)
    assert BOB not in (await store.only_entity(Workspace)).members
    assert (await store.entities(Task))[0].title == "New"
    assert [event.by for event in await store.events_of(TaskEdited)] == [IMPORTER]
    assert (summary.refused, [notice.field for notice in report.first]) == (0, ["github:bob"])


async def test_a_comment_that_a_person_edited_is_kept_when_the_source_removes_it(
    store: ImportStore, tmp_path: Path
) -> None:
    await take(store, tmp_path, changed(comments=[comment("bob", "one", 1), comment("bob", "two", 2)]))
    first, second = await store.entities(Comment)
    await store.execute(EditComment(comment_id=second.id, text="mine"), BOB)
    summary = await take(store, tmp_path, changed(comments=[]))
    first, second = await store.entities(Comment)
    assert (first.deleted, second.deleted, second.text) == (True, False, "mine")
    assert (summary.changed, summary.kept) == (1, 1)


async def test_tags_of_people_leave_room_for_twenty_only_and_the_rest_is_listed(
    store: ImportStore, tmp_path: Path
) -> None:
    await take(store, tmp_path, changed(labels=["a"]))
    task = (await store.only_entity(Task)).id
    await store.execute(EditTask(task_id=task, tags=("a", "mine")), ADA)
    report, labels = Report(), ["a", *(f"l{n}" for n in range(19))]
    await take(store, tmp_path, changed(labels=labels), report=report)
    assert (await store.only_entity(Task)).tags == (*labels[:19], "mine")
    assert [(notice.kind, notice.field.rpartition(".")[2]) for notice in report.first] == [
        ("kept", "tags:mine"),
        ("left out", "tags:l18"),
    ]


# Files that do not say everything


async def test_a_list_of_the_rest_api_removes_no_comments(store: ImportStore, tmp_path: Path) -> None:
    await take(store, tmp_path, changed(comments=[comment("bob", "one", 1)]))
    await store.github(write_file(tmp_path, [changed(comments=0)]))
    await store.github(write_file(tmp_path, [{k: v for k, v in changed().items() if k != "comments"}]))
    assert (await store.only_entity(Comment)).text == "one"


async def test_a_file_without_inline_comments_removes_none(store: ImportStore, tmp_path: Path) -> None:
    inline = {"body": "here", "createdAt": "2024-02-03T10:00:00Z"}
    review = {"author": "bob", "body": "fine", "state": "APPROVED", "createdAt": "2024-02-03T10:00:00Z"}
    pull = changed(comments=[], html_url="https://github.com/lovelace/engine/pull/1")
    await take(store, tmp_path, pull | {"reviews": [review | {"comments": [inline]}]})
    await take(store, tmp_path, pull | {"reviews": [review]})
    assert [comment.text for comment in await store.entities(Comment) if not comment.deleted] == ["fine", "here"]
    await take(store, tmp_path, pull | {"reviews": []})
    assert all(comment.deleted for comment in await store.entities(Comment))


async def test_fields_for_which_the_command_line_tool_was_not_asked_stay(store: ImportStore, tmp_path: Path) -> None:
    await take(store, tmp_path, changed(labels=["bug"], milestone=MAY, assignees=["bob"]))
    asked = {"number": 1, "title": "New", "state": "OPEN", "createdAt": "2024-01-01T10:01:00Z"}
    await store.github(write_file(tmp_path, [asked | {"url": changed()["html_url"], "author": {"login": "ada"}}]))
    task = await store.only_entity(Task)
    assert (task.title, task.description, task.tags, task.due) == ("New", "text", ("bug",), date(2024, 5, 1))
    assert task.assignees == (BOB,)


async def test_a_reference_to_an_issue_of_an_earlier_file_stays(store: ImportStore, tmp_path: Path) -> None:
    await take(store, tmp_path, changed(body="closes #2"), issue(2), issue(3))
    summary = await take(store, tmp_path, changed(body="closes #2, see #3 and #4"))
    assert {relation.type for relation in await store.entities(Relation) if not relation.removed} == {
        "closes",
        "mentions",
    }
    assert (summary.skipped, summary.changed) == (1, 1)


# Others at the same moment


class Intruder(ImportStore):
    """A store in which a person edits a task before the import's first command that changes it."""

    edits = 1

    async def send(
        self, workspace: WorkspaceId, command: Command, actor: UserId, id: CommandId, expected: Mapping[Ref, int]
    ) -> Receipt:
        await self.intrude([command])
        return await super().send(workspace, command, actor, id, expected)

    async def send_all(
        self, workspace: WorkspaceId, commands: Sequence[ImportedCommand]
    ) -> Sequence[Receipt | Exception]:
        await self.intrude([each.command for each in commands])
        return await super().send_all(workspace, commands)

    async def intrude(self, commands: Sequence[Command]) -> None:
        edited = next((command for command in commands if isinstance(command, EditTask)), None)
        if edited is not None and self.edits:
            self.edits -= 1
            await self.execute(EditTask(task_id=edited.task_id, title=f"Mine {self.edits}"), ADA)


async def test_an_edit_between_reading_and_sending_is_not_overwritten(tmp_path: Path) -> None:
    store = Intruder()
    await take(store, tmp_path, changed())
    summary = await take(store, tmp_path, changed(title="New", body="new", **CLOSED))
    task = await store.only_entity(Task)
    assert (task.title, task.description, task.status) == ("Mine 0", "new", Status.DONE)
    assert (summary.changed, summary.kept, summary.refused) == (2, 1, 0)
    assert (await take(store, tmp_path, changed(title="New", body="new", **CLOSED))).events == 0


async def test_an_issue_that_changes_all_the_time_is_listed_as_refused(tmp_path: Path) -> None:
    store = Intruder()
    await take(store, tmp_path, changed())
    store.edits = 100
    report = Report()
    summary = await take(store, tmp_path, changed(body="new"), issue(2), report=report)
    assert (summary.refused, summary.records, len(await store.entities(Task))) == (1, 2, 2)
    assert [notice.field for notice in report.first if notice.kind == "refused"] == ["EditTask"]


async def test_the_time_of_a_reopening_is_that_of_the_issues_last_change(store: ImportStore, tmp_path: Path) -> None:
    await take(store, tmp_path, changed(**CLOSED))
    await take(store, tmp_path, changed(updatedAt="2024-03-01T00:00:00Z"))
    last = (await store.events(HOME))[-1]
    assert (last.tag, last.at) == ("task.reopened", datetime(2024, 3, 1, tzinfo=UTC))
