"""Installs a policy: once for the whole store, at the head of every workspace.

    which workspaces are there ─▶ is it installed? ─▶ their heads ─▶ still not? ─▶ a position at each head ─▶ "installed"

From then on, a workspace without a position is one that was created later: there the policy starts at the beginning.
Nothing that happens after the installation is lost, even if two processes install a policy at the same time: a position
is only written at a head that was read before the policy was found not to be installed.

A worker for given workspaces touches no others, so it cannot install a policy in the whole store. It only writes the
positions in its own workspaces, once a process; a later installation finds them and leaves them as they are.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import note
from ascend.domain.runtime.ports import Environment
from ascend.projections.deadline import is_too_late
from ascend.projections.limits import PolicyLimits
from ascend.projections.policies.policy import PolicyPosition, PolicyPositions
from ascend.projections.ports import LogReader

REMEMBERED = 10_000
"""Workspaces that a process remembers, because it has written the positions there."""


class Installation:
    """The installation of some policies. A process reads the store until they are installed, then never again."""

    def __init__(
        self,
        log: LogReader,
        positions: PolicyPositions,
        names: Collection[str],
        environment: Environment,
        limits: PolicyLimits,
    ) -> None:
        self.log = log
        self.positions = positions
        self.names = names
        self.environment = environment
        self.limits = limits
        self.is_done = False
        self._begun_in: set[WorkspaceId] = set()

    async def run(self, workspaces: Sequence[WorkspaceId]) -> None:
        """Install the policies, given all workspaces. The workspaces must be read before this call."""
        if self.is_done or not self.names:
            return
        missing = await self._begin_all(workspaces)
        if missing is None:
            return  # the worker's next pass tries again
        if missing:
            await self.positions.install(missing)
            note("policies.installed", policies=sorted(missing), workspaces=len(workspaces))
        self.is_done = True

    async def run_in(self, workspaces: Sequence[WorkspaceId]) -> None:
        """Write the positions in these workspaces only, for policies that are not installed in the whole store."""
        new = [workspace for workspace in workspaces if workspace not in self._begun_in]
        if self.is_done or not self.names or not new:
            return
        if await self._begin_all(new) is not None:
            if len(self._begun_in) > REMEMBERED:
                self._begun_in.clear()  # to begin again changes nothing
            self._begun_in.update(new)

    async def _begin_all(self, workspaces: Sequence[WorkspaceId]) -> set[str] | None:
        """Write positions at the heads of these workspaces. Return the policies that are not installed yet.

        Return None if this process slept meanwhile.
        """
        missing, chunk = await self._missing(), self.limits.workspaces_per_chunk
        for start in range(0, len(workspaces), chunk):
            if not missing:
                break
            read_at = self.environment.elapsed()
            heads = await self._heads(workspaces[start : start + chunk])
            missing = await self._missing()
            if not await self._begin(heads, missing, read_at):
                return None
        return missing

    async def install_in_empty_store(self) -> None:
        """Install the policies if there is no workspace yet: then they answer all that ever happens."""
        if self.names and await self._missing():
            async for _ in self.log.workspaces():
                return
            await self.run(())

    async def _begin(self, heads: Mapping[WorkspaceId, int], names: Iterable[str], read_at: float) -> bool:
        """Write positions at the heads. Return False if this process slept meanwhile: a workspace may have been erased."""
        positions = [PolicyPosition(workspace, name, head) for workspace, head in heads.items() for name in names]
        late: list[PolicyPosition] = []

        async def begin(position: PolicyPosition) -> None:
            if is_too_late(self.environment, read_at):
                late.append(position)
            else:
                with suppress(
                    UnreadableLog
                ):  # the policy has a position there, and the workspace stalls with the reason
                    await self.positions.begin(position)

        await for_each(positions, begin)
        return not late

    async def _missing(self) -> set[str]:
        return set(self.names).difference(await self.positions.installed())

    async def _heads(self, workspaces: Sequence[WorkspaceId]) -> Mapping[WorkspaceId, int]:
        """Return the heads of the workspaces that have commits and are not erased."""
        heads: dict[WorkspaceId, int] = {}

        async def read_head(workspace: WorkspaceId) -> None:
            position = await self.log.last_position(workspace)  # a damaged log has a head as well
            if position and not await self._is_erased(workspace):
                heads[workspace] = position

        await for_each(workspaces, read_head)
        return heads

    async def _is_erased(self, workspace: WorkspaceId) -> bool:
        try:
            first = await self.log.commits(workspace, 1, 1, consistent=True)
        except UnreadableLog:  # a commit that this process cannot read is no erasure
            return False
        return any(commit.is_erased for commit in first)
