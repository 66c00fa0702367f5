"""Tests of an application: given, when, then for commands and read models, and a fake environment.

It needs no test framework. The names in `__all__` are public; the modules are not.
"""

from ascend.testing.environment import BEGINNING, FakeEnvironment
from ascend.testing.people import ADA, HOME, NOON, member_added, workspace
from ascend.testing.scenario import CommandOutcome, Scenario, given

__all__ = [
    "ADA",
    "BEGINNING",
    "HOME",
    "NOON",
    "CommandOutcome",
    "FakeEnvironment",
    "Scenario",
    "given",
    "member_added",
    "workspace",
]
