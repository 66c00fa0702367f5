"""Writes what is built, chunk by chunk, in a fixed order. The record moves after each chunk and says how far it is.

    look at all records ─▶ fill a chunk ─▶ write it ─▶ move the record ─▶ look at all records ─▶ …

A unit is a commit, with the lines of its events and its commands, or an entity as of a position, with its items. The units
come in the order of their cursors. So a build that was stopped goes on after the last unit whose chunk was written.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import anyio

from ascend.domain.ids import Ref
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Build
from ascend.projections.deadline import LATEST_WRITE, is_too_late
from ascend.projections.engine.batch_writer import COMMANDS_AT_ONCE, SLEPT, cut_into_runs
from ascend.projections.engine.building.claims import RENEW_AFTER, BuildClaims
from ascend.projections.engine.building.others import Others, find_held, find_others
from ascend.projections.engine.counts import add_counts
from ascend.projections.engine.step import Overtaken
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.key_template import ViewKey
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import Change, Edge, NewSnapshot, Parked, Views

UnitCursor = tuple[int, str, str]
"""A commit: its position, and two empty texts. An entity: the position as of which it is written, its kind and its id."""
STALE = LATEST_WRITE / 10
"""Seconds after which the records are looked at again before a chunk is written."""
EVENTS_AT_ONCE = 10_000
"""Events of the commits in a chunk: commands of an import may have hundreds each, also where none of them has a line."""


@dataclass
class Chunk:
    """The writes of a build between two moves of its record."""

    changes: dict[tuple[Build, ViewKey], Change] = field(default_factory=dict[tuple[Build, ViewKey], Change])
    parked: dict[tuple[Build, Ref], Parked] = field(default_factory=dict[tuple[Build, Ref], Parked])
    edges: list[Edge] = field(default_factory=list[Edge])
    snapshots: list[NewSnapshot] = field(default_factory=list[NewSnapshot])
    commits: list[Commit] = field(default_factory=list[Commit])
    """Commits whose commands are recorded. They follow one another."""
    commands: int = 0
    events: int = 0
    """Events of those commits: the chunk keeps them in memory."""
    counts: Counter[str] = field(default_factory=Counter[str])
    indexed: int = 0
    """Entries in indexes."""

    def add_change(self, change: Change) -> None:
        self.changes[change.build, change.key] = change
        self.indexed += 0 if change.item is None else sum(key is not None for key in change.item.index_keys())

    def park(self, parked: Parked) -> None:
        """Park an entity. Its last good items count as before."""
        self.parked[parked.build, parked.ref] = parked
        self.counts.update(parked.counts)

    def record_commands(self, commit: Commit) -> None:
        self.commits.append(commit)
        self.commands += len(commit.records)
        self.events += sum(1 for _ in commit.events())

    @property
    def writes(self) -> int:
        """The number of writes, without command records: most of them are packed, or too old to be written."""
        return len(self.changes) + len(self.parked) + len(self.edges) + len(self.snapshots)

    @property
    def work(self) -> int:
        """The number of writes and of entries in indexes."""
        return self.writes + self.indexed

    def is_full(self, writes: int) -> bool:
        return self.writes >= writes or self.commands >= COMMANDS_AT_ONCE or self.events >= EVENTS_AT_ONCE


class ChunkWriter:
    """Fill `chunk` with the writes of one unit, then call `end_unit`. Every method raises `Overtaken`."""

    def __init__(
        self,
        views: Views,
        environment: Environment,
        limits: ProjectionLimits,
        record: GenerationRecord,
        claims: BuildClaims,
    ) -> None:
        assert record.progress is not None
        self.views = views
        self.environment = environment
        self.limits = limits
        self.record = record
        self.progress = record.progress
        self.others = Others()
        self.chunk = Chunk()
        self.claims = claims
        self._looked_at = 0.0
        self._claimed_at = environment.elapsed()
        self._last = parse_cursor(record.progress.cursor)

    @property
    def cursor(self) -> UnitCursor:
        """The last unit that is taken in."""
        return self._last

    async def look(self) -> None:
        """Read all records. Raises `Overtaken` unless this one is as it was left here."""
        records = await self._read_records()
        if not self.others.held or find_held(records, self.record, self.progress.start) != self.others.held:
            self.others = await find_others(self.views, records, self.record, self.progress.start)

    async def _read_records(self) -> Sequence[GenerationRecord]:
        looked_at = self.environment.elapsed()
        records = await self.views.records(self.record.workspace)
        if self.record not in records:
            raise Overtaken(self.record.workspace)
        self._looked_at = looked_at
        return records

    async def end_unit(self, cursor: UnitCursor) -> None:
        """Note that the chunk holds all of a unit. Write the chunk if it is full."""
        self._last = cursor
        if self.chunk.is_full(self.limits.writes_per_chunk):
            await self._flush()
        else:
            await self.keep_claim()

    async def keep_claim(self) -> None:
        """Renew the claim in time, where no chunk is full for long. Call it between two units."""
        if self.environment.elapsed() - self._claimed_at > RENEW_AFTER:
            await self._flush()

    async def _flush(self) -> None:
        await self._write()
        self._claimed_at = self.environment.elapsed()
        progress = self.claims.claim(replace(self.progress, cursor=tuple(str(part) for part in self._last)))
        await self._move(replace(self.record, progress=progress))
        self.progress = progress
        await self.look()

    async def finish(self, built: GenerationRecord) -> GenerationRecord:
        """Write the last chunk, and move the record to `built`, with what is parked and counted. Return it."""
        await self._write()
        return await self._move(replace(built, parked=self.record.parked, counts=self.record.counts))

    async def _move(self, moved: GenerationRecord) -> GenerationRecord:
        counts = add_counts(self.record.counts, self.chunk.counts)
        moved = replace(moved, parked=self.record.parked + len(self.chunk.parked), counts=counts)
        if not await self.views.move(self.record, moved):
            raise Overtaken(self.record.workspace)
        self.record, self.chunk = moved, Chunk()
        return moved

    async def _write(self) -> None:
        """Write the chunk. If that takes long, look again and renew the claim meanwhile.

        Otherwise others would begin the same chunk; and a chunk that is not written in time would be begun again for ever.
        """
        if self.environment.elapsed() - self._looked_at > STALE:
            await self._look_again()
        is_written = anyio.Event()

        async def write() -> None:
            await self._put_chunk()
            is_written.set()

        async def renew() -> None:
            while not is_written.is_set():
                with anyio.move_on_after(RENEW_AFTER):
                    await is_written.wait()
                    return
                await self._renew_claim()

        await run_both(write, renew)

    async def _put_chunk(self) -> None:
        chunk = self.chunk
        if chunk.changes or chunk.parked:
            changes, parked = list(chunk.changes.values()), list(chunk.parked.values())
            await self.views.put_items(self.record, changes, parked, self._check_in_time)
        await self.views.put_edges(self.record, chunk.edges, self._check_in_time)
        await self.views.put_states(self.record, chunk.snapshots, self._check_in_time)
        for commits in cut_into_runs(chunk.commits):
            await self.views.put_applied_batch(self.record, commits, self._check_in_time)

    async def _renew_claim(self) -> None:
        await self._look_again()
        renewed = replace(self.record, progress=self.claims.claim(self.progress))
        if not await self.views.move(self.record, renewed):
            raise Overtaken(self.record.workspace)
        self.record = renewed

    async def _look_again(self) -> None:
        """Raise `Overtaken` if another generation has built meanwhile what this chunk holds: then fill it anew."""
        if find_held(await self._read_records(), self.record, self.progress.start) != self.others.held:
            raise Overtaken(self.record.workspace)

    def _check_in_time(self) -> None:
        if is_too_late(self.environment, self._looked_at):
            raise Overtaken(SLEPT)


def parse_cursor(cursor: Sequence[str]) -> UnitCursor:
    if not cursor:
        return 0, "", ""
    position, kind, id = cursor
    return int(position), kind, id
