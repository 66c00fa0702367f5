from collections.abc import AsyncIterator

import pytest
from support.conformance.contract import TablesContract
from support.wires import Opener

from ascend.adapters.dynamodb.tables import open_dynamodb
from ascend.adapters.table.port import Tables


@pytest.fixture
async def tables(dynamodb_local_url: str, wire: Opener) -> AsyncIterator[Tables]:
    async with open_dynamodb("test", endpoint_url=dynamodb_local_url) as tables:
        await tables.create()
        yield tables


class TestDynamoDBLocal(TablesContract):
    pass
