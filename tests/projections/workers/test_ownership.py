"""A store belongs to the application that worked on it first. Another one reads what it understands, and changes nothing."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.applications import ACCOUNTS, LEDGER, AccountId, OpenAccount, life_os
from support.faulty import Call
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.application_records import TableApplicationRecords
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.errors import WrongApplication
from ascend.projections.read_models.feed import FEED
from ascend.projections.workers.ownership import ApplicationRecord
from ascend.testing import ADA, HOME

RENT = AccountId.derive("rent")


async def open_account(store: ascend.Store) -> None:
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.execute(HOME, OpenAccount(account=RENT, title="Rent"), actor=ADA)


async def read_everything(tables: Tables) -> list[Item]:
    return [item async for page in scan_pages(tables) for item in page]


async def prune_now(store: ascend.Store) -> object:
    return await store.prune(even_if_in_use=True)


async def retime_all(store: ascend.Store) -> object:
    return [time async for time in store.retime()]


JOBS: tuple[Callable[[ascend.Store], Awaitable[object]], ...] = (
    lambda store: store.worker.run_once(),
    lambda store: store.worker.follow(),
    lambda store: store.rebuild(),
    prune_now,
    lambda store: store.verify(),
    retime_all,
    lambda store: store.erase(HOME, workers_stopped=True),
)


async def test_on_every_engine_the_jobs_of_another_application_are_refused_and_nothing_is_lost(
    any_tables: Tables,
) -> None:
    own = ascend.Store(any_tables, app=LEDGER)
    await open_account(own)
    await own.worker.run_once()
    before = await read_everything(any_tables)

    for job in JOBS:
        with pytest.raises(
            WrongApplication, match=r"ascend --app.*\[ledger, whose events account\.opened this one"
        ) as refused:
            with anyio.fail_after(20):
                await job(ascend.Store(any_tables))
        assert isinstance(refused.value, ascend.StoreMismatch)

    assert await read_everything(any_tables) == before
    page = await ascend.Store(any_tables, app=LEDGER).queries.ask(ACCOUNTS, HOME, viewer=ADA)
    assert [line.title for line in page.items] == ["Rent"]
    assert (await own.verify()).clean


async def test_another_application_reads_nothing_and_its_commands_are_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    async with ascend.open_store(url, create=True, app=LEDGER) as own:
        await open_account(own)
        await own.worker.run_once()
        head = (await own.log.head(HOME)).position

        async with ascend.open_store(url, create=True) as other:
            with pytest.raises(ascend.NotReady):
                await other.queries.members(HOME, viewer=ADA)
            with pytest.raises(WrongApplication, match="ledger"):
                await other.execute(HOME, ascend.RenameWorkspace(name="Mine"), actor=ADA)

        assert (await own.log.head(HOME)).position == head


async def test_commands_record_nothing_and_workers_record_once() -> None:
    tables = StagedTables(MemoryTables())
    store = ascend.Store(tables, app=LEDGER)
    await open_account(store)
    assert [call for call in tables.calls if keys.APPLICATION in call.keys] == []

    for _ in range(3):
        await store.worker.run_once()

    assert [call.method for call in tables.calls if keys.APPLICATION in call.keys] == ["get", "put"]
    recorded = await TableApplicationRecords(tables).read()
    assert recorded == ApplicationRecord("ledger", LEDGER.record.events, {"members": 2, "accounts": 1})
    assert "account.opened" in LEDGER.record.events


async def test_a_worker_of_given_workspaces_records_nothing_and_is_refused_as_well() -> None:
    tables = MemoryTables()
    store = ascend.Store(tables, app=LEDGER)
    await open_account(store)
    await store.worker_for([HOME]).run_once()
    assert await TableApplicationRecords(tables).read() is None

    await store.worker.run_once()
    with pytest.raises(WrongApplication, match="ledger"):
        await ascend.Store(tables).worker_for([HOME]).run_once()


async def test_with_the_same_name_events_and_projections_only_grow() -> None:
    tables = MemoryTables()
    await ascend.Store(tables, app=life_os(projections=())).worker.run_once()
    await ascend.Store(tables).worker.run_once()
    await ascend.Store(tables, app=life_os(projections=(FEED,))).worker.run_once()
    await ascend.Store(tables, app=ascend.Application(name=ascend.LIFE_OS.name)).worker.run_once()

    assert await TableApplicationRecords(tables).read() == ascend.LIFE_OS.record


async def test_of_two_that_come_at_the_same_time_one_is_refused() -> None:
    memory = MemoryTables()
    tables = StagedTables(memory)

    async def meanwhile(call: Call) -> None:
        if call.method == "put" and keys.APPLICATION in call.keys:
            tables.before = None
            await ascend.Store(memory, app=LEDGER).worker.run_once()

    tables.before = meanwhile
    with pytest.raises(WrongApplication, match="ledger"):
        await ascend.Store(tables).worker.run_once()


async def test_a_store_that_is_older_than_its_record_belongs_to_who_knows_its_projections() -> None:
    tables = MemoryTables()
    own = ascend.Store(tables, app=LEDGER)
    await open_account(own)
    await own.worker.catch_up(HOME)  # as a release without the record: it only projects
    assert await TableApplicationRecords(tables).read() is None

    with pytest.raises(WrongApplication, match="the projection accounts, which life-os does not have"):
        await ascend.Store(tables).rebuild()

    await own.worker.run_once()
    with pytest.raises(WrongApplication, match="ledger"):
        await ascend.Store(tables).rebuild()


async def test_a_projection_that_was_removed_before_there_was_a_record_is_no_obstacle() -> None:
    tables = MemoryTables()
    own = ascend.Store(tables)
    await own.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await ascend.Store(
        tables, app=ascend.LIFE_OS.extended(projections=LEDGER.projections[1:], kinds=LEDGER.kinds[1:])
    ).worker.catch_up(HOME)
    await own.worker.catch_up(HOME)

    await own.worker.run_once()

    assert await TableApplicationRecords(tables).read() == ascend.LIFE_OS.record


async def test_who_creates_a_store_owns_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    async with ascend.open_store(url, create=True, app=LEDGER) as own:
        await open_account(own)

        async with ascend.open_store(url, create=True) as other:
            with pytest.raises(WrongApplication, match="ledger"):
                await other.worker_for([HOME]).run_once()
            with pytest.raises(WrongApplication, match="ledger"):
                await other.execute(HOME, ascend.RenameWorkspace(name="Mine"), actor=ADA)


async def test_who_opens_a_store_with_workspaces_does_not_take_it() -> None:
    url = "memory://taken"
    async with ascend.open_store(url, create=True) as first:
        await first.tables.delete(Table.EVENTS, keys.APPLICATION, Equals({"name": "life-os"}))  # an older store
        await ascend.Store(first.tables).execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        async with ascend.open_store(url, create=True, app=LEDGER):
            assert await TableApplicationRecords(first.tables).read() is None


async def test_old_generations_of_the_same_application_are_pruned_as_ever() -> None:
    tables = MemoryTables()
    await open_account(ascend.Store(tables, app=LEDGER))
    store = ascend.Store(tables, app=LEDGER)
    await store.worker.run_once()
    await store.rebuild()

    assert (await store.prune(even_if_in_use=True)).records == 1
    assert (await store.verify()).clean


@pytest.mark.parametrize(
    "attributes",
    [
        {"name": "ledger"},
        {"name": "ledger", "events": 5, "projections": {}, "revision": 1},
        {"name": "ledger", "events": [], "projections": [], "revision": 1},
        {"name": "ledger", "events": [], "projections": {"accounts": "x"}, "revision": 1},
    ],
)
async def test_a_record_that_cannot_be_read_is_an_error_and_stays(attributes: dict[str, Any]) -> None:
    tables = MemoryTables()
    await tables.put(Table.EVENTS, Item(keys.APPLICATION, attributes), Absent())

    with pytest.raises(ascend.StoreMismatch, match="the item 'application' of the events table cannot be read"):
        await ascend.Store(tables, app=LEDGER).prune()

    stored = await tables.get(Table.EVENTS, keys.APPLICATION)
    assert stored is not None
    assert stored.attributes == attributes


async def test_a_record_in_another_order_is_replaced_as_well() -> None:
    tables = MemoryTables()
    names = ["workspace.created", "a.done"]
    attributes: dict[str, Any] = {"name": "ledger", "events": names, "projections": {"z": 1}, "revision": 7}
    await tables.put(Table.EVENTS, Item(keys.APPLICATION, attributes), Absent())

    await ascend.Store(tables, app=LEDGER).worker.run_once()

    recorded = await TableApplicationRecords(tables).read()
    assert recorded == LEDGER.record.merge(ApplicationRecord("ledger", frozenset(names), {"z": 1}))
    stored = await tables.get(Table.EVENTS, keys.APPLICATION)
    assert stored is not None
    assert stored.attributes["revision"] == 8


async def test_if_others_go_on_recording_it_gives_up() -> None:
    tables = StagedTables(memory := MemoryTables())

    async def meanwhile(call: Call) -> None:
        if call.method == "put" and keys.APPLICATION in call.keys:
            records = TableApplicationRecords(memory)
            old = await records.read()
            await records.replace(old, ApplicationRecord("ledger", frozenset({f"e.{call.number}"}), {}))

    tables.before = meanwhile
    with pytest.raises(ascend.Contention, match="record their application"):
        await ascend.Store(tables, app=LEDGER).worker.run_once()


async def test_who_does_not_know_every_event_of_the_same_application_replaces_and_removes_nothing() -> None:
    """For example the stock command line, on a store of an application that extends the Life OS under its name."""
    tables = MemoryTables()
    own = ascend.Store(tables, app=ascend.LIFE_OS.extended(kinds=LEDGER.kinds[1:], projections=LEDGER.projections[1:]))
    await open_account(own)
    await own.worker.run_once()
    before = await read_everything(tables)

    for job in (JOBS[2], prune_now):
        with pytest.raises(ascend.UpgradeRequired, match=r"account\.opened; or name the application.*`ascend --app`"):
            await job(ascend.Store(tables))

    assert await read_everything(tables) == before


async def test_an_extension_with_a_name_of_its_own_is_another_application() -> None:
    tables = MemoryTables()
    await ascend.Store(tables, app=ascend.LIFE_OS.extended(name="my-life")).worker.run_once()
    with pytest.raises(WrongApplication, match="my-life"):
        await ascend.Store(tables).worker.run_once()
