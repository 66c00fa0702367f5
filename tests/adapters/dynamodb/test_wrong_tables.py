"""Errors of the DynamoDB engine if its tables are missing or belong to another program."""

import pytest
from support.conformance.given import PK, item

from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Key, Table
from ascend.adapters.table.query import Query
from ascend.domain.errors import StoreMismatch, StoreMissing


async def get(tables: DynamoTables) -> None:
    await tables.get(Table.VIEWS, Key(PK, "1"))


async def put(tables: DynamoTables) -> None:
    await tables.put(Table.VIEWS, item(), Absent())


async def query(tables: DynamoTables) -> None:
    await tables.query(Query(Table.VIEWS, PK))


async def test_a_missing_table_is_named(dynamodb_local_url: str) -> None:
    async with open_dynamodb("nothing", endpoint_url=dynamodb_local_url) as tables:
        for call in (DynamoTables.check, get, put, query):
            with pytest.raises(StoreMissing, match=r"nothing-.*at http://127"):
                await call(tables)


async def test_a_table_of_another_program_is_refused(dynamodb_local_url: str) -> None:
    async with open_dynamodb("test", endpoint_url=dynamodb_local_url) as tables:
        for name in ("test-events", "test-views"):
            await tables.client.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        with pytest.raises(StoreMismatch, match="its key is not"):
            await tables.check()
        for call in (get, put, query):
            with pytest.raises(StoreMismatch, match="test-views"):
                await call(tables)
