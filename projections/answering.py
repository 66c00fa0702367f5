"""Answers a question from the items of one turn, so that nothing that was shown or promised is taken back.

    the turn, as known ─▶ the question, on items of this turn ─▶ is the turn still the one to read? ─▶ answer
           ▲                                                          │ no
           └──────────────────────────────────────────────────────────┘

What is known of the turn is good for a lease. While a switch is at hand, each answer asks. In a deployment, other processes
may still read a generation of other code: then an answer waits until that one shows as much.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from ascend.domain.errors import NotReady, Refusal
from ascend.domain.runtime.retry import delays
from ascend.projections.generation import CurrentGeneration
from ascend.projections.reader import Reader, TurnReader

T = TypeVar("T")
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.5
LOOKS = 10
"""Looks at a generation of other code that is behind, before the question is given up."""


async def answer(reader: Reader, current: CurrentGeneration, question: Callable[[TurnReader], Awaitable[T]]) -> T:
    """Return the answer, or raise the refusal that is the answer. Raises `NotReady`."""
    while True:
        attempt = await begin(reader, current)
        outcome = await settle(question(attempt))
        if current.is_stale() or (current.must_ask() and not attempt.has_asked):
            await reader.ask()
        if current.turn() != attempt.turn:
            continue
        if isinstance(outcome, NotReady):
            raise outcome
        await wait_for_other_readers(attempt, current)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome


async def begin(reader: Reader, current: CurrentGeneration) -> TurnReader:
    """Return a reader of the turn that is known, however stale: what is read is checked afterwards."""
    if current.find_turn() is None and current.is_stale():
        await reader.ask()
    return reader.attempt(current.turn())


async def settle(answer: Awaitable[T]) -> T | Refusal | NotReady:
    """Return the answer, which may be an error: also that must not come from items that are read no more."""
    try:
        return await answer
    except (Refusal, NotReady) as error:
        return error


async def wait_for_other_readers(attempt: TurnReader, current: CurrentGeneration) -> None:
    """Wait until a generation of other code, which others may still read, shows what was read here. Raises `NotReady`."""
    other = current.find_other_readers(attempt.turn)
    if other is None:
        return
    for pause in delays(FIRST_PAUSE, LONGEST_PAUSE, count=LOOKS):
        if await attempt.is_rendered_in(other):
            return
        await current.environment.sleep(pause)
    raise NotReady(
        "workers of the other version of the code are behind: ask again, or end the deployment by `ascend switch`"
    )
