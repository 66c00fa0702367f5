"""The simulation finds faults that are planted into the code."""

import pytest
from support.simulation.bank_commands import BANK, bank_command
from support.simulation.planted import PLANTED, Plant
from support.simulation.planted_groups import PLANTED_GROUPS
from support.simulation.planted_switches import PLANTED_SWITCHES

from ascend.testing import SimulationFailed, simulate

SEEDS = 150
"""Seeds after which a fault counts as not found."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("plant", [*PLANTED, *PLANTED_GROUPS, *PLANTED_SWITCHES], ids=lambda plant: plant.__name__)
def test_the_simulation_finds_a_planted_fault(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    with pytest.raises(SimulationFailed):
        run_seeds()


def run_seeds() -> None:
    for seed in range(100, 100 + SEEDS):
        simulate(BANK, seed=seed, commands=bank_command)
