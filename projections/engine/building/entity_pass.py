"""Renders the entities of a workspace, one after the other, from their states at one position."""

from collections.abc import Collection, Sequence

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import NEVER_EXISTED, NotLoaded, Versioned
from ascend.projections.engine.building.entity_states import EntityStates
from ascend.projections.engine.rendering import RenderResult, StatesContext, check_sizes, render
from ascend.projections.limits import ProjectionLimits
from ascend.projections.projection import Projection


class EntityPass:
    """Keeps the states of the entities and of those above them in memory, up to a limit."""

    def __init__(self, states: EntityStates, model: Model, workspace: WorkspaceId, limits: ProjectionLimits) -> None:
        self.states = states
        self.model = model
        self.workspace = workspace
        self.limits = limits
        self._loaded: dict[Ref, Versioned] = {}

    async def load(self, page: Sequence[tuple[Ref, Versioned]]) -> None:
        """Take the states of the next entities, and load those above them level by level."""
        if len(self._loaded) > self.limits.states_kept:
            self._loaded.clear()
        self._loaded.update(page)
        level = [ref for ref, _ in page]
        while level:
            parents = {self.model.parent(ref, self._loaded[ref].state) for ref in level}
            level = [ref for ref in parents if ref is not None and ref not in self._loaded]
            await self._load(level)

    async def render(self, projection: Projection, ref: Ref) -> RenderResult:
        """Return the items of one of the entities."""
        while True:
            try:
                context = StatesContext(self.workspace, self._loaded, {})
                return check_sizes(render(projection, ref, context))
            except NotLoaded as missing:
                await self._load(missing.refs)

    async def _load(self, refs: Collection[Ref]) -> None:
        self._loaded.update(dict.fromkeys(refs, NEVER_EXISTED) | dict(await self.states.get(refs)))
