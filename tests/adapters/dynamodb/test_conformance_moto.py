from collections.abc import AsyncIterator

import pytest
from support.conformance.contract import TablesContract

from ascend.adapters.dynamodb.tables import open_dynamodb
from ascend.adapters.table.port import Tables


@pytest.fixture
async def tables(moto_url: str) -> AsyncIterator[Tables]:
    async with open_dynamodb("test", endpoint_url=moto_url) as tables:
        await tables.create()
        yield tables


class TestMoto(TablesContract):
    """The contract on moto. The expected failures differ from the service; DynamoDB Local decides what is right."""

    @pytest.mark.xfail(reason="moto takes True for 1")
    async def test_equals_distinguishes_true_from_one(self, tables: Tables) -> None:
        await super().test_equals_distinguishes_true_from_one(tables)

    @pytest.mark.xfail(reason="moto answers 500 when text meets a number")
    async def test_text_is_not_below_a_number(self, tables: Tables) -> None:
        await super().test_text_is_not_below_a_number(tables)

    @pytest.mark.xfail(reason="moto's items end at 405,000 bytes")
    async def test_an_item_of_exactly_400_kb_is_stored_and_one_byte_more_is_refused(self, tables: Tables) -> None:
        await super().test_an_item_of_exactly_400_kb_is_stored_and_one_byte_more_is_refused(tables)

    @pytest.mark.xfail(reason="moto's items end at 405,000 bytes")
    async def test_an_item_of_many_types_near_400_kb_is_stored(self, tables: Tables) -> None:
        await super().test_an_item_of_many_types_near_400_kb_is_stored(tables)
