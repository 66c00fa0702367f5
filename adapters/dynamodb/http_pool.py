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
from http import HTTPStatus
from typing import Any, cast

from aiohappyeyeballs import start_connection  # pyright: ignore[reportUnknownVariableType]

HEAD_BYTES = 65_536
"""The longest status line with headers."""
LENGTH_DIGITS = 12
"""The digits of the longest body."""
RESOLVED_SECONDS = 10.0
"""The time for which the addresses of a name are used."""
NEXT_ADDRESS_SECONDS = 0.25
"""After this time without a connection, the next address of the name is tried as well (RFC 8305)."""


class UnusualReply(Exception):
    """The reply is a success, but none of those that this client reads."""


class NoReply(ConnectionError):
    """There was no connection, or it ended before the reply did, or an error came in a form that this client does not read."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port to connect to. `tls` is None for plain HTTP."""

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
        self._unsent: int = 0
        """The bytes of the request that the system had not taken, when somebody looked last."""
        self.idle_since = 0.0

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def send(self, request: bytes) -> "Future[HttpReply]":
        """Write a request. The future raises `NoReply`, `UnusualReply` or `TimeoutError` where there is no reply."""
        if self._transport is None:
            raise NoReply("the connection is closed")
        reply = self._reply = self._loop.create_future()
        self._transport.write(request)
        self._unsent = self._measure_unsent()
        self._deadline = self._loop.time() + self._read_seconds
        if self._timer is None:  # an earlier request's goes on, and looks at the deadline when it rings
            self._timer = self._loop.call_at(self._deadline, self._look_at_deadline)
        return reply

    def _measure_unsent(self) -> int:
        """Return the number of bytes of the request that the system has not taken yet."""
        size: int = 0 if self._transport is None else self._transport.get_write_buffer_size()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return size

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
        self._fail(NoReply(str(exc or "the connection was closed")))

    def eof_received(self) -> bool:
        return False  # close: no request is sent on half a connection

    def data_received(self, data: bytes) -> None:
        if self._reply is None:
            self.abort()  # nobody has asked for anything
            return
        self._received += data
        try:
            self._read()
        except (UnusualReply, NoReply) as error:
            self._fail(error)
            self.abort()

    def _read(self) -> None:
        head = self._head = self._head or _read_head(self._received)
        if head is None or len(self._received) < head.end:
            self._deadline = self._loop.time() + self._read_seconds
            return
        if len(self._received) > head.end:
            raise UnusualReply("a reply that is longer than it says")
        reply = HttpReply(head.status, head.headers, bytes(self._received[head.begin :]))
        self._received, self._head = bytearray(), None
        future, self._reply = self._reply, None
        if head.is_last or self._measure_unsent():
            self.abort()  # also if the reply came before the request was sent
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
        unsent, now = self._measure_unsent(), self._loop.time()
        if unsent != self._unsent:  # the request is still on its way
            self._unsent, self._deadline = unsent, now + self._read_seconds
        if now < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._look_at_deadline)
            return
        self._fail(TimeoutError(f"nothing was received for {self._read_seconds} s"))
        self.abort()


def _read_head(received: bytearray) -> _Head | None:
    """Return the head of a reply, None if it is not complete. Raises: UnusualReply."""
    blank = received.find(b"\r\n\r\n", 0, HEAD_BYTES)
    if blank < 0:
        if len(received) >= HEAD_BYTES:
            raise UnusualReply("a reply whose headers do not end")
        return None
    status, *lines = received[:blank].decode("latin-1").split("\r\n")
    version, _, rest = status.partition(" ")
    code = rest[:3]
    wrong = UnusualReply if code == str(HTTPStatus.OK.value) else NoReply
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or (name == "content-length" and name in headers):
            raise wrong("a reply with unusual headers")
        headers[name] = value.strip()
    length = headers.get("content-length", "")
    if version not in ("HTTP/1.1", "HTTP/1.0") or not (code.isdecimal() and code >= "200"):
        raise wrong(f"a reply that begins with {status[:40]!r}")
    if not (length.isascii() and length.isdecimal() and len(length) <= LENGTH_DIGITS) or "transfer-encoding" in headers:
        raise wrong(f"a reply with status {code} that does not say its length")
    begin = blank + 4
    is_last = version == "HTTP/1.0" or headers.get("connection", "").lower() == "close"
    return _Head(int(code), headers, begin + int(length), begin, is_last)


class HttpPool:
    """Connections to one address."""

    def __init__(self, address: Address, waits: Waits) -> None:
        self._address = address
        self._waits = waits
        self._idle: list[HttpConnection] = []
        """The one that was used last comes last."""
        self._open = set[HttpConnection]()
        self._is_closed = False
        self._resolving = asyncio.Lock()
        self._resolved: list[Any] = []
        self._resolved_at = 0.0

    async def send(self, request: bytes) -> HttpReply:
        """Send a complete request, and return the reply.

        Raises: OSError (`NoReply` and TimeoutError included) if there is no reply, UnusualReply.
        """
        connection = self._take_idle() or await self._connect()
        try:
            reply = await connection.send(request)
        except BaseException:
            self._drop(connection)  # a reply to this request must not be taken for one to the next
            raise
        self._give_back(connection)
        return reply

    def close(self) -> None:
        """Close all connections, for good. Requests on their way fail."""
        self._is_closed = True
        for connection in self._open:
            connection.abort()
        self._open.clear()
        self._idle.clear()

    def _take_idle(self) -> HttpConnection | None:
        """Return the connection that was used last. Those that were idle for too long are closed."""
        oldest = asyncio.get_running_loop().time() - self._waits.idle
        while self._idle and self._idle[0].idle_since < oldest:
            self._drop(self._idle.pop(0))
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
            self._drop(connection)
        return None

    def _give_back(self, connection: HttpConnection) -> None:
        if connection.is_open and connection in self._open:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        else:
            self._drop(connection)

    def _drop(self, connection: HttpConnection) -> None:
        self._open.discard(connection)
        connection.abort()

    async def _connect(self) -> HttpConnection:
        if self._is_closed:
            raise NoReply("the connections are closed")
        loop, tls = asyncio.get_running_loop(), self._address.tls
        try:
            async with asyncio.timeout(self._waits.connect):
                connected = await start_connection(await self._resolve(), happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)
                connection = HttpConnection(self._waits.read)
                name = None if tls is None else self._address.host
                await loop.create_connection(lambda: connection, sock=connected, ssl=tls, server_hostname=name)
        except TimeoutError:
            raise NoReply(f"no connection to {self._address.host} within {self._waits.connect} s") from None
        if self._is_closed:  # meanwhile
            connection.abort()
        self._open.add(connection)
        return connection

    async def _resolve(self) -> list[Any]:
        """Return the addresses of the host. Connections that are opened together share one look-up."""
        loop = asyncio.get_running_loop()
        async with self._resolving:
            if not self._resolved or loop.time() - self._resolved_at > RESOLVED_SECONDS:
                host, port = self._address.host, self._address.port
                self._resolved = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                self._resolved_at = loop.time()
            return self._resolved
