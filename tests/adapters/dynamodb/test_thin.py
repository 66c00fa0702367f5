"""The thin client sends the requests of items, and leaves to aiobotocore all but plain success."""

import json
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.config import AioConfig
from blockbuster import BlockBuster
from botocore.exceptions import ClientError
from botocore.retries.quota import RetryQuota
from support.conformance.given import PK, item
from support.conformance.stub_dynamodb import DROP, HANG, Reply, Stub, error, stub_dynamodb
from support.wire import no_delay
from support.wires import OPERATIONS, PLAIN, THIN, Credentials, Opener, sign_with_botocore

from ascend.adapters.dynamodb import client as dynamodb_client
from ascend.adapters.dynamodb.connections import SharedConnections
from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.domain.errors import StoreUnavailable
from ascend.store_url import open_tables

KEY = Key(PK, "1")
FOUND = {"pk": {"S": PK}, "sk": {"S": "1"}, "b": {"B": "AP8="}}
UNITS = {"ConsumedCapacity": {"TableName": "test-views", "CapacityUnits": 1}}
ITEM = Reply({"Item": FOUND, **UNITS})


@pytest.fixture(autouse=True)
def without_waits(aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)


@pytest.fixture
async def tables(stub: Stub) -> AsyncIterator[DynamoTables]:
    async with open_dynamodb("test", endpoint_url=stub.url) as tables:
        yield tables


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with stub_dynamodb(ITEM) as stub:
        yield stub


async def get(tables: DynamoTables) -> Item | None:
    return await tables.get(Table.VIEWS, KEY)


def senders(stub: Stub) -> list[str]:
    """Return who has sent each request."""
    return [PLAIN if "amz-sdk-request" in headers else THIN for headers, _ in stub.raw]


class TestWhoSends:
    @pytest.mark.needs_optimisation("thin")
    async def test_the_first_call_of_each_operation_shows_how_to_address_and_sign_the_others(
        self, stub: Stub, tables: DynamoTables
    ) -> None:
        for _ in range(3):
            await get(tables)
            await tables.put(Table.VIEWS, item(), Absent())

        assert senders(stub) == [PLAIN, PLAIN, THIN, THIN, THIN, THIN]
        assert {headers["X-Amz-Target"] for headers, _ in stub.raw} == {
            "DynamoDB_20120810.GetItem",
            "DynamoDB_20120810.PutItem",
        }

    async def test_the_thin_client_sends_six_operations_and_no_other(self, stub: Stub) -> None:
        async with Opener(THIN)(None, stub.url) as (client, _):
            for name in ("get_item", "batch_get_item", "query", "put_item", "delete_item", "batch_execute_statement"):
                await getattr(client, name)(TableName="test")
            for name in ("scan", "describe_table", "update_item"):
                await getattr(client, name)(TableName="test")

        assert [operation for operation, _ in stub.requests][:6] == [*OPERATIONS]
        assert senders(stub) == [THIN] * 6 + [PLAIN] * 3

    @pytest.mark.needs_optimisation("thin")
    @pytest.mark.parametrize("option", ["", "&wire=thin", "&wire=aiobotocore"])
    async def test_one_option_of_the_url_turns_it_off(self, stub: Stub, option: str) -> None:
        async with open_tables(f"dynamodb://test?region=eu-west-1&endpoint_url={stub.url}{option}") as tables:
            await tables.get(Table.VIEWS, KEY)
            await tables.get(Table.VIEWS, KEY)

        assert senders(stub) == [PLAIN, PLAIN if "aiobotocore" in option else THIN]

    async def test_a_path_in_the_endpoint_leaves_all_requests_to_aiobotocore(self, stub: Stub) -> None:
        async with open_dynamodb("test", endpoint_url=f"{stub.url}/path") as tables:
            for _ in range(2):
                with pytest.raises(StoreUnavailable):  # the stub has no such path
                    await get(tables)
        assert senders(stub) == []

    async def test_a_value_that_the_thin_client_does_not_know_leaves_the_request_to_aiobotocore(
        self, stub: Stub
    ) -> None:
        async with Opener(THIN)(None, stub.url) as (client, _):
            await client.put_item(TableName="test", Item={"pk": {"B": bytearray(b"x")}})

        assert senders(stub) == [PLAIN]


class TestRequests:
    @pytest.mark.parametrize("name", [THIN, PLAIN])
    @pytest.mark.parametrize("token", [None, "a/session+token=="])
    async def test_the_service_finds_the_signature_right(
        self, stub: Stub, aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, token: str | None
    ) -> None:
        if token is not None:
            monkeypatch.setenv("AWS_SESSION_TOKEN", token)
        async with Opener(name)(None, stub.url) as (client, _):
            tables = DynamoTables(client, "test")
            await get(tables)
            await tables.put(Table.VIEWS, item(name="größer 🎈", data=b"\x00"), Absent())

        assert senders(stub) == [name] * 2
        for headers, body in stub.raw:
            assert headers.get("X-Amz-Security-Token") == token
            assert headers["Authorization"] == sign_what_arrived(headers, body, aws_env)

    async def test_both_wires_send_the_same_request(self, stub: Stub) -> None:
        for name in (THIN, PLAIN):
            async with Opener(name)(None, stub.url) as (client, _):
                tables = DynamoTables(client, "test")
                await tables.put(Table.VIEWS, item(name="größer 🎈", data={"b": [b"\x00\xff"]}), Equals({"b": b"\x01"}))

        (thin, thin_body), (plain, plain_body) = stub.raw
        of_the_client = {"amz-sdk-request", "amz-sdk-invocation-id", "Accept"}
        assert thin.keys() == plain.keys() - of_the_client
        assert thin["Accept-Encoding"] == plain["Accept-Encoding"] == "identity"
        assert json.loads(thin_body) == json.loads(plain_body)

    async def test_the_trace_of_a_lambda_is_sent_on(self, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
        async with Opener(THIN)(None, stub.url) as (client, _):
            monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1")
            await get(DynamoTables(client, "test"))

        assert (senders(stub), stub.raw[0][0]["X-Amzn-Trace-Id"]) == ([THIN], "Root=1")


def sign_what_arrived(headers: dict[str, str], body: bytes, env: dict[str, str]) -> str:
    """Return the signature that botocore computes for a request as it arrived."""
    keys = Credentials(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], headers.get("X-Amz-Security-Token"))
    signed = {name: headers[name] for name in ("X-Amz-Target", "Content-Type")}
    sent = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    return sign_with_botocore(f"http://{headers['Host']}/", env["AWS_REGION"], keys, body, sent, **signed)[
        "authorization"
    ]


