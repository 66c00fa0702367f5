"""A crash or a lost reply at every storage call of a worker, or another worker there: the same answers, each once."""

from contextlib import suppress
from copy import deepcopy
from dataclasses import replace

import anyio
import pytest
from support.faulty import Call, Crash, Fault, FaultyTables
from support.policies.given import ASSIGN, GREET, HURRY, LOUDER, START, Place, a_place
from support.staged import StagedTables, send

import ascend
from ascend import Store
from ascend.domain.ids import POLICIES


async def eventful() -> Place:
    """Something is to be projected and answered, by answers that are answered in turn."""
    place = await a_place(LOUDER, GREET, HURRY)
    for command in (START, ASSIGN):
        await send(place.process(), command)
    return place


async def answered_once(place: Place) -> None:
    records = [record for commit in await place.log() for record in commit.records]
    answers = [record.command_id for record in records if record.actor == POLICIES]
    assert sorted(await place.titles()) == ["Hello ada", "Hello bea", "Paint", "Paint!"]
    assert len(answers) == len(set(answers)) == 4  # louder, two greetings, hurry
    assert {(one.position, one.stalled) for one in (await place.positions()).values()} == {(place.head, "")}


@pytest.mark.parametrize("fault", Fault)
async def test_whatever_fails_the_next_worker_comes_to_the_same(fault: Fault) -> None:
    begun = await eventful()
    number, was_reached = 0, True
    while was_reached:
        number += 2 if fault in {Fault.LOST_REQUEST, Fault.LOST_REPLY} else 1
        place = replace(begun, tables=deepcopy(begun.tables))
        tables = FaultyTables(place.tables, {number: fault})
        await survive(place.process(tables))  # a pass visits a workspace again for which the store failed
        was_reached = len(tables.calls) >= number
        await place.process().worker.run_once()
        await answered_once(place)
    assert number > 80


async def survive(store: Store) -> None:
    with suppress(Crash, ascend.StoreUnavailable):
        await store.worker.run_once()


async def test_wherever_another_worker_comes_in_between_the_answers_are_the_same() -> None:
    begun = await eventful()
    number, was_reached = 0, True
    while was_reached:
        number += 1
        place = replace(begun, tables=deepcopy(begun.tables))
        tables = StagedTables(place.tables)

        async def meanwhile(call: Call, place: Place = place, number: int = number) -> None:
            if call.number == number:
                await place.process().worker.run_once()

        tables.before = meanwhile
        await place.process(tables).worker.run_once()
        await place.process().worker.run_once()
        await answered_once(place)
        was_reached = len(tables.calls) >= number
    assert number > 80


async def test_two_workers_at_once_come_to_the_same() -> None:
    place = await eventful()

    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(place.process().worker.run_once)

    await place.process().worker.run_once()
    await answered_once(place)
    assert (await place.process().verify()).clean
