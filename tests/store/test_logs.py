"""Ascend logs event names with keys that name the place, and never the text of users. It prints nothing by itself."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import anyio
import pytest
import structlog
from structlog.testing import LogCapture

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Table
from ascend.domain.errors import StoreUnavailable
from ascend.domain.runtime import outcomes
from ascend.domain.runtime.model import Kind

ADA = ascend.UserId("ada")
HOME = ascend.new_id(ascend.WorkspaceId)
HOUSE, CHORE = ascend.new_id(ascend.ThingId), ascend.new_id(ascend.TaskId)
REMARK = ascend.new_id(ascend.CommentId)
SECRET = "xyzzy"
COMMANDS: tuple[ascend.Command, ...] = (
    ascend.CreateWorkspace(name=f"Home {SECRET}", owner_name=f"Ada {SECRET}"),
    ascend.CreateThing(
        thing_id=HOUSE, name=f"House {SECRET}", description=SECRET, tags=(SECRET,), metadata={SECRET: SECRET}
    ),
    ascend.CreateTask(task_id=CHORE, title=f"Paint {SECRET}", description=SECRET, about=(HOUSE,), tags=(SECRET,)),
    ascend.AssignTask(task_id=CHORE, users=(ADA,)),
    ascend.PostComment(comment_id=REMARK, task_id=CHORE, text=f"In {SECRET}?"),
    ascend.CompleteTask(task_id=CHORE),
)
COMMON_KEYS = {"workspace", "command_id", "command"}


class Painted(ascend.Event, tag="test.painted"):
    """An event that only a newer version of the program knows."""

    colour: str

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("painting", HOME),)


@dataclass(frozen=True, slots=True)
class Painting:
    entity: ClassVar[str] = "painting"


class Paint(ascend.Command):
    def decide(self, view: ascend.View) -> ascend.Decision:
        return [Painted(at=view.at, colour=SECRET)]


def evolve(painting: Painting | None, event: Painted, me: str) -> Painting:
    return painting or Painting()


class Silent(MemoryTables):
    """Tables that give no answer while `silent` is set."""

    silent = False

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        if self.silent:
            raise StoreUnavailable("no answer")
        return await super().put(table, item, when)


@pytest.fixture
def configured() -> Iterator[LogCapture]:
    """Configure structlog as an embedding program does, and capture all log entries."""
    capture = LogCapture()
    structlog.configure(processors=[capture])
    yield capture
    structlog.reset_defaults()


@pytest.fixture
def unconfigured() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


async def run_commands(store: ascend.Store) -> None:
    for command in COMMANDS:
        await store.execute(HOME, command, actor=ADA)


async def send_refused_commands(store: ascend.Store) -> None:
    with pytest.raises(ascend.Refusal):
        await store.execute(HOME, ascend.StartTask(task_id=CHORE), actor=ADA)
    with pytest.raises(ascend.Refusal):
        await store.execute(HOME, ascend.CreateTask(task_id=CHORE, title=f"Other {SECRET}"), actor=ADA)


async def stall_workspace(store: ascend.Store) -> None:
    """Let a newer program write an event that this one cannot read, so that the workspace stalls."""
    newer = ascend.Store(
        store.tables, app=ascend.LIFE_OS.extended(kinds=(Kind(Painting, Painted, evolve, commands=(Paint,)),))
    )
    await newer.execute(HOME, Paint(), actor=ADA)
    assert (await store.worker.run_once()).stalled == (HOME,)


async def cause_conflict(store: ascend.Store) -> None:
    other = ascend.Store(store.tables)
    await other.execute(HOME, ascend.EditTask(task_id=CHORE, title=f"New {SECRET}"), actor=ADA)
    await store.execute(HOME, ascend.EditTask(task_id=CHORE, description=f"New {SECRET}"), actor=ADA)


def find_entries(log: LogCapture, event: str) -> list[dict[str, Any]]:
    return [dict(entry) for entry in log.entries if entry["event"] == event]


async def test_log_entries_name_the_place_and_contain_no_text_of_users(configured: LogCapture) -> None:
    tables = Silent()
    store = ascend.Store(tables)

    await run_commands(store)
    applied = find_entries(configured, "command.applied")
    assert [entry["position"] for entry in applied] == list(range(1, len(COMMANDS) + 1))
    assert all(entry.keys() >= COMMON_KEYS and entry["workspace"] == HOME for entry in applied)
    assert [entry["command"] for entry in applied] == [type(command).__name__ for command in COMMANDS]

    await send_refused_commands(store)
    refused = find_entries(configured, "command.refused")
    assert [entry["rule"] for entry in refused] == ["TaskIsDone", "TaskExists"]
    assert all(entry.keys() >= COMMON_KEYS for entry in refused)

    await cause_conflict(store)
    assert [entry.keys() >= COMMON_KEYS for entry in find_entries(configured, "command.conflict")] == [True]

    await store.worker.run_once()
    (projected,) = find_entries(configured, "workspace.projected")
    assert (projected["workspace"], projected["first"], projected["last"]) == (HOME, 1, len(COMMANDS) + 2)

    await stall_workspace(store)
    (stalled,) = find_entries(configured, "workspace.stalled")
    assert (stalled["workspace"], stalled["error"], stalled["log_level"]) == (HOME, "UpgradeRequired", "warning")

    tables.silent = True
    with pytest.raises(ascend.OutcomeUnknown):
        await store.execute(
            ascend.new_id(ascend.WorkspaceId), ascend.CreateWorkspace(name=SECRET, owner_name=SECRET), actor=ADA
        )
    unanswered = find_entries(configured, "command.no_answer")
    assert [entry["sent"] for entry in unanswered] == [1, 2, 3, 4]
    assert all(entry.keys() >= COMMON_KEYS and entry["log_level"] == "warning" for entry in unanswered)

    assert [entry for entry in configured.entries if SECRET in repr(entry)] == []


async def test_each_command_is_logged_with_its_own_id(configured: LogCapture) -> None:
    store, command = ascend.Store(MemoryTables()), ascend.new_id(ascend.CommandId)

    await store.execute(HOME, COMMANDS[0], actor=ADA, command_id=command)

    assert [entry["command_id"] for entry in configured.entries] == [command]


@pytest.mark.usefixtures("unconfigured")
async def test_ordinary_work_prints_nothing_before_structlog_is_configured(
    capfd: pytest.CaptureFixture[str],
) -> None:
    store = ascend.Store(MemoryTables())

    await run_commands(store)
    await send_refused_commands(store)
    await cause_conflict(store)
    await store.worker.run_once()
    with anyio.move_on_after(0.05):
        await store.worker.follow()
    await store.rebuild()

    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("unconfigured")
async def test_creating_tables_prints_nothing(dynamodb_local_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    async with ascend.open_store(f"dynamodb://quiet?endpoint_url={dynamodb_local_url}", create=True):
        pass

    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("unconfigured")
async def test_a_stalled_workspace_prints_nothing_before_anything_is_configured(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # those of pytest
    store = ascend.Store(MemoryTables())
    await run_commands(store)

    await stall_workspace(store)

    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("unconfigured")
async def test_without_structlog_the_handlers_of_logging_get_every_event(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="ascend")
    store = ascend.Store(MemoryTables())

    await run_commands(store)
    await store.worker.run_once()
    await stall_workspace(store)

    records = [record for record in caplog.records if record.name.startswith("ascend.")]
    assert {(record.name, record.levelname, vars(record)["event"]) for record in records} == {
        ("ascend.commands", "DEBUG", "command.applied"),
        ("ascend.policies", "DEBUG", "policies.installed"),
        ("ascend.worker", "DEBUG", "workspace.projected"),
        ("ascend.worker", "WARNING", "workspace.stalled"),
    }
    stalled = records[-1]
    assert stalled.getMessage() == f"workspace.stalled workspace={HOME!r} error='UpgradeRequired'"
    assert vars(stalled)["keys"] == {"workspace": HOME, "error": "UpgradeRequired"}
    assert stalled.filename == "problems.py"
    assert SECRET not in "".join(record.getMessage() for record in records)


async def test_with_structlog_configured_logging_gets_nothing(
    configured: LogCapture, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="ascend")

    await run_commands(ascend.Store(MemoryTables()))

    assert (len(find_entries(configured, "command.applied")), caplog.records) == (len(COMMANDS), [])


@pytest.mark.usefixtures("unconfigured")
async def test_keys_that_nobody_sees_are_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disabled level costs one question for each command."""
    monkeypatch.delattr(outcomes, "log_keys")

    await run_commands(ascend.Store(MemoryTables()))


async def test_keys_that_a_level_of_structlog_hides_are_not_collected(
    configured: LogCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = structlog.make_filtering_bound_logger(logging.INFO)
    structlog.configure(processors=[configured], wrapper_class=hidden)
    monkeypatch.delattr(outcomes, "log_keys")

    await run_commands(ascend.Store(MemoryTables()))

    assert not configured.entries


@pytest.mark.parametrize("wrapper", [structlog.BoundLogger, structlog.stdlib.BoundLogger])
async def test_a_logger_that_does_not_tell_its_level_gets_every_event(
    configured: LogCapture, wrapper: type[structlog.types.BindableLogger]
) -> None:
    structlog.configure(processors=[configured], wrapper_class=wrapper)

    await run_commands(ascend.Store(MemoryTables()))

    assert len(find_entries(configured, "command.applied")) == len(COMMANDS)


async def test_processors_in_front_of_the_standard_library_get_every_event(configured: LogCapture) -> None:
    """`logging` hides them, at its level, only behind the processors."""
    structlog.configure(
        processors=[configured],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )

    await run_commands(ascend.Store(MemoryTables()))

    assert len(find_entries(configured, "command.applied")) == len(COMMANDS)
