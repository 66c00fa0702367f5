"""A second import long after the first, when command records and tombstones have expired, appends nothing."""

from datetime import datetime
from pathlib import Path

import pytest
from support.end_to_end.everything import Everything
from support.end_to_end.filling import FILES, fill_place
from support.end_to_end.places import Place, dynamodb_place
from support.importers.files import real_file
from support.importers.target import import_target

import ascend
from ascend.adapters.environment import SystemEnvironment
from ascend.adapters.importers import import_github, import_inventree, imported_workspace
from ascend.adapters.operations.digest import digest_items
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.runtime.service import RETENTION

LATER = 2 * RETENTION
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class LaterEnvironment(SystemEnvironment):
    def now(self) -> datetime:
        return super().now() + LATER


async def test_a_second_import_much_later_on_sqlite(everything: Everything, folder: Path) -> None:
    await check_nothing_is_added(everything.copy_to(folder), tuple(FILES), everything.digest)


async def test_a_second_import_much_later_on_dynamodb(everything: Everything, dynamodb_local_url: str) -> None:
    place = dynamodb_place(dynamodb_local_url)
    await fill_place(place, "quic")
    await check_nothing_is_added(place, ("quic",), everything.quic_digest)


async def check_nothing_is_added(place: Place, names: tuple[str, ...], before: str) -> None:
    async with ascend.open_store(place.url, environment=LaterEnvironment()) as store:
        await delete_expired(store.tables, LaterEnvironment().now())
        for name in names:
            source, file = FILES[name]
            run = import_github if source == "github" else import_inventree
            workspace = imported_workspace(name)
            head = (await store.log.head(workspace)).position
            summary = await run(real_file(*file), workspace, name, import_target(store))
            assert (summary.events, summary.sent.total(), summary.refused) == (0, 0, 0)
            assert (await store.log.head(workspace)).position == head
        assert store.commands.counts.applied == store.commands.counts.nothing == 0
        await store.worker.run_once()
        assert (await digest_items(store.tables, store.current.generation))[0] == before


async def delete_expired(tables: Tables, now: datetime) -> None:
    """Delete the items that the store is free to remove at this time."""
    async for items in scan_pages(tables):
        for item in items:
            if item.expires is not None and item.expires < now.timestamp():
                await tables.delete(Table.VIEWS, item.key, Equals({"position": item.attributes["position"]}))
