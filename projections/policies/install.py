"""Installs a policy: once for the whole store, at the head of every workspace.

    which workspaces are there ─▶ is it installed? ─▶ their heads ─▶ still not? ─▶ a position at each head ─▶ "installed"

From then on, a workspace without a position is one that was created later: there the policy starts at the beginning.
Nothing that happens after the installation is lost, even if two processes install a policy at the same time: a position
is only written at a head that was read before the policy was found not to be installed.

A worker for given workspaces touches no others, so it cannot install a policy in the whole store. It only writes the
positions in its own workspaces, once a process; a later installation finds them and leaves them as they are.

Releases up to 0.2 keep the same items in the views, and their processes may still run. So a policy that is not installed
here may be installed there. An installation takes over what it finds there: first the positions, then the names. It reads
them in the same order as its own: a position there is used as it is, a policy that is installed there has no position only
in newer workspaces, and every other policy starts at the head. Once a process's policies are installed here, it never
looks there again.

Where the former positions of a workspace cannot be read, nobody knows what was answered there. The installation begins in
all other workspaces, is not finished, and is tried again in each pass.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment
from ascend.projections.deadline import is_too_late
from ascend.projections.limits import PolicyLimits
from ascend.projections.policies.policy import FormerPositions, PolicyPosition, PolicyPositions
from ascend.projections.ports import LogReader

log = Log("ascend.policies")
REMEMBERED = 10_000
"""Workspaces that a process remembers, because it has written the positions there."""


class Installation:
    """The installation of some policies. A process reads the store until they are installed, then never again."""

    def __init__(
        self,
        log: LogReader,
        positions: PolicyPositions,
        former: FormerPositions,
        names: Collection[str],
        environment: Environment,
        limits: PolicyLimits,
    ) -> None:
        self.log = log
        self.positions = positions
        self.former = former
        self.names = names
        self.environment = environment
        self.limits = limits
        self.is_done = False
        self._begun_in: set[WorkspaceId] = set()
        self._unreadable: dict[WorkspaceId, str] = {}
        """Why the former positions of a workspace could not be read in the last run."""

    async def run(self, workspaces: Sequence[WorkspaceId]) -> None:
        """Install the policies, given all workspaces. The workspaces must be read before this call."""
        if self.is_done or not self.names:
            return
        missing = await self._missing()
        former = set(await self.former.installed()) if missing else set[str]()
        still_missing = await self._begin_all(workspaces, missing)
        if still_missing is None:
            return  # the worker's next pass tries again
        if still_missing and self._unreadable:
            self._begun_in = set(workspaces).difference(self._unreadable)
            return
        if still_missing:
            await self.positions.install(still_missing | former)
            log.debug("policies.installed", policies=sorted(still_missing | former), workspaces=len(workspaces))
        self.is_done = True

    async def run_in(self, workspaces: Sequence[WorkspaceId]) -> None:
        """Write the positions in these workspaces only, for policies that are not installed in the whole store."""
        new = [workspace for workspace in workspaces if workspace not in self._begun_in]
        if self.is_done or not self.names or not new:
            return
        if await self._begin_all(new, await self._missing()) is not None:
            if len(self._begun_in) > REMEMBERED:
                self._begun_in.clear()  # to begin again changes nothing
            self._begun_in.update(workspace for workspace in new if workspace not in self._unreadable)

    def has_begun_in(self, workspace: WorkspaceId) -> bool:
        """Return True if a policy without a position in this workspace was installed before the workspace was created."""
        return self.is_done or workspace in self._begun_in

    async def _begin_all(self, workspaces: Sequence[WorkspaceId], missing: set[str]) -> set[str] | None:
        """Write positions in these workspaces. Return the policies that are not installed yet.

        If none is left, another process has installed them, and this one stops. Return None if this process slept meanwhile.
        """
        logged, self._unreadable = self._unreadable, {}
        chunk = self.limits.workspaces_per_chunk
        for start in range(0, len(workspaces), chunk):
            if not missing:
                break
            read_at = self.environment.elapsed()
            heads = await self._heads(workspaces[start : start + chunk])
            missing = await self._missing()
            if missing and not await self._begin(heads, missing, read_at):
                return None
        for workspace, reason in self._unreadable.items():
            if logged.get(workspace) != reason:
                log.warning("policies.former_positions_unreadable", workspace=workspace, error=reason)
        return missing

    async def install_in_empty_store(self) -> None:
        """Install the policies if there is no workspace yet: then they answer all that ever happens."""
        if self.names and await self._missing():
            async for _ in self.log.workspaces():
                return
            await self.run(())

    async def _begin(self, heads: Mapping[WorkspaceId, int], missing: set[str], read_at: float) -> bool:
        """Write the former positions, and positions at the heads for policies that are not installed there either.

        Return False if this process slept meanwhile: a workspace may have been erased.
        """
        late: list[WorkspaceId] = []
        new = missing.difference(await self.former.installed())

        async def begin(workspace: WorkspaceId) -> None:
            try:
                former = await self.former.read(workspace, consistent=True)
            except UnreadableLog as error:
                self._unreadable[workspace] = str(error)
                return
            at_head = {name: PolicyPosition(workspace, name, heads[workspace]) for name in new}
            for position in (at_head | dict(former)).values():
                if is_too_late(self.environment, read_at):
                    late.append(workspace)
                    return
                with suppress(UnreadableLog):  # the policy has a position there, which stalls it and says why
                    await self.positions.begin(position)

        await for_each(heads, begin)
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
