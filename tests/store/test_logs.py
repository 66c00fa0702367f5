"""What Ascend logs: event names with keys that say where; never what people wrote, and nothing that nobody asked for."""

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
from ascend.domain.runtime.model import Kind

ADA = ascend.UserId("ada")
HOME = ascend.new_id(ascend.WorkspaceId)
HOUSE, CHORE = ascend.new_id(ascend.ThingId), ascend.new_id(ascend.TaskId)
REMARK = ascend.new_id(ascend.CommentId)
SECRET = "xyzzy"
LIFE: tuple[ascend.Command, ...] = (
    ascend.CreateWorkspace(name=f"Home {SECRET}", owner_name=f"Ada {SECRET}"),
    ascend.CreateThing(
        thing_id=HOUSE, name=f"House {SECRET}", description=SECRET, tags=(SECRET,), metadata={SECRET: SECRET}
    ),
    ascend.CreateTask(task_id=CHORE, title=f"Paint {SECRET}", description=SECRET, about=(HOUSE,), tags=(SECRET,)),
    ascend.AssignTask(task_id=CHORE, users=(ADA,)),
    ascend.PostComment(comment_id=REMARK, task_id=CHORE, text=f"In {SECRET}?"),
    ascend.CompleteTask(task_id=CHORE),
)
WHO = {"workspace", "command_id", "command"}


class Painted(ascend.Event, tag="test.painted"):
    """What a newer version of the program writes."""

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
    """Gives no answer while told so."""

    silent = False

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        if self.silent:
            raise StoreUnavailable("no answer")
        return await super().put(table, item, when)


@pytest.fixture
def configured() -> Iterator[LogCapture]:
    """As somebody who embeds Ascend configures structlog, to keep everything."""
    capture = LogCapture()
    structlog.configure(processors=[capture])
    yield capture
    structlog.reset_defaults()


@pytest.fixture
def unconfigured() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


async def live(store: ascend.Store) -> None:
    for command in LIFE:
        await store.execute(HOME, command, actor=ADA)


async def refuse(store: ascend.Store) -> None:
    with pytest.raises(ascend.Refusal):
        await store.execute(HOME, ascend.StartTask(task_id=CHORE), actor=ADA)
    with pytest.raises(ascend.Refusal):
        await store.execute(HOME, ascend.CreateTask(task_id=CHORE, title=f"Other {SECRET}"), actor=ADA)


async def stall(store: ascend.Store) -> None:
    """A newer program writes what this one cannot read."""
    newer = ascend.Store(store.tables, model=ascend.MODEL.with_kinds(Kind(Painting, Painted, evolve)))
    await newer.execute(HOME, Paint(), actor=ADA)
    assert (await store.worker.run_once()).stalled == (HOME,)


async def overtake(store: ascend.Store) -> None:
    other = ascend.Store(store.tables)
    await other.execute(HOME, ascend.EditTask(task_id=CHORE, title=f"New {SECRET}"), actor=ADA)
    await store.execute(HOME, ascend.EditTask(task_id=CHORE, description=f"New {SECRET}"), actor=ADA)


def entries(log: LogCapture, event: str) -> list[dict[str, Any]]:
    return [dict(entry) for entry in log.entries if entry["event"] == event]


async def test_what_happens_is_logged_with_where_and_without_what_people_wrote(configured: LogCapture) -> None:
    tables = Silent()
    store = ascend.Store(tables)

    await live(store)
    applied = entries(configured, "command.applied")
    assert [entry["position"] for entry in applied] == list(range(1, len(LIFE) + 1))
    assert all(entry.keys() >= WHO and entry["workspace"] == HOME for entry in applied)
    assert [entry["command"] for entry in applied] == [type(command).__name__ for command in LIFE]

    await refuse(store)
    refused = entries(configured, "command.refused")
    assert [entry["rule"] for entry in refused] == ["TaskIsDone", "TaskExists"]
    assert all(entry.keys() >= WHO for entry in refused)

    await overtake(store)
    assert [entry.keys() >= WHO for entry in entries(configured, "command.conflict")] == [True]

    await store.worker.run_once()
    (projected,) = entries(configured, "workspace.projected")
    assert (projected["workspace"], projected["first"], projected["last"]) == (HOME, 1, len(LIFE) + 2)

    await stall(store)
    (stalled,) = entries(configured, "workspace.stalled")
    assert (stalled["workspace"], stalled["error"], stalled["log_level"]) == (HOME, "UpgradeRequired", "error")

    tables.silent = True
    with pytest.raises(ascend.OutcomeUnknown):
        await store.execute(
            ascend.new_id(ascend.WorkspaceId), ascend.CreateWorkspace(name=SECRET, owner_name=SECRET), actor=ADA
        )
    unanswered = entries(configured, "command.no_answer")
    assert [entry["sent"] for entry in unanswered] == [1, 2, 3, 4]
    assert all(entry.keys() >= WHO and entry["log_level"] == "warning" for entry in unanswered)

    assert [entry for entry in configured.entries if SECRET in repr(entry)] == []


async def test_each_command_is_logged_with_its_own_id(configured: LogCapture) -> None:
    store, command = ascend.Store(MemoryTables()), ascend.new_id(ascend.CommandId)

    await store.execute(HOME, LIFE[0], actor=ADA, command_id=command)

    assert [entry["command_id"] for entry in configured.entries] == [command]


@pytest.mark.usefixtures("unconfigured")
async def test_ordinary_work_prints_nothing_until_somebody_configures_structlog(
    capfd: pytest.CaptureFixture[str],
) -> None:
    store = ascend.Store(MemoryTables())

    await live(store)
    await refuse(store)
    await overtake(store)
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
async def test_a_stalled_workspace_is_said_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    store = ascend.Store(MemoryTables())
    await live(store)

    await stall(store)

    said = capsys.readouterr().out
    assert "workspace.stalled" in said
    assert SECRET not in said
