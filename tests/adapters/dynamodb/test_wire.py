"""Each call of the port sends the promised number of requests and costs the promised units (on DynamoDB Local)."""

import pytest
from support.conformance.contract_bulk import put_below, read_line
from support.conformance.given import PK, fill, item
from support.wire import Wire, listen, send_single_puts

from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.table.conditions import Absent, Below
from ascend.adapters.table.item import Index, Key, Table
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Query

pytestmark = pytest.mark.usefixtures("wire")


async def create_and_listen(tables: DynamoTables) -> Wire:
    await tables.create()
    return listen(tables)


async def test_each_call_is_one_request_and_costs_its_units(dynamodb_local_url: str) -> None:
    async with open_dynamodb("test", endpoint_url=dynamodb_local_url) as tables:
        wire = await create_and_listen(tables)

        assert await tables.put(Table.EVENTS, item(body="x" * 900), Absent()) is None
        assert wire.summary() == {"PutItem": 1}
        assert (wire.write_units, wire.read_units) == (1, 0)
        assert wire.sent[0].table == "test-events"

        wire.clear()
        await tables.get(Table.EVENTS, Key(PK, "1"))
        await tables.get(Table.EVENTS, Key(PK, "1"), consistent=False)
        await tables.query(Query(Table.EVENTS, PK))
        assert wire.summary() == {"GetItem": 2, "Query": 1}
        assert (wire.write_units, wire.read_units) == (0, 2)

        wire.clear()
        assert await tables.put(Table.EVENTS, item(), Absent()) is not None
        assert [request.failed for request in wire.sent] == [True]


async def test_a_batch_is_one_request_for_a_hundred_keys(dynamodb_local_url: str) -> None:
    async with open_dynamodb("test", endpoint_url=dynamodb_local_url) as tables:
        await tables.create()
        keys = [Key(PK, f"{number}") for number in range(201)]
        await fill(tables, *(item(key.sk) for key in keys[:10]))
        wire = listen(tables)

        await tables.batch_get(Table.VIEWS, keys + keys)
        await tables.batch_get(Table.VIEWS, [])

        assert wire.summary() == {"BatchGetItem": 3}
        assert wire.sent[0].table == "test-views"


async def test_a_move_in_an_index_costs_three_units(dynamodb_local_url: str) -> None:
    """One unit for the item, and two for the index whose key changed."""
    async with open_dynamodb("test", endpoint_url=dynamodb_local_url) as tables:
        wire = await create_and_listen(tables)
        await tables.put(Table.VIEWS, item(position=1, gsi1=Key("feed", "1")), Absent())
        assert wire.write_units == 2

        wire.clear()
        await tables.put(Table.VIEWS, item(position=2, gsi1=Key("feed", "2")), Below("position", 2))
        assert wire.write_units == 3
        await tables.query(Query(Table.VIEWS, "feed", index=Index.GSI1))
        assert wire.summary() == {"PutItem": 1, "Query": 1}


async def test_a_hundred_puts_are_four_requests_when_the_writer_knows_what_is_there(
    dynamodb_tables: DynamoTables,
) -> None:
    wire = listen(dynamodb_tables)

    await put_below(dynamodb_tables, *(read_line(number) for number in range(100)), is_new=True)
    await put_below(dynamodb_tables, *(read_line(number, position=2) for number in range(100)))

    assert wire.summary() == {"BatchExecuteStatement": 8}
    assert {len(request.statements) for request in wire.sent} == {25}
    assert {request.table for request in wire.sent} == {"test-views"}


async def test_puts_of_many_that_are_blocked_are_decided_by_a_put(dynamodb_tables: DynamoTables) -> None:
    """A wrong guess costs one more statement. A condition that fails in both is judged once more, at one moment."""
    await put_below(dynamodb_tables, *(read_line(number, position=number) for number in range(50)), is_new=True)
    wire = listen(dynamodb_tables)

    assert await put_below(dynamodb_tables, *(read_line(number, position=48) for number in range(50)), is_new=True) == [
        *[True] * 48,
        False,
        False,
    ]

    assert wire.summary() == {"BatchExecuteStatement": 4, "PutItem": 2}


async def test_large_items_leave_in_requests_of_a_megabyte(dynamodb_tables: DynamoTables) -> None:
    wire = listen(dynamodb_tables)

    await put_below(dynamodb_tables, *(read_line(number, data="x" * 300_000) for number in range(7)), is_new=True)

    assert sorted(len(request.statements) for request in wire.sent) == [1, 3, 3]


async def test_one_put_of_many_and_puts_to_the_events_are_puts(dynamodb_tables: DynamoTables) -> None:
    wire = listen(dynamodb_tables)

    await dynamodb_tables.put_all(Table.VIEWS, [])
    await put_below(dynamodb_tables, read_line(1), is_new=True)
    await dynamodb_tables.put_all(Table.EVENTS, [Put(item(f"{number}"), Absent(), is_new=True) for number in range(3)])

    assert wire.summary() == {"PutItem": 4}


async def test_single_puts_report_the_units_of_many(dynamodb_tables: DynamoTables) -> None:
    send_single_puts(dynamodb_tables)
    wire = listen(dynamodb_tables)

    await put_below(dynamodb_tables, *(read_line(number) for number in range(10)), is_new=True)

    assert (wire.summary(), wire.write_units) == ({"PutItem": 10}, 10)
