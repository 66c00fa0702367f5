"""The hints of DynamoDB: the keys in the stream of the events table. Only hints: the log says what has happened.

    DescribeTable ──▶ the stream, if it is on ──▶ DescribeStream ──▶ shards ──▶ a `ShardReader` for each that is listened to

Shards of the first listing are read from their end. Shards that appear later continue one of those, or belong to a
stream that was turned on since: they are read from their beginning, so that no change is missed in between.
"""

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio

from ascend.adapters.dynamodb.errors import translate_errors
from ascend.adapters.dynamodb.replies import read_part
from ascend.adapters.dynamodb.shard_reader import BUSY_INTERVAL, RequestPace, Shard, ShardReader, Start
from ascend.adapters.dynamodb.stream_replies import StreamShard, read_shards
from ascend.adapters.environment import SystemEnvironment
from ascend.domain.errors import StoreClosed, StoreError
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment

log = Log("ascend.store")

LISTING_INTERVAL = 30.0
"""Seconds between two listings of the shards."""
SHORTEST_INTERVAL = 1.0
"""The same, while the shards that continue an ended one are looked for."""
SEARCH_SECONDS = 10.0
"""Seconds after a shard's end for which its children are looked for. A stream that was turned off has none."""
NEW_SECONDS = 60.0
"""Seconds for which a new shard is read from its beginning. Later, somebody else has read it."""


@dataclass(slots=True)
class Clients:
    """The clients of a store, until it is closed."""

    tables: Any
    streams: Any
    closed: str | None = None
    """The URL of the store, once it is closed."""

    def check_open(self) -> None:
        """Raises: StoreClosed."""
        if self.closed is not None:
            raise StoreClosed(self.closed)


@dataclass(slots=True)
class KnownShard:
    """A shard, and what this process knows of it."""

    listed: StreamShard
    name: Shard
    pace: RequestPace
    noticed: float | None
    """When it appeared, by the clock of `elapsed`. None: it was there when this process began."""
    is_begun: bool = False
    listeners: int = 0
    ended: float | None = None
    """When this process read its end."""

    def is_new(self, now: float) -> bool:
        """Return True if its first records may concern nobody else: read it from its beginning."""
        return self.noticed is not None and now - self.noticed < NEW_SECONDS and not self.is_begun

    def can_be_listened_to(self, now: float) -> bool:
        return self.ended is None and (self.listed.is_open or self.listeners > 0 or self.is_new(now))


@dataclass(slots=True)
class StreamHints:
    """The `ChangeHints` of the events table with this name."""

    clients: Clients
    table: str
    environment: Environment = field(default_factory=SystemEnvironment)
    _known: dict[str, KnownShard] = field(default_factory=dict[str, KnownShard])
    _is_listed: bool = False
    """True after the first listing."""
    _due: float | None = None
    """When to list the shards again. None: now."""
    _has_failed: bool = False
    _is_off: bool = False
    _listing: anyio.Lock = field(default_factory=anyio.Lock)

    async def shards(self) -> Sequence[str]:
        self.clients.check_open()
        async with self._listing:
            if self._due is None or self.environment.elapsed() >= self._due:
                await self._list()
        now = self.environment.elapsed()
        return [id for id, shard in self._known.items() if shard.can_be_listened_to(now)]

    async def listen(self, shard: str) -> AsyncGenerator[Collection[WorkspaceId]]:
        known = self._known.get(shard)
        if known is None or known.ended is not None:
            return
        start = Start.TRIM_HORIZON if known.is_new(self.environment.elapsed()) else Start.LATEST
        reader = ShardReader(self._get_streams, self._describe(), known.name, start, known.pace)
        known.is_begun = True
        known.listeners += 1
        try:
            await reader.begin()
            yield ()
            while (workspaces := await reader.read()) is not None:
                if workspaces:
                    yield workspaces
            known.ended = self.environment.elapsed()
            self._due = known.ended  # others continue it
        finally:
            known.listeners -= 1

    async def _list(self) -> None:
        """List the shards. If that fails, those known before stay."""
        try:
            with translate_errors(self._describe()):
                stream = await self._find_stream()
                listed: Sequence[StreamShard] = () if stream is None else await self._read_shards(stream)
        except StoreError as error:
            self._report(error)
        else:
            self._has_failed = False
            self._report_off(is_off=stream is None)
            self._remember(stream or "", listed)
        self._due = self.environment.elapsed() + (SHORTEST_INTERVAL if self._is_searching() else LISTING_INTERVAL)

    def _report(self, error: StoreError) -> None:
        """Log the first of several failures."""
        if not self._has_failed:
            log.warning("stream.not_read", table=self.table, error=str(error))
        self._has_failed = True

    def _report_off(self, *, is_off: bool) -> None:
        """Log once that the table's stream is off."""
        if is_off and not self._is_off:
            log.warning("stream.off", table=self.table)
        self._is_off = is_off

    async def _find_stream(self) -> str | None:
        """Return the ARN of the table's stream, None if it is off."""
        table = read_part(await self.clients.tables.describe_table(TableName=self.table), "Table")
        settings: Mapping[str, Any] = table.get("StreamSpecification") or {}
        return table.get("LatestStreamArn") if settings.get("StreamEnabled", False) else None

    async def _read_shards(self, stream: str) -> Sequence[StreamShard]:
        shards: list[StreamShard] = []
        request = {"StreamArn": stream}
        while True:
            page = read_shards(await self.clients.streams.describe_stream(**request))
            shards += page.shards
            if page.next is None:
                return shards
            request["ExclusiveStartShardId"] = page.next
            await self.environment.sleep(BUSY_INTERVAL)  # the service allows ten a second, for all processes together

    def _remember(self, stream: str, listed: Sequence[StreamShard]) -> None:
        now = self.environment.elapsed() if self._is_listed else None
        before, self._known = self._known, {}
        for shard in listed:
            known = before.get(shard.id) or KnownShard(
                shard, Shard(stream, shard.id), RequestPace(self.environment), now
            )
            known.listed = shard
            self._known[shard.id] = known
        self._is_listed = True

    def _is_searching(self) -> bool:
        """Return True if a shard has ended lately, and none continues it yet."""
        earliest = self.environment.elapsed() - SEARCH_SECONDS
        parents = {shard.listed.parent for shard in self._known.values()}
        return any(
            shard.ended is not None and shard.ended > earliest and id not in parents
            for id, shard in self._known.items()
        )

    def _get_streams(self) -> Any:
        self.clients.check_open()
        return self.clients.streams

    def _describe(self) -> str:
        return f"stream of table {self.table}"
