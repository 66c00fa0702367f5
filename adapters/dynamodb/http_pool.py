"""A pool of HTTP/1.1 connections to one address, for requests whose replies have a stated length.

    send ──▶ an idle connection, else a new one ──▶ write the request at once ──▶ reply ──▶ idle

It reads what DynamoDB sends: a status, headers, and as many bytes as `Content-Length` says. Any other reply is `UnusualReply`.
A connection is used again only after a complete reply. Its request was cancelled, timed out or got half a reply: it is closed.
"""

import asyncio
import socket
import ssl
from asyncio import Future, Protocol, TimerHandle, Transport
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

HEAD_BYTES = 65_536
"""The longest status line with headers."""


class UnusualReply(Exception):
    """The reply is none of those that this client reads."""


class ConnectionLost(ConnectionError):
    """The connection ended before the reply did."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the connections lead. `tls` is None for plain HTTP."""

    host: str
    port: int
    tls: ssl.SSLContext | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Limits of time, in seconds."""

    connect: float
    read: float
    """Without anything being received."""
    idle: float
    """After this time, an idle connection is not used any more."""


@dataclass(slots=True)
class HttpReply:
    """A complete reply, in the form of aiobotocore's responses."""

    status_code: int
    headers: Mapping[str, str]
    """The names are in small letters."""
    body: bytes

    @property
    async def content(self) -> bytes:
        return self.body


@dataclass(frozen=True, slots=True)
class _Head:
    status: int
    headers: dict[str, str]
    end: int
    """Where the whole reply ends, counted from its first byte."""
    begin: int
    """Where its body begins."""
    is_last: bool
    """True if the connection cannot be used again."""


class HttpConnection(Protocol):
    """One connection, with at most one request on its way."""

    def __init__(self, read_seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._read_seconds = read_seconds
        self._transport: Transport | None = None
        self._reply: Future[HttpReply] | None = None
        self._received = bytearray()
        self._head: _Head | None = None
        self._deadline = 0.0
        self._timer: TimerHandle | None = None
        self.idle_since = 0.0

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def send(self, request: bytes) -> "Future[HttpReply]":
        """Write a request. The future raises `ConnectionLost`, `UnusualReply` or `TimeoutError` where there is no reply."""
        if self._transport is None:
            raise ConnectionLost("the connection is closed")
        reply = self._reply = self._loop.create_future()
        self._transport.write(request)
        self._deadline = self._loop.time() + self._read_seconds
        if self._timer is None:  # an earlier request's goes on, and looks at the deadline when it rings
            self._timer = self._loop.call_at(self._deadline, self._look_at_deadline)
        return reply

    def abort(self) -> None:
        """Close the connection at once. A request on its way fails."""
        if self._transport is not None:
            self._transport.abort()
        self.connection_lost(None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("Transport", transport)
        connected = self._transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._fail(ConnectionLost(str(exc or "the connection was closed")))

    def eof_received(self) -> bool:
        return False  # close: no request is sent on half a connection

    def data_received(self, data: bytes) -> None:
        if self._reply is None:
            self.abort()  # nobody has asked for anything
            return
        self._received += data
        try:
            self._read()
        except UnusualReply as error:
            self._fail(error)
            self.abort()

    def _read(self) -> None:
        head = self._head = self._head or _read_head(self._received)
        if head is None or len(self._received) < head.end:
            self._deadline = self._loop.time() + self._read_seconds
            return
        if len(self._received) > head.end:
            raise UnusualReply("it is longer than it says")
        reply = HttpReply(head.status, head.headers, bytes(self._received[head.begin :]))
        self._received, self._head = bytearray(), None
        future, self._reply = self._reply, None
        if head.is_last:
            self.abort()
        if future is not None and not future.done():
            future.set_result(reply)

    def _fail(self, error: Exception) -> None:
        future, self._reply = self._reply, None
        if future is not None and not future.done():
            future.set_exception(error)

    def _look_at_deadline(self) -> None:
        self._timer = None
        if self._reply is None:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look_at_deadline)
            return
        self._fail(TimeoutError(f"nothing was received for {self._read_seconds} s"))
        self.abort()


def _read_head(received: bytearray) -> _Head | None:
    """Return the head of a reply, None if it is not complete. Raises: UnusualReply."""
    blank = received.find(b"\r\n\r\n", 0, HEAD_BYTES)
    if blank < 0:
        if len(received) >= HEAD_BYTES:
            raise UnusualReply("its headers do not end")
        return None
    status, *lines = received[:blank].decode("latin-1").split("\r\n")
    version, _, rest = status.partition(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or (name == "content-length" and name in headers):
            raise UnusualReply("its headers")
        headers[name] = value.strip()
    length, code = headers.get("content-length", ""), rest[:3]
    if version not in ("HTTP/1.1", "HTTP/1.0") or not (code.isdecimal() and code >= "200"):
        raise UnusualReply("its first line")
    if not (length.isascii() and length.isdecimal()) or "transfer-encoding" in headers:
        raise UnusualReply("it does not say its length")
    begin = blank + 4
    is_last = version == "HTTP/1.0" or headers.get("connection", "").lower() == "close"
    return _Head(int(code), headers, begin + int(length), begin, is_last)


class HttpPool:
    """Connections to one address."""

    def __init__(self, address: Address, waits: Waits) -> None:
        self._address = address
        self._waits = waits
        self._idle: list[HttpConnection] = []
        self._open = set[HttpConnection]()

    async def send(self, request: bytes) -> HttpReply:
        """Send a complete request, and return the reply.

        Raises: OSError (TimeoutError included) if there is no reply, UnusualReply.
        """
        connection = self._take_idle() or await self._connect()
        try:
            reply = await connection.send(request)
        except BaseException:
            self._open.discard(connection)
            connection.abort()  # a reply to this request must not be taken for one to the next
            raise
        self._give_back(connection)
        return reply

    def close(self) -> None:
        """Close all connections. Requests on their way fail."""
        for connection in self._open:
            connection.abort()
        self._open.clear()
        self._idle.clear()

    def _take_idle(self) -> HttpConnection | None:
        """Return the connection that was used last, so that those for a peak end."""
        oldest = asyncio.get_running_loop().time() - self._waits.idle
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open and connection.idle_since > oldest:
                return connection
            self._open.discard(connection)
            connection.abort()
        return None

    def _give_back(self, connection: HttpConnection) -> None:
        if connection.is_open and connection in self._open:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            self._open.discard(connection)

    async def _connect(self) -> HttpConnection:
        host, port, tls = self._address.host, self._address.port, self._address.tls
        make, connect = partial(HttpConnection, self._waits.read), asyncio.get_running_loop().create_connection
        async with asyncio.timeout(self._waits.connect):
            _, connection = await connect(make, host, port, ssl=tls)
        self._open.add(connection)
        return connection
