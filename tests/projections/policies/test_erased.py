"""In an erased workspace no policy runs, and none leaves a position."""

from collections.abc import Sequence

import pytest
from support.faulty import Call
from support.policies.given import ASSIGN, LIFE, START, Place, a_place
from support.staged import StagedTables, paint, send

from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.puts import Put
from ascend.projections.deadline import Check, send_always
from ascend.testing import HOME


class WholeCalls(StagedTables):
    """Counts many puts at once as one call."""

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        keys = tuple(put.item.key for put in puts)
        return await self._call("put_all", table, keys, lambda: self._tables.put_all(table, puts, check))


async def left(place: Place) -> list[Item]:
    """Return the items of the workspace beside its log, in both tables."""
    own = f"{keys.log_partition(HOME)}#"
    stored = [item for table in Table async for items in scan_pages(place.tables, table) for item in items]
    return [item for item in stored if item.key.pk.startswith(own)]


async def test_nothing_is_run_or_written() -> None:
    place = await a_place()
    for command in (START, ASSIGN):
        await send(place.process(), command)
    await place.process().erase(HOME)
    store = place.process()
    head = await store.log.head(HOME)

    await store.worker.run_once()
    await store.policies.run(
        HOME, store.current.generation, head.position
    )  # also by who learned of the workspace otherwise

    assert (await left(place), await store.log.head(HOME)) == ([], head)


@pytest.mark.parametrize("installed", [True, False])
async def test_a_worker_that_slept_through_it_between_two_calls_leaves_nothing(installed: bool) -> None:
    """A call itself does not last that long."""
    number, was_reached = 0, True
    while was_reached:
        number += 1
        place = Place()
        if installed:
            await place.process().worker.run_once()
        for command in (*LIFE, paint(), START):
            await send(place.process(), command)
        tables = WholeCalls(place.tables)

        async def meanwhile(call: Call, place: Place = place, number: int = number) -> None:
            if call.number == number:
                await place.process().erase(HOME)

        tables.after = meanwhile
        await place.process(tables).worker.run_once()

        was_reached = len(tables.calls) >= number
        if was_reached:
            assert await left(place) == [], number
            (last,) = await place.process().log.latest(HOME, None, 1)
            assert not last.is_stub, number  # nothing follows the erasure
    assert number > 20


def test_erasing_waits_for_longer_than_a_runner_may_begin_anything() -> None:
    from ascend.adapters.operations.erase import LATE_WRITE_SECONDS  # noqa: PLC0415
    from ascend.projections.deadline import LATEST_WRITE  # noqa: PLC0415

    assert LATEST_WRITE < LATE_WRITE_SECONDS
