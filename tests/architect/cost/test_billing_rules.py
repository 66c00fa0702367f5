"""The published rules of DynamoDB's billing hold in the formulas, and on DynamoDB Local wherever that reports them rightly.

DynamoDB Local reports nothing for a missing item of a batch read, nor for a write whose condition fails. For these rules, and for
transactions, the formulas are compared with the documentation alone. Where a test names no other page, its rule is from
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from ascend.adapters.dynamodb.client import open_client
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.architect.cost.metered_tables import MeteredTables
from ascend.architect.cost.units import (
    MISSING,
    OVERHEAD_BYTES,
    IndexEntry,
    count_failed_write_units,
    count_get_units,
    count_index_units,
    count_put_units,
    count_query_units,
    count_stored_bytes,
    count_transaction_units,
    count_write_units,
    measure_item,
)

KB = 1_024
A_KEY, ANOTHER_KEY = Key("W#1", "a"), Key("W#1", "b")


def make_item(text: int, gsi1: Key | None = None) -> Item:
    return Item(Key("W#1", "task"), {"text": "x" * text}, gsi1=gsi1)


# ---- writes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bytes", "units"), [(0, 1), (1, 1), (KB, 1), (KB + 1, 2), (3 * KB, 3), (3.1 * KB, 4)])
def test_a_write_takes_a_unit_for_each_started_kilobyte(bytes: float, units: int) -> None:
    assert count_write_units(bytes) == units


def test_a_replaced_item_is_billed_by_the_larger_of_both() -> None:
    """The size of the item before or after the put, whichever is larger."""
    assert count_write_units(4 * KB, 1) == count_write_units(1, 4 * KB) == 4


@pytest.mark.parametrize(("existing", "units"), [(None, 1), (200, 1), (KB + 1, 2), (300 * KB, 300)])
def test_a_failed_condition_is_billed_by_the_size_of_the_existing_item(existing: float | None, units: int) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalWrites"""
    assert count_failed_write_units(existing) == units


async def test_a_put_that_its_condition_stops_is_metered_by_the_item_in_the_way() -> None:
    tables = MeteredTables(MemoryTables())
    await tables.create()
    await tables.put(Table.VIEWS, make_item(100, A_KEY), Absent())
    await tables.put(Table.VIEWS, make_item(5 * KB, A_KEY), Absent())

    assert [put.units for put in tables.puts] == [{"views": 1, "gsi1": 1}, {"views": 1}]


def test_a_transaction_doubles_the_units_of_the_table_and_not_those_of_the_indexes() -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling"""
    put = count_put_units(Table.VIEWS, None, make_item(1_500, A_KEY))

    assert put == {"views": 2, "gsi1": 2}
    assert count_transaction_units(put, "views") == {"views": 4, "gsi1": 2}


# ---- indexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes


def test_an_index_is_written_only_when_a_projected_attribute_changes() -> None:
    before = IndexEntry("a", 200, "Old name")

    assert count_index_units(before, IndexEntry("a", 200, "Old name")) == 0
    assert count_index_units(before, IndexEntry("a", 200, "New name")) == 1
    assert count_put_units(Table.VIEWS, make_item(100, A_KEY), make_item(100, A_KEY)) == {"views": 1}


def test_a_changed_key_of_an_index_is_two_writes_there() -> None:
    moved = count_put_units(Table.VIEWS, make_item(100, A_KEY), make_item(1_100, ANOTHER_KEY))

    assert moved == {"views": 2, "gsi1": 1 + 2}


def test_an_item_that_enters_or_leaves_an_index_is_one_write_there() -> None:
    assert count_put_units(Table.VIEWS, make_item(10), make_item(10, A_KEY))["gsi1"] == 1
    assert count_put_units(Table.VIEWS, make_item(10, A_KEY), make_item(10))["gsi1"] == 1
    assert "gsi1" not in count_put_units(Table.VIEWS, make_item(10), make_item(20))


# ---- reads ---------------------------------------------------------------------------------------------------------


def test_a_consistent_read_takes_a_unit_for_each_started_four_kilobytes_and_an_eventual_one_half() -> None:
    assert [count_get_units([bytes]) for bytes in (1, 4 * KB, 4 * KB + 1)] == [1, 1, 2]
    assert [count_get_units([bytes], consistent=False) for bytes in (1, 4 * KB, 4 * KB + 1)] == [0.5, 0.5, 1]


def test_a_missing_item_costs_a_unit_or_half_a_unit() -> None:
    """A read of an item that does not exist consumes the minimum."""
    assert (count_get_units([None]), count_get_units([None], consistent=False)) == (1, 0.5)
    assert (count_query_units(0, consistent=True), count_query_units(0, consistent=False)) == (1, 0.5)


def test_a_batch_rounds_each_item_and_a_query_rounds_their_sum() -> None:
    """BatchGetItem processes each item as a GetItem; Query all returned items as one read."""
    sizes = [100] * 50

    assert count_get_units(sizes) == 50
    assert count_query_units(sum(sizes), consistent=True) == 2
    assert count_query_units(sum(sizes), consistent=False) == 1


# ---- storage -------------------------------------------------------------------------------------------------------


def test_each_stored_item_has_a_hundred_bytes_of_overhead_in_the_table_and_in_each_index() -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.StorageConsiderations, and the pricing page."""
    item = make_item(500, A_KEY)
    bytes = measure_item(Table.VIEWS, item)

    assert OVERHEAD_BYTES == 100
    assert count_stored_bytes(Table.VIEWS, item) == {"views": bytes + 100, "gsi1": bytes + 100}


