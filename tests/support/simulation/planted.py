"""Faults that are planted into the code, one at a time, to show that the simulation finds them."""

from collections.abc import AsyncGenerator, Callable, Collection
from typing import Any

import anyio
import pytest

from ascend import Store
from ascend.adapters.memory import tables as memory
from ascend.adapters.store import event_log
from ascend.adapters.store.views import TableViews
from ascend.adapters.table import conditions
from ascend.adapters.table.conditions import Below, Condition
from ascend.adapters.table.item import Item
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query, TablePage
from ascend.domain.errors import StoreUnavailable
from ascend.domain.ids import CommandId
from ascend.domain.runtime.body import Body
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.execution import Execution
from ascend.domain.runtime.group import CallGroup
from ascend.domain.runtime.loader import CacheLoader
from ascend.domain.runtime.ports import Head, SlotTaken
from ascend.domain.runtime.request import Receipt
from ascend.projections.engine import batch_writer
from ascend.projections.engine.batch_writer import BatchWriter
from ascend.projections.engine.step import BatchRun
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.workers.sweep import Sweep

Plant = Callable[[pytest.MonkeyPatch], None]


def position_condition_removed(patch: pytest.MonkeyPatch) -> None:
    """Writes of read items succeed, whatever stands there."""
    real = conditions.is_met

    def is_met(when: Condition, existing: Any) -> bool:
        return isinstance(when, Below) or real(when, existing)

    patch.setattr(memory, "is_met", is_met)


def checkpoint_before_items(patch: pytest.MonkeyPatch) -> None:
    """The record moves before the read items are written."""
    render, move = BatchWriter.render, TableViews.move
    moved_early: list[GenerationRecord] = []

    async def render_late(self: BatchWriter, run: BatchRun, *rest: Any) -> None:
        moved: GenerationRecord = rest[-1]
        if await move(self.views, run.record, moved):  # type: ignore[arg-type]
            moved_early.append(moved)
        await render(self, run, *rest)

    async def move_once(self: TableViews, old: GenerationRecord, new: GenerationRecord) -> bool:
        if new not in moved_early:
            return await move(self, old, new)
        moved_early.remove(new)
        return True

    async def skip(*_: object) -> None: ...

    patch.setattr(BatchWriter, "render", render_late)
    patch.setattr(TableViews, "move", move_once)
    patch.setattr(batch_writer, "check_not_overtaken", skip)


def tombstone_dropped(patch: pytest.MonkeyPatch) -> None:
    """A removed item is deleted, and nothing stands in its place."""
    table = memory._MemoryTable  # pyright: ignore[reportPrivateUsage]
    real = table.replace

    def replace(self: Any, new: Any) -> None:
        item: Item = new.item
        if "workspace" in item.attributes and "position" in item.attributes and "data" not in item.attributes:
            self.remove(item.key)
        else:
            real(self, new)

    patch.setattr(table, "replace", replace)


def lost_reply_taken_for_failure(patch: pytest.MonkeyPatch) -> None:
    """A write that gets no answer is sent again at the next free position."""

    async def send(self: Execution, group: CallGroup, commit: Commit, body: Body) -> Head | SlotTaken:
        log, head = self.dependencies.log, group.cache.head
        try:
            return await log.append(head, commit, body)
        except StoreUnavailable:
            tail = await log.tail(head.workspace, head.point, 1_000, 10_000)
            assert tail.head is not None
            again = make_commit(
                tail.head.point.hash,
                commit.workspace,
                tail.head.point.position + 1,
                id=commit.id,
                clock=max(commit.clock, tail.head.point.clock),
                time=commit.time,
                records=commit.records,
                body=body,
            )
            return await log.append(tail.head, again, body)

    patch.setattr(Execution, "_send", send)


def cache_kept_after_a_conflict(patch: pytest.MonkeyPatch) -> None:
    """After a conflict, the commits of others are added, but the states stay as they were."""
    real = CacheLoader.catch_up

    async def catch_up(self: CacheLoader, cache: WorkspaceCache) -> bool:
        before = dict(cache.entities)
        caught_up = await real(self, cache)
        cache.entities.update(before)
        return caught_up

    patch.setattr(CacheLoader, "catch_up", catch_up)


def query_stops_after_the_first_page(patch: pytest.MonkeyPatch) -> None:
    """The tail of a log ends with the first page of it."""

    async def first_pages(tables: Tables, query: Query) -> AsyncGenerator[TablePage]:
        yield await tables.query(query)

    patch.setattr(event_log, "first_pages", first_pages)


def retry_with_a_new_id(patch: pytest.MonkeyPatch) -> None:
    """A command that is sent again gets a new id."""
    real, sent = Store.execute, set[CommandId]()

    async def execute(self: Store, *args: Any, command_id: CommandId | None = None, **kwargs: Any) -> Receipt:
        if command_id in sent:
            command_id = CommandId(self.environment.new_id())
        elif command_id is not None:
            sent.add(command_id)
        return await real(self, *args, command_id=command_id, **kwargs)

    patch.setattr(Store, "execute", execute)


def hint_trusted_without_the_sweep(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks for what hints have missed."""

    async def run(self: Sweep) -> None:
        await anyio.sleep_forever()

    patch.setattr(Sweep, "run", run)


def no_op_not_recorded(patch: pytest.MonkeyPatch) -> None:
    """A command that changed nothing leaves no record."""
    real = Execution._append  # pyright: ignore[reportPrivateUsage]

    async def append(self: Execution, loader: CacheLoader, group: CallGroup) -> bool:
        group.accepted = [accepted for accepted in group.accepted if accepted.record.events]
        return await real(self, loader, group) if group.accepted else True

    patch.setattr(Execution, "_append", append)


PLANTED: Collection[Plant] = (
    position_condition_removed,
    checkpoint_before_items,
    tombstone_dropped,
    lost_reply_taken_for_failure,
    cache_kept_after_a_conflict,
    query_stops_after_the_first_page,
    retry_with_a_new_id,
    hint_trusted_without_the_sweep,
    no_op_not_recorded,
)
