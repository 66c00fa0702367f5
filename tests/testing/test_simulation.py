"""The simulation of a whole system: many seeds in CI, the same history for the same seed, and a failure that explains itself.

ASCEND_SIMULATION_SECONDS    seconds of seeds for each of the two tests of seeds (default: 90)
"""

import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from itertools import count, takewhile
from typing import Any, cast

import pytest
from support.paths import ROOT
from support.simulation.bank_commands import BANK, bank_command
from support.simulation.planted import no_op_not_recorded

from ascend.domain.errors import InvalidInput
from ascend.projections.life_os import LIFE_OS
from ascend.testing import Faults, Operation, Restore, SimulationFailed, draw_plan, life_os_command, simulate
from ascend.testing.__main__ import main

SECONDS = float(os.environ.get("ASCEND_SIMULATION_SECONDS", "90"))
EVERY_OPERATION = {*(operation.value for operation in Operation), "deployment", "old code"}
PRINT_DIGESTS = """
from ascend.projections.life_os import LIFE_OS
from ascend.testing import life_os_command, simulate
print([simulate(LIFE_OS, seed=seed, commands=life_os_command).digest for seed in (11, 12)])
"""


@pytest.mark.timeout(300)
def test_no_seed_breaks_an_invariant_of_the_life_os() -> None:
    end = time.monotonic() + SECONDS
    done = Counter[str]()

    for seed in takewhile(lambda _: time.monotonic() < end, count(1)):
        done.update(simulate(LIFE_OS, seed=seed, commands=life_os_command).operations)

    report_operations(done)


@pytest.mark.timeout(300)
def test_no_seed_breaks_an_invariant_of_a_bank_with_accounts_that_cannot_be_rendered() -> None:
    end = time.monotonic() + SECONDS
    done = Counter[str]()

    for seed in takewhile(lambda _: time.monotonic() < end, count(10_000)):
        done.update(simulate(BANK, seed=seed, commands=bank_command).operations)

    report_operations(done)


def report_operations(done: Counter[str]) -> None:
    """Print how often each operation was carried out."""
    print(dict(sorted(done.items())))  # noqa: T201 - shown by pytest -rP


@pytest.mark.timeout(180)
def test_some_seeds_carry_out_every_operation() -> None:
    done = set[str]()

    for seed in count(20_000):
        plan = draw_plan(seed, Faults())
        if plan.operators or plan.deployment:
            done.update(simulate(BANK, seed=seed, commands=bank_command).operations)
        if done >= EVERY_OPERATION or seed == 20_100:
            break

    assert done == EVERY_OPERATION


@pytest.mark.timeout(180)
def test_the_same_seed_makes_the_same_history_in_every_process() -> None:
    def run(hash_seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-c", PRINT_DIGESTS]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return ended.stdout

    first = run("1")

    assert len(first) > 100
    assert run("2") == first


def test_another_seed_makes_another_history() -> None:
    digests = {simulate(BANK, seed=seed, commands=bank_command).digest for seed in (1, 2, 3)}

    assert len(digests) == 3


def test_a_broken_seed_prints_itself_the_last_steps_and_how_to_run_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    no_op_not_recorded(monkeypatch)

    seed, message = find_broken_seed()

    assert message.startswith(f"seed {seed} of bank: ")
    assert "OpenAccount" in message
    assert "the last steps:\n" in message
    assert f"--first {seed} --seeds 1" in message


def find_broken_seed() -> tuple[int, str]:
    for seed in range(1, 20):
        try:
            simulate(BANK, seed=seed, commands=bank_command)
        except SimulationFailed as failure:
            return seed, str(failure)
    raise AssertionError("no seed is broken")


def test_an_error_of_the_embedders_code_is_shown_with_the_seed() -> None:
    def broken(scene: object) -> object:
        raise KeyError("my mistake")

    with pytest.raises(SimulationFailed, match=r"seed 1 of bank(?s:.)*my mistake"):
        simulate(BANK, seed=1, commands=broken)  # type: ignore[arg-type]


def test_the_seeds_of_a_day_cover_every_operation() -> None:
    plans = [draw_plan(seed, Faults()) for seed in range(100)]

    assert {plan.restore for plan in plans} == set(Restore)
    assert {operation for plan in plans for jobs in plan.operators for operation in jobs} == set(Operation)
    assert {len(plan.operators) for plan in plans} == {0, 1, 2}
    assert {plan.deployment for plan in plans} == {True, False}
    assert any(plan.faults == Faults().scaled(0) for plan in plans)


def test_the_command_line_runs_seeds_in_several_processes_and_says_how_many(capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["--first", "3", "--seeds", "3", "--jobs", "2"])

    assert code == 0
    assert "3 seeds, 0 broken" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seeds", "0"], "--seeds is 0"),
        (["--minutes", "-1"], "--minutes is -1"),
        (["--minutes", "nan"], "--minutes is nan"),
        (["--seeds", "1", "--jobs", "0"], "--jobs is 0"),
        (["--seeds", "1", "--app", "nonsense"], "nonsense: ModuleNotFoundError"),
        (["--seeds", "1", "--app", "ascend:NOPE"], "ascend:NOPE: AttributeError"),
        (["--seeds", "1", "--app", "os:path"], "pass an ascend.Application"),
        (["--seeds", "1", "--commands", "os:path"], "pass a function that takes a Scene"),
    ],
)
def test_the_command_line_says_what_is_wrong_with_an_argument(
    arguments: list[str], message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)

    assert message in capfd.readouterr().err


@pytest.mark.parametrize(
    ("app", "commands", "message"),
    [("bank", bank_command, "app is 'bank'"), (BANK, None, "commands is None")],
)
def test_a_wrong_argument_is_no_broken_invariant(app: Any, commands: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        simulate(app, seed=1, commands=commands)


async def test_a_simulation_inside_of_an_event_loop_is_refused() -> None:
    with pytest.raises(InvalidInput, match="event loop"):
        simulate(BANK, seed=1, commands=bank_command)


@pytest.mark.parametrize("party", ["workspaces", "servers", "workers", "readers"])
def test_a_plan_without_the_parties_that_are_needed_is_refused(party: str) -> None:
    with pytest.raises(InvalidInput, match=party):
        replace(draw_plan(1, Faults()), **cast("Any", {party: -1 if party == "readers" else 0}))


def test_the_command_line_needs_an_end(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])

    assert "--minutes" in capfd.readouterr().err
