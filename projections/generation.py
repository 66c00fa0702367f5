"""Which generation this process works with: its code's projections, at the epochs that the operator has set.

A rebuild raises an epoch once the new items are complete; until a process has noticed, the old items serve it as well.
What is known of the epochs is refreshed along with other reads, so it costs no request of its own.
"""

from collections.abc import Sequence

from ascend.domain.errors import InvalidInput
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.projections.projection import Build, Epochs, Generation, Projection, generation

FRESH = 5.0
"""Seconds for which what is known of the epochs is good. Old items are removed much later (`prune`)."""


class Rebuilt(Exception):
    """The epochs have changed since this was asked: ask again, for the new items."""


class CurrentGeneration:
    def __init__(self, model: Model, projections: Sequence[Projection], environment: Environment) -> None:
        self.model = model
        self.projections = tuple(projections)
        names = [projection.name for projection in projections]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidInput(f"two projections have the name {', '.join(twice)}: their items would mix")
        self._world = environment
        self._learned: float | None = None
        self.epochs: Epochs = {}
        self.generation: Generation = self.at({})

    def at(self, epochs: Epochs) -> Generation:
        return generation(self.projections, self.model.snapshots, epochs)

    def is_old(self) -> bool:
        return self._learned is None or self._world.elapsed() - self._learned > FRESH

    def learn(self, epochs: Epochs) -> bool:
        """True if that is another generation than was known."""
        self._learned = self._world.elapsed()
        before, self.epochs, self.generation = self.generation, epochs, self.at(epochs)
        return self.generation != before

    def build(self, projection: Projection) -> Build:
        return Build(projection.name, projection.version, self.epochs.get(projection.name, 0))
