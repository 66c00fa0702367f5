"""Rendering: what a projection makes of an entity or an event. Its failure is a value, and so is what no store would take."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar, cast

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.workspaces.view import Entity, NotLoaded, Versioned
from ascend.projections.engine.counts import check_name
from ascend.projections.item import ReadItem, ViewKey
from ascend.projections.projection import Projection

S = TypeVar("S", bound=Entity)
Items = dict[ViewKey, ReadItem]


@dataclass(frozen=True, slots=True)
class Unrenderable:
    """A projection failed on an entity."""

    error: str


class StatesContext:
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


def render(projection: Projection, ref: Ref, context: StatesContext) -> Items | Unrenderable:
    """The items of one entity. A projection's failure is a value; `NotLoaded` passes."""
    how, versioned = projection.of(ref), context.versioned(ref)
    if how is None or versioned.state is None:
        return {}
    context.version = versioned.version
    return items_of(partial(how, versioned.state, context))


def items_of(how: Callable[[], Iterable[ReadItem]]) -> Items | Unrenderable:
    try:
        items = {item.key.render(item): item for item in how()}
        for item in items.values():
            check_keys(item)
            check_name(item)
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
    for key in (item.key.render(item), *item.index_keys()):
        if key is None:
            continue
        if len(key.sort.encode()) > SORT_KEY_BYTES or len(key.partition.encode()) > PARTITION_KEY_BYTES:
            raise ValueError(f"a key of {type(item).__name__} is too long")
        if not key.sort or not key.partition:
            raise ValueError(f"a key of {type(item).__name__} is empty")
