"""An event: a fact in the past tense, small, versioned, stored for ever."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ascend.domain.ids import Ref
from ascend.domain.values import Instant


class Event(BaseModel):
    """Stored for ever.

    Optional fields may be added, with None as default: as long as they are not used, nothing is written that an older
    process could not read. All else is a new version (docs/how-to/change-an-event.md).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    tag: ClassVar[str]
    version: ClassVar[int]
    at: Instant
    """When it happened (which may be long before it was stored)."""

    def __init_subclass__(cls, *, tag: str = "", version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.tag, cls.version = tag, version

    @abstractmethod
    def touches(self) -> tuple[Ref, ...]:
        """Every entity whose state this event changes, so that finding them needs no state. What it is about is first."""

    def concerns(self) -> tuple[Ref, ...]:
        """In whose history it stands: in that of what it touches first, unless it says more."""
        return self.touches()[:1]

    def counts_for(self, ref: Ref) -> bool:
        """Whether it makes a new version of an entity that it touches: whoever saw the old one has to look again."""
        return ref == self.touches()[0] or ref in self.concerns()


def touched(events: Iterable[Event]) -> set[Ref]:
    """Every entity that any of the events touches."""
    return {ref for event in events for ref in event.touches()}
