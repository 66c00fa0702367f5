"""The model of building at a position, and of switching: as designed it is never damaged, and without its guards it is."""

import random

import pytest
from support.models.switching.builder import begin
from support.models.switching.explore import simulate
from support.models.switching.names import Build, Op
from support.models.switching.world import Process, World

DAMAGED = {
    "one start": (105, "wrong positions in the end"),
    "own start": (1, "wrong positions in the end"),
    "elsewhere": (17, "a build holds less than its record claims"),
    "lines": (0, "a build holds less than its record claims"),
    "dead snapshots": (0, "a snapshot is missing or wrong"),
    "commands": (0, "a command would be taken for new"),
    "cursor last": (6, "a build holds less than its record claims"),
    "take over": (2, "a build holds less than its record claims"),
    "pass parked": (104, "a build holds less than its record claims"),
    "parked holds": (188, "a build holds less than its record claims"),
    "lead": (0, "a reader was shown less"),
    "lead after": (114, "a reader was shown less"),
    "lease": (0, "a reader was shown less"),
    "ask": (19, "a reader was shown less"),
    "at hand wait": (11, "a reader was shown less"),
    "whole state": (32, "a worker takes back what an operator did"),
    "at hand first": (7, "a reader was shown less"),
    "both": (0, "a reader was shown less"),
    "announce once": (0, "a worker takes back what an operator did"),
    "old alive": (0, "a worker switches while old code is at work"),
}
"""For some guards: a seed that shows the damage without it, and what is damaged."""


def test_no_history_of_builds_and_switches_leaves_damage() -> None:
    assert [seed for seed in range(200) if simulate(seed)[0]] == []


@pytest.mark.parametrize("guard", DAMAGED)
def test_builds_and_switches_are_damaged_without(guard: str) -> None:
    seed, damage = DAMAGED[guard]

    assert simulate(seed, frozenset({guard}))[0] == damage


@pytest.mark.parametrize(("off", "calls", "starts"), [((), 4, (0, 0)), (("virgin starts",), 3, (0, 8))])
def test_generations_that_begin_at_once_agree_on_a_start_only_if_a_virgin_workspace_gets_entries(
    off: tuple[str, ...], calls: int, starts: tuple[int, int]
) -> None:
    world = World(random.Random(0), frozenset({"begin bound", *off}))
    world.short = 3
    views, old = world.workspaces[0], world.state.current
    shared, by_name, lines = old.builds
    new = old._replace(builds=(shared, Build(by_name.projection, 0, 1), lines))
    process = Process(world)
    process.learn()
    for entity in range(2):
        views.log.append(Op(entity, ("g0", "r0")))
    first = begin(world, views, old, {}, 0, process)
    for _ in range(calls):  # it has seen a short log, and is about to put its record
        next(first)

    for entity in range(2, 8):
        views.log.append(Op(entity, ("g0", "r0")))
    for task in (begin(world, views, new, {}, 0, process), first):
        for _ in task:
            pass

    assert (views.records[old].starts[shared], views.records[new].starts[shared]) == starts
