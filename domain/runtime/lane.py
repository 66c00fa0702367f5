"""A lane: one workspace in this process. Its calls wait in a queue, and one caller decides them for all.

caller ──▶ queue ──▶ nobody leads: it leads, until its own calls have an outcome, then the next one leads
└──▶ somebody leads: it waits for the outcome, or for its turn to lead
"""

from collections.abc import Sequence
from itertools import islice
from typing import TypeVar

import anyio

from ascend.domain.errors import CommandFromTheFuture, CommandIdReused, CommandTooOld, InvalidInput, QueueFull, Refusal
from ascend.domain.ids import Ref
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.call import Call, Outcome
from ascend.domain.runtime.request import Request

E = TypeVar("E", bound=Exception)

VERDICTS = (Refusal, InvalidInput, CommandIdReused, CommandTooOld, CommandFromTheFuture)
LATE_SECONDS = 60.0
"""The longest time for which a write without an answer is remembered: after that it is not on its way any more."""


def is_verdict(error: Exception) -> bool:
    """Return True for an error that says something about one command only: the commands behind it may be applied."""
    return isinstance(error, VERDICTS)


def copy_error(error: E) -> E:
    """Return an error of its own for another caller: each raises its own, with a traceback of its own."""
    copied = type(error).__new__(type(error), *error.args)
    copied.__dict__.update(error.__dict__)
    copied.__cause__ = error.__cause__ or error
    return copied


class Caller:
    """A task with its calls. It waits until all of them have an outcome, or until it has to lead."""

    def __init__(self, requests: Sequence[Request]) -> None:
        refused = set[Ref]()
        self.calls = [Call(request, refused) for request in requests]
        self.open = len(self.calls)
        """The number of calls without an outcome."""
        self._wake: anyio.Event | None = None

    def outcomes(self) -> Sequence[Outcome]:
        """Return the outcomes of all calls."""
        return [call.outcome for call in self.calls if call.outcome is not None]

    async def wait(self) -> None:
        self._wake = anyio.Event()
        await self._wake.wait()

    def wake(self) -> None:
        if self._wake is not None:
            self._wake.set()


class Lane:
    """The calls of one workspace, and what this process knows about it."""

    def __init__(self) -> None:
        self.cache: WorkspaceCache | None = None
        self._waiting: dict[Call, Caller] = {}
        """The calls without an outcome, in the order in which they came."""
        self._leader: Caller | None = None
        self._unanswered: tuple[int, float] | None = None
        """The position of a write that got no answer, and when it was sent."""

    def join(self, requests: Sequence[Request], most: int) -> Caller:
        """Add calls to the queue. Their caller leads if nobody does.

        Raises:
            QueueFull: more than `most` calls would wait.
        """
        if len(self._waiting) + len(requests) > most:
            raise QueueFull(f"{len(self._waiting):,} commands of this workspace wait in this process")
        caller = Caller(requests)
        self._waiting.update(dict.fromkeys(caller.calls, caller))
        if self._leader is None:
            self._leader = caller
        return caller

    def leads(self, caller: Caller) -> bool:
        return self._leader is caller

    def leave(self, caller: Caller) -> None:
        """Remove a caller, whose calls may be without an outcome. If it led, the next one leads."""
        for call in caller.calls:
            self._waiting.pop(call, None)
        if self._leader is caller:
            self._leader = next(iter(self._waiting.values()), None)
            if self._leader is not None:
                self._leader.wake()

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
            call.refused.update(call.request.expected)
        if caller.open and isinstance(outcome, Exception) and not is_verdict(outcome):
            for follower in caller.calls:
                if follower.outcome is None:
                    self._waiting.pop(follower)
                    follower.outcome = copy_error(outcome)
            caller.open = 0
        if not caller.open and caller is not self._leader:
            caller.wake()

    def note_sending(self, position: int, at: float) -> None:
        """Remember that a write to this position is on its way. It may land there later, also if nobody waits for it."""
        self._unanswered = position, at

    def note_answer(self) -> None:
        self._unanswered = None

    def may_land(self, position: int) -> bool:
        """Return True if a write of this process may still land at this position."""
        return self._unanswered is not None and self._unanswered[0] == position

    def is_idle(self, now: float) -> bool:
        """Return True if the lane may be forgotten."""
        is_late = self._unanswered is not None and now - self._unanswered[1] <= LATE_SECONDS
        return not self._waiting and self._leader is None and not is_late
