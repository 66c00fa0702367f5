"""Runs the projection engine of production on tables in memory, and reads what it has stored."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import anyio

from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Item
from ascend.adapters.table.pages import scan_pages
from ascend.domain.errors import DamagedViews, InvalidInput
from ascend.domain.runtime.ports import START, Head
from ascend.projections.application import Application
from ascend.projections.build import Build
from ascend.projections.generation_record import find_record
from ascend.projections.item import ReadItem, validate_content
from ascend.projections.projection import Projection
from ascend.store import Store
from ascend.testing.environment import FakeEnvironment
from ascend.testing.people import HOME
from ascend.testing.recorded_log import RecordedCommit

T = TypeVar("T")


def render(app: Application, projection: Projection, commits: Sequence[RecordedCommit]) -> list[ReadItem]:
    """Return the read items that a worker of the application stores for the projection, in the order of their keys.

    An erased workspace has none: `Store.erase` removes them.

    Raises:
        InvalidInput: the application does not have this projection.
        AssertionError: the projection cannot render an entity.
        UpgradeRequired: an event cannot be folded.
    """
    if projection not in app.projections:
        raise InvalidInput(
            f"the application {app.name} does not have this projection {projection.name}: name it in projections=…"
        )
    if any(recorded.commit.is_erased for recorded in commits):
        return []

    async def run() -> list[ReadItem]:
        store = Store(MemoryTables(), FakeEnvironment(), app)
        await project(store, commits)
        await check_not_parked(store, projection)
        return await read_items(store, projection)

    return run_in_thread(run)


async def project(store: Store, commits: Iterable[RecordedCommit]) -> None:
    """Write the commits to the log of the store, and run a worker up to its end."""
    head = Head(HOME, START)
    for recorded in commits:
        written = await store.log.append(head, recorded.commit, recorded.body)
        assert isinstance(written, Head), "nobody else writes to these tables"
        head = written
    await store.worker.catch_up(HOME)


async def check_not_parked(store: Store, projection: Projection) -> None:
    """Check that the projection has rendered every entity."""
    record = find_record(await store.views.records(HOME), store.current.generation)
    parked = () if record is None else await store.views.parked(record)
    failures = [f"{each.ref}: {each.error}" for each in parked if each.build == store.current.build(projection)]
    if failures:
        raise AssertionError("\n  ".join((f"the projection {projection.name} cannot render", *failures)))


async def read_items(store: Store, projection: Projection) -> list[ReadItem]:
    """Return all read items of the projection, in the order of their keys."""
    build = store.current.build(projection)
    stored = [item async for page in scan_pages(store.tables) for item in page if "data" in item.attributes]
    mine = [item for item in stored if keys.parse_owner(item.key) == str(build)]
    return [to_read_item(projection, build, item) for item in sorted(mine, key=lambda item: (item.key.pk, item.key.sk))]


def to_read_item(projection: Projection, build: Build, stored: Item) -> ReadItem:
    """Return the read item. Its type is the one whose key it has."""
    content = str(stored.attributes["data"])
    for kind in projection.items:
        try:
            item = validate_content(kind, content)
            if keys.item_key(build, kind.key.render(item)) == stored.key:
                return item
        except (DamagedViews, InvalidInput):
            continue
    raise AssertionError(f"the projection {projection.name} stores an item that no query can read: {content}")


def run_in_thread(function: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run the coroutine in an event loop of its own. The caller may stand in another event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(anyio.run, function).result()
