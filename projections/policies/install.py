"""Installing a policy: once for the whole store, at the head of every workspace.

    which workspaces are there ─▶ is it installed? ─▶ their heads ─▶ still not? ─▶ a position at each head ─▶ "installed"

A workspace without a position is from then on one that was created later: the policy starts at its beginning. Nothing
that happens after a policy was installed is lost, whoever installs it at the same time: a position is written only at a
head that was read before the policy was found not to be installed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from ascend.domain.errors import UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import note
from ascend.domain.runtime.ports import Environment
from ascend.projections.policies.policy import PolicyPosition, PolicyPositions
from ascend.projections.ports import LogReader

CHUNK = 100
"""Workspaces whose heads are read before the positions are written."""
LONGEST = 10 * 60.0
"""Seconds after which nothing is begun any more on what was read: where a workspace is erased, all of it is swept later."""


class Installation:
    """Of all these policies: looks into the store until it is done, then never again."""

    def __init__(
        self, log: LogReader, positions: PolicyPositions, names: Collection[str], environment: Environment
    ) -> None:
        self.log = log
        self.positions = positions
        self.names = names
        self.environment = environment
        self.done = False

    async def run(self, workspaces: Sequence[WorkspaceId]) -> None:
        """Given all workspaces, read before this is called."""
        if self.done or not self.names:
            return
        missing = await self._missing()
        for start in range(0, len(workspaces), CHUNK):
            if not missing:
                break
            began = self.environment.elapsed()
            heads = await self._heads(workspaces[start : start + CHUNK])
            missing = await self._missing()
            begun = [
                PolicyPosition(workspace, name, position) for workspace, position in heads.items() for name in missing
            ]
            if not await self._begin(begun, began):
                return  # again at the next look
        if missing:
            await self.positions.install(missing)
            note("policies.installed", policies=sorted(missing), workspaces=len(workspaces))
        self.done = True

    async def before_anything(self) -> None:
        """Where there is no workspace yet: from then on they answer all that ever happens."""
        if self.names and await self._missing():
            async for _ in self.log.workspaces():
                return
            await self.run(())

    async def _begin(self, positions: Iterable[PolicyPosition], began: float) -> bool:
        """False if this process slept meanwhile: what is begun now might stay in a workspace that was erased."""
        slept: list[PolicyPosition] = []

        async def one(position: PolicyPosition) -> None:
            if self.environment.elapsed() - began > LONGEST:
                slept.append(position)
            else:
                await self.positions.begin(position)

        await for_each(positions, one)
        return not slept

    async def _missing(self) -> set[str]:
        return set(self.names).difference(await self.positions.installed())

    async def _heads(self, workspaces: Sequence[WorkspaceId]) -> Mapping[WorkspaceId, int]:
        """Of those that live and hold something."""
        heads: dict[WorkspaceId, int] = {}

        async def one(workspace: WorkspaceId) -> None:
            position = (await self.log.head(workspace)).position
            if position and not await self._erased(workspace):
                heads[workspace] = position

        await for_each(workspaces, one)
        return heads

    async def _erased(self, workspace: WorkspaceId) -> bool:
        try:
            first = await self.log.commits(workspace, 1, 1, consistent=True)
        except UpgradeRequired:  # what this process cannot read is no erasure
            return False
        return any(commit.is_erased for commit in first)
