"""One command on its way: decide on the log's head, append behind it.

known? ──▶ load what is missing ──▶ decide ──▶ nothing, or refused: confirm by reading the tail ──▶ answer
  ▲                                    │
  └── absorb what was missed ◀── taken ┴── events: one conditional write ──▶ receipt
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from ascend.domain.errors import (
    CommandIdReused,
    Contention,
    InvalidInput,
    OutcomeUnknown,
    Refusal,
    StoreError,
    StoreUnavailable,
)
from ascend.domain.ids import Ref
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.commit import CheckedEvents, CommandRecord, Commit, check_stored
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.runtime.logs import log, note
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import (
    Applied,
    CatchUp,
    Checkpoint,
    Environment,
    EventLog,
    Head,
    SlotTaken,
    Snapshots,
    Tail,
)
from ascend.domain.runtime.request import Receipt, Request, check_events, decide, latest_id
from ascend.domain.workspaces.view import NEVER_EXISTED, NotLoaded, View
from ascend.domain.workspaces.workspace import Workspace

ROUNDS = 30
"""How often a command is decided anew before it gives up."""
SENDS = 4
"""How often a write without an answer is sent."""
TAIL = 1_000
"""A longer tail means that no worker ran: then the worker's batch is run first."""


@dataclass(slots=True)
class CommandCounts:
    applied: int = 0
    nothing: int = 0
    refused: int = 0
    repeated: int = 0
    conflicts: int = 0
    resent: int = 0


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What an execution works with."""

    log: EventLog
    snapshots: Snapshots
    catch_up: CatchUp
    environment: Environment
    model: Model
    counts: CommandCounts = field(default_factory=CommandCounts)


class Execution:
    """Runs once. `cache` is what is known about the workspace afterwards, None when that is uncertain."""

    def __init__(self, dependencies: Dependencies, request: Request, cache: WorkspaceCache | None) -> None:
        self.dependencies = dependencies
        self.request = request
        self.cache = cache
        self.commit_id = dependencies.environment.new_id()
        self.at: datetime = request.command.at or dependencies.environment.now()
        self.looked_up: Applied | None = None
        self.looked: bool = False
        """The record of an old command id was looked for, and is `looked_up`: valid as long as *since* stays."""

    async def run(self) -> Receipt:
        for round in range(ROUNDS):
            cache = await self._warm()
            if not await self._look_up(cache):
                continue
            if (earlier := cache.applied.get(self.request.command_id) or self.looked_up) is not None:
                return self._repeated(earlier)
            answer = await self._decide(cache)
            if answer is None:
                continue
            if isinstance(answer, Refusal) or not answer.written:
                if await self._confirmed(cache):
                    return self._nothing(cache, answer)
                continue
            if await self._appended(cache, answer):
                self.dependencies.counts.applied += 1
                self._note("command.applied", position=cache.position, events=len(answer.read))
                return self._receipt(cache.position, len(answer.read))
            self.dependencies.counts.conflicts += 1
            self._note("command.conflict", round=round)
            await self._pause(round)
            await self._catch(cache)  # after the pause, so that the next decision is on the latest head
        raise Contention(self.request.workspace)

    # What is known

    async def _warm(self) -> WorkspaceCache:
        """The memory at some head, holding what the command surely asks for."""
        command = self.request.command
        needed = (Ref(Workspace.entity, self.request.workspace), *command.preloads(), *self.request.expected)
        cache = self.cache
        if cache is not None and cache.is_full():
            self.looked = False  # *since* moves
            cache = cache if cache.shrink(await self._checkpoint()) else None
        if cache is not None:
            cache.forget_states(keep=needed)
            missing = [ref for ref in needed if ref not in cache.entities]
            if missing and not await self._load(cache, missing):
                cache = self.cache
        if cache is None:
            cache = await self._cold(needed)
        self.cache = cache
        return cache

    async def _checkpoint(self) -> Checkpoint:
        return await self.dependencies.snapshots.checkpoint(self.request.workspace)

    async def _cold(self, needed: Collection[Ref]) -> WorkspaceCache:
        """Checkpoint first, then snapshots and tail side by side: with the write, three round trips."""
        workspace, command = self.request.workspace, self.request.command_id
        for round in range(ROUNDS):
            checkpoint = await self._checkpoint()
            cache = WorkspaceCache(self.dependencies.model, workspace, checkpoint)
            asked = () if cache.certainly_new(command) else (command,)
            unborn = {ref: NEVER_EXISTED for ref in needed if cache.certainly_unborn(ref)}
            there = [ref for ref in needed if ref not in unborn]
            tail, remembered = await run_both(
                partial(self.dependencies.log.tail, workspace, cache.since, TAIL, known=checkpoint.commit_id),
                partial(self.dependencies.snapshots.load, workspace, checkpoint, there, asked),
            )
            if tail.head is None:
                await self.dependencies.catch_up.catch_up(workspace)
                continue
            cache.absorb(tail.commits, tail.head)
            if remembered is not None and cache.remember({**remembered.entities, **unborn}):
                self.looked, self.looked_up = bool(asked), remembered.applied.get(command)
                return cache
            await self._pause(round)  # a worker went on, or the generation was replaced, between the reads
        raise Contention(workspace)

    async def _load(self, cache: WorkspaceCache, refs: Collection[Ref]) -> bool:
        """Brings entities into memory. False when the head has moved for it, or the memory is of no use any more."""
        cache.remember({ref: NEVER_EXISTED for ref in refs if cache.certainly_unborn(ref)})
        there = [ref for ref in refs if ref not in cache.entities]
        if not there:
            return True
        remembered = await self.dependencies.snapshots.load(self.request.workspace, cache.checkpoint, there, ())
        if remembered is None:
            self.cache = None
            return False
        if cache.remember(remembered.entities):
            above = (self.dependencies.model.parent(ref, cache.entities[ref].state) for ref in there)
            missing = {ref for ref in above if ref is not None and ref not in cache.entities}
            return await self._load(cache, missing) if missing else True  # a level of the hierarchy a request
        await self._catch(cache)
        return False

    async def _look_up(self, cache: WorkspaceCache) -> bool:
        """Finds an old command id's record, at one read. False when the memory is of no use any more."""
        command = self.request.command_id
        if self.looked or command in cache.applied or cache.certainly_new(command):
            return True
        remembered = await self.dependencies.snapshots.load(self.request.workspace, cache.checkpoint, (), (command,))
        if remembered is None:
            self.cache = None
            return False
        self.looked, self.looked_up = True, remembered.applied.get(command)
        return True

    async def _catch(self, cache: WorkspaceCache) -> None:
        """Takes in what others appended. After it, everything is decided again."""
        tail = await self._tail(cache)
        if tail.head is None:
            self.cache = None  # far behind: begin cold
        else:
            cache.absorb(tail.commits, tail.head)

    async def _tail(self, cache: WorkspaceCache) -> Tail:
        return await self.dependencies.log.tail(self.request.workspace, cache.head.point, TAIL)

    # Deciding and writing

    async def _decide(self, cache: WorkspaceCache) -> CheckedEvents | Refusal | None:
        """The events, or the refusal; None when the head moved while something was loaded."""
        view = View(self.request.workspace, self.request.actor, self.at, cache.entities)
        while True:
            try:
                events = decide(self.request, view)
            except NotLoaded as missing:
                if not await self._load(cache, missing.refs):
                    return None
            except Refusal as refusal:
                return refusal
            else:
                check_events(events, self.dependencies.environment.now())
                return check_stored(self.dependencies.model, cache.entities, cache.position + 1, events)

    async def _confirmed(self, cache: WorkspaceCache) -> bool:
        """An answer that appends nothing has no condition to protect it: is the head still where we decided?"""
        before = cache.position
        await self._catch(cache)
        return self.cache is cache and cache.position == before

    async def _appended(self, cache: WorkspaceCache, events: CheckedEvents) -> bool:
        """Whether the commit stands behind the head. A lost reply is resolved by sending the same commit again."""
        request, head = self.request, cache.head
        record = CommandRecord(
            command_id=request.command_id,
            digest=request.digest(),
            actor=request.actor,
            events=tuple(events.written),
            correlation=request.correlation,
            causation=request.causation,
        )
        clock = max(head.point.clock, request.command_id.time or 0, latest_id(events.read))
        commit = Commit(
            request.workspace,
            head.point.position + 1,
            self.commit_id,
            clock,
            self.dependencies.environment.now(),
            (record,),
        )
        outcome = await self._send(head, commit)
        if isinstance(outcome, SlotTaken):
            return False
        as_read = replace(record, events=tuple(events.read))
        cache.absorb([replace(commit, records=(as_read,))], outcome)
        return True

    async def _send(self, head: Head, commit: Commit) -> Head | SlotTaken:
        unanswered: StoreError | None = None
        for send in range(1, SENDS + 1):
            try:
                return await self.dependencies.log.append(head, commit)
            except StoreUnavailable as error:
                log.warning("command.no_answer", **self._who(), sent=send, error=type(error).__name__)
                unanswered = error
                self.dependencies.counts.resent += send < SENDS
                await self._pause(send)
            except (StoreError, InvalidInput) as error:  # such as: the store was closed meanwhile
                if unanswered is None:
                    raise
                raise OutcomeUnknown(self.request.command_id) from error  # an earlier send may have been written
        raise OutcomeUnknown(self.request.command_id) from unanswered

    # Answers

    def _repeated(self, earlier: Applied) -> Receipt:
        if earlier.digest != self.request.digest():
            raise CommandIdReused(self.request.command_id)
        self.dependencies.counts.repeated += 1
        return replace(self._receipt(earlier.position, earlier.events), repeated=True)

    def _nothing(self, cache: WorkspaceCache, answer: CheckedEvents | Refusal) -> Receipt:
        if isinstance(answer, Refusal):
            self.dependencies.counts.refused += 1
            self._note("command.refused", rule=answer.rule)
            raise answer
        self.dependencies.counts.nothing += 1
        return self._receipt(cache.position, 0)

    def _receipt(self, position: int, events: int) -> Receipt:
        return Receipt(self.request.workspace, self.request.command_id, position, events)

    def _who(self) -> dict[str, object]:
        request = self.request
        return {
            "workspace": request.workspace,
            "command_id": request.command_id,
            "command": type(request.command).__name__,
        }

    def _note(self, event: str, **keys: object) -> None:
        note(event, **self._who(), **keys)

    async def _pause(self, round: int) -> None:
        """Exponential, with full jitter."""
        await self.dependencies.environment.sleep(self.dependencies.environment.random() * min(0.5, 0.002 * 2**round))
