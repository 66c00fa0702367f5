"""The machine that all processes of a simulation share: the tables, the time, the faults, and the journal."""

import random

from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.runtime.limits import CommandLimits
from ascend.projections.limits import ProjectionLimits
from ascend.store import Limits
from ascend.testing.delayed_reads import DelayedReads
from ascend.testing.faults import Faults
from ascend.testing.simulation.journal import Journal, Step
from ascend.testing.virtual_environment import VirtualEnvironment


class Machine:
    """The world in which the processes of one simulation live."""

    def __init__(self, seed: int, faults: Faults) -> None:
        self.seed = seed
        self.faults = faults
        self.dice = random.Random(f"{seed}/machine")  # noqa: S311  the same world in every run
        self.tables = MemoryTables()
        self.delayed = DelayedReads()
        self.environment = VirtualEnvironment(f"{seed}/environment")
        """The clock that is right."""
        self.journal = Journal()
        self._small = self.dice.random() < 0.5

    def note(self, party: str, text: str, workspace: str = "") -> None:
        """Write a step of a party down."""
        self.journal.add(Step(self.environment.elapsed(), party, workspace, text))

    def draw_limits(self, dice: random.Random) -> Limits:
        """Return limits of a process: in half of the simulations, processes forget soon and read little at once."""
        if not self._small:
            return Limits()
        return Limits(
            commands=CommandLimits(
                cached_commits=dice.choice((1, 3, 20)),
                cached_states=dice.choice((1, 3, 20)),
                cached_milliseconds=dice.choice((0, 2_000, 60_000)),
                tail_commits=dice.choice((8, 50)),
                tail_events=dice.choice((20, 20_000)),
                group_commands=dice.choice((1, 3, 512)),
            ),
            projection=ProjectionLimits(
                commits_per_batch=dice.choice((1, 2, 5)),
                writes_per_batch=dice.choice((3, 20, 20_000)),
                descendants_per_chunk=dice.choice((1, 2, 10)),
                chunks_per_step=dice.choice((1, 2)),
                writes_at_once=dice.choice((1, 2, 16)),
            ),
        )