class TestCredentials:
    async def test_credentials_that_expire_are_refreshed(
        self,
        stub: Stub,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        blocking_detector: BlockBuster,
        without: Collection[str],
    ) -> None:
        """They come from a process, each time with another token, and are always about to expire."""
        blocking_detector.functions["os.stat"].can_block_in("botocore/configloader.py", {"raw_config_parse"})
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(write_process(tmp_path)))
        async with open_dynamodb("test", endpoint_url=stub.url) as tables:
            for _ in range(3):
                await get(tables)

        assert senders(stub) == [PLAIN] * 3 if "thin" in without else [PLAIN, THIN, THIN]
        tokens = [headers["X-Amz-Security-Token"] for headers, _ in stub.raw]
        assert sorted(tokens, key=len) == tokens
        assert len({*tokens}) == 3


def write_process(folder: Path) -> Path:
    """Write a profile whose credentials live for five minutes. Each token is one letter longer than the last one."""
    script, count = folder / "credentials.py", folder / "count"
    script.write_text(f"""
import datetime, json, pathlib
count = pathlib.Path({str(count)!r})
token = count.read_text() + "t" if count.exists() else "t"
count.write_text(token)
expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
print(json.dumps({{"Version": 1, "AccessKeyId": "AKIA" + token, "SecretAccessKey": "s" + token, "SessionToken": token,
                   "Expiration": expires.isoformat()}}))
""")
    config = folder / "config"
    config.write_text(f"[default]\ncredential_process = {sys.executable} {script}\n")
    return config


class TestRetries:
    @pytest.mark.parametrize("lost", [HANG, DROP, error("InternalServerError", status=500), error("Throttling")])
    async def test_the_first_attempt_is_thin_and_the_others_are_those_of_aiobotocore(
        self, stub: Stub, monkeypatch: pytest.MonkeyPatch, lost: Reply
    ) -> None:
        hurried = dynamodb_client.CONFIG.merge(AioConfig(read_timeout=0.3))
        monkeypatch.setattr(dynamodb_client, "CONFIG", hurried)
        stub.replies = [lost, lost, ITEM]
        async with Opener(THIN)(None, stub.url) as (client, _):
            assert await get(DynamoTables(client, "test")) is not None

        assert senders(stub) == [THIN, PLAIN, PLAIN]

    async def test_an_error_is_that_of_aiobotocore(self, stub: Stub) -> None:
        stub.replies = [error("ConditionalCheckFailedException", Item=FOUND)]
        responses: list[Any] = []
        for name in (THIN, PLAIN):
            async with Opener(name)(None, stub.url) as (client, _):
                with pytest.raises(client.exceptions.ConditionalCheckFailedException) as raised:
                    await client.put_item(TableName="test", Item=FOUND)
                responses.append(raised.value.response)

        assert senders(stub) == [THIN, PLAIN]
        for response in responses:
            response["ResponseMetadata"]["HTTPHeaders"].pop("date")
        assert responses[0] == responses[1]
        assert responses[0]["Item"]["b"]["B"] == b"\x00\xff"

    async def test_successes_fill_the_quota_of_retries_again(self, stub: Stub) -> None:
        """A service that was down for long has used it up, so that nothing is sent again."""
        failure = error("InternalServerError", status=500)
        async with Opener(THIN)(None, stub.url) as (client, _):
            stub.replies = [failure]
            while await count_attempts(client, stub) > 1:
                pass
            stub.replies = [ITEM]
            for _ in range(RetryQuota.INITIAL_CAPACITY):
                assert await count_attempts(client, stub) == 1
            stub.replies = [failure]

            assert [await count_attempts(client, stub) for _ in range(10)] == [3] * 10

    async def test_a_call_inside_another_one_does_not_take_its_answer(self, stub: Stub) -> None:
        """As where aiobotocore looks an endpoint up before it sends a request."""
        async with Opener(THIN)(None, stub.url) as (client, _):
            connections: SharedConnections = client._endpoint.http_session
            with connections.answer_first("PutItem", Received(b'{"of": "the put"}')):
                stub.replies = [Reply({"TableNames": []})]
                assert (await client.list_tables())["TableNames"] == []
                assert (await client._client.put_item(TableName="test"))["of"] == "the put"
                await client._client.put_item(TableName="test")

        assert [operation for operation, _ in stub.requests] == ["ListTables", "PutItem"]


@dataclass
class Received:
    """A response that is at hand."""

    body: bytes
    status_code: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @property
    async def content(self) -> bytes:
        return self.body


async def count_attempts(client: Any, stub: Stub) -> int:
    before = len(stub.requests)
    with suppress(ClientError):
        await client.get_item(TableName="test")
    return len(stub.requests) - before
