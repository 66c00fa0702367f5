"""A batch in memory: follow the commits one by one, and keep for every key its last state with its last change.

Coalescing only what a batch comes to in the end would leave ghosts: another worker, with other batch boundaries, may be
about to write what was skipped. So a key that changed at *any* commit is written, and one that came and went leaves a
tombstone: positions are a function of the log alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from ascend.domain.commit import Commit
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.model import Model
from ascend.domain.view import Entity, NotLoaded, Versioned
from ascend.projections.item import ReadItem, ViewKey
from ascend.projections.ports import Change, Edge, Parked, Unparked
from ascend.projections.projection import Build, Projection

S = TypeVar("S", bound=Entity)
Items = dict[ViewKey, ReadItem]


@dataclass(frozen=True, slots=True)
class Unrenderable:
    """A projection failed on an entity."""

    error: str


class Look:
    """The states at one position, as `Projection.render` sees them."""

    def __init__(
        self, workspace: WorkspaceId, states: Mapping[Ref, Versioned], overlay: Mapping[Ref, Versioned]
    ) -> None:
        self.workspace = workspace
        self.version = 0
        self._states, self._overlay = states, overlay

    def versioned(self, ref: Ref) -> Versioned:
        found = self._overlay.get(ref) or self._states.get(ref)
        if found is None:
            raise NotLoaded(ref)
        return found

    def get(self, kind: type[S], id: str) -> S | None:
        return cast("S | None", self.versioned(Ref(kind.entity, id)).state)


@dataclass
class Outcome:
    """What a batch has to write."""

    changes: dict[tuple[Build, ViewKey], Change] = field(default_factory=dict[tuple[Build, ViewKey], Change])
    edges: dict[tuple[Ref, Ref], Edge] = field(default_factory=dict[tuple[Ref, Ref], Edge])
    parked: dict[tuple[Build, Ref], Parked | Unparked] = field(
        default_factory=dict[tuple[Build, Ref], Parked | Unparked]
    )
    touched: set[Ref] = field(default_factory=set[Ref])


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
        self.parked_at_start = {(p.build, p.ref): p for p in parked}
        self.parked: dict[tuple[Build, Ref], Parked] = dict(self.parked_at_start)
        self.outcome = Outcome()

    def advance(self, commit: Commit) -> None:
        """Takes in one commit whose effect stays with the entities that it touches."""
        after = self.after(commit)
        diff = self.diff(after, after, commit.position)
        self.take(after, diff)

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
        before_look = Look(self.workspace, self.states, {})
        after_look = Look(self.workspace, self.states, after)
        for ref in refs:
            self._edges(outcome, ref, after.get(ref), position)
            for build, projection in self.builds.items():
                if projection.of(ref) is None:
                    continue
                was = self._before(build, projection, ref, before_look)
                now = render(projection, ref, after_look)
                self._compare(outcome, build, ref, was, now, position)
        return outcome

    def take(self, after: Mapping[Ref, Versioned], outcome: Outcome) -> None:
        self.states.update(after)
        self.outcome.touched.update(after)
        self.outcome.changes.update(outcome.changes)
        self.outcome.edges.update(outcome.edges)
        self.outcome.parked.update(outcome.parked)
        self.park(outcome)

    def park(self, outcome: Outcome) -> None:
        for key, parked in outcome.parked.items():
            if isinstance(parked, Parked):
                self.parked[key] = parked
            else:
                del self.parked[key]

    def parks_again(self, outcome: Outcome) -> bool:
        """An entity that was parked when the batch began, and rendered in between: its first record is still needed."""
        return any(isinstance(p, Parked) and key in self.parked_at_start for key, p in outcome.parked.items())

    def _before(self, build: Build, projection: Projection, ref: Ref, look: Look) -> Items | Unrenderable:
        return Unrenderable("parked") if (build, ref) in self.parked else render(projection, ref, look)

    def _compare(
        self, outcome: Outcome, build: Build, ref: Ref, was: Items | Unrenderable, now: Items | Unrenderable, at: int
    ) -> None:
        parked = self.parked.get((build, ref))
        now = fitting(was, now)
        if isinstance(now, Unrenderable):
            if parked is None:
                keys = () if isinstance(was, Unrenderable) else tuple(was)
                outcome.parked[build, ref] = Parked(build, ref, at, now.error, keys)
            return
        if isinstance(was, Unrenderable):  # rendered again: everything is written anew
            vanished = set(parked.keys if parked else ()) - now.keys()
            changed = [*((key, now[key]) for key in now), *((key, None) for key in vanished)]
            if parked is not None:
                outcome.parked[build, ref] = Unparked(build, ref, at)
        else:
            changed = [(key, now.get(key)) for key in {**was, **now} if was.get(key) != now.get(key)]
        outcome.changes.update(((build, key), Change(build, key, at, item)) for key, item in changed)

    def _edges(self, outcome: Outcome, ref: Ref, after: Versioned | None, position: int) -> None:
        if after is None:
            return
        old, new = self.model.parent(ref, self.states[ref].state), self.model.parent(ref, after.state)
        if old != new:
            outcome.edges.update({(p, ref): Edge(p, ref, position, p == new) for p in (old, new) if p is not None})


def render(projection: Projection, ref: Ref, look: Look) -> Items | Unrenderable:
    """The items of one entity. A projection's failure is a value; `NotLoaded` passes."""
    how, versioned = projection.of(ref), look.versioned(ref)
    if how is None or versioned.state is None:
        return {}
    look.version = versioned.version
    try:
        items = {item.key.render(item): item for item in how(versioned.state, look)}
        for item in items.values():
            check_keys(item)
    except NotLoaded:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a projection raises parks this one entity
        return failure(error)
    return items


CONTENT_BYTES = 380_000
SORT_KEY_BYTES = 1_024
PARTITION_KEY_BYTES = 1_900
"""Of the 2,048 that a store takes: the build is added to it."""


def failure(error: Exception) -> Unrenderable:
    return Unrenderable(f"{type(error).__name__}: {error}"[:500])


def fitting(was: Items | Unrenderable, now: Items | Unrenderable) -> Items | Unrenderable:
    """An item that the store would refuse for its size parks its entity, and stops nothing else."""
    if isinstance(now, Unrenderable):
        return now
    before: Items = {} if isinstance(was, Unrenderable) else was
    try:
        for key, item in now.items():
            if before.get(key) != item and len(item.content().encode()) > CONTENT_BYTES:
                return Unrenderable(f"a {type(item).__name__} is larger than {CONTENT_BYTES} bytes")
    except Exception as error:  # noqa: BLE001 - what cannot be written as JSON parks its entity, too
        return failure(error)
    return now


def check_keys(item: ReadItem) -> None:
    templates = (template for template in (item.key, item.gsi1, item.gsi2) if template is not None)
    for key in (template.render(item) for template in templates):
        if len(key.sort.encode()) > SORT_KEY_BYTES or len(key.partition.encode()) > PARTITION_KEY_BYTES:
            raise ValueError(f"a key of {type(item).__name__} is too long")
        if not key.sort or not key.partition:
            raise ValueError(f"a key of {type(item).__name__} is empty")
