"""A batch in memory: follows the commits one by one, and keeps for every key its last state with its last change.

A batch writes every key that changed at *any* of its commits, and a tombstone for a key that came and went. Writing only
the net change would leave ghosts: another worker, with other batch boundaries, may be about to write the intermediate
state. This way, the position of an item is a function of the log alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ascend.domain.event import touched
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Entity, NotLoaded, Versioned
from ascend.projections.build import Build
from ascend.projections.engine.counts import count_into, count_items
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.rendering import (
    Items,
    RenderResult,
    StatesContext,
    Unrenderable,
    check_sizes,
    collect_items,
    find_changed,
)
from ascend.projections.engine.renders import Renders
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import Edge, NewSnapshot, Parked
from ascend.projections.projection import Projection, RenderEvent

log = Log("ascend.worker")


class Batch:
    """The states after some commits, and the outcome so far. A missing state raises `NotLoaded` and leaves the batch unchanged: load it and call again."""

    def __init__(
        self,
        model: Model,
        builds: Mapping[Build, Projection],
        workspace: WorkspaceId,
        states: dict[Ref, Versioned],
        parked: Iterable[Parked],
        renders: Renders | None = None,
    ) -> None:
        self.model = model
        self.builds = builds
        self.workspace = workspace
        self.states = states
        self.parked = {(entity.build, entity.ref): entity for entity in parked}
        self.renders = Renders() if renders is None else renders
        self.outcome = Outcome()
        self.stay_parked: Mapping[tuple[Build, Ref], int] = {}
        """For parked entities: the position up to which no change un-parks them, because another generation has rendered it."""
        self.has_read = bool(self.parked)
        """True if something was read from the views: it may mix two moments, unless the record still stands after it."""
        self._new: set[Ref] = set()
        self._commands = 0
        self._by_kind: dict[str, Sequence[tuple[Build, Projection]]] = {}

    @property
    def builds_of_entities(self) -> set[Build]:
        """The builds that hold items of entities, not lines of events."""
        return {build for build, projection in self.builds.items() if projection.events is None}

    # States

    def after(self, commit: Commit) -> dict[Ref, Versioned]:
        """Return the new states of the entities that the commit touches."""
        events = tuple(commit.events())
        if missing := [ref for ref in touched(events) if ref not in self.states]:
            raise NotLoaded(*missing)
        return self.model.fold(self.states, commit.position, events)

    def spreads(self, after: Mapping[Ref, Versioned]) -> list[Ref]:
        """Return the touched entities whose descendants' items change with them."""
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
        self.renders.clear()

    # Taking in commits

    def take(self, commit: Commit, after: Mapping[Ref, Versioned], outcome: Outcome) -> None:
        """Take in the new states of the touched entities, and the outcome of their commit."""
        self._new.update(ref for ref in after if self.states[ref].state is None)
        self.states.update(after)
        self.outcome.touched.update(after)
        self.outcome.merge(outcome)
        self._commands += len(commit.records)
        self.park(outcome)

    def park(self, outcome: Outcome) -> None:
        """Keep which entities are parked after the outcome."""
        for key, parked in outcome.parked.items():
            if parked.until is None:
                self.parked[key] = parked
            else:
                del self.parked[key]

    @property
    def writes(self) -> int:
        """The number of writes so far, command records included, at most."""
        return self.outcome.writes + self._commands

    @property
    def parked_count(self) -> int:
        """The number of entities that are parked. The others in `parked` were un-parked by the current commit's fan-out."""
        return sum(parked.until is None for parked in self.parked.values())

    def parks_again(self, outcome: Outcome) -> bool:
        """Return True if the outcome parks an entity that this batch has un-parked: then a new batch must begin.

        Until the record has moved past this batch, other workers must still find that the entity was parked before.
        """
        return any(parked.until is None and key in self.outcome.parked for key, parked in outcome.parked.items())

    def snapshots(self) -> list[NewSnapshot]:
        """Return the states of the touched entities, to be stored."""
        return [NewSnapshot(ref, self.states[ref], ref in self._new) for ref in sorted(self.outcome.touched)]

    # Comparing items

    def effect(self, commit: Commit, after: Mapping[Ref, Versioned]) -> Outcome:
        """Return what the commit changes in the items of the touched entities, and the lines of its events."""
        outcome = self.diff(after, after, commit.position)
        self.add_lines(outcome, commit)
        return outcome

    def add_lines(self, outcome: Outcome, commit: Commit) -> None:
        """Add the lines of the events of a commit. It needs no states."""
        for build, projection in self.builds.items():
            if projection.events is not None:
                self._add_lines(outcome, build, projection, projection.events, commit)

    def diff(self, refs: Iterable[Ref], after: Mapping[Ref, Versioned], position: int) -> Outcome:
        """Return what changes in the items of `refs` when the touched entities get the states in `after`."""
        outcome = Outcome()
        old_context = StatesContext(self.workspace, self.states, {})
        new_context = StatesContext(self.workspace, self.states, after)
        for ref in refs:
            self._add_edges(outcome, ref, after.get(ref), position)
            for build, projection in self._renderers(ref):
                if not self._stays_parked(build, ref, position):
                    old = self.renders.render(build, projection, ref, old_context)
                    new = self.renders.render(build, projection, ref, new_context)
                    self._compare(outcome, build, ref, old, new, position)
        return outcome

    def _renderers(self, ref: Ref) -> Sequence[tuple[Build, Projection]]:
        """Return the builds with items of this kind of entity."""
        renderers = self._by_kind.get(ref.kind)
        if renderers is None:
            renderers = [(build, known) for build, known in self.builds.items() if known.render_for(ref) is not None]
            self._by_kind[ref.kind] = renderers
        return renderers

    def _stays_parked(self, build: Build, ref: Ref, position: int) -> bool:
        return (build, ref) in self.parked and position <= self.stay_parked.get((build, ref), 0)

    def _compare(
        self, outcome: Outcome, build: Build, ref: Ref, old: RenderResult, new: RenderResult, position: int
    ) -> None:
        if isinstance(new, Unrenderable):
            self._park_entity(outcome, build, ref, old, position, new.error)
            return
        is_parked = (build, ref) in self.parked
        changed = find_changed({} if is_parked or isinstance(old, Unrenderable) else old, new)
        if isinstance(changed, Unrenderable):
            self._park_entity(outcome, build, ref, old, position, changed.error)
        elif is_parked or isinstance(old, Unrenderable):
            self.write_anew(outcome, build, ref, old, new, position)
        elif changed:
            count_into(outcome.counts, (old[key] for key in changed if key in old), -1)
            count_into(outcome.counts, (new[key] for key in changed if key in new))
            outcome.change(build, position, changed.items(), known=old)

    def _park_entity(
        self, outcome: Outcome, build: Build, ref: Ref, old: RenderResult, position: int, error: str
    ) -> None:
        """Park the entity, unless it is parked already. Its last good items stay, and count as before."""
        if (build, ref) not in self.parked:
            good: Items = {} if isinstance(old, Unrenderable) else old
            counts = count_items(good.values())
            outcome.parked[build, ref] = Parked(build, ref, position, error, tuple(good), counts)

    def write_anew(
        self, outcome: Outcome, build: Build, ref: Ref, old: RenderResult, new: Items, position: int
    ) -> None:
        """Write all items of an entity that can be rendered again, and tombstones for its last good items that vanished.

        The items of its state before, if it renders now, may be there as well: a retry in another generation writes them.
        """
        parked = self.parked.get((build, ref))
        known = {*(parked.keys if parked else ()), *(() if isinstance(old, Unrenderable) else old)}
        if parked is not None:
            outcome.counts.subtract(parked.counts)
            outcome.parked[build, ref] = replace(parked, until=position)
        count_into(outcome.counts, new.values())
        vanished = [(key, None) for key in sorted(known - new.keys())]
        outcome.change(build, position, [*new.items(), *vanished], known)

    def _add_lines(
        self, outcome: Outcome, build: Build, projection: Projection, render_event: RenderEvent, commit: Commit
    ) -> None:
        for index, event in enumerate(commit.events()):
            render_lines = partial(render_event, commit, index, event)
            lines = check_sizes(collect_items(projection, commit.workspace, render_lines))
            if not isinstance(lines, Unrenderable) and any((build, key) in outcome.changes for key in lines):
                lines = Unrenderable("another event of this commit has a line with this key")
            if isinstance(lines, Unrenderable):
                key = build, event.touches()[0]
                if key not in self.parked:
                    outcome.parked.setdefault(key, Parked(*key, commit.position, lines.error, ()))
                continue
            count_into(outcome.counts, lines.values())
            outcome.change(build, commit.position, lines.items(), known=())

    def _add_edges(self, outcome: Outcome, ref: Ref, after: Versioned | None, position: int) -> None:
        if after is None:
            return
        old, new = self.model.parent(ref, self.states[ref].state), self.model.parent(ref, after.state)
        if old != new:
            parents = [parent for parent in (old, new) if parent is not None]
            outcome.edges.update({(parent, ref): Edge(parent, ref, position, parent == new) for parent in parents})


def log_projected(record: GenerationRecord, batch: Batch, commits: Sequence[Commit]) -> None:
    log.debug(
        "workspace.projected",
        workspace=record.workspace,
        generation=record.generation.id,
        first=commits[0].position,
        last=commits[-1].position,
        items=len(batch.outcome.changes),
    )
