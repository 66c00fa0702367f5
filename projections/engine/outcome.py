"""The outcome of a batch: everything that it has to write."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ascend.domain.ids import Ref
from ascend.projections.build import Build
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey
from ascend.projections.ports import Change, Edge, Parked


@dataclass
class Outcome:
    changes: dict[tuple[Build, ViewKey], Change] = field(default_factory=dict[tuple[Build, ViewKey], Change])
    edges: dict[tuple[Ref, Ref], Edge] = field(default_factory=dict[tuple[Ref, Ref], Edge])
    parked: dict[tuple[Build, Ref], Parked] = field(default_factory=dict[tuple[Build, Ref], Parked])
    """Entities that were parked or, with `until`, un-parked."""
    touched: set[Ref] = field(default_factory=set[Ref])
    counts: Counter[str] = field(default_factory=Counter[str])
    """The change in the number of live items under each name."""

    @property
    def writes(self) -> int:
        """The number of writes, at most. An entity that is parked may be written a second time, to be released."""
        return len(self.changes) + len(self.edges) + 2 * len(self.parked) + len(self.touched)

    def merge(self, later: "Outcome") -> None:
        """Add a later outcome. It replaces what this one says of the same keys. `touched` stays as it is."""
        self.changes.update(later.changes)
        self.edges.update(later.edges)
        self.parked.update(later.parked)
        self.counts.update(later.counts)

    def change(self, build: Build, position: int, items: Iterable[tuple[ViewKey, ReadItem | None]]) -> None:
        """Add the items that changed at `position`; None for an item that vanished."""
        self.changes.update(((build, key), Change(build, key, position, item)) for key, item in items)
