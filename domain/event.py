"""An event: a fact in the past tense, small, versioned, stored for ever."""

import re
from abc import abstractmethod
from collections.abc import Generator, Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from ascend.domain.ids import Ref
from ascend.domain.values import Instant

STORED_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")
"""Names of entities and event tags: they stand in keys and are stored for ever."""


class Event(BaseModel):
    """A fact that is stored for ever.

    Optional fields may be added, with None as default: an event that does not use them is stored as before, so older
    processes can read it. Every other change needs a new version (docs/how-to/change-an-event.md).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
    tag: ClassVar[str]
    version: ClassVar[int]
    at: Instant
    """The time at which the fact happened. This may be long before it was stored."""

    def __init_subclass__(cls, *, tag: str = "", version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.tag, cls.version = tag, version

    @abstractmethod
    def touches(self) -> tuple[Ref, ...]:
        """Return every entity whose state this event changes. The entity that the event is about comes first.

        The answer depends on the event alone, so that the touched entities are found without any state.
        """

    def concerns(self) -> tuple[Ref, ...]:
        """Return the entities whose history shows the event: the one that the event is about, unless overridden."""
        return self.touched_refs[:1]

    @cached_property
    def touched_refs(self) -> tuple[Ref, ...]:
        """The result of `touches()`, computed once per event."""
        return self.touches()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        copied = super().model_copy(update=update, deep=deep)
        vars(copied).pop("touched_refs", None)  # an updated field may name another entity
        return copied

    def __iter__(self) -> Generator[tuple[str, Any], None, None]:
        """Yield the fields, as every model does, without the computed refs."""
        for name, value in super().__iter__():
            if name in type(self).model_fields:
                yield name, value

    def share_touched_refs(self, equal: "Event") -> None:
        """Let an equal event use the refs of this one: equal events touch the same entities."""
        vars(equal)["touched_refs"] = self.touched_refs

    def raises_version_of(self, ref: Ref) -> bool:
        """Return True if the event makes a new version of the entity: a sender who saw the old one must look again."""
        return ref == self.touched_refs[0] or ref in self.concerns()


def touched(events: Iterable[Event]) -> set[Ref]:
    """Return every entity that any of the events touches."""
    return {ref for event in events for ref in event.touched_refs}
