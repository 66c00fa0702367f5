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
from ascend.domain.runtime.cache import Memo
from ascend.domain.runtime.commit import CommandRecord, Commit, Stored, check_stored
from ascend.domain.runtime.concurrency import both
from ascend.domain.runtime.logs import log, note
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Applied, CatchUp, Checkpoint, EventLog, Head, Snapshots, Tail, Taken, World
from ascend.domain.runtime.request import Receipt, Request, check_events, decide, latest_id
from ascend.domain.workspaces.view import UNBORN, NotLoaded, View
from ascend.domain.workspaces.workspace import Workspace

ROUNDS = 30
"""How often a command is decided anew before it gives up."""
SENDS = 4
"""How often a write without an answer is sent."""
TAIL = 1_000
"""A longer tail means that no worker ran: then the worker's batch is run first."""


@dataclass(slots=True)
class Counts:
    applied: int = 0
    nothing: int = 0
    refused: int = 0
    repeated: int = 0
    conflicts: int = 0
    resent: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """What an execution works with."""

    log: EventLog
    snapshots: Snapshots
    catch_up: CatchUp
    world: World
    model: Model
    counts: Counts = field(default_factory=Counts)


class Execution:
    """Runs once. `memo` is what is known about the workspace afterwards, None when that is uncertain."""

    def __init__(self, parts: Parts, request: Request, memo: Memo | None) -> None:
        self.parts = parts
        self.request = request
        self.memo = memo
        self.commit_id = parts.world.unique()
        self.at: datetime = request.command.at or parts.world.now()
        self.looked_up: Applied | None = None
        self.looked: bool = False
        """The record of an old command id was looked for, and is `looked_up`: valid as long as *since* stays."""

    async def run(self) -> Receipt:
        for round in range(ROUNDS):
            memo = await self._warm()
            if not await self._look_up(memo):
                continue
            if (earlier := memo.applied.get(self.request.command_id) or self.looked_up) is not None:
                return self._repeated(earlier)
            answer = await self._decide(memo)
            if answer is None:
                continue
            if isinstance(answer, Refusal) or not answer.written:
                if await self._confirmed(memo):
                    return self._nothing(memo, answer)
                continue
            if await self._appended(memo, answer):
                self.parts.counts.applied += 1
                self._note("command.applied", position=memo.position, events=len(answer.read))
                return self._receipt(memo.position, len(answer.read))
            self.parts.counts.conflicts += 1
            self._note("command.conflict", round=round)
            await self._pause(round)
            await self._catch(memo)  # after the pause, so that the next decision is on the latest head
        raise Contention(self.request.workspace)

    # What is known

    async def _warm(self) -> Memo:
        """The memory at some head, holding what the command surely asks for."""
        command = self.request.command
        needed = (Ref(Workspace.entity, self.request.workspace), *command.touches(), *self.request.expected)
        memo = self.memo
        if memo is not None and memo.is_full():
            self.looked = False  # *since* moves
            memo = memo if memo.shrink(await self._checkpoint()) else None
        if memo is not None:
            memo.forget_states(keep=needed)
            missing = [ref for ref in needed if ref not in memo.entities]
            if missing and not await self._load(memo, missing):
                memo = self.memo
        if memo is None:
            memo = await self._cold(needed)
        self.memo = memo
        return memo

    async def _checkpoint(self) -> Checkpoint:
        return await self.parts.snapshots.checkpoint(self.request.workspace)

    async def _cold(self, needed: Collection[Ref]) -> Memo:
        """Checkpoint first, then snapshots and tail side by side: with the write, three round trips."""
        workspace, command = self.request.workspace, self.request.command_id
        for round in range(ROUNDS):
            checkpoint = await self._checkpoint()
            memo = Memo(self.parts.model, workspace, checkpoint)
            asked = () if memo.certainly_new(command) else (command,)
            unborn = {ref: UNBORN for ref in needed if memo.certainly_unborn(ref)}
            there = [ref for ref in needed if ref not in unborn]
            tail, remembered = await both(
                partial(self.parts.log.tail, workspace, memo.since, TAIL, known=checkpoint.commit_id),
                partial(self.parts.snapshots.load, workspace, checkpoint, there, asked),
            )
            if tail.head is None:
                await self.parts.catch_up.catch_up(workspace)
                continue
            memo.absorb(tail.commits, tail.head)
            if remembered is not None and memo.remember({**remembered.entities, **unborn}):
                self.looked, self.looked_up = bool(asked), remembered.applied.get(command)
                return memo
            await self._pause(round)  # a worker went on, or the generation was replaced, between the reads
        raise Contention(workspace)

    async def _load(self, memo: Memo, refs: Collection[Ref]) -> bool:
        """Brings entities into memory. False when the head has moved for it, or the memory is of no use any more."""
        memo.remember({ref: UNBORN for ref in refs if memo.certainly_unborn(ref)})
        there = [ref for ref in refs if ref not in memo.entities]
        if not there:
            return True
        remembered = await self.parts.snapshots.load(self.request.workspace, memo.checkpoint, there, ())
        if remembered is None:
            self.memo = None
            return False
        if memo.remember(remembered.entities):
            above = (self.parts.model.parent(ref, memo.entities[ref].state) for ref in there)
            missing = {ref for ref in above if ref is not None and ref not in memo.entities}
            return await self._load(memo, missing) if missing else True  # a level of the hierarchy a request
        await self._catch(memo)
        return False

    async def _look_up(self, memo: Memo) -> bool:
        """Finds an old command id's record, at one read. False when the memory is of no use any more."""
        command = self.request.command_id
        if self.looked or command in memo.applied or memo.certainly_new(command):
            return True
        remembered = await self.parts.snapshots.load(self.request.workspace, memo.checkpoint, (), (command,))
        if remembered is None:
            self.memo = None
            return False
        self.looked, self.looked_up = True, remembered.applied.get(command)
        return True

    async def _catch(self, memo: Memo) -> None:
        """Takes in what others appended. After it, everything is decided again."""
        tail = await self._tail(memo)
        if tail.head is None:
            self.memo = None  # far behind: begin cold
        else:
            memo.absorb(tail.commits, tail.head)

    async def _tail(self, memo: Memo) -> Tail:
        return await self.parts.log.tail(self.request.workspace, memo.head.point, TAIL)

    # Deciding and writing

    async def _decide(self, memo: Memo) -> Stored | Refusal | None:
        """The events, or the refusal; None when the head moved while something was loaded."""
        view = View(self.request.workspace, self.request.actor, self.at, memo.entities)
        while True:
            try:
                events = decide(self.request, view)
            except NotLoaded as missing:
                if not await self._load(memo, missing.refs):
                    return None
            except Refusal as refusal:
                return refusal
            else:
                check_events(events, self.parts.world.now())
                return check_stored(self.parts.model, memo.entities, memo.position + 1, events)

    async def _confirmed(self, memo: Memo) -> bool:
        """An answer that appends nothing has no condition to protect it: is the head still where we decided?"""
        before = memo.position
        await self._catch(memo)
        return self.memo is memo and memo.position == before

    async def _appended(self, memo: Memo, events: Stored) -> bool:
        """Whether the commit stands behind the head. A lost reply is resolved by sending the same commit again."""
        request, head = self.request, memo.head
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
            request.workspace, head.point.position + 1, self.commit_id, clock, self.parts.world.now(), (record,)
        )
        outcome = await self._send(head, commit)
        if isinstance(outcome, Taken):
            return False
        as_read = replace(record, events=tuple(events.read))
        memo.absorb([replace(commit, records=(as_read,))], outcome)
        return True

    async def _send(self, head: Head, commit: Commit) -> Head | Taken:
        unanswered: StoreError | None = None
        for send in range(1, SENDS + 1):
            try:
                return await self.parts.log.append(head, commit)
            except StoreUnavailable as error:
                log.warning("command.no_answer", **self._who(), sent=send, error=type(error).__name__)
                unanswered = error
                self.parts.counts.resent += send < SENDS
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
        self.parts.counts.repeated += 1
        return replace(self._receipt(earlier.position, earlier.events), repeated=True)

    def _nothing(self, memo: Memo, answer: Stored | Refusal) -> Receipt:
        if isinstance(answer, Refusal):
            self.parts.counts.refused += 1
            self._note("command.refused", rule=answer.rule)
            raise answer
        self.parts.counts.nothing += 1
        return self._receipt(memo.position, 0)

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
        await self.parts.world.sleep(self.parts.world.chance() * min(0.5, 0.002 * 2**round))
