"""The read items that a log must lead to, worked out as naively as possible: after every commit, render and compare.

There are no batches, no subtrees, no edges and no loading here: all states, and all versions of every item. An entity is
rendered again only if a state that its render function has looked at has changed; it is a pure function.

An entity that cannot be rendered keeps its last good items, except in a build that was begun meanwhile: there it has none.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, Versioned
from ascend.projections.build import Build, Generation
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey
from ascend.projections.projection import Projection

S = TypeVar("S", bound=Entity)
NO_END = 2**62
"""A position after every other."""


@dataclass(frozen=True, slots=True)
class Version:
    """An item from a position on, None for one that does not exist."""

    position: int
    item: ReadItem | None


class States(dict[Ref, Versioned]):
    """The state of every entity. One that is missing never existed."""

    def __missing__(self, ref: Ref) -> Versioned:
        return NEVER_EXISTED


@dataclass
class _Context:
    """The context of a render function. It remembers what was looked at."""

    workspace: WorkspaceId
    states: States
    version: int = 0
    seen: set[Ref] = field(default_factory=set[Ref])

    def get(self, kind: type[S], id: str) -> S | None:
        ref = Ref(kind.entity, id)
        self.seen.add(ref)
        return cast("S | None", self.states[ref].state)


@dataclass
class ExpectedItems:
    """All versions of the items of one projection in one workspace. Add the commits in their order."""

    projection: Projection
    versions: dict[ViewKey, list[Version]] = field(default_factory=dict[ViewKey, list[Version]])
    _good: dict[Ref, dict[ViewKey, ReadItem]] = field(default_factory=dict[Ref, dict[ViewKey, ReadItem]])
    """The items of each entity, as it was rendered last without an error."""
    failing: set[Ref] = field(default_factory=set[Ref])
    """The entities that cannot be rendered."""
    _failed: dict[Ref, list[range]] = field(default_factory=dict[Ref, list[range]])
    """The positions at which each entity could not be rendered."""
    _owners: dict[ViewKey, Ref] = field(default_factory=dict[ViewKey, Ref])
    """The entity that renders each key."""
    told: list[ReadItem] = field(default_factory=list[ReadItem])
    """The lines of events."""
    _readers: defaultdict[Ref, dict[Ref, None]] = field(
        default_factory=lambda: defaultdict[Ref, dict[Ref, None]](dict[Ref, None])
    )
    """For each entity, those whose render function has looked at it."""

    def add(self, commit: Commit, states: States, changed: Iterable[Ref]) -> None:
        """Take in a commit. `states` are those after it."""
        stale = dict.fromkeys(reader for ref in changed for reader in (ref, *self._readers[ref]))
        for ref in stale:
            self._render(ref, commit, states)
        for index, event in enumerate(commit.events()):
            self._tell(commit, index, event.touches()[0])

    def live(self) -> Iterator[ReadItem]:
        """Yield the items that exist now."""
        yield from self.told
        for items in self._good.values():
            yield from items.values()

    def window(self, key: ViewKey, low: int, high: int) -> Sequence[Version]:
        """Return the versions of an item at the positions from `low` to `high`, the earliest first."""
        known = self.versions.get(key, ())
        first = bisect_right(known, low, key=lambda version: version.position)
        before = known[first - 1] if first else Version(0, None)
        return [before, *(version for version in known[first:] if version.position <= high)]

    def has_failed(self, key: ViewKey, low: int, high: int) -> bool:
        """Return True if the entity of an item could not be rendered at one of these positions."""
        failed = self._failed.get(self._owners[key], ()) if key in self._owners else ()
        return any(each.start <= high and low < each.stop for each in failed)

    def counted_from(self, start: int) -> Iterator[ReadItem]:
        """Yield the items that exist now in a build that was written as of `start`."""
        yield from self.told
        for items in self._good.values():
            yield from (item for key, item in items.items() if self.version_from(key, start).item is not None)

    def version_from(self, key: ViewKey, start: int) -> Version:
        """Return the last version of an item in a build that was written as of `start`. Position 0: nothing was written.

        What vanished before leaves no tombstone. Lines of events keep their positions.
        """
        base, *later = self.window(key, start, NO_END)
        if self.has_failed(key, start, start):
            base = Version(0, None)
        elif base.item is None:
            base = Version(0, None) if start else base
        elif self.projection.events is None:
            base = replace(base, position=max(base.position, start))
        for version in later:
            if version.item is not None or base.position:
                base = version
        return base

    def _render(self, ref: Ref, commit: Commit, states: States) -> None:
        render, state = self.projection.render_for(ref), states[ref]
        if render is None:
            return
        context = _Context(commit.workspace, states, state.version)
        try:
            items = [] if state.state is None else list(render(state.state, context))
        except Exception:  # noqa: BLE001  it is the embedder's code: the entity is parked, and keeps its items
            if ref not in self.failing:
                self.failing.add(ref)
                self._failed.setdefault(ref, []).append(range(commit.position, NO_END))
            return
        finally:
            for seen in sorted(context.seen):
                self._readers[seen][ref] = None
        now = {item.key.render(item): item for item in items}
        before, anew = self._good.get(ref, {}), ref in self.failing
        if anew:
            self.failing.discard(ref)
            self._failed[ref].append(range(self._failed[ref].pop().start, commit.position))
        self._owners.update(dict.fromkeys(now, ref))
        for key in {**before, **now}:
            if anew or before.get(key) != now.get(key):
                self.versions.setdefault(key, []).append(Version(commit.position, now.get(key)))
        self._good[ref] = now

    def _tell(self, commit: Commit, index: int, about: Ref) -> None:
        if self.projection.events is None:
            return
        event = tuple(commit.events())[index]
        try:
            items = list(self.projection.events(commit, index, event))
        except Exception:  # noqa: BLE001  it is the embedder's code: the lines are lost
            self.failing.add(about)
            return
        self.told += items
        for item in items:
            self.versions.setdefault(item.key.render(item), []).append(Version(commit.position, item))


class ExpectedWorkspace:
    """All that follows from the log of one workspace: the states, and the items of every projection."""

    def __init__(self, model: Model, projections: Iterable[Projection], workspace: WorkspaceId) -> None:
        self.model = model
        self.workspace = workspace
        self.commits: list[Commit] = []
        self.states = States()
        self.history: list[States] = [States()]
        """The states at each position, from 0 on."""
        self.moments: list[Sequence[States]] = [(self.history[0],)]
        """The states at each position as the commands of its commit were decided on them, and those after it."""
        self.items = {(each.name, each.version): ExpectedItems(each) for each in projections}

    @property
    def head(self) -> int:
        return len(self.commits)

    def add(self, commit: Commit) -> None:
        """Take in the next commit."""
        self.commits.append(commit)
        moments = [self.states]
        for record in commit.records:
            moments.append(self._apply(moments[-1], record, commit.position))
        self.states = moments[-1]
        self.moments.append(moments)
        self.history.append(self.states)
        changed = dict.fromkeys(ref for event in commit.events() for ref in event.touches())
        for items in self.items.values():
            items.add(commit, self.states, changed)

    def _apply(self, before: States, record: CommandRecord, position: int) -> States:
        """Return the states after one command."""
        after = States(before)
        for event in record.events:
            about = {event.touches()[0], *event.concerns()}
            for ref in event.touches():
                state = self.model.kinds[ref.kind].evolve(after[ref].state, event, ref.id)
                after[ref] = Versioned(state, after[ref].version + (ref in about), position)
        return after

    def counts(self, generation: Generation, starts: Mapping[Build, int]) -> Mapping[str, int]:
        """Return the number of live items of a generation by the name under which they count."""
        counts: dict[str, int] = {}
        for build in generation.builds:
            for item in self.items[build.projection, build.version].counted_from(starts.get(build, 0)):
                if item.counted is not None:
                    counts[item.counted] = counts.get(item.counted, 0) + 1
        return counts
