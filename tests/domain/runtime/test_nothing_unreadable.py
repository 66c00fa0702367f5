"""A log is for ever: an event that cannot be read again or folded is refused before it is written."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from support.faulty import Call, Fault, FaultyTables
from support.scenario import task_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Table
from ascend.testing import ADA, HOME


class Painted(ascend.Event, tag="test.painted"):
    colour: str

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("picture", "p"),)


@dataclass(frozen=True)
class Picture:
    entity: ClassVar[str] = "picture"
    colour: str


class Paint(ascend.Command):
    colour: str

    def preloads(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("picture", "p"),)

    def decide(self, view: ascend.View) -> ascend.Decision:
        return [Painted(at=view.at, colour=self.colour)]


def evolve(picture: Picture | None, event: Any, me: str) -> Picture:
    if event.colour == "invisible":
        raise ValueError("nothing to see")
    return Picture(colour=event.colour)


async def store_of_pictures() -> ascend.Store:
    store = ascend.Store(
        MemoryTables(), app=ascend.LIFE_OS.extended(kinds=(ascend.Kind(Picture, Painted, evolve, commands=(Paint,)),))
    )
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    return store


async def test_an_event_that_cannot_be_folded_is_refused_and_the_workspace_goes_on() -> None:
    store = await store_of_pictures()

    with pytest.raises(ascend.UpgradeRequired):
        await store.execute(HOME, Paint(colour="invisible"), actor=ADA)

    assert (await store.execute(HOME, Paint(colour="blue"), actor=ADA)).position == 2
    assert (await store.worker.run_once()).stalled == ()


@pytest.mark.parametrize(
    "failure", [ascend.AccessDenied("the credentials have expired"), ascend.StoreClosed(), ascend.StoreBusy()]
)
async def test_after_a_send_without_an_answer_any_failure_is_an_unknown_outcome(failure: ascend.AscendError) -> None:
    class Expiring(FaultyTables):
        """Tables that lose the reply to the first write, and then fail in another way."""

        async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
            if self.calls and self.calls[-1].is_write:
                raise failure
            return await super().put(table, item, when)

    def lose(call: Call) -> Fault | None:
        return Fault.LOST_REPLY if call.is_write else None

    tables = MemoryTables()
    await ascend.Store(tables).execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    command, id = ascend.CreateTask(task_id=task_id(), title="Paint"), ascend.new_id(ascend.CommandId)

    with pytest.raises(ascend.OutcomeUnknown):
        await ascend.Store(Expiring(tables, lose)).execute(HOME, command, actor=ADA, command_id=id)

    assert (await ascend.Store(tables).execute(HOME, command, actor=ADA, command_id=id)).position == 2
