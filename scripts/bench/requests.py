"""A counter of the requests that this process sends to AWS: whichever client sends them, retries included."""

from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from unittest.mock import patch

from aiobotocore.httpsession import AIOHTTPSession

Send = Callable[[Any, Any], Awaitable[Any]]


@contextmanager
def count_requests() -> Generator[Counter[str]]:
    """Yield the number of requests by operation, for the length of the block."""
    sent = Counter[str]()

    def counting(send: Send) -> Send:
        async def count_and_send(connections: Any, request: Any) -> Any:
            target = request.headers.get("X-Amz-Target", b"unknown")
            sent[(target.decode() if isinstance(target, bytes) else str(target)).rpartition(".")[2]] += 1
            return await send(connections, request)

        return count_and_send

    with ExitStack() as stack:
        stack.enter_context(patch.object(AIOHTTPSession, "send", counting(AIOHTTPSession.send)))
        with suppress(ImportError):  # older code, measured as a baseline, has no thin client
            from ascend.adapters.dynamodb.connections import SharedConnections  # noqa: PLC0415

            stack.enter_context(patch.object(SharedConnections, "post", counting(SharedConnections.post)))
        yield sent
