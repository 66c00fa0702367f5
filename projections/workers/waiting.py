"""Read your writes: wait until *rendered* has reached a position."""

from ascend.domain.errors import NotVisibleYet
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.ports import Environment
from ascend.projections.ports import Reader

FIRST = 0.01
LONGEST = 0.5


async def wait_until_rendered(
    reader: Reader, environment: Environment, workspace: WorkspaceId, position: int, seconds: float
) -> None:
    """Asks with growing pauses. Raises `NotVisibleYet` after so many seconds."""
    began, pause = environment.elapsed(), FIRST
    while await reader.rendered(workspace) < position:
        if environment.elapsed() - began > seconds:
            raise NotVisibleYet(f"position {position} of workspace {workspace} after {seconds:g} s")
        await environment.sleep(pause)
        pause = min(LONGEST, 2 * pause)
