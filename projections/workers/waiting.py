"""Waits until *rendered* has reached a position, so that a sender can read their own write."""

from ascend.domain.errors import NotVisibleYet
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays
from ascend.projections.ports import Reader

FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.5


async def wait_until_rendered(
    reader: Reader, environment: Environment, workspace: WorkspaceId, position: int, seconds: float
) -> None:
    """Return once the position is rendered. Raises `NotVisibleYet` after so many seconds."""
    began = environment.elapsed()
    for pause in delays(FIRST_PAUSE, LONGEST_PAUSE):
        if await reader.rendered(workspace) >= position:
            return
        if environment.elapsed() - began > seconds:
            raise NotVisibleYet(f"position {position} of workspace {workspace} after {seconds:g} s")
        await environment.sleep(pause)
