"""After a crash or a lost reply at any storage call, a repetition gives the result of an undisturbed run.

In memory, the tests try all calls (every third one for lost requests and replies). On SQLite and DynamoDB Local they try
a sample, or all calls with ASCEND_CRASHES=all.
"""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.faulty import Fault
from support.story import STORY, Performance, stored_content

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
from ascend.testing import FakeEnvironment

ALL = os.environ.get("ASCEND_CRASHES") == "all"


async def test_the_story_touches_every_kind_of_entity() -> None:
    tables = MemoryTables()
    await Performance(tables, FakeEnvironment()).play()
    events = [
        event
        for _, _, records in (await stored_content(tables))["log"]
        for record in records
        for event in record.events
    ]
    assert {ref.kind for event in events for ref in event.touches()} == set(ascend.LIFE_OS.model.kinds)


async def test_the_undisturbed_log_is_dense_and_holds_every_command_once() -> None:
    tables = MemoryTables()
    await Performance(tables, FakeEnvironment()).play()
    log = (await stored_content(tables))["log"]
    assert [position for position, _, _ in log] == list(range(1, len(log) + 1))
    ids = [record.command_id for _, _, records in log for record in records]
    assert len(ids) == len(set(ids)) == len([scene for scene in STORY if scene is not None]) - 2  # two are refused


@pytest.mark.parametrize("fault", Fault)
async def test_a_fault_at_every_call_in_memory(fault: Fault) -> None:
    rehearsal = await rehearse()
    lost = fault in {Fault.LOST_REQUEST, Fault.LOST_REPLY}
    for point in rehearsal.points()[:: 3 if lost and not ALL else 1]:
        await rehearsal.check_with_fault(point, fault, MemoryTables())


async def test_a_fault_at_some_calls_on_sqlite(tmp_path: Path) -> None:
    rehearsal = await rehearse()
    for point, fault in choose_points(rehearsal, 50):
        async with open_sqlite(tmp_path / f"{point}-{fault.name}.db") as tables:
            await tables.create()
            await rehearsal.check_with_fault(point, fault, tables)


async def test_a_fault_at_some_calls_on_dynamodb_local(dynamodb_local_url: str) -> None:
    rehearsal = await rehearse()
    async with open_client(None, dynamodb_local_url) as client:
        for (scene, call), fault in choose_points(rehearsal, 50):
            tables = DynamoTables(client, f"crash-{scene}-{call}-{fault.name}", stream=False)
            await tables.create()
            await rehearsal.check_with_fault((scene, call), fault, tables)


Point = tuple[int, int]
"""The number of a scene, and the number of a call in the scene."""


@dataclass
class Rehearsal:
    """An undisturbed performance: the stored content before each scene and after the last, and the calls of each scene."""

    stored: list[Sequence[tuple[Table, Item]]]
    contents: list[dict[str, Any]]
    calls: list[int]

    def points(self) -> list[Point]:
        return [(scene, call) for scene, calls in enumerate(self.calls) for call in range(1, calls + 1)]

    async def restore(self, scene: int, tables: Tables) -> None:
        await for_each(self.stored[scene], lambda pair: tables.put(*pair, Absent()), limit=16)

    async def play(self, scene: int, tables: Tables, call: int = 0, fault: Fault | None = None) -> int:
        """Play one scene, after two scenes to warm up. Return the number of its calls."""
        warming_up = range(max(0, scene - 2), scene)
        await self.restore(warming_up.start, tables)
        performance = Performance(tables, FakeEnvironment())
        await performance.play(warming_up)
        before, performance.point, performance.fault = performance.calls, performance.calls + call, fault
        await performance.play(range(scene, scene + 1))
        return performance.calls - before

    async def check_with_fault(self, point: Point, fault: Fault, tables: Tables) -> None:
        scene, call = point
        assert await self.play(scene, tables, call, fault) >= call
        assert await stored_content(tables) == self.contents[scene + 1], (point, fault)


async def rehearse() -> Rehearsal:
    tables = MemoryTables()
    performance = Performance(tables, FakeEnvironment())
    rehearsal = Rehearsal([[]], [await stored_content(tables)], [])
    for scene in range(len(STORY)):
        await performance.play(range(scene, scene + 1))
        rehearsal.stored.append([(t, item) for t in Table async for page in scan_pages(tables, t) for item in page])
        rehearsal.contents.append(await stored_content(tables))
    rehearsal.calls = [await rehearsal.play(scene, MemoryTables()) for scene in range(len(STORY))]
    return rehearsal


def choose_points(rehearsal: Rehearsal, count: int) -> list[tuple[Point, Fault]]:
    points = [(point, fault) for point in rehearsal.points() for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)]
    return points if ALL else sorted(random.Random(1).sample(points, count), key=str)
