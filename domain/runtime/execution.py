"""The execution of the calls that wait in one lane: decide them on the log's head, then append behind it.

load what is missing ──▶ decide all ──▶ only refusals: confirm by reading the tail ──▶ outcomes
  ▲                          │
  └── add the missed commits ◀── taken ┴── one conditional write, also without events ──▶ outcomes
"""

from collections.abc import Collection, Sequence

from ascend.domain.errors import (
    Contention,
    DamagedViews,
    InvalidInput,
    LogDiverged,
    OutcomeUnknown,
    ProjectionBehind,
    Refusal,
    StoreBusy,
    StoreError,
    StoreUnavailable,
    UnreadableLog,
)
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.backlog import Backlog
from ascend.domain.runtime.body import Body, join_records
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.call import Call, copy_error
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.dependencies import FIRST_DELAY, LONGEST_DELAY, Dependencies
from ascend.domain.runtime.group import CallGroup, ToLoad, decide_group, find_needs
from ascend.domain.runtime.lane import Caller, Lane
from ascend.domain.runtime.loader import CONFIRMED_SECONDS, CacheLoader
from ascend.domain.runtime.outcomes import Outcomes
from ascend.domain.runtime.ports import Head, SlotTaken
from ascend.domain.runtime.request import TOUCHED
from ascend.domain.runtime.retry import delays
from ascend.domain.workspaces.workspace import Workspace

OF_ALL = (StoreError, UnreadableLog, Refusal)
"""Errors of shared work that each call of a group gets. Any other one may be the fault of a single call."""
OF_ONE = (DamagedViews, InvalidInput)
"""Errors of what a single call needs."""


class NothingWritten(Exception):
    """The commit was certainly not written. `error` says why."""

    def __init__(self, error: StoreError | LogDiverged) -> None:
        super().__init__(error)
        self.error = error


