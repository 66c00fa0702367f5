"""The outcome of a batch: everything that it has to write."""

from collections import Counter
from collections.abc import Container, Iterable
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
    gone: set[tuple[Build, ViewKey]] = field(default_factory=set[tuple[Build, ViewKey]])
    """Keys that vanished at any commit."""

    @property
    def tombstones(self) -> list[Change]:
        return [change for change in self.changes.values() if change.item is None]

    @property
    def ended(self) -> list[Edge]:
        """The edges that ended."""
        return [edge for edge in self.edges.values() if not edge.exists]

    @property
    def unparked(self) -> list[Parked]:
        return [parked for parked in self.parked.values() if parked.until is not None]

    @property
    def writes(self) -> int:
        """The number of writes, at most: what vanishes, and what is parked, may be written a second time, to get its end."""
        return len(self.changes) + len(self.gone) + 2 * len(self.edges) + 2 * len(self.parked) + len(self.touched)

    def merge(self, later: "Outcome") -> None:
        """Add a later outcome. It replaces what this one says of the same keys. `touched` stays as it is.

        An item that was new at its first change in the batch stays new to the store.
        """
        for key, change in later.changes.items():
            before = self.changes.get(key)
            is_known = before is None or before.is_new == change.is_new
            self.changes[key] = change if is_known else change._replace(is_new=not change.is_new)
        self.gone |= later.gone
        self.edges.update(later.edges)
        self.parked.update(later.parked)
        self.counts.update(later.counts)

    def change(
        self, build: Build, position: int, items: Iterable[tuple[ViewKey, ReadItem | None]], known: Container[ViewKey]
    ) -> None:
        """Add the items that changed at `position`; None for an item that vanished. Items at `known` keys are not new."""
        for key, item in items:
            self.changes[build, key] = Change(build, key, position, item, key not in known)
            if item is None:
                self.gone.add((build, key))
