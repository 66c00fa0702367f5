"""A counter of the requests that this process sends to AWS: whichever client sends them, retries included."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from aiobotocore.httpsession import AIOHTTPSession


@contextmanager
def count_requests() -> Generator[Counter[str]]:
    """Yield the number of requests by operation, for the length of the block."""
    sent = Counter[str]()
    send = AIOHTTPSession.send

    async def count_and_send(session: AIOHTTPSession, request: Any) -> Any:
        target = request.headers.get("X-Amz-Target", b"unknown")
        sent[(target.decode() if isinstance(target, bytes) else str(target)).rpartition(".")[2]] += 1
        return await send(session, request)

    with patch.object(AIOHTTPSession, "send", count_and_send):
        yield sent
