"""A counter of the requests that this process sends to AWS: whichever client sends them, retries included."""

from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
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

    with patch.object(*find_sender(counting)):
        yield sent


def find_sender(counting: Callable[[Any], Any]) -> tuple[type, str, Any]:
    """Return the method through which every request goes, and what takes its place."""
    try:
        from ascend.adapters.dynamodb.connections import SharedConnections  # noqa: PLC0415
    except ImportError:  # older code, measured as a baseline, has no thin client
        return AIOHTTPSession, "send", counting(AIOHTTPSession.send)
    return SharedConnections, "deliver", counting(SharedConnections.deliver)
