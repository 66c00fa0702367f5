"""Policies add these requests to a look of a worker, counted on the wire to DynamoDB Local."""

from collections import Counter
from collections.abc import Sequence

import pytest
from support.applications import life_os
from support.policies.given import LIFE, START, T
from support.staged import paint
from support.wire import listen

import ascend
from ascend import Policy, Store
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.testing import ADA, HOME, FakeEnvironment

Cost = tuple[Counter[str], float, float]
TWO = len(ascend.LIFE_OS.policies)
REGISTRY = 8
"""Queries that list all workspaces, once more than a look without policies."""


@pytest.fixture
def tables(dynamodb_tables: DynamoTables) -> DynamoTables:
    return dynamodb_tables


class Watched:
    """A process that has looked once, with so many policies, on tables of its own."""

    def __init__(self, tables: DynamoTables, policies: Sequence[Policy]) -> None:
        self.store = Store(tables, FakeEnvironment(), life_os(policies=policies))
        self.wire = listen(tables)

    async def look(self, *commands: ascend.Command) -> Cost:
        """Return the cost of a look after these commands. The cost of the commands is not included."""
        for command in commands:
            await self.store.execute(HOME, command, actor=ADA)
        self.wire.clear()
        await self.store.worker.run_once(most=10)
        return Counter(self.wire.summary()), self.wire.read_units, self.wire.write_units


async def with_and_without(tables: DynamoTables, *commands: ascend.Command) -> tuple[dict[str, int], float, float]:
    """How much more a look costs with the policies that come with Ascend."""
    costs: list[Cost] = []
    for name, policies in (("with", ascend.LIFE_OS.policies), ("without", ())):
        own = DynamoTables(tables.client, name, stream=False)
        await own.create()
        watched = Watched(own, policies)
        await watched.look(*LIFE, paint())
        costs.append(await watched.look(*commands))
    (more, reads, writes), (less, fewer_reads, fewer_writes) = costs
    return dict(more - less), reads - fewer_reads, writes - fewer_writes


async def test_where_nothing_happened_their_positions_are_read_with_those_of_99_other_workspaces(
    tables: DynamoTables,
) -> None:
    more, reads, writes = await with_and_without(tables)

    assert (more, writes) == ({"BatchGetItem": 1}, 0)
    assert reads <= TWO


async def test_after_new_commits_one_read_of_the_positions_and_one_write_a_policy(tables: DynamoTables) -> None:
    """The commits that the same look has rendered are not read again."""
    more, reads, writes = await with_and_without(tables, START, ascend.CompleteTask(task_id=T))

    assert (more, writes) == ({"Query": 1, "BatchGetItem": 1, "PutItem": TWO}, TWO)
    assert reads <= 0.5 + TWO


async def test_a_batch_moves_each_position_once(tables: DynamoTables) -> None:
    more, _, writes = await with_and_without(tables, *(paint(n) for n in range(20)))

    assert (more, writes) == ({"Query": 1, "BatchGetItem": 1, "PutItem": TWO}, TWO)


async def test_a_process_asks_once_which_policies_are_installed(tables: DynamoTables) -> None:
    await Watched(tables, ascend.LIFE_OS.policies).look(*LIFE)
    costs: list[Counter[str]] = []
    for policies in (ascend.LIFE_OS.policies, ()):
        watched = Watched(tables, policies)
        costs.append((await watched.look())[0])

    assert dict(costs[0] - costs[1]) == {"Query": REGISTRY, "GetItem": 1, "BatchGetItem": 1}
