"""A server with planned replies, for faults that no emulator shows: throttling, no answer, lost replies, unprocessed keys."""

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import anyio
import orjson
from aiohttp import web


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. The default body is what the service answers where there is nothing to say: the units alone."""

    body: object = field(default_factory=lambda: {"ConsumedCapacity": {"TableName": "test-views", "CapacityUnits": 1}})
    status: int = 200
    checksum: str = ""
    """The header `x-amz-crc32`; empty: without it."""
    location: str = ""
    """Where a redirect leads."""
    chunked: bool = False
    """True: the body is sent in chunks, without its length."""

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else orjson.dumps(self.body)


HANG = Reply(status=0)
"""No answer at all."""
DROP = Reply(status=-1)
"""The connection ends without an answer."""


def changed(reply: Reply, old: bytes, new: bytes) -> Reply:
    """The reply with the checksum of what was sent, and a part of its body changed on its way."""
    assert old in reply.raw
    return replace(reply, body=reply.raw.replace(old, new), checksum=str(crc32(reply.raw)))


def error(code: str, message: str = "an error", status: int = 400, **more: object) -> Reply:
    return Reply({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message, **more}, status)


@dataclass(slots=True)
class Stub:
    """Sends its replies one after another, then the last reply for ever. `requests` records what it received."""

    replies: list[Reply]
    url: str = ""
    requests: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    raw: list[tuple[dict[str, str], bytes]] = field(default_factory=list[tuple[dict[str, str], bytes]])
    """Headers and body of each request."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.raw.append((dict(request.headers), body))
        self.requests.append((request.headers["X-Amz-Target"].rpartition(".")[2], orjson.loads(body)))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if reply is HANG:
            await anyio.sleep_forever()
        if reply is DROP:
            assert request.transport is not None
            request.transport.close()
        headers = {"x-amz-crc32": reply.checksum, "Location": reply.location}
        headers = {name: value for name, value in headers.items() if value}
        response = web.Response(
            status=max(reply.status, 200), body=reply.raw, content_type="application/x-amz-json-1.0", headers=headers
        )
        if reply.chunked:
            response.enable_chunked_encoding()
        return response


@asynccontextmanager
async def stub_dynamodb(*replies: Reply, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Stub, None]:
    stub = Stub(list(replies))
    handle: Callable[[web.Request], Awaitable[web.StreamResponse]] = stub.answer
    application = web.Application()
    application.router.add_post("/", handle)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    stub.url = "{}://{}:{}".format("https" if tls else "http", *runner.addresses[0][:2])
    try:
        yield stub
    finally:
        await runner.cleanup()
