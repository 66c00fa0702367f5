"""The generation that this process works with: its code's projections, at the epochs that the operator has set.

A rebuild raises an epoch once the new items are complete. Until a process has noticed, the old items serve it as well.
Epochs are refreshed along with other reads, so that costs no request.
"""

from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.projections.build import Build, Epochs, Generation
from ascend.projections.catalog import ProjectionCatalog
from ascend.projections.projection import Projection

PACKED = 2_000
"""Added to the application's version of the snapshots, so that code which works otherwise has records and snapshots of its own.

- 1,000 since commits form a chain. Release 0.2 cannot read chained commits. If its record had moved past one, its senders
  would start behind it without reading it, and append an unchained commit there. Since only its own workers move its
  record, they stop before the first chained commit.
- 2,000 since command records are packed. Earlier code does not look into packs. If a record that it uses had moved past
  packed commands, it would take such a command, sent again, for a new one.
"""
FRESH_SECONDS = 5.0
"""Seconds after which epochs are stale. Old items are removed much later (`prune`)."""


class Rebuilt(Exception):
    """The epochs have changed since the query began: ask again, for the new items."""


class CurrentGeneration:
    def __init__(self, model: Model, catalog: ProjectionCatalog, environment: Environment) -> None:
        self.model = model
        self.catalog = catalog
        self.projections = catalog.projections
        self._environment = environment
        self._refreshed_at: float | None = None
        self.epochs: Epochs = {}
        self.generation: Generation = self.at_epochs({})

    def at_epochs(self, epochs: Epochs) -> Generation:
        builds = tuple(sorted(projection.build(epochs) for projection in self.projections))
        return Generation(PACKED + self.model.snapshots, builds)

    def is_stale(self) -> bool:
        """Return True if the epochs must be read again."""
        return self._refreshed_at is None or self._environment.elapsed() - self._refreshed_at > FRESH_SECONDS

    def refresh(self, epochs: Epochs) -> bool:
        """Take over epochs that were read just now. Return True if that changes the generation."""
        self._refreshed_at = self._environment.elapsed()
        before, self.epochs, self.generation = self.generation, epochs, self.at_epochs(epochs)
        return self.generation != before

    def build(self, projection: Projection) -> Build:
        return projection.build(self.epochs)
