"""Reads one shard of a stream to its end, a few requests a second.

┌── page ── next page ── … ── no next page: the shard has ended
iterator ─────────┤
LATEST or         ├── expired ──▶ iterator after the last record read
TRIM_HORIZON      ├── trimmed ──▶ iterator at the oldest record left
├── no answer, throttled ──▶ wait, the same request again
└── the stream or the shard is gone: it has ended
"""

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from botocore.exceptions import ClientError

from ascend.adapters.dynamodb.errors import code_of, translate_errors
from ascend.adapters.dynamodb.replies import Reply
from ascend.adapters.dynamodb.requests import Request
from ascend.adapters.dynamodb.stream_replies import RecordPage, read_iterator, read_records
from ascend.domain.errors import StoreUnavailable
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays

T = TypeVar("T")
log = Log("ascend.store")

BUSY_INTERVAL = 0.25
"""Seconds between two requests for one shard: at most four a second. The service allows five, for all readers together."""
IDLE_INTERVAL = 0.5
"""The same, for a shard without records: half the price, and a commit still shows within a second."""
BUSY_SECONDS = 10.0
"""Seconds after a record for which a shard counts as busy."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0
"""Seconds to wait after a request that was throttled or got no answer."""
RECORDS = 1_000
"""The limit of records of a page, which is the service's own."""


class Shard(NamedTuple):
    """The name of a shard."""

    stream: str
    """The ARN of its stream."""
    id: str


class Start(StrEnum):
    """The place in a shard where reading begins."""

    LATEST = "LATEST"
    TRIM_HORIZON = "TRIM_HORIZON"
    """The oldest record that is left."""


class PlaceLost(Exception):
    """The service cannot read on from here."""

    EXPIRED = "ExpiredIteratorException"
    TRIMMED = "TrimmedDataAccessException"
    GONE = "ResourceNotFoundException"
    CODES = frozenset({EXPIRED, TRIMMED, GONE})

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class RequestPace:
    """The times of the requests for one shard, whoever sends them."""

    environment: Environment
    _last: float | None = None

    async def wait(self, interval: float) -> None:
        """Return when a request may be sent, this many seconds after the one before."""
        while self._last is not None and (rest := self._last + interval - self.environment.elapsed()) > 0:
            await self.environment.sleep(rest)
        self._last = self.environment.elapsed()


class ShardReader:
    """Reads one shard. `get_client` returns the client of the streams; `where` names the stream in errors."""

    def __init__(
        self, get_client: Callable[[], Any], where: str, shard: Shard, start: Start, pace: RequestPace
    ) -> None:
        self._get_client = get_client
        self._where = where
        self._shard = shard
        self._start = start
        self._pace = pace
        self._environment = pace.environment
        self._busy_until = self._environment.elapsed() + BUSY_SECONDS
        self._iterator: str | None = None
        """The next page. None: the place must be found first."""
        self._last: str | None = None
        """The sequence number of the last record that was read."""
        self._has_ended = False

    async def begin(self) -> None:
        """Find the place where reading begins: the records of every later commit come after it."""
        try:
            await self._find_place()
        except PlaceLost as lost:
            self._recover(lost)

    async def read(self) -> Collection[WorkspaceId] | None:
        """Return the workspaces of the next page of records, often none. None: the shard has ended."""
        if self._has_ended:
            return None
        try:
            if self._iterator is None:
                await self._find_place()
            page = await self._read_page()
        except PlaceLost as lost:
            self._recover(lost)
            return ()
        self._iterator, self._has_ended = page.next, page.next is None
        if page.last is not None:
            self._last, self._busy_until = page.last, self._environment.elapsed() + BUSY_SECONDS
        return page.workspaces

    async def _find_place(self) -> None:
        place = {"ShardIteratorType": self._start.value}
        if self._last is not None:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last}
        request = {"StreamArn": self._shard.stream, "ShardId": self._shard.id, **place}
        self._iterator = await self._send("get_shard_iterator", request, read_iterator, BUSY_INTERVAL)

    async def _read_page(self) -> RecordPage:
        request = {"ShardIterator": self._iterator, "Limit": RECORDS}
        interval = BUSY_INTERVAL if self._environment.elapsed() < self._busy_until else IDLE_INTERVAL
        return await self._send("get_records", request, read_records, interval)

    def _recover(self, lost: PlaceLost) -> None:
        """Let the next read find its place again. Where records are lost, go on with the oldest that is left."""
        self._iterator = None
        match lost.code:
            case PlaceLost.GONE:
                self._has_ended = True
            case PlaceLost.TRIMMED:
                self._start, self._last = Start.TRIM_HORIZON, None
            case _:
                pass

    async def _send(self, operation: str, request: Request, read: Callable[[Reply], T], interval: float) -> T:
        """Send the request until it is answered, and read the reply."""
        for wait in delays(FIRST_WAIT, LONGEST_WAIT):
            await self._pace.wait(interval)
            try:
                with translate_errors(self._where), _find_lost_place():
                    return read(await getattr(self._get_client(), operation)(**request))
            except StoreUnavailable as error:
                log.warning("stream.no_answer", shard=self._shard.id, error=str(error), again_in=wait)
                await self._environment.sleep(wait * (1 + self._environment.random()) / 2)
        raise AssertionError("the delays never end")


@contextmanager
def _find_lost_place() -> Generator[None, None, None]:
    """Raise `PlaceLost` for the answers that a reader acts upon."""
    try:
        yield
    except ClientError as error:
        if (code := code_of(error)) in PlaceLost.CODES:
            raise PlaceLost(code) from error
        raise
