"""The HTTP connections of one client, which aiobotocore and the thin client share.

    aiobotocore ──▶ `send` ──▶ the first answer that is at hand, else `deliver`; remembers the envelope
    thin client ──▶ `deliver`

So connections, their limit, timeouts, TLS, proxies and closing are aiobotocore's, whoever sends.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.httpsession import AIOHTTPSession
from botocore.exceptions import BotoCoreError
from botocore.retries.quota import RetryQuota

from ascend.adapters.dynamodb.signing import Envelope, read_envelope

Answer = AioAWSResponse | BotoCoreError
"""A response, or the error of a request that got none."""


@dataclass(slots=True)
class _FirstAnswer:
    operation: str
    answer: Answer | None


_first_answer: ContextVar[_FirstAnswer | None] = ContextVar("ascend-first-answer", default=None)


class SharedConnections(AIOHTTPSession):
    """The `http_session_cls` of a client that a thin client stands in front of."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.envelopes: dict[str, Envelope | None] = {}
        """The envelope of the last request to each operation that aiobotocore sent. None: only aiobotocore can send it."""
        self.refills = 0
        """Successes by which the client's retry quota may still grow (see `ThinClient`)."""

    async def send(self, request: Any) -> AioAWSResponse:
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

    async def deliver(self, request: Any) -> AioAWSResponse:
        """Send a request over the network. Every request of both clients passes here, retries included.

        Raises: BotoCoreError if there is no answer.
        """
        return await super().send(request)

    @contextmanager
    def answer_first(self, operation: str, answer: Answer) -> Generator[None, None, None]:
        """Let a call of aiobotocore inside the block take this as the answer to its first attempt, which is not sent."""
        token = _first_answer.set(_FirstAnswer(operation, answer))
        try:
            yield
        finally:
            _first_answer.reset(token)


def _to_text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
