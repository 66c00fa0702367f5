"""An import sends the commands of many records together: few commits, and everything else as if they were sent one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path

import pytest
from support.importers.files import archive, comment, issue, write_file
from support.importers.store import HOME, ImportStore
from support.scenario import task_id

from ascend import Command, CommandId, Receipt, Ref, UserId, WorkspaceId
from ascend.adapters.importers import Report, Summary
from ascend.adapters.importers.ahead import AT_ONCE, ImportedCommand, SentAhead
from ascend.adapters.importers.merge.plan import Plan
from ascend.adapters.importers.records import Person, SourceRecord
from ascend.adapters.layout import keys
from ascend.adapters.table.item import Table
from ascend.adapters.table.query import Query
from ascend.domain.comments.comment import CommentDeleted, CommentPosted
from ascend.domain.errors import InvalidRecord, LimitExceeded, NotAllowed, VersionConflict
from ascend.domain.tasks.commands import CreateTask, DeleteTask, EditTask
from ascend.domain.tasks.task import Task
from ascend.testing import ADA


def many_issues(tmp_path: Path, count: int = 120) -> Path:
    return write_file(tmp_path, [issue(n, assignees=[{"login": f"user{n % 3}"}]) for n in range(1, count + 1)])


async def units(store: ImportStore) -> int:
    """Return the write units of the commits: one for each KB that begins."""
    page = await store.tables.query(Query(Table.EVENTS, keys.log_partition(HOME), limit=1_000))
    sizes = [sum(len(str(value)) for value in item.attributes.values()) + 60 for item in page.items]
    return sum(ceil(size / 1_024) for size in sizes)


async def test_commands_sent_together_give_the_log_and_the_summary_of_those_sent_one_by_one(tmp_path: Path) -> None:
    file = many_issues(tmp_path)
    together, alone = ImportStore(), ImportStore(groups=False)

    assert await together.github(file) == await alone.github(file)

    assert await together.events() == await alone.events()
    assert await together.command_ids() == await alone.command_ids()


async def test_what_the_file_no_longer_has_is_removed_in_the_order_in_which_it_came(tmp_path: Path) -> None:
    """The order does not depend on which commands share a commit: after a crash, others do."""
    posted = [comment("ada", f"remark {day}", day) for day in range(1, 9)]
    before = write_file(tmp_path, [issue(1, comments=posted)], "before.json")
    after = write_file(tmp_path, [issue(1, comments=[])], "after.json")
    together, alone = ImportStore(), ImportStore(groups=False)
    for store in (together, alone):
        await store.github(before)
        await store.github(after)

    removed = [event.comment_id for event in await together.events_of(CommentDeleted)]
    assert removed == [event.comment_id for event in await together.events_of(CommentPosted)]
    assert await together.events() == await alone.events()


@pytest.mark.needs_optimisation("groups")
async def test_an_import_takes_few_commits_and_few_write_units(tmp_path: Path) -> None:
    file = many_issues(tmp_path)
    together, alone = ImportStore(), ImportStore(groups=False)
    await together.github(file)
    await alone.github(file)

    assert (await alone.head(), await together.head()) == (len(await alone.events()), 3)
    assert await units(together) * 2 < await units(alone)


class Full(ImportStore):
    """A store that has no room for the issue 2."""

    def room_for(self, command: Command) -> bool:
        return not isinstance(command, CreateTask) or command.metadata["number"] != "2"

    async def send(
        self, workspace: WorkspaceId, command: Command, actor: UserId, id: CommandId, expected: Mapping[Ref, int]
    ) -> Receipt:
        if not self.room_for(command):
            raise LimitExceeded("no room")
        return await super().send(workspace, command, actor, id, expected)

    async def send_all(
        self, workspace: WorkspaceId, commands: Sequence[ImportedCommand]
    ) -> Sequence[Receipt | Exception]:
        outcomes = iter(await super().send_all(workspace, [each for each in commands if self.room_for(each.command)]))
        return [next(outcomes) if self.room_for(each.command) else LimitExceeded("no room") for each in commands]


async def test_a_strict_import_sends_nothing_behind_the_record_that_stops_it(tmp_path: Path) -> None:
    file = many_issues(tmp_path, 3)
    strict, lenient = Full(), Full()

    with pytest.raises(InvalidRecord, match="no room"):
        await strict.github(file, report=Report(strict=True))
    summary = await lenient.github(file)

    assert [task.metadata["number"] for task in await strict.entities(Task)] == ["1"]
    assert [task.metadata["number"] for task in await lenient.entities(Task)] == ["1", "3"]
    assert summary.records == 3


def command(name: str, version: int = 0) -> ImportedCommand:
    return ImportedCommand(DeleteTask(task_id=task_id(name)), ADA, CommandId.derive(name), {Ref("task", name): version})


async def sent_ahead(**outcomes: Receipt | Exception) -> SentAhead:
    """Return the commands with these names, sent ahead with these outcomes."""

    async def send_all(_: WorkspaceId, commands: Sequence[ImportedCommand]) -> Sequence[Receipt | Exception]:
        assert not commands
        return []

    ahead = SentAhead(HOME, send_all)
    await ahead.send([])
    ahead.outcomes = {command(name).id: (command(name), outcome) for name, outcome in outcomes.items()}
    return ahead


RECEIPT = Receipt(HOME, CommandId.derive("any"), 7, 1)


async def test_a_refusal_is_believed_until_something_else_happens_than_was_assumed() -> None:
    refusals = {name: NotAllowed(name) for name in ("first", "second", "third")}
    ahead = await sent_ahead(**refusals, last=RECEIPT)

    assert ahead.take(command("first")) is refusals["first"]
    assert ahead.take(command("second", version=3)) is None  # another version than was assumed
    assert ahead.take(command("third")) is None
    assert ahead.take(command("last")) is RECEIPT
    assert ahead.take(command("last")) is None


async def test_after_a_conflict_no_refusal_is_believed() -> None:
    conflict = VersionConflict("first")
    ahead = await sent_ahead(first=conflict, second=NotAllowed("second"), third=RECEIPT)

    assert ahead.take(command("first")) is conflict
    assert ahead.take(command("second")) is None
    assert ahead.take(command("third")) is RECEIPT


@pytest.mark.parametrize(
    ("outcome", "calls"), [(RECEIPT, 2), (replace(RECEIPT, events=0), 1), (NotAllowed("first"), 1)]
)
async def test_nothing_more_is_sent_ahead_after_a_failed_prediction(outcome: Receipt | Exception, calls: int) -> None:
    sent = list[int]()

    async def send_all(_: WorkspaceId, commands: Sequence[ImportedCommand]) -> Sequence[Receipt | Exception]:
        sent.append(len(commands))
        return [outcome, *[RECEIPT] * (len(commands) - 1)]

    people = [Person(UserId(f"user {n}"), "x") for n in range(AT_ONCE + 1)]
    record = SourceRecord("record", datetime(2024, 1, 1, tzinfo=UTC))
    await SentAhead(HOME, send_all).send([(record, Plan(newcomers=people))])

    assert sent == [AT_ONCE, 1][:calls]


class Edited(ImportStore):
    """A store in which a person edits the first task between a plan and its commands."""

    title: str = ""
    """The new title of the task. Empty: nobody edits it any more."""

    async def edit(self) -> None:
        title, self.title = self.title, ""
        if title:
            (task,) = await self.entities(Task)
            await self.execute(EditTask(task_id=task.id, title=title), by=task.created_by)

    async def send(
        self, workspace: WorkspaceId, command: Command, actor: UserId, id: CommandId, expected: Mapping[Ref, int]
    ) -> Receipt:
        await self.edit()
        return await super().send(workspace, command, actor, id, expected)

    async def send_all(
        self, workspace: WorkspaceId, commands: Sequence[ImportedCommand]
    ) -> Sequence[Receipt | Exception]:
        await self.edit()
        return await super().send_all(workspace, commands)


async def test_what_was_accepted_ahead_behind_a_conflict_is_counted(tmp_path: Path) -> None:
    together, alone = Edited(), Edited(groups=False)
    comments = [comment("ada", text, 2) for text in ("one", "two")]
    before = write_file(tmp_path, archive(issue(1, body="old", comments=[])), "before")
    after = write_file(tmp_path, archive(issue(1, body="new", comments=comments)), "after")
    summaries = list[Summary]()
    for store in (together, alone):
        await store.github(before)
        store.title = "Mine"
        summaries.append(await store.github(after))

    assert [(summary.events, summary.changed, summary.kept) for summary in summaries] == [(3, 1, 1)] * 2
    assert summaries[0] == summaries[1]


async def test_entities_of_one_commit_are_removed_in_the_order_of_their_last_changes(tmp_path: Path) -> None:
    together, alone = ImportStore(), ImportStore(groups=False)
    comments = [comment("ada", f"comment {n}", n + 1) for n in range(8)]
    edited = [comments[0] | {"body": "edited"}, *comments[1:]]
    files = [
        write_file(tmp_path, archive(issue(1, comments=some)), f"file {n}")
        for n, some in enumerate([comments, edited, []])
    ]
    for store in (together, alone):
        for file in files:
            await store.github(file)

    assert await together.events() == await alone.events()
    posted = [event.comment_id for event in await together.events_of(CommentPosted)]
    deleted = [event.comment_id for event in await together.events_of(CommentDeleted)]
    assert deleted == [*posted[1:], posted[0]]
