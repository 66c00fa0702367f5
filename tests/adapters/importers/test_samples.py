"""The household that ships with the project."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.importers.given import HOME, Store

from ascend.adapters.importers import import_github, import_inventree
from ascend.adapters.importers.samples import INVENTORY, ISSUES
from ascend.domain.assets.asset import Asset
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace


@pytest.mark.parametrize(("run", "file"), [(import_github, ISSUES), (import_inventree, INVENTORY)])
async def test_progress_ends_at_the_number_of_records(store: Store, run: Any, file: Path) -> None:
    told: list[tuple[str, int, int | None]] = []

    def progress(what: str, done: int, of: int | None) -> None:
        told.append((what, done, of))

    summary = await run(file, HOME, "Home", store.send, progress)
    assert told[-1] == ("importing", summary.records, summary.records)
    assert told[0] == ("reading", 1, None)


async def test_the_household(store: Store) -> None:
    tasks = await store.github(ISSUES)
    things = await store.inventree(INVENTORY)
    assert (tasks.records, tasks.refused, things.refused) == (20, 0, 0)
    assert (tasks.kept, things.kept) == (0, 0)
    assert len(await store.every(Task)) == 20 + 2
    assert len(await store.every(Thing)) == 5 + 3 + 5 + 6
    assert len((await store.only(Workspace)).members) == 1 + 4 + 4
    assert Counter(one.type for one in await store.every(Relation)) == {"closes": 1, "mentions": 2, "contains": 1}
    assert (len(await store.every(Asset)), len(await store.every(Link))) == (4, 5)
    assert (tasks.skipped, things.skipped) == (0, 0)
    assert sum(task.is_open and task.due is not None for task in await store.every(Task)) > 10
    assert (await store.github(ISSUES)).events == (await store.inventree(INVENTORY)).events == 0
