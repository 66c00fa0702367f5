import pytest
from support.erasure.contract import ErasureContract

from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.port import Tables


@pytest.fixture
def tables(dynamodb_tables: DynamoTables) -> Tables:
    return dynamodb_tables


class TestErasureOnDynamoDBLocal(ErasureContract):
    pass
