"""Fixtures: the two ways in which a store sends its requests to DynamoDB.

wire              each test runs on both: on the thin client from its first request on, and on aiobotocore alone
dynamodb_tables   empty tables in DynamoDB Local, without streams, on both
"""

from collections.abc import AsyncIterator

import pytest
from support.wires import WIRES, Opener

from ascend.adapters.dynamodb.tables import DynamoTables


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Opener:
    opener = Opener(request.param)
    monkeypatch.setattr("ascend.adapters.dynamodb.tables.open_clients", opener)
    return opener


@pytest.fixture
async def dynamodb_tables(dynamodb_local_url: str, wire: Opener) -> AsyncIterator[DynamoTables]:
    async with wire(None, dynamodb_local_url) as (client, _):
        tables = DynamoTables(client, "test", stream=False)
        await tables.create()
        yield tables
