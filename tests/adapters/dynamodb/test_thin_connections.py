"""The connections of the thin client are as aiobotocore's: their number, TLS, proxies, timeouts and closing."""

import asyncio
import gc
import ssl
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Any

import anyio
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.httpsession import AIOHTTPSession
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs
from support.conformance.given import PK, item
from support.conformance.stub_dynamodb import DROP, HANG, Reply, stub_dynamodb
from support.wire import no_delay
from support.wires import PLAIN, THIN, Opener

from ascend.adapters.dynamodb import client as dynamodb_client
from ascend.adapters.dynamodb.connections import ThinRequest, encode_request
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Key, Table
from ascend.domain.errors import StoreUnavailable
from ascend.domain.runtime.concurrency import for_each

UNITS = {"ConsumedCapacity": {"TableName": "test-views", "CapacityUnits": 1}}
EMPTY = Reply(UNITS)


@pytest.fixture(autouse=True)
def without_waits(aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)


async def get(client: Any) -> object:
    return await DynamoTables(client, "test").get(Table.VIEWS, Key(PK, "1"))


async def test_a_cancelled_request_leaves_its_neighbours_and_the_connections_alone() -> None:
    async with stub_dynamodb(EMPTY) as stub, Opener(THIN)(None, stub.url) as (client, _):
        await get(client)
        stub.replies = [HANG]
        for _ in range(3):
            with anyio.move_on_after(0.05) as scope:
                await get(client)
            assert scope.cancelled_caught
        stub.replies = [EMPTY]
        async with anyio.create_task_group() as tasks:
            for _ in range(dynamodb_client.CONNECTIONS + 10):
                tasks.start_soon(get, client)

        assert len(stub.requests) == 1 + 3 + dynamodb_client.CONNECTIONS + 10


async def test_no_task_and_no_connection_outlives_the_store() -> None:
    before = asyncio.all_tasks()
    async with stub_dynamodb(EMPTY) as stub, Opener(THIN)(None, stub.url) as (client, _):
        await for_each(range(10), lambda _: get(client), limit=10)
    assert asyncio.all_tasks() == before
    gc.collect()  # an open connection would warn, and warnings are errors


async def test_both_clients_share_the_limit_of_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    few = dynamodb_client.CONFIG.merge(AioConfig(max_pool_connections=2))
    monkeypatch.setattr(dynamodb_client, "CONFIG", few)
    async with stub_dynamodb(HANG) as stub, Opener(THIN)(None, stub.url) as (client, _):
        with anyio.move_on_after(1):
            async with anyio.create_task_group() as tasks:
                for _ in range(3):
                    tasks.start_soon(get, client)
                    tasks.start_soon(client.list_tables)

        assert len(stub.requests) == 2