class Execution:
    """Decides and writes groups of a lane's calls, until those of the leading caller have an outcome. Run it once."""

    def __init__(self, dependencies: Dependencies, workspace: WorkspaceId, lane: Lane, leader: Caller) -> None:
        self.dependencies = dependencies
        self.workspace = workspace
        self.lane = lane
        self.leader = leader
        self.outcomes = Outcomes(dependencies.counts, workspace, lane)
        self._backlog = Backlog(dependencies, workspace)
        self._delays = delays(FIRST_DELAY, LONGEST_DELAY)
        self._most = dependencies.limits.group_commands
        """The number of calls that are decided together."""
        self._calls: list[Call] = []
        """The calls of the group that is decided right now."""
        self._found_damage = False
        """True if snapshots of the generation that the cache reads were damaged."""

    async def run(self) -> None:
        """Give each call of the leader an outcome, and those of other callers that are decided with them."""
        while self.leader.open:
            cache, self.lane.cache = self.lane.cache, None  # an interruption leaves no half-true cache behind
            loader = CacheLoader(self.dependencies, self.workspace, cache, self._backlog)
            try:
                await self._run_group(loader)
            except Exception as error:  # noqa: BLE001  it becomes the outcome of the calls
                self._fail(error, was_warm=cache is not None)
                if not isinstance(error, Refusal | ProjectionBehind):
                    continue
            if not self._found_damage:  # it may be mended in another generation, which the next command looks for
                self.lane.cache = loader.cache  # it holds what was read up to a head

    async def _run_group(self, loader: CacheLoader) -> None:
        """Decide the calls that wait, append what they come to, and give them their outcomes.

        They get none if the head has moved. Then they have to be decided again.
        """
        group = await self._decide(loader)
        if group is not None and await self._settle(loader, group):
            self.outcomes.give(group)
            return
        for call in self._calls if group is None else [call for call, _ in group.outcomes]:
            call.attempts += 1
            if call.attempts >= self.dependencies.limits.attempts:
                self._give_error([call], Contention(self.workspace))

    # Deciding

    async def _decide(self, loader: CacheLoader) -> CallGroup | None:
        """Return the decided group. None if the head moved while something was loaded, or if the cache is useless."""
        calls = self._take_calls()
        cache = await self._prepare(loader, calls)
        self.lane.forget_unanswered(cache.position)
        while True:
            calls = self._take_calls()
            needs = find_needs(calls, cache)
            if not needs:
                now, late = self.dependencies.environment.now(), self.lane.commands_that_may_land(cache.position + 1)
                group = decide_group(calls, self.dependencies.model, cache, now, late)
                if not group.missing:
                    return group
                needs = [ToLoad(call, (ref,)) for ref, call in group.missing.items()]
            if not await self._load(loader, cache, needs):
                return None

    async def _prepare(self, loader: CacheLoader, calls: Collection[Call]) -> WorkspaceCache:
        """Return a cache at some head. If what a single call needs cannot be loaded, it holds the workspace only."""
        needed = dict.fromkeys([ref for call in calls for ref in call.needed])
        try:
            return await loader.prepare(needed, calls)
        except OF_ONE:
            return await loader.prepare([Ref(Workspace.entity, self.workspace)], ())

    def _take_calls(self) -> list[Call]:
        """Return the calls that have waited longest: so many that their states fit into the cache, but at least one."""
        self._calls = []
        if not any(map(self.lane.is_waiting, self.leader.calls)):
            raise AssertionError("the leader waits for outcomes that nobody gives")
        room = max(self.dependencies.limits.cached_states, TOUCHED)
        for call in self.lane.first_calls(self._most):
            room -= len(call.needed)
            if room < 0 and self._calls:
                break
            self._calls.append(call)
        return self._calls

    async def _load(self, loader: CacheLoader, cache: WorkspaceCache, needs: Sequence[ToLoad]) -> bool:
        """Load states and command records. Return False if that moved the head or made the cache useless.

        What a single call needs and cannot be loaded is the outcome of that call alone.
        """
        try:
            is_loaded = await self._load_at_once(loader, cache, needs)
        except OF_ONE as error:
            if len(needs) == 1:
                self._found_damage |= isinstance(error, DamagedViews)
                self.lane.answer(needs[0].call, error)
                return bool(self.leader.open)
            halves = needs[: len(needs) // 2], needs[len(needs) // 2 :]
            is_loaded = all([await self._load(loader, cache, half) for half in halves])
        if len(cache.entities) > 2 * max(self.dependencies.limits.cached_states, TOUCHED):
            self._most = 1  # what so many decisions ask for must not fill the memory
        return is_loaded

    async def _load_at_once(self, loader: CacheLoader, cache: WorkspaceCache, needs: Sequence[ToLoad]) -> bool:
        refs = dict.fromkeys(ref for need in needs for ref in need.refs)
        commands = [need.call.request.command_id for need in needs if need.is_to_be_looked_up]
        applied = await loader.load(cache, refs, commands)
        if applied is None:
            return False
        for need in needs:
            if need.is_to_be_looked_up:
                need.call.keep_record(cache, applied.get(need.call.request.command_id))
        return True

    # Writing

    async def _settle(self, loader: CacheLoader, group: CallGroup) -> bool:
        """Make sure that the outcomes are right, and durable. Return False if the head has moved."""
        cache = group.cache
        if group.accepted or group.needs_slot:
            return await loader.confirm(cache) and await self._append(loader, group)
        return not group.has_refusals or await self._is_at_head(loader, cache)

    async def _is_at_head(self, loader: CacheLoader, cache: WorkspaceCache) -> bool:
        """Read the tail, and return True if the head is still where the calls were decided.

        A refusal writes nothing, so no condition checks that the head is still the same.
        """
        position = cache.position
        await loader.catch_up(cache)
        return loader.cache is cache and cache.position == position

    async def _append(self, loader: CacheLoader, group: CallGroup) -> bool:
        """Append the commit behind the head, and add it to the cache. Return False if the slot was taken."""
        cache, environment, before = group.cache, self.dependencies.environment, self.lane.unanswered
        body = join_records([accepted.stored for accepted in group.accepted])
        commit = make_commit(
            cache.head.point.hash,
            self.workspace,
            group.position,
            id=environment.new_id(),
            clock=group.clock,
            time=environment.now(),
            records=[accepted.record for accepted in group.accepted],
            body=body,
        )
        sent_at = environment.elapsed()
        try:
            outcome = await self._send(group, commit, body)
        except NothingWritten as nothing:
            self.lane.unanswered = before
            raise nothing.error from nothing.error.__cause__
        self.lane.unanswered = None  # the slot is filled
        if isinstance(outcome, SlotTaken):
            self.lane.unanswered = before  # perhaps by an earlier write: the tail tells
            self.dependencies.counts.conflicts += 1
            self.outcomes.note_conflict(group)
            await self.dependencies.pause(next(self._delays))
            await loader.catch_up(cache)  # after the pause, so that the next decision is on the latest head
            self.lane.unanswered = None
            return False
        cache.add_own_commit(commit, group.states.changed, outcome, sent_at)
        return True

    async def _send(self, group: CallGroup, commit: Commit, body: Body) -> Head | SlotTaken:
        """Append the commit. If no answer comes, send the same commit again: its id shows whether it was written."""
        unanswered: StoreError | None = None
        sends, elapsed = self.dependencies.limits.sends, self.dependencies.environment.elapsed
        for send, delay in enumerate(delays(2 * FIRST_DELAY, LONGEST_DELAY, count=sends), 1):
            if unanswered is not None and elapsed() - group.cache.confirmed_at > CONFIRMED_SECONDS:
                break  # the table may have been restored meanwhile
            self.lane.note_sending(commit.position, group.sent(), elapsed())
            try:
                return await self.dependencies.log.append(group.cache.head, commit, body)
            except StoreUnavailable as error:
                if isinstance(error, StoreBusy) and unanswered is None:
                    raise NothingWritten(error) from error
                self.outcomes.note_no_answer(group, send, error)
                unanswered = error
                self.dependencies.counts.resent += send < sends
                await self.dependencies.pause(delay)
            except (StoreError, LogDiverged) as error:  # for example because the store was closed meanwhile
                if unanswered is None:
                    raise NothingWritten(error) from error
                raise self.outcomes.give_unknown(group) from error  # an earlier send may have been written
        raise self.outcomes.give_unknown(group) from unanswered

    # Failures

    def _fail(self, error: Exception, *, was_warm: bool) -> None:
        """Give the error to the calls that it concerns. Those without an outcome are decided again."""
        match error:
            case OutcomeUnknown():
                pass  # the calls of the commit know it already
            case LogDiverged() if was_warm:
                pass  # perhaps only the cache is of another log: once more, without it
            case ProjectionBehind():  # each caller does a part of the work
                self._give_error([call for call in self.leader.calls if self.lane.is_waiting(call)], error)
            case _ if len(self._calls) > 1 and not isinstance(error, OF_ALL):
                self._most = 1  # perhaps it is the fault of one call
            case _:
                self._give_error(self._calls, error)

    def _give_error(self, calls: Collection[Call], error: Exception) -> None:
        """Give the error to the calls. One that may have been written is told that its outcome is unknown."""
        for number, call in enumerate(calls):
            if self.lane.may_be_written(call):
                self.lane.answer(call, self.outcomes.make_unknown(call, error))
            else:
                self.lane.answer(call, copy_error(error) if number else error)
