"""The pool of connections reads complete replies only, and never uses a connection of which it does not know the state."""

import asyncio
import gc
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from ascend.adapters.dynamodb.http_pool import Address, HttpPool, NoReply, UnusualReply, Waits
from ascend.domain.runtime.concurrency import for_each

REQUEST = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n{}"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Amz-Crc32: 1\r\n\r\nbody"
WAITS = Waits(connect=1, read=0.1, idle=60)
Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """A server that answers each request with bytes as they are, and counts its connections."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.connections = 0
        self.requests = 0
        self.address = Address("127.0.0.1", 0, None)
        self.writers: list[asyncio.StreamWriter] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        try:
            while await reader.readexactly(len(REQUEST)) == REQUEST:
                self.requests += 1
                await self.serve(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass


@asynccontextmanager
async def pool_of(serve: Serve, waits: Waits = WAITS) -> AsyncGenerator[tuple[HttpPool, RawServer]]:
    server = RawServer(serve)
    async with pool_to(server.handle, waits) as (pool, address):
        server.address = address
        yield pool, server


@asynccontextmanager
async def pool_to(handle: Handle, waits: Waits = WAITS) -> AsyncGenerator[tuple[HttpPool, Address]]:
    writers: list[asyncio.StreamWriter] = []

    async def handle_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        try:
            await handle(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(handle_and_close, "127.0.0.1", 0)
    address = Address("127.0.0.1", listening.sockets[0].getsockname()[1], None)
    pool = HttpPool(address, waits)
    try:
        yield pool, address
    finally:
        pool.close()
        listening.close()
        for writer in writers:
            writer.transport.abort()
        await anyio.sleep(0.02)
        gc.collect()  # a socket that is left open warns, and warnings are errors


def answer(*parts: bytes) -> Serve:
    async def serve(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await anyio.sleep(0.001)

    return serve


async def test_a_connection_serves_one_request_after_another() -> None:
    async with pool_of(answer(OK)) as (pool, server):
        for _ in range(3):
            reply = await pool.send(REQUEST)

            assert (reply.status_code, await reply.content, reply.headers["x-amz-crc32"]) == (200, b"body", "1")
        assert (server.connections, server.requests) == (1, 3)


async def test_requests_at_the_same_time_have_connections_of_their_own() -> None:
    async with pool_of(answer(OK)) as (pool, server):
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(pool.send, REQUEST)
        await pool.send(REQUEST)

        assert (server.connections, server.requests) == (5, 6)


@pytest.mark.parametrize("size", [1, 3, len(OK) - 1])
async def test_a_reply_may_come_in_parts(size: int) -> None:
    parts = [OK[start : start + size] for start in range(0, len(OK), size)]
    async with pool_of(answer(*parts)) as (pool, server):
        for _ in range(2):
            assert (await pool.send(REQUEST)).body == b"body"
        assert server.connections == 1


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 3\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK,
        b"HTTP/2 200\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + 5_000 * b"1" + b"\r\n\r\n",
        OK + b"more",
        b"x" * 70_000,
    ],
)
async def test_a_reply_of_another_form_is_refused_and_its_connection_closed(reply: bytes) -> None:
    async with pool_of(answer(reply)) as (pool, server):
        for _ in range(2):
            with pytest.raises((UnusualReply, NoReply)):
                await pool.send(REQUEST)
        assert server.connections == 2


@pytest.mark.parametrize(
    "reply",
    [
        b"garbage\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n",
    ],
)
async def test_an_error_of_another_form_is_no_reply(reply: bytes) -> None:
    async with pool_of(answer(reply)) as (pool, server):
        for _ in range(2):
            with pytest.raises(NoReply):
                await pool.send(REQUEST)
        assert server.connections == 2


@pytest.mark.parametrize("part", [b"", OK[:10], OK[:-1]])
async def test_a_connection_that_ends_early_is_an_error(part: bytes) -> None:
    async def serve(writer: asyncio.StreamWriter) -> None:
        writer.write(part)
        writer.close()

    async with pool_of(serve) as (pool, server):
        for _ in range(2):
            with pytest.raises(ConnectionError):
                await pool.send(REQUEST)
        assert (server.connections, server.requests) == (2, 2)


@pytest.mark.parametrize("end", [b"HTTP/1.0 200 OK\r\n", b"HTTP/1.1 200 OK\r\nConnection: close\r\n"])
async def test_a_connection_that_the_server_wants_to_end_is_not_used_again(end: bytes) -> None:
    async with pool_of(answer(end + b"Content-Length: 4\r\n\r\nbody")) as (pool, server):
        for _ in range(2):
            assert (await pool.send(REQUEST)).body == b"body"
        assert server.connections == 2


async def test_an_idle_connection_that_the_server_has_closed_is_not_used_again() -> None:
    async with pool_of(answer(OK)) as (pool, server):
        await pool.send(REQUEST)
        server.writers[0].close()
        await anyio.sleep(0.02)

        assert (await pool.send(REQUEST)).body == b"body"
        assert server.connections == 2


async def test_an_idle_connection_that_says_something_is_not_used_again() -> None:
    async with pool_of(answer(OK)) as (pool, server):
        await pool.send(REQUEST)
        server.writers[0].write(OK)  # it must not become the reply to the next request
        await anyio.sleep(0.02)

        assert (await pool.send(REQUEST)).body == b"body"
        assert server.connections == 2


async def test_a_connection_that_was_idle_for_too_long_is_not_used_again() -> None:
    async with pool_of(answer(OK), Waits(connect=1, read=1, idle=0.01)) as (pool, server):
        await pool.send(REQUEST)
        await anyio.sleep(0.02)
        await pool.send(REQUEST)

        assert server.connections == 2


async def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    async with pool_of(answer(OK[:-1])) as (pool, server):
        with pytest.raises(TimeoutError, match=r"nothing was received for 0\.1 s"):
            await pool.send(REQUEST)
        server.serve = answer(OK)

        assert (await pool.send(REQUEST)).body == b"body"
        assert server.connections == 2


async def test_a_slow_reply_is_waited_for_as_long_as_something_comes() -> None:
    async def serve(writer: asyncio.StreamWriter) -> None:
        for start in range(0, len(OK), 10):
            writer.write(OK[start : start + 10])
            await anyio.sleep(0.1)

    async with pool_of(serve, replace(WAITS, read=0.3)) as (pool, _):
        assert (await pool.send(REQUEST)).body == b"body"  # after 0.8 s
        assert (await pool.send(REQUEST)).body == b"body"


async def test_the_reply_to_a_cancelled_request_is_not_that_to_the_next() -> None:
    async def serve(writer: asyncio.StreamWriter) -> None:
        await anyio.sleep(0.05)
        writer.write(OK)

    async with pool_of(serve) as (pool, server):
        with anyio.move_on_after(0.02) as scope:
            await pool.send(REQUEST)
        assert scope.cancelled_caught
        server.serve = answer(OK.replace(b"body", b"next"))
        await anyio.sleep(0.05)

        assert (await pool.send(REQUEST)).body == b"next"
        assert server.connections == 2


async def test_a_closed_pool_ends_requests_on_their_way() -> None:
    async def hang(writer: asyncio.StreamWriter) -> None:
        await anyio.sleep_forever()

    async with pool_of(hang) as (pool, _):
        sent = asyncio.ensure_future(pool.send(REQUEST))
        await anyio.sleep(0.02)
        pool.close()
        with pytest.raises(ConnectionError):
            await sent


async def test_a_pool_that_is_closed_while_it_connects_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pool_of(answer(OK)) as (pool, server):
        sent = asyncio.ensure_future(pool.send(REQUEST))
        await anyio.lowlevel.checkpoint()
        pool.close()
        with pytest.raises(NoReply):
            await sent
        with pytest.raises(NoReply, match="closed"):
            await pool.send(REQUEST)
        await anyio.sleep(0.02)

        assert server.requests == 0


async def test_connections_that_are_opened_together_look_the_name_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, asked = asyncio.get_running_loop(), list[str]()
    look_up = loop.getaddrinfo

    async def getaddrinfo(host: str, port: int, **options: Any) -> Any:
        asked.append(host)
        return await look_up(host, port, **options)

    async with pool_of(answer(OK)) as (pool, server):
        monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)
        await for_each(range(10), lambda _: pool.send(REQUEST), limit=10)

        assert (server.connections, asked) == (10, ["127.0.0.1"])


async def test_where_the_first_address_of_a_name_does_not_answer_the_next_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    async with pool_of(answer(OK)) as (pool, server):
        stream = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        nowhere = (*stream, ("192.0.2.1", server.address.port))  # RFC 5737: an address for documents
        here = (*stream, (server.address.host, server.address.port))

        async def getaddrinfo(host: str, port: int, **options: Any) -> Any:
            return [nowhere, here]

        monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo)

        assert (await pool.send(REQUEST)).body == b"body"


async def test_a_reply_before_the_whole_request_was_sent_ends_the_connection() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(OK)
        await anyio.sleep(0.1)

    async with pool_to(handle) as (pool, _):
        for _ in range(2):  # the second one has a connection of its own
            assert (await pool.send(REQUEST + 20_000_000 * b"x")).body == b"body"


async def test_a_request_that_is_still_being_sent_is_not_late() -> None:
    size = 40_000_000

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received = 0
        while received < size:
            received += len(await reader.read(500_000))
            await anyio.sleep(0.002 if received < size / 2 else 0)  # longer in all than the limit of a read
        writer.write(OK)
        await writer.drain()

    async with pool_to(handle) as (pool, _):
        assert (await pool.send(size * b"x")).body == b"body"


async def test_an_address_without_a_server_is_an_error() -> None:
    async with pool_of(answer(OK)) as (_, server):
        address = server.address
    with pytest.raises(OSError, match="Connect call failed"):
        await HttpPool(address, WAITS).send(REQUEST)
