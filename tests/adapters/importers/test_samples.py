"""Imports of the sample household that ships with the project."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.importers.store import HOME, ImportStore

from ascend.adapters.importers import import_github, import_inventree
from ascend.adapters.importers.samples import INVENTORY, ISSUES
from ascend.domain.assets.asset import Asset
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace


@pytest.mark.parametrize(("run", "file"), [(import_github, ISSUES), (import_inventree, INVENTORY)])
async def test_progress_ends_at_the_number_of_records(store: ImportStore, run: Any, file: Path) -> None:
    reports: list[tuple[str, int, int | None]] = []

    def progress(phase: str, done: int, total: int | None) -> None:
        reports.append((phase, done, total))

    summary = await run(file, HOME, "Home", store.target, progress)
    assert reports[-1] == ("importing", summary.records, summary.records)
    assert reports[0] == ("reading", 1, None)


async def test_the_household_is_imported_without_refusals_and_a_second_import_appends_nothing(
    store: ImportStore,
) -> None:
    tasks = await store.github(ISSUES)
    things = await store.inventree(INVENTORY)
    assert (tasks.records, tasks.refused, things.refused) == (20, 0, 0)
    assert (tasks.kept, things.kept) == (0, 0)
    assert len(await store.entities(Task)) == 20 + 2
    assert len(await store.entities(Thing)) == 5 + 3 + 5 + 6
    assert len((await store.only_entity(Workspace)).members) == 1 + 4 + 4
    assert Counter(relation.type for relation in await store.entities(Relation)) == {
        "closes": 1,
        "mentions": 2,
        "contains": 1,
    }
    assert (len(await store.entities(Asset)), len(await store.entities(Link))) == (4, 5)
    assert (tasks.skipped, things.skipped) == (0, 0)
    assert sum(task.is_open and task.due is not None for task in await store.entities(Task)) > 10
    assert (await store.github(ISSUES)).events == (await store.inventree(INVENTORY)).events == 0
