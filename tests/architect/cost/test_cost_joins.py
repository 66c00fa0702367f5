"""What is declared to be read beside a page is what queries ask for, key by key."""

from collections import Counter
from typing import Any

import anyio
import pytest
from support.environment import FakeEnvironment
from support.schema.realistic import Realistic, fill

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.architect.cost.footprints import name_of_key
from ascend.architect.cost.joins import joined, own
from ascend.architect.cost.metered_tables import Meter, Read
from ascend.architect.cost.workload import Sizes
from ascend.architect.documents.examples import EXAMPLES
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.queries.patterns import PATTERNS

GARDEN = Sizes.model_validate({"workspace": {"of_a_user": 5}, "thing": {"level": 11}, "comment": {"places": 21}})
"""As `realistic` fills it: Ada is in five workspaces, the comments of a page stand on 21 Tasks, the deepest Thing is at level 11."""


@pytest.fixture(scope="module")
def garden() -> tuple[Meter, ascend.Store, Realistic]:
    environment = FakeEnvironment()
    meter, realistic = Meter(MemoryTables()), Realistic(environment)
    store = ascend.Store(meter, environment)

    async def make() -> None:
        await fill(store, realistic)
        await store.queries.check(realistic.home, ascend.OPERATOR)  # the epochs are known from here on

    anyio.run(make)
    return meter, store, realistic


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.query)
async def test_a_page_is_read_with_what_is_declared(
    garden: tuple[Meter, ascend.Store, Realistic], pattern: Pattern[Any]
) -> None:
    meter, store, realistic = garden
    meter.clear()

    await eval(EXAMPLES[pattern.query], {"queries": store.queries, **realistic.names})

    pages, gets = [read for read in meter.reads if is_page(read)], [read for read in meter.reads if not is_page(read)]
    lines = sum(len(read.found) for read in pages) if pages else realistic_lines(pattern)
    asked = Counter(name_of_key(Table.VIEWS, key) for read in gets for key in read.keys)
    declared = Counter[str]()
    for kind, count in joined(pattern, lines, GARDEN):
        declared[kind] += count
    if pattern.kind is RequestKind.GET:
        declared[pattern.item.__name__] += own(pattern, lines)
    assert asked == declared
    assert len(pages) == (pattern.kind is not RequestKind.GET)


def is_page(read: Read) -> bool:
    return not read.keys[0].sk


def realistic_lines(pattern: Pattern[Any]) -> int:
    """Of what answers with a few items that one item names."""
    return 2 if pattern.query == "blocked_by" else 1
