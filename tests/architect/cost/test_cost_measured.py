"""The formulas of `ascend schema cost` are within ten percent of the units that DynamoDB Local reports."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import anyio
import pytest
from support.architect.mixed_run import BATCH, SIZES, MixedRun, ReportedUnits

import ascend
from ascend.architect.cost import units
from ascend.architect.cost.footprints import CostProfile, ItemPlace
from ascend.architect.cost.mix import SENT_COMMANDS
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.reads import count_joined_units, count_pattern_units
from ascend.architect.cost.sizes import Sizes
from ascend.architect.cost.workload import DAYS, WorkerLoad, Workload
from ascend.architect.cost.writes import (
    apportion_shared_writes,
    count_command_reads,
    find_writer,
    sum_by_place,
    sum_write_units,
)
from ascend.architect.documents.measured import load_measured
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern
from ascend.testing import FakeEnvironment

TENTH = 0.1
EIGHTH = 0.125
UNMEASURED = {
    "CreateWorkspace",
    "ArchiveWorkspace",
    "RestoreWorkspace",
    "ReleaseTask",
    "OpenNextOccurrence",
    "SkipOccurrence",
}
"""Commands with formulas alone: they come once in a workspace's life, or policies send them, or they need a series."""


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    """The input of the formulas. A missing item of a batch read costs nothing on DynamoDB Local (the service bills it)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "MISSING", 0.0)
        return anyio.run(CostProfiler(SIZES).run)


@pytest.fixture
async def reported(dynamodb_local_url: str) -> ReportedUnits:
    environment, url = FakeEnvironment(), f"dynamodb://mixed?endpoint_url={dynamodb_local_url}"
    async with ascend.open_store(url, create=True, environment=environment) as store:
        return await MixedRun(store, environment).run()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_mixed_workload_costs_what_the_formulas_say(reported: ReportedUnits, profile: CostProfile) -> None:
    """By command, by projection, by place, and in all; the share of a batch; the reads of senders and workers."""
    counts = reported.commands
    workload = Workload(sizes=SIZES, commands=dict(counts), worker=WorkerLoad(batch=BATCH), cold=0)
    formula = sum_write_units(workload, profile)
    month = {key: units * DAYS for key, units in reported.sum_writes().items()}

    assert set(SENT_COMMANDS) - set(counts) == UNMEASURED
    for name, count in counts.items():
        footprint = profile.footprints[name]
        units = sum(reported.writes[name].values())
        assert is_near(sum(footprint.writes.values()) * count, units, EIGHTH), name  # what came back needs no end
        assert is_near(footprint.cold_reads * count, reported.cold_reads[name]), name
    assert find_differences(sum_by_owner(formula), sum_by_owner(month)) == {}
    assert find_differences(sum_by_place(formula), sum_by_place(month)) == {}
    assert is_near(sum(formula.values()), sum(month.values()))
    shared = sum(
        sum(apportion_shared_writes(workload, profile.footprints[name]).values()) * count
        for name, count in counts.items()
    )
    assert is_near(shared, sum(reported.shared_writes.values()))
    reads = sum(
        sum(count_command_reads(workload, profile.footprints[name]).values()) * count for name, count in counts.items()
    )
    assert is_near(reads, reported.worker_reads)


def sum_by_owner(units: Mapping[ItemPlace, float]) -> dict[str, float]:
    totals = defaultdict[str, float](float)
    for key, count in units.items():
        totals[find_writer(key)] += count
    return dict(totals)


def is_near(formula: float, reported: float, within: float = TENTH) -> bool:
    return reported * (1 - within) <= formula <= reported * (1 + within)


def find_differences(formula: Mapping[str, float], reported: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return the pairs of numbers that are not near each other."""
    pairs = {name: (formula.get(name, 0), reported.get(name, 0)) for name in {**formula, **reported}}
    return {name: pair for name, pair in pairs.items() if not is_near(*pair)}


# ---- queries: `measured.json` holds the reported units, and another test measures them again at every run -----------

GARDEN = {
    "workspace": {"name": 10, "people": 99, "of_a_user": 5},
    "thing": {"name": 26, "description": 249, "tags": 1, "level": 2},
    "task": {"title": 25, "description": 415, "assignees": 2, "blockers": 2},
    "asset": {"name": 14, "uri": 45, "description": 170},
    "comment": {"text": 415, "mentions": 1, "places": 21},
    "relation": {"type": 8},
}
"""The sizes in `realistic`; the description of its Assets stands for their media type, size and checksum."""
DEEP = GARDEN | {"thing": {**GARDEN["thing"], "level": 11}}
"""The same, at the level of its deepest Thing."""


@pytest.fixture(scope="module")
def gardens() -> dict[int, tuple[Workload, CostProfile]]:
    """The workload and its profile by the level of Things. The last commands in the garden post comments."""
    gardens: dict[int, tuple[Workload, CostProfile]] = {}
    for sizes in (Sizes.model_validate(GARDEN), Sizes.model_validate(DEEP)):
        workload = Workload(workspaces=5, sizes=sizes, commands={"PostComment": 1})
        gardens[sizes.thing.level] = workload, anyio.run(CostProfiler(sizes).run)
    return gardens


@pytest.mark.parametrize("pattern", LIFE_OS.catalog.patterns, ids=lambda pattern: pattern.query)
def test_a_page_costs_what_the_formula_says(
    gardens: dict[int, tuple[Workload, CostProfile]], pattern: Pattern[Any]
) -> None:
    workload, profile = gardens[DEEP["thing"]["level"] if pattern.query == "thing" else GARDEN["thing"]["level"]]
    measured = load_measured()[pattern.query]

    assert is_near(count_units(workload, profile, pattern, measured.lines), measured.units)


def test_all_pages_together_cost_what_the_formulas_say(gardens: dict[int, tuple[Workload, CostProfile]]) -> None:
    workload, profile = gardens[GARDEN["thing"]["level"]]
    measured = load_measured()
    patterns = [pattern for pattern in LIFE_OS.catalog.patterns if pattern.query != "thing"]
    formula = sum(count_units(workload, profile, pattern, measured[pattern.query].lines) for pattern in patterns)

    assert is_near(formula, sum(page.units for query, page in measured.items() if query != "thing"))


def count_units(workload: Workload, profile: CostProfile, pattern: Pattern[Any], lines: int) -> float:
    page = count_pattern_units(workload, profile, pattern, lines)
    return page + count_joined_units(workload, profile, pattern, lines)