async def test_a_proxy_is_used_as_by_aiobotocore(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stub_dynamodb(EMPTY) as stub:
        monkeypatch.setenv("HTTP_PROXY", stub.url)
        for name in (THIN, PLAIN):
            async with Opener(name)(None, "http://dynamodb.nowhere.example") as (client, _):
                await get(client)

        hosts = [headers["Host"] for headers, _ in stub.raw]
        assert hosts == ["dynamodb.nowhere.example"] * 2
        assert "amz-sdk-request" not in stub.raw[0][0]


@pytest.mark.parametrize("name", [THIN, PLAIN])
async def test_a_redirect_is_followed(name: str) -> None:
    async with stub_dynamodb(EMPTY) as target, stub_dynamodb(Reply(b"", 307, location=target.url)) as stub:
        async with Opener(name)(None, stub.url) as (client, _):
            await get(client)
            await get(client)

        assert len(target.requests) == 2


async def test_aiobotocore_sends_all_requests_if_its_connections_are_not_as_expected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A lost connection would be reported for ever otherwise, while aiobotocore itself works."""
    async with stub_dynamodb(EMPTY) as stub, Opener(THIN)(None, stub.url) as (client, _):
        monkeypatch.delattr(client._endpoint.http_session, "_connector_args")
        client._endpoint.http_session._connector_args = {}
        with capture_logs() as lines:
            await get(client)
            await get(client)

        assert len(stub.requests) == 2
        assert [line["event"] for line in lines] == ["thin_requests.handed_over"]


async def test_aiobotocore_sends_all_requests_if_replies_do_not_say_their_length() -> None:
    async with stub_dynamodb(replace(EMPTY, chunked=True)) as stub, Opener(THIN)(None, stub.url) as (client, _):
        with capture_logs() as lines:
            await get(client)
            await get(client)

        assert len(stub.requests) == 3  # the first one twice
        assert [line["event"] for line in lines] == ["thin_requests.handed_over"]


async def test_an_error_that_does_not_say_its_length_is_the_answer_to_the_first_attempt() -> None:
    """For example the page of a load balancer."""
    broken = Reply(b"<html>", 502, chunked=True)
    async with stub_dynamodb(broken) as stub, Opener(THIN)(None, stub.url) as (client, _):
        with capture_logs() as lines, pytest.raises(StoreUnavailable):
            await get(client)
        assert len(stub.requests) == 3
        stub.replies = [broken, EMPTY]
        await get(client)

    assert lines == []


@pytest.mark.parametrize("variable", ["NO_PROXY", "HTTPS_PROXY"])
async def test_a_proxy_that_does_not_concern_the_endpoint_changes_nothing(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9" if variable == "HTTPS_PROXY" else "127.0.0.1")
    async with stub_dynamodb(EMPTY) as stub, Opener(THIN)(None, stub.url) as (client, _):
        await get(client)

        assert client._endpoint.http_session._pools[f"{stub.url}/"] is not None


async def test_certificates_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, bundle = make_certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    read: list[None] = []
    build = vars(AIOHTTPSession)["_build_ssl_contexts"]

    def build_contexts(connections: Any, proxy: Any) -> Any:
        read.append(None)
        return build(connections, proxy)

    monkeypatch.setattr(AIOHTTPSession, "_build_ssl_contexts", build_contexts)
    async with stub_dynamodb(EMPTY, tls=server) as stub, Opener(THIN)(None, stub.url) as (client, _):
        await for_each(range(20), lambda _: get(client), limit=20)

    assert len(read) == 1


@pytest.mark.parametrize("text", ["a\r\nX-Injected: 1", "a\nb", "a\rb"])
def test_a_header_that_could_be_read_as_two_is_not_sent(text: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        encode_request(ThinRequest("http://here:8000/", "here:8000", {"User-Agent": text}, b"{}"))
    assert encode_request(ThinRequest("http://here:8000/", "here:8000", {"User-Agent": "a"}, b"{}")) == (
        b"POST / HTTP/1.1\r\nHost: here:8000\r\nUser-Agent: a\r\nContent-Length: 2\r\n\r\n{}"
    )


async def test_a_lost_connection_hands_nothing_over() -> None:
    async with stub_dynamodb(DROP) as stub, Opener(THIN)(None, stub.url) as (client, _):
        with capture_logs() as lines, pytest.raises(StoreUnavailable):
            await get(client)

    assert lines == []


class TestCertificates:
    @pytest.mark.parametrize("name", [THIN, PLAIN])
    async def test_a_server_must_have_a_certificate_that_is_trusted(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server, bundle = make_certificate(tmp_path, "127.0.0.1")
        async with stub_dynamodb(EMPTY, tls=server) as stub:
            async with Opener(name)(None, stub.url) as (client, _):
                with pytest.raises(StoreUnavailable, match=r"certificate|SSL"):
                    await get(client)
            assert stub.requests == []
            monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
            async with Opener(name)(None, stub.url) as (client, _):
                await get(client)
            assert len(stub.requests) == 1

    @pytest.mark.parametrize("name", [THIN, PLAIN])
    async def test_the_certificate_must_name_the_host(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server, bundle = make_certificate(tmp_path, "192.0.2.1")
        monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
        async with stub_dynamodb(EMPTY, tls=server) as stub, Opener(name)(None, stub.url) as (client, _):
            with pytest.raises(StoreUnavailable, match=r"certificate|SSL"):
                await get(client)
            assert stub.requests == []


def make_certificate(folder: Path, address: str) -> tuple[ssl.SSLContext, Path]:
    """Return the context of a server with a certificate that nobody trusts, and the file of that certificate."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime(2026, 1, 1, tzinfo=UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stub")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=3650))
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    bundle, private = folder / "bundle.pem", folder / "key.pem"
    bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bundle, private)
    return context, bundle


async def test_a_put_makes_a_sixth_of_the_calls_of_aiobotocore(dynamodb_local_url: str) -> None:
    """Python calls, those of asyncio and aiohttp included. In November 2026 they were 176 and 1,376."""
    calls: list[float] = []
    for name in (THIN, PLAIN):
        async with Opener(name)(None, dynamodb_local_url) as (client, _):
            tables = DynamoTables(client, name, stream=False)
            await tables.create()
            await count_calls(partial(put, tables, "warm"), 10)
            calls.append(await count_calls(partial(put, tables, "put"), 40))

    assert calls[0] <= 200
    assert calls[0] <= calls[1] / 6


async def put(tables: DynamoTables, name: str, number: int) -> None:
    assert await tables.put(Table.VIEWS, item(f"{name}{number}"), Absent()) is None


async def count_calls(work: Callable[[int], Awaitable[object]], times: int) -> float:
    """Return the number of Python functions that are called for each piece of work."""
    count = 0

    def count_call(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(count_call)
    try:
        for number in range(times):
            await work(number)
    finally:
        sys.setprofile(None)
    return count / times