# ---- DynamoDB Local ------------------------------------------------------------------------------------------------


def describe_index(name: str, projection: dict[str, Any]) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": [{"AttributeName": "order", "KeyType": "HASH"}], "Projection": projection}


@pytest.fixture
async def client(dynamodb_local_url: str) -> AsyncIterator[Any]:
    """A table of which one index holds all attributes and one holds the name alone."""
    async with open_client(None, dynamodb_local_url) as client:
        send: Any = client
        await send.create_table(
            TableName="rules",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "order")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[
                describe_index("all", {"ProjectionType": "ALL"}),
                describe_index("named", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name"]}),
            ],
        )
        yield send


async def put(client: Any, pk: str = "1", **attributes: str) -> dict[str, float]:
    """Put the item; return the reported units by place."""
    item = {"pk": {"S": pk}} | {name: {"S": text} for name, text in attributes.items()}
    reply = await client.put_item(TableName="rules", Item=item, ReturnConsumedCapacity="INDEXES")
    capacity = reply["ConsumedCapacity"]
    indexes = {name: index["CapacityUnits"] for name, index in capacity.get("GlobalSecondaryIndexes", {}).items()}
    return {"table": capacity["Table"]["CapacityUnits"]} | {name: units for name, units in indexes.items() if units}


async def test_dynamodb_local_bills_writes_as_the_rules_say(client: Any) -> None:
    assert await put(client, name="A", text="x") == {"table": 1}
    assert await put(client, name="A", text="x", order="1") == {"table": 1, "all": 1, "named": 1}
    assert await put(client, name="A", text="y", order="1") == {"table": 1, "all": 1}
    assert await put(client, name="A", text="y", order="1") == {"table": 1}
    assert await put(client, name="A", text="y", order="2") == {"table": 1, "all": 2, "named": 2}
    assert await put(client, name="A", text="y" * 1_100, order="2") == {"table": 2, "all": 2}
    assert await put(client, name="A", text="y") == {"table": 2, "all": 2, "named": 1}


async def put_line(client: Any, pk: str) -> None:
    await put(client, pk, text="x" * 80, order="same")


async def read(client: Any, operation: str, **request: Any) -> float:
    """Send the read; return its reported units."""
    reply = await getattr(client, operation)(**request, ReturnConsumedCapacity="TOTAL")
    capacity: Any = reply["ConsumedCapacity"]
    of_table: Any = capacity[0] if operation == "batch_get_item" else capacity
    return float(of_table["CapacityUnits"])


async def test_dynamodb_local_bills_reads_as_the_rules_say(client: Any) -> None:
    numbers = [str(number) for number in range(50)]
    async with anyio.create_task_group() as tasks:
        for number in numbers:
            tasks.start_soon(put_line, client, number)
    await put(client, "large", text="x" * 5_000)
    large: Any = {"TableName": "rules", "Key": {"pk": {"S": "large"}}}
    missing: Any = {"TableName": "rules", "Key": {"pk": {"S": "missing"}}}
    page: Any = {
        "TableName": "rules",
        "IndexName": "all",
        "KeyConditionExpression": "#order = :same",
        "ExpressionAttributeNames": {"#order": "order"},
        "ExpressionAttributeValues": {":same": {"S": "same"}},
    }
    batch = {"rules": {"Keys": [{"pk": {"S": number}} for number in numbers], "ConsistentRead": True}}

    assert await read(client, "get_item", **large, ConsistentRead=True) == count_get_units([5_000])
    assert await read(client, "get_item", **large) == count_get_units([5_000], consistent=False)
    assert await read(client, "get_item", **missing, ConsistentRead=True) == count_get_units([None]) == MISSING
    assert await read(client, "batch_get_item", RequestItems=batch) == count_get_units([100] * 50) == 50
    assert await read(client, "query", **page) == count_query_units(50 * 100, consistent=False) == 1
