"""The model: which entities and events there are. One line registers a new one.

Event and state types are listed, never found by their name at run time. A stored event names its type and version; an
older version is brought up by its upcaster, an unknown one raises `UpgradeRequired` and stalls its workspace. A new
version is read by one release and written by the next: until then, `writes` says how the older one is made of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from pydantic import TypeAdapter, ValidationError

from ascend.domain.errors import InvalidInput, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import Ref
from ascend.domain.values import explain
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, Versioned

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Takes the data of an event of one version, gives that of the next version."""

Downcast = Callable[[Any, Any], Event]
"""Takes an event and the state before it, gives the event as it was in an older version: the class of that time."""


@dataclass(frozen=True)
class Hierarchy:
    """How entities of a kind hang below one another, where read items of one depend on those above it."""

    parent: Callable[[Any], Ref | None]
    """Where it hangs now; None at the top, and for what is deleted."""
    children: Callable[[Any], int]
    inherited: Callable[[Any], object]
    """What those below it see of it: when this changes, all of them are rendered anew."""


class Kind:
    """One kind of entity: its state, its events, and how an event changes the state."""

    def __init__(
        self,
        state: type[Entity],
        events: object,
        evolve: Callable[[Any, Any, str], Entity],
        hierarchy: Hierarchy | None = None,
    ) -> None:
        self.hierarchy = hierarchy
        self.state = state
        self.events: tuple[type[Event], ...] = get_args(events) or (cast("type[Event]", events),)
        self.evolve = evolve
        self.adapter: TypeAdapter[Any] = TypeAdapter(state)


@dataclass(frozen=True)
class Model:
    """All kinds of entities, with the version of their snapshots' schema (raise it when a state changes shape)."""

    kinds: Mapping[str, Kind]
    events: Mapping[str, type[Event]]
    upcasters: Mapping[tuple[str, int], Upcaster]
    snapshots: int
    writes: Mapping[str, Downcast]
    """Events that are still written in an older version: some process may not read the newer one."""

    @classmethod
    def from_kinds(
        cls,
        *kinds: Kind,
        snapshots: int = 1,
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        writes: Mapping[str, Downcast] | None = None,
    ) -> "Model":
        events = {event.tag: event for kind in kinds for event in kind.events}
        return cls({kind.state.entity: kind for kind in kinds}, events, upcasters or {}, snapshots, writes or {})

    def with_kinds(
        self,
        *kinds: Kind,
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        writes: Mapping[str, Downcast] | None = None,
    ) -> "Model":
        """This model with more kinds of entities."""
        return Model.from_kinds(
            *self.kinds.values(),
            *kinds,
            snapshots=self.snapshots,
            upcasters={**self.upcasters, **(upcasters or {})},
            writes={**self.writes, **(writes or {})},
        )

    def fold(self, entities: Mapping[Ref, Versioned], position: int, events: Iterable[Event]) -> dict[Ref, Versioned]:
        """The new states of those `entities` that these events of one commit touch.

        Idempotent: a state that is at or past `position` stays as it is. An entity that is not given has no old state to
        fold onto, so it is left out; one that never was is given as `NEVER_EXISTED`.
        """
        changed: dict[Ref, Versioned] = {}
        for event in events:
            for ref in event.touches():
                before = changed.get(ref) or entities.get(ref)
                if before is not None and (before.position < position or ref in changed):
                    changed[ref] = self.evolve(before, ref, position, event)
        return changed

    def evolve(self, before: Versioned, ref: Ref, position: int, event: Event) -> Versioned:
        try:
            state = self.kinds[ref.kind].evolve(before.state, event, ref.id)
        except Exception as error:
            raise UpgradeRequired(f"{event.tag} at {position} cannot be folded onto {ref}: {error!r}") from error
        return Versioned(state, before.version + event.counts_for(ref), position)

    def event(self, tag: str, version: int, at: Any, data: dict[str, Any]) -> Event:
        """A stored event, brought up to the version that this code knows."""
        known = self.events.get(tag)
        if known is None or version > known.version:
            raise UpgradeRequired(f"event {tag} version {version}")
        for old in range(version, known.version):
            upcaster = self.upcasters.get((tag, old))
            if upcaster is None:
                raise UpgradeRequired(f"no upcaster for event {tag} version {old}")
            data = upcaster(data)
        try:
            return known.model_validate({**data, "at": at})
        except ValidationError as error:
            raise UpgradeRequired(explain(f"event {tag} version {version}", error)) from None
        except InvalidInput as error:
            raise UpgradeRequired(f"event {tag} version {version}: {error.detail}") from None

    def as_written(self, entities: Mapping[Ref, Versioned], position: int, events: Sequence[Event]) -> list[Event]:
        """The events of a commit at `position` in the versions that are written. `entities` is before them."""
        written: list[Event] = []
        for index, event in enumerate(events):
            if (downcast := self.writes.get(event.tag)) is None:
                written.append(event)
            else:
                about = event.touches()[0]
                changed = self.fold(entities, position, events[:index])
                before = changed.get(about) or entities.get(about, NEVER_EXISTED)
                written.append(downcast(event, before.state))
        return written

    def parent(self, ref: Ref, state: Entity | None) -> Ref | None:
        """What the entity hangs below, if it is of a kind that does."""
        hierarchy = self.kinds[ref.kind].hierarchy
        return None if hierarchy is None or state is None else hierarchy.parent(state)

    def dump_state(self, ref: Ref, state: Entity) -> str:
        return self.kinds[ref.kind].adapter.dump_json(state, exclude_none=True).decode()

    def load_state(self, ref: Ref, text: str) -> Entity:
        try:
            loaded: Entity = self.kinds[ref.kind].adapter.validate_json(text)
        except (ValidationError, InvalidInput, KeyError) as error:
            raise UpgradeRequired(f"snapshot of {ref}: {type(error).__name__}") from None
        return loaded
