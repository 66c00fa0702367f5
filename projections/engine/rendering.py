"""Rendering: calls a projection for an entity or an event.

A failure of the projection, or an item that no store would take, is a value (`Unrenderable`), not an exception.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import is_
from typing import TypeVar, cast

from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.workspaces.view import Entity, NotLoaded, Versioned
from ascend.projections.engine.counts import check_count_name
from ascend.projections.item import ReadItem, have_same_values
from ascend.projections.key_template import ViewKey
from ascend.projections.projection import Projection

S = TypeVar("S", bound=Entity)
Items = dict[ViewKey, ReadItem]

CONTENT_BYTES = 380_000
SORT_KEY_BYTES = 1_024
PARTITION_KEY_BYTES = 1_900
"""Less than the 2,048 bytes that a store takes: the build is added to the key."""
ERROR_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Unrenderable:
    """A projection failed on an entity."""

    error: str


RenderResult = Items | Unrenderable


class StatesContext:
    """The `RenderContext` over the states at one position. States in `overlay` hide those in `states`."""

    def __init__(
        self, workspace: WorkspaceId, states: Mapping[Ref, Versioned], overlay: Mapping[Ref, Versioned]
    ) -> None:
        self.workspace = workspace
        self.version = 0
        self.seen: dict[Ref, Versioned] = {}
        """The states that were asked for."""
        self._states, self._overlay = states, overlay

    def versioned(self, ref: Ref) -> Versioned:
        versioned = self._overlay.get(ref) or self._states.get(ref)
        if versioned is None:
            raise NotLoaded(ref)
        self.seen[ref] = versioned
        return versioned

    def holds(self, states: Mapping[Ref, Versioned]) -> bool:
        """Return True if these are still the states of their entities. Raises `NotLoaded`."""
        return all(map(is_, map(self.versioned, states), states.values()))

    def get(self, kind: type[S], id: str) -> S | None:
        return cast("S | None", self.versioned(Ref(kind.entity, id)).state)


def render(projection: Projection, ref: Ref, context: StatesContext) -> RenderResult:
    """Return the items of one entity. Raises `NotLoaded`."""
    render_entity, versioned = projection.render_for(ref), context.versioned(ref)
    if render_entity is None or versioned.state is None:
        return {}
    context.version = versioned.version
    return collect_items(projection, context.workspace, partial(render_entity, versioned.state, context))


def collect_items(
    projection: Projection, workspace: WorkspaceId, render: Callable[[], Iterable[ReadItem]]
) -> RenderResult:
    """Return the items that `render` gives, by their keys. Raises `NotLoaded`."""
    try:
        items = {item.key.render(item): item for item in render()}
        for key, item in items.items():
            check_owner(projection, item, workspace)
            check_keys(item, key)
            check_count_name(item)
    except NotLoaded:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a projection raises parks this one entity
        return unrenderable(error)
    return items


def unrenderable(error: Exception) -> Unrenderable:
    return Unrenderable(f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS])


def find_changed(old: Items, new: Items) -> dict[ViewKey, ReadItem | None] | Unrenderable:
    """Return the items of `new` that differ from the ones in `old`, and None for those that vanished.

    `Unrenderable`: two items cannot be compared, or the store would refuse one of those that changed.
    """
    changed: dict[ViewKey, ReadItem | None] = {key: None for key in old if key not in new}
    try:
        for key, item in new.items():
            before = old.get(key)
            if before is None or not have_same_values(item, before):
                changed[key] = item
    except Exception as error:  # noqa: BLE001 - an item without one of its fields parks its entity, too
        return unrenderable(error)
    fault = find_fault(changed.values())
    return Unrenderable(fault) if fault else changed


def check_sizes(items: RenderResult) -> RenderResult:
    """Return the items, or `Unrenderable` if the store would refuse one of them for its size."""
    if isinstance(items, Unrenderable):
        return items
    fault = find_fault(items.values())
    return Unrenderable(fault) if fault else items


def find_fault(items: Iterable[ReadItem | None]) -> str:
    """Return the reason why the store would refuse one of the items. Empty: it takes all of them."""
    try:
        for item in items:
            if item is not None and measure(item.content()) > CONTENT_BYTES:
                return f"a {type(item).__name__} is larger than {CONTENT_BYTES} bytes"
    except Exception as error:  # noqa: BLE001 - an item that cannot be written as JSON parks its entity, too
        return unrenderable(error).error
    return ""


def check_owner(projection: Projection, item: ReadItem, workspace: WorkspaceId) -> None:
    """Raise `ValueError` for an item that could lie in the partition of another tenant.

    The keys of the item types that a projection lists were checked when the application was made.
    """
    if type(item) not in projection.items:
        raise ValueError(f"a {type(item).__name__} is no item type of the projection {projection.name}: list it there")
    if item.workspace != workspace:
        raise ValueError(f"a {type(item).__name__} names another workspace than the one that is rendered")


def check_keys(item: ReadItem, base: ViewKey) -> None:
    """Raise `ValueError` for a key that no store takes: `base`, or one in an index."""
    for key in (base, *item.index_keys()):
        if key is None:
            continue
        is_ascii = key.sort.isascii() and key.partition.isascii()
        if not (is_ascii and 0 < len(key.sort) <= SORT_KEY_BYTES and 0 < len(key.partition) <= PARTITION_KEY_BYTES):
            _check_key(item, key)


def _check_key(item: ReadItem, key: ViewKey) -> None:
    """Raise `ValueError` for a key that is too long or empty, or that holds what is no character."""
    if measure(key.sort) > SORT_KEY_BYTES or measure(key.partition) > PARTITION_KEY_BYTES:
        raise ValueError(f"a key of {type(item).__name__} is too long")
    if not key.sort or not key.partition:
        raise ValueError(f"a key of {type(item).__name__} is empty")


def measure(text: str) -> int:
    """Return the bytes of the text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
