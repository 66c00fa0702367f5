"""A batch in memory: follow the commits one by one, and keep for every key its last state with its last change.

Coalescing only what a batch comes to in the end would leave ghosts: another worker, with other batch boundaries, may be
about to write what was skipped. So a key that changed at *any* commit is written, and one that came and went leaves a
tombstone: positions are a function of the log alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Entity, NotLoaded, Versioned
from ascend.projections.engine.counts import counted
from ascend.projections.engine.rendering import Items, StatesContext, Unrenderable, fitting, items_of, render
from ascend.projections.item import ViewKey
from ascend.projections.ports import Change, Edge, Parked
from ascend.projections.projection import Build, Projection, RenderEvent


@dataclass
class Outcome:
    """What a batch has to write."""

    changes: dict[tuple[Build, ViewKey], Change] = field(default_factory=dict[tuple[Build, ViewKey], Change])
    edges: dict[tuple[Ref, Ref], Edge] = field(default_factory=dict[tuple[Ref, Ref], Edge])
    parked: dict[tuple[Build, Ref], Parked] = field(default_factory=dict[tuple[Build, Ref], Parked])
    """With `until`: rendered again."""
    touched: set[Ref] = field(default_factory=set[Ref])
    counts: Counter[str] = field(default_factory=Counter[str])
    """How many live items there are more (or fewer) by the name under which they count."""

    def take(self, more: "Outcome") -> None:
        self.changes.update(more.changes)
        self.edges.update(more.edges)
        self.parked.update(more.parked)
        self.counts.update(more.counts)


class Batch:
    """States at `position`, moved on by `advance`. Whatever is not loaded raises `NotLoaded` and changes nothing."""

    def __init__(
        self,
        model: Model,
        builds: Mapping[Build, Projection],
        workspace: WorkspaceId,
        states: dict[Ref, Versioned],
        parked: Iterable[Parked],
    ) -> None:
        self.model = model
        self.builds = builds
        self.workspace = workspace
        self.states = states
        self.parked = {(p.build, p.ref): p for p in parked}
        self.outcome = Outcome()

    def advance(self, commit: Commit) -> None:
        """Takes in one commit whose effect stays with the entities that it touches."""
        after = self.after(commit)
        self.take(after, self.effect(commit, after))

    def after(self, commit: Commit) -> dict[Ref, Versioned]:
        """The new states of what the commit touches."""
        events = tuple(commit.events())
        self.need({ref for event in events for ref in event.touches()})
        return self.model.fold(self.states, commit.position, events)

    def need(self, refs: Iterable[Ref]) -> None:
        missing = [ref for ref in refs if ref not in self.states]
        if missing:
            raise NotLoaded(*missing)

    def spreads(self, after: Mapping[Ref, Versioned]) -> list[Ref]:
        """Those touched whose descendants' items change with them."""
        return [ref for ref, state in after.items() if self._spreads(ref, self.states[ref].state, state.state)]

    def _spreads(self, ref: Ref, before: Entity | None, after: Entity | None) -> bool:
        hierarchy = self.model.kinds[ref.kind].hierarchy
        if hierarchy is None or before is None or hierarchy.children(before) == 0:
            return False
        return hierarchy.inherited(before) != hierarchy.inherited(after)

    def has_children(self, ref: Ref) -> bool:
        hierarchy, state = self.model.kinds[ref.kind].hierarchy, self.states[ref].state
        return hierarchy is not None and state is not None and hierarchy.children(state) > 0

    def forget(self, refs: Iterable[Ref]) -> None:
        for ref in refs:
            self.states.pop(ref, None)

    def diff(self, refs: Iterable[Ref], after: Mapping[Ref, Versioned], position: int) -> Outcome:
        """What changes in the items of `refs` when the states in `after` come to be."""
        outcome = Outcome()
        before_look = StatesContext(self.workspace, self.states, {})
        after_look = StatesContext(self.workspace, self.states, after)
        for ref in refs:
            self._edges(outcome, ref, after.get(ref), position)
            for build, projection in self.builds.items():
                if projection.of(ref) is None:
                    continue
                was = self._before(build, projection, ref, before_look)
                now = render(projection, ref, after_look)
                self._compare(outcome, build, ref, was, now, position)
        return outcome

    def effect(self, commit: Commit, after: Mapping[Ref, Versioned]) -> Outcome:
        """What the commit changes in the items of what it touches, and the lines of its events."""
        outcome = self.diff(after, after, commit.position)
        for build, projection in self.builds.items():
            if projection.events is not None:
                self._lines(outcome, build, projection.events, commit)
        return outcome

    def take(self, after: Mapping[Ref, Versioned], outcome: Outcome) -> None:
        self.states.update(after)
        self.outcome.touched.update(after)
        self.outcome.take(outcome)
        self.park(outcome)

    def park(self, outcome: Outcome) -> None:
        for key, parked in outcome.parked.items():
            if parked.until is None:
                self.parked[key] = parked
            else:
                del self.parked[key]

    @property
    def standing(self) -> int:
        """How many are parked. Others of `parked` are rendered by this very commit, as far as a fan-out came."""
        return sum(parked.until is None for parked in self.parked.values())

    def parks_again(self, outcome: Outcome) -> bool:
        """An entity that was rendered again within this batch: that it was parked before is still to be known."""
        return any(parked.until is None and key in self.outcome.parked for key, parked in outcome.parked.items())

    def _before(self, build: Build, projection: Projection, ref: Ref, context: StatesContext) -> Items | Unrenderable:
        return Unrenderable("parked") if (build, ref) in self.parked else render(projection, ref, context)

    def _compare(
        self, outcome: Outcome, build: Build, ref: Ref, was: Items | Unrenderable, now: Items | Unrenderable, at: int
    ) -> None:
        parked = self.parked.get((build, ref))
        now = fitting(was, now)
        if isinstance(now, Unrenderable):
            if parked is None:
                kept: Items = {} if isinstance(was, Unrenderable) else was
                outcome.parked[build, ref] = Parked(build, ref, at, now.error, tuple(kept), counted(kept.values()))
            return
        if isinstance(was, Unrenderable):  # rendered again: everything is written anew
            vanished = set(parked.keys if parked else ()) - now.keys()
            changed = [*((key, now[key]) for key in now), *((key, None) for key in vanished)]
            outcome.counts.subtract(parked.counts if parked else {})
            if parked is not None:
                outcome.parked[build, ref] = replace(parked, until=at)
        else:
            changed = [(key, now.get(key)) for key in {**was, **now} if was.get(key) != now.get(key)]
            outcome.counts.subtract(counted(was.values()))
        outcome.counts.update(counted(now.values()))
        outcome.changes.update(((build, key), Change(build, key, at, item)) for key, item in changed)

    def _lines(self, outcome: Outcome, build: Build, how: RenderEvent, commit: Commit) -> None:
        for index, event in enumerate(commit.events()):
            lines = fitting({}, items_of(partial(how, commit, index, event)))
            if not isinstance(lines, Unrenderable) and any((build, key) in outcome.changes for key in lines):
                lines = Unrenderable("another event of this commit has a line with this key")
            if isinstance(lines, Unrenderable):
                key = build, event.touches()[0]
                if key not in self.parked:
                    outcome.parked.setdefault(key, Parked(*key, commit.position, lines.error, ()))
                continue
            outcome.counts.update(counted(lines.values()))
            outcome.changes.update(
                ((build, key), Change(build, key, commit.position, line)) for key, line in lines.items()
            )

    def _edges(self, outcome: Outcome, ref: Ref, after: Versioned | None, position: int) -> None:
        if after is None:
            return
        old, new = self.model.parent(ref, self.states[ref].state), self.model.parent(ref, after.state)
        if old != new:
            outcome.edges.update({(p, ref): Edge(p, ref, position, p == new) for p in (old, new) if p is not None})
