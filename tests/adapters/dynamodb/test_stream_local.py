"""The stream of the events table on DynamoDB Local, beyond the contract: turned off, a client that is not given, endpoints."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from support.conformance.contract_hints import HOME, PATIENCE, WORK, collect_until_quiet, commit, hear, listening

from ascend.adapters.dynamodb import hints as stream_hints
from ascend.adapters.dynamodb.client import open_client, open_clients
from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb

TURN_ON = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}


@pytest.fixture
async def tables(dynamodb_local_url: str) -> AsyncIterator[DynamoTables]:
    async with open_dynamodb("test", endpoint_url=dynamodb_local_url) as tables:
        await tables.create()
        yield tables


async def turn_stream(tables: DynamoTables, specification: dict[str, Any]) -> None:
    client: Any = tables.client
    await client.update_table(TableName="test-events", StreamSpecification=specification)


async def test_a_stream_that_is_turned_off_gives_no_hints_and_one_that_is_turned_on_does(
    tables: DynamoTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_hints, "LISTING_INTERVAL", 0.1)
    hints = tables.change_hints()
    async with listening(hints) as heard:
        await turn_stream(tables, {"StreamEnabled": False})
        await commit(tables, WORK, 1)
        assert await collect_until_quiet(heard) == []
    assert await hints.shards() == []

    await turn_stream(tables, TURN_ON)
    with anyio.fail_after(PATIENCE):
        while not await hints.shards():  # noqa: ASYNC110  nothing tells when the service has turned it on
            await anyio.sleep(0.1)
    async with listening(hints) as heard:
        await commit(tables, HOME, 1)
        await hear(heard, HOME)


async def test_without_a_client_of_the_streams_there_are_no_hints(dynamodb_local_url: str) -> None:
    async with open_client(None, dynamodb_local_url) as client:
        hints = DynamoTables(client, "test").change_hints()
        assert list(await hints.shards()) == []
        assert [heard async for heard in hints.listen("any")] == []


async def test_the_streams_of_an_emulator_have_its_endpoint(aws_env: dict[str, str]) -> None:
    async with open_clients(None, "http://127.0.0.1:1") as (_, streams):
        assert streams.meta.endpoint_url == "http://127.0.0.1:1"


async def test_the_streams_of_the_service_have_an_endpoint_of_their_own(aws_env: dict[str, str]) -> None:
    async with open_clients("eu-west-1") as (_, streams):
        assert streams.meta.endpoint_url == "https://streams.dynamodb.eu-west-1.amazonaws.com"


async def test_an_endpoint_of_the_streams_can_be_set(
    aws_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://127.0.0.1:2")
    async with open_clients(None, "http://127.0.0.1:1") as (client, streams):
        assert (client.meta.endpoint_url, streams.meta.endpoint_url) == ("http://127.0.0.1:1", "http://127.0.0.1:2")
