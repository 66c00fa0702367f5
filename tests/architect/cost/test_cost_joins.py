"""The declared joins of each page are the items that its query reads, key by key."""

from collections import Counter
from typing import Any

import anyio
import pytest
from support.architect.measured import ask_example
from support.architect.realistic import Realistic, fill

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.architect.cost.item_names import find_type_of_key
from ascend.architect.cost.joins import count_joined_items, count_own_items
from ascend.architect.cost.metered_tables import MeteredRead, MeteredTables
from ascend.architect.cost.sizes import Sizes
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind
from ascend.testing import FakeEnvironment

GARDEN = Sizes.model_validate({"workspace": {"of_a_user": 5}, "thing": {"level": 11}, "comment": {"places": 21}})
"""The sizes in `realistic`: Ada is in five workspaces, the comments of a page are on 21 Tasks, the deepest Thing is at level 11."""


@pytest.fixture(scope="module")
def garden() -> tuple[MeteredTables, ascend.Store, Realistic]:
    environment = FakeEnvironment()
    tables, realistic = MeteredTables(MemoryTables()), Realistic(environment)
    store = ascend.Store(tables, environment)

    async def fill_store() -> None:
        await fill(store, realistic)
        await store.queries.check(realistic.home, ascend.OPERATOR)  # caches the epochs

    anyio.run(fill_store)
    return tables, store, realistic


@pytest.mark.parametrize("pattern", LIFE_OS.catalog.patterns, ids=lambda pattern: pattern.query)
async def test_a_page_is_read_with_the_declared_joins(
    garden: tuple[MeteredTables, ascend.Store, Realistic], pattern: Pattern[Any]
) -> None:
    tables, store, realistic = garden
    tables.clear()

    await ask_example(pattern, store, realistic)

    pages = [read for read in tables.reads if is_page(read)]
    gets = [read for read in tables.reads if not is_page(read)]
    lines = sum(len(read.items) for read in pages) if pages else count_realistic_lines(pattern)
    requested = Counter(find_type_of_key(Table.VIEWS, key) for read in gets for key in read.keys)
    declared = Counter[str]()
    for item_type, count in count_joined_items(pattern, lines, GARDEN):
        declared[item_type] += count
    if pattern.kind is RequestKind.GET:
        declared[pattern.item.__name__] += count_own_items(pattern, lines)
    assert requested == declared
    assert len(pages) == (pattern.kind is not RequestKind.GET)


def is_page(read: MeteredRead) -> bool:
    """Return True if the read is a Query."""
    return not read.keys[0].sk


def count_realistic_lines(pattern: Pattern[Any]) -> int:
    """Return the lines of an answer that takes its items from the ids in a single item."""
    return 2 if pattern.query == "blocked_by" else 1
