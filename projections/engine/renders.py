"""Renders entities, each only once for the same states: the items after one commit are those before the next."""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.domain.ids import Ref
from ascend.domain.workspaces.view import Versioned
from ascend.projections.build import Build
from ascend.projections.engine.rendering import RenderResult, StatesContext, render
from ascend.projections.projection import Projection


@dataclass(frozen=True, slots=True)
class CachedRender:
    """A result, and every state that the projection looked at."""

    result: RenderResult
    states: Mapping[Ref, Versioned]


class Renders:
    """The last result for each entity. It counts again only while all states that it was rendered from are the same."""

    def __init__(self) -> None:
        self._last: dict[tuple[Build, Ref], CachedRender] = {}

    def clear(self) -> None:
        self._last.clear()

    def keep(self, refs: Mapping[Ref, Versioned]) -> None:
        """Drop the results for other entities than these."""
        self._last = {key: rendered for key, rendered in self._last.items() if key[1] in refs}

    def render(self, build: Build, projection: Projection, ref: Ref, context: StatesContext) -> RenderResult:
        """Return the items of one entity. Raises `NotLoaded`."""
        last = self._last.get((build, ref))
        if last is not None and context.holds(last.states):
            return last.result
        context.seen = {}
        result = render(projection, ref, context)
        self._last[build, ref] = CachedRender(result, context.seen)
        return result
