"""A lane: one workspace in this process. Its calls wait in a queue, and one caller decides them for all.

caller ──▶ queue ──▶ nobody leads: it leads, until its own calls have an outcome, then the next one leads
└──▶ somebody leads: it waits for the outcome, or for its turn to lead
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import anyio

from ascend.domain.errors import QueueFull
from ascend.domain.ids import CommandId
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.call import REFUSED, Call, LeftVersions, Outcome, copy_error, is_verdict
from ascend.domain.runtime.request import Request

LATE_SECONDS = 60.0
"""A lane with a write that got no answer is not forgotten for so long: by then, the write is not on its way any more."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Writes to one position that got no answer. One of them may still land there."""

    position: int
    commands: frozenset[CommandId]
    sent_at: float


class Caller:
    """A task with its calls. It waits until all of them have an outcome, or until it has to lead."""

    def __init__(self, requests: Sequence[Request], arrived: datetime, left: LeftVersions) -> None:
        self.calls = [Call(request, self, arrived, left) for request in requests]
        self.open = len(self.calls)
        """The number of calls without an outcome."""
        self.event: anyio.Event | None = None
        """The event for which it waits. Others may wait for the same."""

    def take_outcomes(self) -> Sequence[Outcome]:
        """Return the outcomes of all calls, and let go of the calls: they hold the caller."""
        calls, self.calls = self.calls, []
        return [call.outcome for call in calls if call.outcome is not None]


class Lane:
    """The calls of one workspace, and what this process knows about it."""

    def __init__(self) -> None:
        self.cache: WorkspaceCache | None = None
        self._waiting: dict[Call, Caller] = {}
        """The calls without an outcome, in the order in which they came."""
        self._leader: Caller | None = None
        self._followers: anyio.Event | None = None
        """The event for which those wait who have come behind the one that leads next. None: nobody has come since the leader leads."""
        self.unanswered: Unanswered | None = None

    def join(self, requests: Sequence[Request], arrived: datetime, left: LeftVersions, most: int) -> Caller:
        """Add calls to the queue. Their caller leads if nobody does.

        `left` is shared by all calls of one sender: see `Call.left`.

        Raises:
            QueueFull: more than `most` calls would wait.
        """
        if len(self._waiting) + len(requests) > most:
            raise QueueFull(f"{len(self._waiting):,} commands of this workspace wait in this process")
        caller = Caller(requests, arrived, left)
        for call in caller.calls:
            self._waiting[call] = caller
        if self._leader is None:
            self._leader = caller
        return caller

    def leads(self, caller: Caller) -> bool:
        return self._leader is caller

    async def wait(self, caller: Caller) -> None:
        """Wait until all calls of the caller have an outcome, or until it leads. Call it before anything else is awaited.

        The first one to wait has an event of its own, because it leads next. Those behind it share an event: most of them
        get their outcomes together. One that is woken without them waits for an event of its own from then on.
        """
        if self._followers is None:
            caller.event, self._followers = anyio.Event(), anyio.Event()
        else:
            caller.event = self._followers
        await caller.event.wait()
        while caller.open and not self.leads(caller):
            caller.event = anyio.Event()
            await caller.event.wait()

    def _wake(self, caller: Caller) -> None:
        if caller.event is not None:
            caller.event.set()
            if caller.event is self._followers:
                self._followers = None

    def leave(self, caller: Caller) -> None:
        """Remove a caller, whose calls may be without an outcome. If it led, the next one leads."""
        for call in caller.calls:
            self._waiting.pop(call, None)
        if self._leader is caller:
            self._followers = None  # those who wait for it have it still; who comes next leads after the new leader
            self._leader = next(iter(self._waiting.values()), None)
            if self._leader is not None:
                self._wake(self._leader)

    def first_calls(self, most: int) -> list[Call]:
        """Return the calls that have waited longest."""
        return list(islice(self._waiting, most))

    def is_waiting(self, call: Call) -> bool:
        """Return False if the call has an outcome, or if its caller has left."""
        return call in self._waiting

    def answer(self, call: Call, outcome: Outcome) -> None:
        """Give a call its outcome. Nothing happens if its caller has left.

        An error that is no verdict on the command is the outcome of the caller's further calls as well: they follow it.
        """
        caller = self._waiting.pop(call, None)
        if caller is None:
            return
        call.outcome = outcome
        caller.open -= 1
        if isinstance(outcome, Exception):
            call.left.update(dict.fromkeys(call.request.expected, REFUSED))
        if caller.open and isinstance(outcome, Exception) and not is_verdict(outcome):
            for follower in caller.calls:
                if follower.outcome is None:
                    follower.outcome = copy_error(outcome)
                    self._waiting.pop(follower)
            caller.open = 0
        if not caller.open and caller is not self._leader:
            self._wake(caller)

    def note_sending(self, position: int, calls: Collection[Call], at: float) -> None:
        """Remember that a write to this position is on its way. It may land there later, also if nobody waits for it."""
        before = self.unanswered
        earlier = before.commands if before is not None and before.position == position else frozenset[CommandId]()
        self.unanswered = Unanswered(position, earlier.union([call.request.command_id for call in calls]), at)

    def commands_that_may_land(self, position: int) -> Collection[CommandId]:
        """Return the commands of writes of this process that may still land at this position."""
        return self.unanswered.commands if self.unanswered and self.unanswered.position == position else ()

    def may_be_written(self, call: Call) -> bool:
        """Return True if a commit with this command was sent, and it is not known what became of it."""
        return self.unanswered is not None and call.request.command_id in self.unanswered.commands

    def forget_unanswered(self, position: int) -> None:
        """Forget writes to positions up to this one: what stands there is known."""
        if self.unanswered is not None and self.unanswered.position <= position:
            self.unanswered = None

    def is_idle(self, now: float) -> bool:
        """Return True if the lane may be forgotten."""
        is_late = self.unanswered is not None and now - self.unanswered.sent_at <= LATE_SECONDS
        return not self._waiting and self._leader is None and not is_late
