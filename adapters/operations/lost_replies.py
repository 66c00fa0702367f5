"""Writes that are sent again when the store gives no answer."""

from collections.abc import Awaitable, Callable

from ascend.adapters.table.conditions import Blocked
from ascend.domain.errors import StoreBusy, StoreUnavailable
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays

FIRST_DELAY, LONGEST_DELAY, FACTOR, RETRIES = 0.1, 25.6, 4, 5
"""The first and the longest wait in seconds, the factor from one wait to the next, and the number of times that a write is
sent again: a busy store gets half a minute.
"""


async def write_until_answered(environment: Environment, write: Callable[[], Awaitable[Blocked | None]]) -> bool:
    """Send a write again until the store answers it. Return True if it was written.

    The write must be one that may happen twice.

    Raises:
        StoreUnavailable: the store gave no answer to the last attempt.
    """
    lost = False
    for delay in delays(FIRST_DELAY, LONGEST_DELAY, count=RETRIES, factor=FACTOR):
        try:
            return was_written(await write(), lost=lost)
        except StoreUnavailable as error:
            lost = lost or not isinstance(error, StoreBusy)
            await environment.sleep(delay)
    return was_written(await write(), lost=lost)


def was_written(blocked: Blocked | None, *, lost: bool) -> bool:
    """Return True if this job's write or deletion happened. After a lost reply, an item that does not exist was deleted by this job."""
    return blocked is None or (lost and blocked.existing is None)
