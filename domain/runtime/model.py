"""The model: the kinds of entities and the events of a store. Register a new kind or event in one line.

Event and state types are listed, never found by their name at run time. A stored event names its type and version. An
upcaster brings an older version up to date. An unknown type or version raises `UpgradeRequired` and stalls its
workspace. One release reads a new version, and the next release writes it. Until then, `writes` gives the downcast that
makes the older version from the new one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError

from ascend.domain.errors import Damaged, DamagedViews, InvalidInput, UpgradeRequired
from ascend.domain.event import STORED_NAME, Event
from ascend.domain.ids import Ref
from ascend.domain.runtime.constructors import find_constructor
from ascend.domain.runtime.shapes import Constructor
from ascend.domain.values import name_faults
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, Versioned

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""A function that turns the data of one version of an event into the data of the next version."""

Downcast = Callable[[Any, Any], Event]
"""A function that takes an event and the state before it, and returns the event in an older version.

The older version is a class of its own: the event's class as it was.
"""


@dataclass(frozen=True)
class Hierarchy:
    """The way in which entities of a kind hang below one another, if their read items depend on those above."""

    parent: Callable[[Any], Ref | None]
    """Returns the parent of a state. None at the top, and for a deleted entity."""
    children: Callable[[Any], int]
    """Returns the number of children of a state."""
    inherited: Callable[[Any], object]
    """Returns the part of a state that the read items of descendants show. When it changes, all descendants are rendered again."""


