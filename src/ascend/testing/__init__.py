"""Tests of an application: given, when, then; a fake environment; tables with faults; a simulation of a whole system.

It needs no test framework. The names in `__all__` are public; the modules are not.
"""

from ascend.testing.delayed_reads import DelayedReads
from ascend.testing.environment import BEGINNING, FakeEnvironment
from ascend.testing.faults import Crash, Faults
from ascend.testing.faulty_hints import FaultyHints
from ascend.testing.faulty_tables import FaultyTables
from ascend.testing.people import ADA, HOME, NOON, member_added, workspace
from ascend.testing.scenario import CommandOutcome, Scenario, given
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.life_os import life_os_command
from ascend.testing.simulation.plan import Operation, Restore, SimulationPlan, draw_plan
from ascend.testing.simulation.run import Simulated, simulate
from ascend.testing.simulation.scene import Scene
from ascend.testing.virtual_environment import VirtualEnvironment
from ascend.testing.virtual_time import NothingLeftToDo, run_in_virtual_time

__all__ = [
    "ADA",
    "BEGINNING",
    "HOME",
    "NOON",
    "CommandOutcome",
    "Crash",
    "DelayedReads",
    "FakeEnvironment",
    "Faults",
    "FaultyHints",
    "FaultyTables",
    "NothingLeftToDo",
    "Operation",
    "Restore",
    "Scenario",
    "Scene",
    "Simulated",
    "SimulationFailed",
    "SimulationPlan",
    "VirtualEnvironment",
    "draw_plan",
    "given",
    "life_os_command",
    "member_added",
    "run_in_virtual_time",
    "simulate",
    "workspace",
]
