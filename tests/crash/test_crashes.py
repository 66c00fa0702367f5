"""A crash, or a reply that is lost, at every storage call: doing it again comes to what an undisturbed run comes to.

All calls in memory (lost ones: every third); on SQLite and DynamoDB Local a sample of them, or all with ASCEND_CRASHES=all.
"""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.environment import FakeEnvironment
from support.faulty import Fault
from support.story import STORY, Cast, whole

import ascend
from ascend.adapters.dynamodb.client import open_client
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.concurrency import for_each

ALL = os.environ.get("ASCEND_CRASHES") == "all"


async def test_the_story_is_of_every_kind_of_entity() -> None:
    tables = MemoryTables()
    await Cast(tables, FakeEnvironment()).play()
    events = [event for _, _, records in (await whole(tables))["log"] for record in records for event in record.events]
    assert {ref.kind for event in events for ref in event.touches()} == set(ascend.MODEL.kinds)


async def test_the_undisturbed_log_is_dense_and_holds_every_command_once() -> None:
    tables = MemoryTables()
    await Cast(tables, FakeEnvironment()).play()
    log = (await whole(tables))["log"]
    assert [position for position, _, _ in log] == list(range(1, len(log) + 1))
    ids = [record.command_id for _, _, records in log for record in records]
    assert len(ids) == len(set(ids)) == len([scene for scene in STORY if scene is not None]) - 3  # refused, so already


@pytest.mark.parametrize("fault", Fault)
async def test_at_every_call_in_memory(fault: Fault) -> None:
    rehearsed = await rehearsal()
    lost = fault in {Fault.LOST_REQUEST, Fault.LOST_REPLY}
    for point in rehearsed.points()[:: 3 if lost and not ALL else 1]:
        await rehearsed.disturbed(point, fault, MemoryTables())


async def test_at_some_calls_on_sqlite(tmp_path: Path) -> None:
    rehearsed = await rehearsal()
    for point, fault in some(rehearsed, 50):
        async with open_sqlite(tmp_path / f"{point}-{fault.name}.db") as tables:
            await tables.create()
            await rehearsed.disturbed(point, fault, tables)


async def test_at_some_calls_on_dynamodb_local(dynamodb_local_url: str) -> None:
    rehearsed = await rehearsal()
    async with open_client(None, dynamodb_local_url) as client:
        for (scene, call), fault in some(rehearsed, 50):
            tables = DynamoTables(client, f"crash-{scene}-{call}-{fault.name}", stream=False)
            await tables.create()
            await rehearsed.disturbed((scene, call), fault, tables)


Point = tuple[int, int]
"""A scene's number, and the number of a call in it."""


@dataclass
class Rehearsal:
    """An undisturbed performance: what is stored before each scene and after the last, and the calls of each scene."""

    stored: list[Sequence[tuple[Table, Item]]]
    wholes: list[dict[str, Any]]
    calls: list[int]

    def points(self) -> list[Point]:
        return [(scene, call) for scene, calls in enumerate(self.calls) for call in range(1, calls + 1)]

    async def restore(self, scene: int, tables: Tables) -> None:
        await for_each(self.stored[scene], lambda pair: tables.put(*pair, Absent()), limit=16)

    async def play(self, scene: int, tables: Tables, call: int = 0, fault: Fault | None = None) -> int:
        """One scene, on what was before, after two more to warm up; how many calls it made."""
        warming_up = range(max(0, scene - 2), scene)
        await self.restore(warming_up.start, tables)
        cast = Cast(tables, FakeEnvironment())
        await cast.play(warming_up)
        before, cast.point, cast.fault = cast.calls, cast.calls + call, fault
        await cast.play(range(scene, scene + 1))
        return cast.calls - before

    async def disturbed(self, point: Point, fault: Fault, tables: Tables) -> None:
        scene, call = point
        assert await self.play(scene, tables, call, fault) >= call
        assert await whole(tables) == self.wholes[scene + 1], (point, fault)


async def rehearsal() -> Rehearsal:
    tables = MemoryTables()
    cast = Cast(tables, FakeEnvironment())
    rehearsed = Rehearsal([[]], [await whole(tables)], [])
    for scene in range(len(STORY)):
        await cast.play(range(scene, scene + 1))
        rehearsed.stored.append([(t, item) for t in Table async for page in scan_pages(tables, t) for item in page])
        rehearsed.wholes.append(await whole(tables))
    rehearsed.calls = [await rehearsed.play(scene, MemoryTables()) for scene in range(len(STORY))]
    return rehearsed


def some(rehearsed: Rehearsal, most: int) -> list[tuple[Point, Fault]]:
    points = [(point, fault) for point in rehearsed.points() for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)]
    return points if ALL else sorted(random.Random(1).sample(points, most), key=str)
