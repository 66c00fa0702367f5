"""The HTTP connections of one client, for aiobotocore and for the thin client in front of it.

    aiobotocore ──▶ `send` ──▶ the first answer that is at hand, else `deliver`; remembers the envelope
    thin client ─────────────▶ `deliver`, directly ──▶ connections of its own; aiobotocore's where they do not do

Both share the limit of requests at the same time. Certificates, timeouts and closing are those of aiobotocore's connections.
"""

from asyncio import Lock, Semaphore
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import urlsplit

from aiobotocore.httpsession import AIOHTTPSession
from anyio import to_thread
from anyio.lowlevel import cancel_shielded_checkpoint
from botocore.exceptions import BotoCoreError, HTTPClientError, ReadTimeoutError
from botocore.retries.quota import RetryQuota

from ascend.adapters.dynamodb.http_pool import Address, HttpPool, Waits
from ascend.adapters.dynamodb.signing import Envelope, read_envelope
from ascend.domain.runtime.logs import Log

log = Log("ascend.store")

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Response(Protocol):
    """A response in the form that aiobotocore gives it."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers. Ask for them in small letters."""
        ...

    @property
    async def content(self) -> bytes: ...


Answer = Response | BotoCoreError
"""A response, or the error of a request that got none."""


@dataclass(frozen=True, slots=True)
class ThinRequest:
    """A complete request of the thin client, with the attributes of aiobotocore's requests."""

    url: str
    host: str
    """The host as it is signed."""
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    stream_output: bool = False


@dataclass(slots=True)
class _FirstAnswer:
    operation: str
    answer: Answer | None


_first_answer: ContextVar[_FirstAnswer | None] = ContextVar("ascend-first-answer", default=None)


class SharedConnections(AIOHTTPSession):
    """The `http_session_cls` of a client that a thin client stands in front of."""

    def __init__(self, *, proxies: dict[str, str] | None = None, **settings: Any) -> None:
        super().__init__(proxies=proxies, **settings)
        self.envelopes: dict[str, Envelope | None] = {}
        """The envelope of the last request to each operation that aiobotocore sent. None: only aiobotocore can send it."""
        self.refills = 0
        """Successes by which the client's retry quota may still grow (see `ThinClient`)."""
        self._is_handed_over = False
        """True if aiobotocore sends all requests, because something was not as expected."""
        self._pools: dict[str, HttpPool | None] = {}
        """By the URL of an endpoint. None: there is a proxy, so aiobotocore sends these requests."""
        self._opening = Lock()
        self._room = Semaphore(settings["max_pool_connections"])

    async def send(self, request: Any) -> Any:
        """Send a request of aiobotocore, unless its first answer is at hand already."""
        headers = {name.lower(): _to_text(value) for name, value in request.headers.items()}
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        first = _first_answer.get()
        if first is not None and first.operation == operation and (answer := first.answer) is not None:
            first.answer = None
            if isinstance(answer, BotoCoreError):
                raise answer
            return answer
        self.envelopes[operation] = read_envelope(request.method, request.url, headers)
        self.refills = RetryQuota.INITIAL_CAPACITY  # it may be a retry, which the quota has paid for
        return await self.deliver(request)

    async def deliver(self, request: Any) -> Response:
        """Send a request over the network. Every request of both clients passes here, retries included.

        Raises: BotoCoreError if there is no answer.
        """
        async with self._room:
            if isinstance(request, ThinRequest) and (response := await self._post(request)) is not None:
                return response
            send: Any = super().send
            answer: Response = await send(request)
            return answer

    async def _post(self, request: ThinRequest) -> Response | None:
        """Send a request of the thin client through its own connections.

        Return None where aiobotocore has to send the request: there is a proxy, or the endpoint redirects the request, or
        it replies in a way that only aiobotocore reads.
        """
        if self._is_handed_over:
            return None
        try:
            if request.url not in self._pools:
                await self._open_pool(request.url)
            pool = self._pools[request.url]
            response = None if pool is None else await pool.send(encode_request(request))
        except TimeoutError as error:
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        except OSError as error:
            raise HTTPClientError(error=error) from error
        except Exception as error:  # noqa: BLE001 - it says nothing about the network: aiobotocore sends all from now on
            self._hand_over_all(error)
            return None
        is_redirect = response is not None and response.status_code in REDIRECTS and "location" in response.headers
        return None if is_redirect else response

    async def _open_pool(self, url: str) -> None:
        """Make the pool for an endpoint, with the proxies, the certificates and the limits of time of aiobotocore."""
        async with self._opening:
            if url not in self._pools:
                is_direct = vars(self)["_proxy_config"].proxy_url_for(url) is None
                self._pools[url] = await self._make_pool(url) if is_direct else None

    async def _make_pool(self, url: str) -> HttpPool:
        parts, own = urlsplit(url), vars(self)
        build_contexts: Any = getattr(super(), "_build_ssl_contexts", None)
        tls = (await to_thread.run_sync(build_contexts, None))[0] if parts.scheme == "https" else None
        timeout, connector = own["_timeout"], own["_connector_args"]
        waits = Waits(timeout.sock_connect, timeout.sock_read, connector["keepalive_timeout"])
        return HttpPool(Address(str(parts.hostname), parts.port or (443 if tls else 80), tls), waits)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in filter(None, self._pools.values()):
            pool.close()
        await super().__aexit__(kind, error, trace)
        await cancel_shielded_checkpoint()  # the event loop closes the sockets in its next turn

    def _hand_over_all(self, error: Exception) -> None:
        if not self._is_handed_over:
            self._is_handed_over = True
            log.warning("thin_requests.handed_over", error=type(error).__name__)

    @contextmanager
    def answer_first(self, operation: str, answer: Answer) -> Generator[None, None, None]:
        """Let a call of aiobotocore inside the block take this as the answer to its first attempt, which is not sent."""
        token = _first_answer.set(_FirstAnswer(operation, answer))
        try:
            yield
        finally:
            _first_answer.reset(token)


def encode_request(request: ThinRequest) -> bytes:
    """Return the bytes of the request. Raises: ValueError where a header could be read as two."""
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    size = f"Content-Length: {len(request.body)}"
    head = "\r\n".join(("POST / HTTP/1.1", f"Host: {request.host}", *lines, size, "", ""))
    ends = len(lines) + 4
    if head.count("\n") != ends or head.count("\r") != ends:
        raise ValueError("a header has a line break")
    return head.encode() + request.body


def _to_text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
