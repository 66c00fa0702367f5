"""The loading side of commands: brings the workspace's cache to some head, with all that the commands ask for."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from ascend.domain.errors import Contention, LogDiverged
from ascend.domain.ids import CommandId, Ref, WorkspaceId
from ascend.domain.runtime.backlog import Backlog
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.call import Call
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.runtime.dependencies import FIRST_DELAY, LONGEST_DELAY, Dependencies
from ascend.domain.runtime.ports import Applied, Checkpoint, LoadedSnapshots, Tail
from ascend.domain.runtime.retry import delays
from ascend.domain.workspaces.view import NEVER_EXISTED

CONFIRMED_SECONDS = 5 * 60.0
"""The time for which a cache is used without asking where the log ends.

No condition of a write names the predecessor. So after a restore of the table, a process could append behind a head that
does not exist any more. A restored table comes back under its name no sooner than that.
"""


class CacheLoader:
    """Loads what a group of calls needs. `cache` is None while nothing certain is known about the workspace."""

    def __init__(
        self, dependencies: Dependencies, workspace: WorkspaceId, cache: WorkspaceCache | None, backlog: Backlog
    ) -> None:
        self.dependencies = dependencies
        self.workspace = workspace
        self.cache = cache
        self.backlog = backlog

    async def prepare(self, needed: Collection[Ref], calls: Collection[Call]) -> WorkspaceCache:
        """Return a cache at some head. One that starts cold holds what the calls need, and their records.

        Raises `ProjectionBehind`.
        """
        if self.cache is not None and (self.backlog.is_long(self.cache) or self.cache.is_full()):
            self.cache = await self._make_room(self.cache)
        if self.cache is not None:
            await self.confirm(self.cache)
        cache = self.cache
        if cache is not None:
            cache.evict_states(keep=needed)
        else:
            cache = await self._start_cold(needed, calls)
            if self.backlog.is_long(cache):
                await self.backlog.reduce()
        self.cache = cache
        return cache

    async def confirm(self, cache: WorkspaceCache) -> bool:
        """Read the tail if the head was confirmed too long ago. Return False then: everything has to be decided again."""
        if self.dependencies.environment.elapsed() - cache.confirmed_at <= CONFIRMED_SECONDS:
            return True
        await self.catch_up(cache)
        return False

    async def load(
        self, cache: WorkspaceCache, refs: Collection[Ref], commands: Collection[CommandId]
    ) -> Mapping[CommandId, Applied] | None:
        """Load entities into the cache, and return the records of those commands that were applied.

        Return None if that moved the head or made the cache useless.
        """
        missing = cache.find_missing(refs)
        if not missing and not commands:
            return {}
        loaded = await self._load_snapshots(cache, missing, commands)
        if loaded is None:
            return None
        if not cache.add_states(loaded.entities):
            await self.catch_up(cache)
            return None
        parents = self._missing_parents(cache, missing)
        if parents and await self.load(cache, parents, ()) is None:  # one request for each level of a hierarchy
            return None
        return loaded.applied

    async def _load_snapshots(
        self, cache: WorkspaceCache, refs: Collection[Ref], commands: Collection[CommandId]
    ) -> LoadedSnapshots | None:
        """Return snapshots of the log that the cache holds. None, if the head moved or the cache is dropped."""
        loaded = await self.dependencies.snapshots.load(self.workspace, cache.checkpoint, refs, commands)
        if loaded is None:
            self.cache = None
            return None
        return loaded if await self._belong(cache, loaded) else None

    async def _belong(self, cache: WorkspaceCache, loaded: LoadedSnapshots) -> bool:
        """Return True if the snapshots are of the log that the cache holds, False if the head has to move first.

        Raises `LogDiverged` if they are of another log.
        """
        if loaded.rendered > cache.position:  # a worker is ahead of this cache, or the log has become shorter
            if await self.catch_up(cache) and loaded.rendered > cache.position:
                raise LogDiverged(f"workspace {cache.workspace}: the log ends before position {loaded.rendered}")
            return False
        if not cache.has_at(loaded.rendered, loaded.rendered_hash):
            raise LogDiverged(f"workspace {cache.workspace}, position {loaded.rendered}")
        return True

    async def catch_up(self, cache: WorkspaceCache) -> bool:
        """Add the commits that others appended. After that, everything has to be decided again.

        Return False if the cache is dropped, because it is far behind.
        """
        sent_at = self.dependencies.environment.elapsed()
        limits = self.dependencies.limits
        tail = await self.dependencies.log.tail(
            self.workspace, cache.head.point, limits.tail_commits, limits.tail_events
        )
        if tail.head is None:
            self.cache = None  # start cold
            return False
        cache.add_commits(tail.commits, tail.head, sent_at)
        return True

    async def _make_room(self, cache: WorkspaceCache) -> WorkspaceCache | None:
        """Move *since* on, with a small batch where too few commits are folded. Return None if the cache is useless."""
        if not cache.shrink(await self._checkpoint()):
            return None
        if self.backlog.is_long(cache):
            if await self.backlog.reduce() is not None and not cache.shrink(await self._checkpoint()):
                return None
            self.backlog.check(cache)
        return cache

    async def _start_cold(self, needed: Collection[Ref], calls: Collection[Call]) -> WorkspaceCache:
        """Read the checkpoint, then snapshots and tail side by side: with the write, three round trips."""
        for delay in delays(FIRST_DELAY, LONGEST_DELAY, count=self.dependencies.limits.attempts):
            cache = self._empty_cache(await self._checkpoint())
            sent_at = self.dependencies.environment.elapsed()
            commands = [call.request.command_id for call in calls if not cache.is_certainly_new(call.time)]
            tail, loaded = await self._read_cold(cache, needed, commands)
            if tail.head is None:
                await self.backlog.reduce_enough(cache.checkpoint.folded)
                continue
            cache.add_commits(tail.commits, tail.head, sent_at)
            if loaded is not None and await self._belong(cache, loaded) and cache.add_states(loaded.entities):
                for call in calls:
                    call.keep_record(cache, loaded.applied.get(call.request.command_id))
                return cache
            await self.dependencies.pause(delay)  # a worker went on, or the generation was replaced, between the reads
        raise Contention(self.workspace)

    def _empty_cache(self, checkpoint: Checkpoint) -> WorkspaceCache:
        return WorkspaceCache(self.dependencies.model, self.workspace, checkpoint, self.dependencies.limits)

    async def _read_cold(
        self, cache: WorkspaceCache, needed: Collection[Ref], commands: Collection[CommandId]
    ) -> tuple[Tail, LoadedSnapshots | None]:
        workspace, checkpoint = self.workspace, cache.checkpoint
        new = {ref: NEVER_EXISTED for ref in needed if cache.certainly_never_existed(ref)}
        refs = [ref for ref in needed if ref not in new]
        limits = self.dependencies.limits
        tail, loaded = await run_both(
            partial(self.dependencies.log.tail, workspace, cache.since, limits.tail_commits, limits.tail_events),
            partial(self.dependencies.snapshots.load, workspace, checkpoint, refs, commands),
        )
        return tail, None if loaded is None else replace(loaded, entities={**loaded.entities, **new})

    async def _checkpoint(self) -> Checkpoint:
        return await self.dependencies.snapshots.checkpoint(self.workspace)

    def _missing_parents(self, cache: WorkspaceCache, refs: Collection[Ref]) -> set[Ref]:
        parents = (self.dependencies.model.parent(ref, cache.entities[ref].state) for ref in refs)
        return {ref for ref in parents if ref is not None and ref not in cache.entities}
