"""Each call of the port sends the promised number of requests and costs the promised units (on DynamoDB Local)."""

from support.conformance.given import PK, fill, item
from support.wire import Wire, listen

from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.table.conditions import Absent, Below
from ascend.adapters.table.item import Index, Key, Table
from ascend.adapters.table.query import Query


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