class Kind:
    """A kind of entity: the type of its state, its events, `evolve`, which applies an event to a state, and its commands."""

    def __init__(
        self,
        state: type[Entity],
        events: object,
        evolve: Callable[[Any, Any, str], Entity],
        hierarchy: Hierarchy | None = None,
        *,
        commands: Sequence[type[Command]] = (),
    ) -> None:
        if not hasattr(cast("object", state), "entity"):
            raise InvalidInput(f"{state!r} is no state: it needs `entity: ClassVar[str] = …`, the name of its kind")
        self.hierarchy = hierarchy
        self.commands = tuple(commands)
        self.state = state
        self.events: tuple[type[Event], ...] = get_args(events) or (cast("type[Event]", events),)
        for event in self.events:
            if not _is_event(event):
                raise InvalidInput(f"the kind {state.entity}: {event!r} is no subclass of ascend.Event")
        self.evolve = evolve

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The form in which states are stored. Raises: InvalidInput if they cannot be."""
        try:
            return TypeAdapter(self.state)
        except PydanticUserError as error:
            raise InvalidInput(f"the state {self.state.__name__} cannot be stored: {error.message}") from error


def _is_event(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Event)


@dataclass(frozen=True)
class Model:
    """All kinds of entities, with the schema version of their snapshots."""

    kinds: Mapping[str, Kind]
    events: Mapping[str, type[Event]]
    upcasters: Mapping[tuple[str, int], Upcaster]
    snapshots: int
    """The schema version of the snapshots. Raise it when a state changes shape."""
    writes: Mapping[str, Downcast]
    """The events that are still written in an older version, because some process may not read the newer one."""

    @classmethod
    def from_kinds(
        cls,
        *kinds: Kind,
        snapshots: int = 1,
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        writes: Mapping[str, Downcast] | None = None,
    ) -> "Model":
        """Return a model of these kinds of entities."""
        events = {event.tag: event for kind in kinds for event in kind.events}
        return cls({kind.state.entity: kind for kind in kinds}, events, upcasters or {}, snapshots, writes or {})

    @cached_property
    def constructors(self) -> Mapping[tuple[str, int], Mapping[tuple[str, ...], Constructor]]:
        """The constructors of the events that need not be validated when they are read, by tag and version, then by shape."""
        found = {(tag, event.version): find_constructor(event) for tag, event in self.events.items()}
        return {event: shapes for event, shapes in found.items() if shapes is not None}

    def fold(self, entities: Mapping[Ref, Versioned], position: int, events: Iterable[Event]) -> dict[Ref, Versioned]:
        """Return the new states of those `entities` that the events of the commit at `position` touch.

        Folding is idempotent: a state that is at or past `position` stays as it is. An entity that is missing in
        `entities` is left out, because there is no state to fold onto. Pass `NEVER_EXISTED` for an entity that is new.

        Raises:
            UpgradeRequired: an event cannot be folded.
        """
        return self._apply(entities, position, events, before=position)

    def apply(self, entities: Mapping[Ref, Versioned], position: int, events: Iterable[Event]) -> dict[Ref, Versioned]:
        """Do the same for a part of the commit at `position`: its events are applied, wherever the states are.

        Use it for events that no state holds yet. The states may hold other events of the same commit.
        """
        return self._apply(entities, position, events, before=position + 1)

    def _apply(
        self, entities: Mapping[Ref, Versioned], position: int, events: Iterable[Event], *, before: int
    ) -> dict[Ref, Versioned]:
        """Apply the events of the commit at `position` to the states that stand before the position `before`."""
        changed: dict[Ref, Versioned] = {}
        for event in events:
            for ref in event.touched_refs:
                if (state := changed.get(ref)) is None:
                    state = entities.get(ref)
                    if state is None or state.position >= before:
                        continue
                changed[ref] = self.evolve(state, ref, position, event)
        return changed

    def evolve(self, before: Versioned, ref: Ref, position: int, event: Event) -> Versioned:
        """Return the state of one entity after the event.

        Raises:
            UpgradeRequired: the event cannot be folded.
        """
        try:
            state = self.kinds[ref.kind].evolve(before.state, event, ref.id)
        except Exception as error:
            raise UpgradeRequired(f"{event.tag} at {position} cannot be folded onto {ref}: {error!r}") from error
        return Versioned(state, before.version + event.raises_version_of(ref), position)

    def event(self, tag: str, version: int, at: Any, data: dict[str, Any]) -> Event:
        """Return a stored event in the version that this code knows. An upcaster may change `data`.

        Raises:
            UpgradeRequired: a later version of the code knows the type, the version or a field.
            Damaged: the data is not valid in a version that this code knows, or there can be no such event.
        """
        known = self.events.get(tag)
        if version < 1 or (known is None and not STORED_NAME.fullmatch(tag)):
            raise Damaged("an event without a tag, or without a version")
        if known is None or version > known.version:
            raise UpgradeRequired(f"event {tag} version {version}")
        if version < known.version:
            data = self._upcast(tag, version, known.version, data)
        return _make_event(known, version, {**data, "at": at})

    def _upcast(self, tag: str, version: int, known: int, data: dict[str, Any]) -> dict[str, Any]:
        for old in range(version, known):
            upcaster = self.upcasters.get((tag, old))
            if upcaster is None:
                raise UpgradeRequired(f"no upcaster for event {tag} version {old}")
            try:
                data = upcaster(data)
            except Exception as error:
                raise Damaged(f"event {tag} version {old}: it lacks what every such event holds") from error
        return data

    def as_written(self, entities: Mapping[Ref, Versioned], position: int, events: Sequence[Event]) -> list[Event]:
        """Return the events of the commit at `position` in the versions that are written.

        `entities` holds the states before the events.
        """
        if not self.writes:
            return [*events]
        written: list[Event] = []
        for index, event in enumerate(events):
            if (downcast := self.writes.get(event.tag)) is None:
                written.append(event)
            else:
                ref = event.touched_refs[0]
                changed = self.apply(entities, position, events[:index])
                before = changed.get(ref) or entities.get(ref) or NEVER_EXISTED
                written.append(downcast(event, before.state))
        return written

    def parent(self, ref: Ref, state: Entity | None) -> Ref | None:
        """Return the entity's parent. None if it has none, or if its kind has no hierarchy."""
        if state is None:
            return None  # also if a decision asks for a kind of entity that the model does not have
        hierarchy = self.kinds[ref.kind].hierarchy
        return None if hierarchy is None else hierarchy.parent(state)

    def dump_state(self, ref: Ref, state: Entity) -> str:
        """Return the state as it stands in a snapshot."""
        return self.kinds[ref.kind].adapter.dump_json(state, exclude_none=True).decode()

    def load_state(self, ref: Ref, text: str) -> Entity:
        """Return the state of a snapshot.

        Raises:
            DamagedViews: it is no state of this kind of entity.
        """
        try:
            loaded: Entity = self.kinds[ref.kind].adapter.validate_json(text)
        except (ValidationError, InvalidInput, KeyError) as error:
            raise DamagedViews(f"snapshot of {ref}: {type(error).__name__}") from None
        return loaded


def _make_event(known: type[Event], version: int, fields: dict[str, Any]) -> Event:
    """Return the event. Raises: UpgradeRequired if it only has fields too many; Damaged if it is not valid."""
    try:
        return known.model_validate(fields)
    except ValidationError as error:
        is_newer = all(fault["type"] == "extra_forbidden" for fault in error.errors())
        kind = UpgradeRequired if is_newer else Damaged
        raise kind(f"event {known.tag} version {version}: {name_faults(error)}") from None
    except InvalidInput as error:
        raise Damaged(f"event {known.tag} version {version}: {error.detail}") from None
