"""The HTTP connections of one client, which aiobotocore and the thin client share.

    aiobotocore ──▶ `send` ──▶ the first answer that is at hand, else `deliver`; remembers the envelope
    thin client ─────────────▶ `deliver`, directly

So connections, their limit, timeouts, TLS, proxies and closing are aiobotocore's, whoever sends.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from aiobotocore.httpsession import AIOHTTPSession
from aiohttp import ClientError
from botocore.exceptions import BotoCoreError, HTTPClientError, ReadTimeoutError
from botocore.retries.quota import RetryQuota
from yarl import URL

from ascend.adapters.dynamodb.signing import Envelope, read_envelope
from ascend.domain.runtime.logs import Log

log = Log("ascend.store")

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Response(Protocol):
    """A response in the form that aiobotocore gives it."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers. Their names ignore case."""
        ...

    @property
    async def content(self) -> bytes: ...


Answer = Response | BotoCoreError
"""A response, or the error of a request that got none."""


@dataclass(frozen=True, slots=True)
class ThinRequest:
    """A complete request of the thin client, with the attributes of aiobotocore's requests."""

    url: str
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
        self._find_session: Any = getattr(self, "_get_session", None) if not proxies else None

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
        if isinstance(request, ThinRequest) and (response := await self.post(request)) is not None:
            return response
        send: Any = super().send
        answer: Response = await send(request)
        return answer

    async def post(self, request: ThinRequest) -> Response | None:
        """Do what aiobotocore does where there is no proxy, without its conversions.

        Return None where aiobotocore has to send the request: there is a proxy, or the endpoint redirects the request,
        or aiobotocore's sessions have changed.
        """
        if self._find_session is None:
            return None
        try:
            session = await self._find_session(None)
            url = URL(request.url, encoded=True)
            async with session.post(url, data=request.body, headers=request.headers, allow_redirects=False) as response:
                if response.status in REDIRECTS and "Location" in response.headers:
                    return None
                return _Received(response.status, response.headers, await response.read())
        except TimeoutError as error:
            raise ReadTimeoutError(endpoint_url=request.url, error=error) from error
        except (ClientError, OSError) as error:
            raise HTTPClientError(error=error) from error
        except Exception as error:  # noqa: BLE001 - it says nothing about the network: aiobotocore sends all from now on
            self._hand_over_all(error)
            return None

    def _hand_over_all(self, error: Exception) -> None:
        if self._find_session is not None:
            self._find_session = None
            log.warning("thin_requests.handed_over", error=type(error).__name__)

    @contextmanager
    def answer_first(self, operation: str, answer: Answer) -> Generator[None, None, None]:
        """Let a call of aiobotocore inside the block take this as the answer to its first attempt, which is not sent."""
        token = _first_answer.set(_FirstAnswer(operation, answer))
        try:
            yield
        finally:
            _first_answer.reset(token)


@dataclass(slots=True)
class _Received:
    status_code: int
    headers: Mapping[str, str]
    body: bytes

    @property
    async def content(self) -> bytes:
        return self.body


def _to_text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
