"""Waits until *rendered* has reached a position, so that a sender can read their own write."""

from collections.abc import Callable

from ascend.domain.errors import NotVisibleYet
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.retry import delays
from ascend.projections.answering import answer
from ascend.projections.generation import CurrentGeneration
from ascend.projections.reader import Reader

FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.5


async def wait_until_rendered(
    reader: Reader,
    current: CurrentGeneration,
    workspace: WorkspaceId,
    position: int,
    seconds: float,
    hurry: Callable[[WorkspaceId], None],
) -> None:
    """Return once the position is rendered. If it is not yet, `hurry` tells the workers of this process.

    Raises `NotVisibleYet` after so many seconds, and `NotReady`.
    """
    environment = current.environment
    began, is_first = environment.elapsed(), True
    for pause in delays(FIRST_PAUSE, LONGEST_PAUSE):
        if await answer(reader, current, lambda attempt: attempt.rendered(workspace)) >= position:
            return
        if is_first:
            hurry(workspace)
            is_first = False
        if environment.elapsed() - began > seconds:
            raise NotVisibleYet(f"position {position} of workspace {workspace} after {seconds:g} s")
        await environment.sleep(pause)
