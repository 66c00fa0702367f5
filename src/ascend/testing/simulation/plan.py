"""The plan of one simulation, drawn from its seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from ascend.domain.errors import InvalidInput
from ascend.testing.faults import Faults


class Restore(Enum):
    """The tables that are brought back from a backup at the end."""

    NOTHING = "nothing"
    EVENTS = "the events table"
    BOTH = "both tables"


class Operation(Enum):
    """A job of an operator. It may be stopped half-way, and run again or left as it is."""

    REBUILD = "rebuild"
    """Rebuild some projections, or all."""
    ROLL_BACK = "roll back"
    """Go back to the previous generation, of the same code or of other code."""
    WITHDRAW = "withdraw"
    """Take back what is announced, whoever announced it."""
    PRUNE = "prune"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationPlan:
    """The parties of one simulation, and the operations that happen while they are at work.

    Raises:
        InvalidInput: there is no workspace, no server or no worker, or a number is negative.
    """

    workspaces: int
    servers: int
    workers: int
    writers: int
    readers: int
    commands: int
    """Commands of each writer, at least: writers and readers go on until the operations are done."""
    operators: Sequence[Sequence[Operation]]
    """For each operator, the jobs to do, one after the other."""
    deployment: bool
    restore: Restore
    faults: Faults

    def __post_init__(self) -> None:
        for name in ("workspaces", "servers", "workers", "writers", "readers", "commands"):
            least, value = 1 if name in {"workspaces", "servers", "workers"} else 0, getattr(self, name)
            if value < least:
                raise InvalidInput(f"{name} is {value}: a simulation has {least} or more")

    @property
    def prunes(self) -> bool:
        """True if an operator prunes: that takes more than a quarter of an hour."""
        return any(Operation.PRUNE in jobs for jobs in self.operators)


def draw_plan(seed: int, faults: Faults) -> SimulationPlan:
    """Return the plan of a seed. `faults` come more or less often, and in one of six simulations not at all."""
    dice = random.Random(f"{seed}/plan")  # noqa: S311  the same plan in every run
    return SimulationPlan(
        workspaces=dice.choice((1, 2, 2, 3)),
        servers=dice.randint(1, 3),
        workers=dice.randint(1, 3),
        writers=dice.randint(1, 4),
        readers=dice.randint(1, 2),
        commands=dice.randint(4, 12),
        operators=[draw_jobs(dice) for _ in range(dice.choice((0, 0, 0, 1, 1, 2)))],
        deployment=dice.random() < 0.3,
        restore=dice.choice((Restore.NOTHING, Restore.NOTHING, Restore.EVENTS, Restore.BOTH)),
        faults=faults.scaled(dice.choice((0.0, 0.1, 0.3, 0.3, 1.0, 2.0))),
    )


def draw_jobs(dice: random.Random) -> Sequence[Operation]:
    """Return the jobs of one operator. What was never rebuilt cannot be rolled back, so a rebuild comes first, mostly."""
    rebuild, back, withdraw, prune = Operation
    return dice.choice(
        (
            (rebuild,),
            (rebuild, rebuild),
            (rebuild, back),
            (rebuild, back, rebuild),
            (rebuild, rebuild, back, back),
            (withdraw, rebuild),
            (withdraw, withdraw),
            (back, rebuild, back),
            (rebuild, prune, rebuild),
            (rebuild, back, prune, rebuild),
        )
    )
