"""The simulation finds faults that are planted into the code."""

from itertools import count

import pytest
from support.simulation.bank_commands import BANK, bank_command
from support.simulation.planted import PLANTED, Plant

from ascend.testing import SimulationFailed, simulate

SEEDS = 60
"""Seeds after which a fault counts as not found. The slowest one needs fewer than half of them."""


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_the_simulation_finds_a_planted_fault(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    print(plant.__name__, find(SEEDS), "seeds")


def find(most: int) -> int:
    """Return the number of seeds that it took to find a fault."""
    for seed in count(1):
        try:
            simulate(BANK, seed=seed, commands=bank_command)
        except SimulationFailed:
            return seed
        if seed == most:
            raise AssertionError(f"not found in {most} seeds")
    raise AssertionError
