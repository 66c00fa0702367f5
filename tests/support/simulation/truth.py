"""The expected contents of a store, computed as naively as possible: after every commit, render everything and compare.

No batches, no subtrees, no edges, no loading: a picture of all states, all items of all entities, commit by commit.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import TypeVar, cast

from ascend import Store
from ascend.adapters.layout import keys
from ascend.adapters.operations.replay import count_unparked
from ascend.adapters.table.item import Item, Key
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Entity
from ascend.projections.build import Build
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey
from ascend.projections.projection import Projection

S = TypeVar("S", bound=Entity)
States = dict[Ref, tuple[Entity | None, int]]
"""The state and version of each entity."""


@dataclass(frozen=True, slots=True)
class Line:
    """A read item as it must be stored. `data` is None for a tombstone."""

    position: int
    data: str | None
    gsi1: ViewKey | None = None
    gsi2: ViewKey | None = None


Lines = dict[ViewKey, Line]


@dataclass
class Picture:
    """All states at one position."""

    workspace: WorkspaceId
    states: States
    version: int = 0

    def get(self, kind: type[S], id: str) -> S | None:
        return cast("S | None", self.states.get(Ref(kind.entity, id), (None, 0))[0])


def fold(model: Model, states: States, commit: Commit) -> None:
    for event in commit.events():
        about = {event.touches()[0], *event.concerns()}
        for ref in event.touches():
            state, version = states.get(ref, (None, 0))
            states[ref] = (model.kinds[ref.kind].evolve(state, event, ref.id), version + (ref in about))


@dataclass
class Truth:
    """The lines of one projection. An entity that cannot be rendered keeps its last good items; a lost event is lost."""

    projection: Projection
    start: int = 0
    """The position as of which the build was written. Lines of events keep their own positions."""
    lines: Lines = field(default_factory=Lines)
    good: dict[Ref, dict[ViewKey, ReadItem]] = field(default_factory=dict[Ref, dict[ViewKey, ReadItem]])
    failing: dict[Ref, int] = field(default_factory=dict[Ref, int])
    """The position since which each entity cannot be rendered."""
    told: list[ReadItem] = field(default_factory=list[ReadItem])
    """The lines of events."""

    def add_lines(self, commit: Commit) -> None:
        tell = self.projection.events
        for index, event in enumerate(commit.events()):
            try:
                items = list(tell(commit, index, event)) if tell else []
            except ArithmeticError:
                self.failing.setdefault(event.touches()[0], commit.position)
                continue
            self.told += items
            self.lines.update((item.key.render(item), line(commit.position, item)) for item in items)

    def live(self) -> Iterable[ReadItem]:
        yield from self.told
        for items in self.good.values():
            yield from items.values()

    def render_all(self, picture: Picture, position: int) -> None:
        for ref in picture.states if self.projection.renders and position >= self.start else ():
            try:
                now = self.render(picture, ref)
            except ArithmeticError:
                self.failing.setdefault(ref, position)
                continue
            before = self.good.get(ref, {})
            anew = self.failing.pop(ref, None) is not None
            for key in before.keys() | now.keys():
                if anew or before.get(key) != now.get(key):
                    self.lines[key] = line(position, now.get(key))
            self.good[ref] = now

    def render(self, picture: Picture, ref: Ref) -> dict[ViewKey, ReadItem]:
        render = self.projection.render_for(ref)
        state, picture.version = picture.states[ref]
        return (
            {} if render is None or state is None else {item.key.render(item): item for item in render(state, picture)}
        )


def line(position: int, item: ReadItem | None) -> Line:
    if item is None:
        return Line(position, None)
    return Line(position, item.content(), *item.index_keys())


def truths(
    model: Model,
    projections: Iterable[Projection],
    workspace: WorkspaceId,
    commits: Sequence[Commit],
    starts: Mapping[Build, int] = MappingProxyType({}),
) -> dict[str, Truth]:
    """Return the truth about each projection, by its name. `starts` are the positions as of which builds were written."""
    began = {build.line: start for build, start in starts.items()}
    known = {
        projection.name: Truth(projection, began.get(f"{projection.name}.{projection.version}", 0))
        for projection in projections
    }
    picture = Picture(workspace, {})
    for commit in commits:
        fold(model, picture.states, commit)
        for truth in known.values():
            truth.render_all(picture, commit.position)
            truth.add_lines(commit)
    return known


def counts(truths: Iterable[Truth]) -> Mapping[str, int]:
    """Count the live items by the name under which they count."""
    return count(item for truth in truths for item in truth.live())


def count(items: Iterable[ReadItem]) -> Counter[str]:
    return Counter(item.counted for item in items if item.counted is not None)


Failing = dict[tuple[str, Ref], tuple[int, set[ViewKey]]]
"""By projection and entity: the position since which it fails, and the keys of its last good items."""


def failing(truths: Iterable[Truth]) -> Failing:
    return {
        (truth.projection.name, ref): (since, set(truth.good.get(ref, ())))
        for truth in truths
        for ref, since in truth.failing.items()
    }


async def check_stored(store: Store, workspace: WorkspaceId, commits: Sequence[Commit], why: object = None) -> None:
    """Compare items, positions, parked entities and counts with a naive replay."""
    noted, builds = await store.views.starts(workspace), store.current.generation.builds
    starts = {build: noted.get(build, 0) for build in builds}
    expected = truths(store.model, store.current.projections, workspace, commits, starts)
    for build in builds:
        assert await stored(store.tables, build, workspace) == expected[build.projection].lines, (why, build)
    records = await store.views.records(workspace)
    (mine,) = [record for record in records if record.generation == store.current.generation]
    if len(records) > 1:
        await check_shared_parking(store, mine, expected.values(), why)
        return
    assert await parked(store, workspace) == failing(expected.values()), why
    assert mine.parked == len(failing(expected.values())), why
    assert await store.reader.attempt(store.current.turn()).counts(workspace) == counts(expected.values()), why


async def check_shared_parking(
    store: Store, record: GenerationRecord, expected: Collection[Truth], why: object = None
) -> None:
    """Compare parked entities and counts where other generations have parked some, perhaps before, in shared builds."""
    found, fails = await parked(store, record.workspace), failing(expected)
    assert {name: keys for name, (_, keys) in found.items()} == {name: keys for name, (_, keys) in fails.items()}, why
    assert all(found[name][0] <= since for name, (since, _) in fails.items()), why
    assert record.parked == len(fails), why
    good = (items.values() for truth in expected for ref, items in truth.good.items() if ref not in truth.failing)
    living = [*chain(*good), *(line for truth in expected for line in truth.told)]
    assert +await count_unparked(store.views, record) == count(living), why


async def parked(store: Store, workspace: WorkspaceId) -> Failing:
    """Return the parked entities as the status lists them."""
    (status,) = [status async for status in store.status() if status.workspace == workspace]
    return {(entity.build.projection, entity.ref): (entity.position, set(entity.keys)) for entity in status.parked}


async def stored(tables: Tables, build: Build, workspace: WorkspaceId | None = None) -> Lines:
    """Return the stored items of a build, of one workspace or of all."""
    lines: Lines = {}
    async for items in scan_pages(tables):
        for item in items:
            if keys.parse_owner(item.key) == str(build) and (
                workspace is None or workspace == item.attributes["workspace"]
            ):
                key, line = to_line(item)
                lines[key] = line
    return lines


def to_line(item: Item) -> tuple[ViewKey, Line]:
    position, data = item.attributes["position"], item.attributes.get("data")
    assert isinstance(position, int)
    text = None if data is None else str(data)
    gsi1, gsi2 = (None if key is None else without_build(key) for key in (item.gsi1, item.gsi2))
    return without_build(item.key), Line(position, text, gsi1, gsi2)


def without_build(key: Key) -> ViewKey:
    return ViewKey(key.pk.rpartition("#")[0], key.sk)
