"""The contract of the change hints: what every engine's hints promise. See `ascend.projections.workers.hints`."""

from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing, asynccontextmanager
from typing import Any

import anyio
import pytest

from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.domain.errors import StoreClosed
from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.hints import ChangeHints

HOME, WORK = WorkspaceId.derive("home"), WorkspaceId.derive("work")
PATIENCE = 5.0
"""Seconds after which a hint counts as lost."""
QUIET = 0.7
"""Seconds without a hint after which none is expected any more."""
Heard = AsyncGenerator[Collection[WorkspaceId]]


async def commit(tables: Tables, workspace: WorkspaceId, position: int) -> None:
    assert await tables.put(Table.EVENTS, Item(keys.commit_key(workspace, position), {"n": position}), Absent()) is None


@asynccontextmanager
async def listening(hints: ChangeHints) -> AsyncGenerator[Heard]:
    """Listen to the only shard, from its first commit on."""
    (shard,) = await hints.shards()
    async with aclosing(hints.listen(shard)) as heard:
        with anyio.fail_after(PATIENCE):
            assert tuple(await anext(heard)) == ()
        yield heard


async def hear(heard: Heard, *expected: WorkspaceId) -> None:
    """Wait until all of these have been named. No other may be."""
    missing = set(expected)
    with anyio.fail_after(PATIENCE):
        while missing:
            named = set(await anext(heard))
            assert named <= set(expected)
            missing -= named


async def collect_until_quiet(heard: Heard) -> list[WorkspaceId]:
    """Return all that is named until nothing comes any more."""
    named: list[WorkspaceId] = []

    async def listen() -> None:
        async for workspaces in heard:
            named.extend(workspaces)

    with anyio.move_on_after(QUIET):
        await listen()
    return named


async def close(tables: Any) -> None:
    """Close the tables: on some engines, this is a coroutine."""
    if (closing := tables.close()) is not None:
        await closing


class Hints:
    async def test_a_commit_gives_a_hint_of_its_workspace(self, tables: Tables) -> None:
        async with listening(tables.change_hints()) as heard:
            await commit(tables, HOME, 1)
            await hear(heard, HOME)
            await commit(tables, WORK, 1)
            await hear(heard, WORK)

    async def test_commits_of_several_workspaces_at_once_all_give_hints(self, tables: Tables) -> None:
        async with listening(tables.change_hints()) as heard:
            async with anyio.create_task_group() as tasks:
                for workspace in (HOME, WORK):
                    for position in (1, 2, 3):
                        tasks.start_soon(commit, tables, workspace, position)
            await hear(heard, HOME, WORK)

    async def test_commits_while_the_listener_is_busy_give_a_hint_afterwards(self, tables: Tables) -> None:
        async with listening(tables.change_hints()) as heard:
            await commit(tables, HOME, 1)
            await hear(heard, HOME)
            await commit(tables, HOME, 2)
            await commit(tables, WORK, 1)
            await hear(heard, HOME, WORK)

    async def test_a_listener_hears_nothing_of_commits_before_it(self, tables: Tables) -> None:
        await commit(tables, HOME, 1)
        async with listening(tables.change_hints()) as heard:
            await commit(tables, WORK, 1)
            assert set(await collect_until_quiet(heard)) == {WORK}

    async def test_two_listeners_hear_of_the_same_commit(self, tables: Tables) -> None:
        async with listening(tables.change_hints()) as one, listening(tables.change_hints()) as other:
            await commit(tables, HOME, 1)
            await hear(one, HOME)
            await hear(other, HOME)

    @pytest.mark.parametrize(
        "key",
        [
            Key(keys.registry_partition(0), HOME),
            keys.policy_key(HOME, "policy"),
            keys.APPLICATION,
            Key(f"W#{HOME}", "1"),
            Key(f"W#{HOME}", "000000000000000x"),
            Key(f"W#{HOME}#", "0000000000000001"),
            Key("W#no id", "0000000000000001"),
            Key("W#", "\U0010ffff"),
        ],
        ids=str,
    )
    async def test_an_item_that_is_no_commit_gives_no_hint(self, tables: Tables, key: Key) -> None:
        async with listening(tables.change_hints()) as heard:
            await tables.put(Table.EVENTS, Item(key, {}), Absent())
            await commit(tables, WORK, 1)
            await hear(heard, WORK)

    async def test_views_and_replaced_commits_give_no_hint(self, tables: Tables) -> None:
        await commit(tables, HOME, 1)
        async with listening(tables.change_hints()) as heard:
            await tables.put(Table.VIEWS, Item(keys.commit_key(HOME, 1), {}), Absent())
            assert not await tables.put(Table.EVENTS, Item(keys.commit_key(HOME, 1), {"n": 2}), Equals({"n": 1}))
            await commit(tables, WORK, 1)
            await hear(heard, WORK)

    async def test_a_shard_that_nobody_knows_has_ended(self, tables: Tables) -> None:
        async with aclosing(tables.change_hints().listen("no such shard")) as heard:
            with pytest.raises(StopAsyncIteration):
                await anext(heard)

    async def test_closed_tables_give_no_hints(self, tables: Tables) -> None:
        hints = tables.change_hints()
        async with listening(hints) as heard:
            await close(tables)
            with anyio.fail_after(PATIENCE), pytest.raises(StoreClosed):
                await anext(heard)
        with pytest.raises(StoreClosed):
            await hints.shards()
