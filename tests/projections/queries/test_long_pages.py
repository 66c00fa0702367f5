"""A page of links holds up to 200 lines. Their names are read a hundred keys a request (see the tables of DynamoDB)."""

import math
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest
from support.scenario import task_id, thing_id

import ascend
from ascend.adapters.dynamodb.requests import BATCH_KEYS
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Item, Key, Table
from ascend.domain.ids import Ref
from ascend.projections.queries import JOINED_LIMIT, LINKED_LIMIT, Queries
from ascend.testing import ADA, HOME, FakeEnvironment

MANY = LINKED_LIMIT + 1
HUB, TASK, SPOKES = thing_id("hub"), task_id("hub"), [task_id(n) for n in range(MANY)]
Ask = Callable[[Queries, int], Awaitable[ascend.Page[Any]]]
ASK: dict[str, Ask] = {
    "Tasks about a Thing": lambda q, n: q.tasks_about(HOME, HUB, viewer=ADA, limit=n),
    "subtasks": lambda q, n: q.subtasks(HOME, TASK, viewer=ADA, limit=n),
    "Relations from a Thing": lambda q, n: q.relations_from(HOME, Ref("thing", HUB), viewer=ADA, limit=n),
}
"""The queries about Assets and blocked Tasks ask in the same way as the first two, and the Relations to a Thing as the last."""


class CountedTables(MemoryTables):
    """Counts the requests that DynamoDB would get for the batch reads."""

    requests = 0

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        self.requests += math.ceil(len(set(keys)) / BATCH_KEYS)
        return await super().batch_get(table, keys, consistent=consistent)


@pytest.fixture(scope="module")
async def tables() -> CountedTables:
    """Return tables in which one Thing and one Task have many links to other Tasks."""
    tables = CountedTables()
    store = ascend.Store(tables, FakeEnvironment())
    commands: list[ascend.Command] = [
        ascend.CreateWorkspace(name="Home", owner_name="Ada"),
        ascend.CreateThing(thing_id=HUB, name="Hub"),
        ascend.CreateTask(task_id=TASK, title="Hub"),
    ]
    for spoke in SPOKES:
        commands.append(ascend.CreateTask(task_id=spoke, title="Spoke", about=(HUB,), parent=TASK))
        commands.append(ascend.AddRelation(source=Ref("thing", HUB), type="of", target=Ref("task", spoke)))
    for command in commands:
        await store.execute(HOME, command, actor=ADA)
    await store.worker.run_once()
    return tables


@pytest.mark.parametrize("ask", ASK.values(), ids=ASK)
async def test_a_page_of_links_has_up_to_two_hundred_lines(tables: CountedTables, ask: Ask) -> None:
    queries = ascend.Store(tables, FakeEnvironment()).queries
    longest, shorter = await ask(queries, LINKED_LIMIT), await ask(queries, JOINED_LIMIT)

    assert (len(longest.items), bool(longest.cursor)) == (LINKED_LIMIT, True)
    assert longest.items[:JOINED_LIMIT] == shorter.items
    with pytest.raises(ascend.InvalidInput, match="limit is from 1 to 200, not 201"):
        await ask(queries, LINKED_LIMIT + 1)


@pytest.mark.parametrize("ask", ASK.values(), ids=ASK)
@pytest.mark.parametrize(("limit", "requests"), [(JOINED_LIMIT, 1), (97, 1), (98, 2), (197, 2), (LINKED_LIMIT, 3)])
async def test_its_names_are_read_a_hundred_a_request(
    tables: CountedTables, ask: Ask, limit: int, requests: int
) -> None:
    queries = ascend.Store(tables, FakeEnvironment()).queries  # it reads the epochs as well
    tables.requests = 0

    await ask(queries, limit)

    assert tables.requests == requests
