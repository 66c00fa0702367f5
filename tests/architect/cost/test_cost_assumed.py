"""The default assumptions of a workload agree with each other: commands, entities, people, and growth in a year."""

from typing import Any

import anyio
import pytest

from ascend.architect.cost.bill import CostReport, build_report
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.in_a_year import DAYS_OF_A_YEAR, count_created, grow_by_a_year
from ascend.architect.cost.mix import SENT_COMMANDS, derive_default_commands
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.reads import count_joined_units
from ascend.architect.cost.sizes import Sizes
from ascend.architect.cost.workload import DAYS, IN_A_YEAR, NOW, StoredCounts, Workload
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern
from ascend.projections.read_models.feed import FEED_OF_USER
from ascend.projections.read_models.history import HISTORY_OF_ENTITY, HISTORY_OF_WORKSPACE
from ascend.projections.read_models.members import MEMBERS_OF_WORKSPACE, WORKSPACES_OF_USER
from ascend.projections.read_models.tasks import TASKS_OF_WORKSPACE
from ascend.projections.read_models.things import CHILDREN

ONE_COMMAND = {"PostComment": 1_000.0}


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


# ---- commands ------------------------------------------------------------------------------------------------------


def test_the_default_mix_names_each_command_once() -> None:
    assert len(SENT_COMMANDS) == len(set(SENT_COMMANDS))
    assert set(SENT_COMMANDS) <= {command.__name__ for command in LIFE_OS.commands}
    assert min(derive_default_commands().values()) > 0


@pytest.mark.parametrize("pattern", [HISTORY_OF_WORKSPACE, HISTORY_OF_ENTITY])
def test_the_log_has_as_many_writes_as_there_are_commands(pattern: Pattern[Any]) -> None:
    assert pattern.load.writes_a_day == pytest.approx(sum(derive_default_commands().values()), rel=0.05)


def test_a_year_of_the_default_mix_creates_the_entities_that_the_patterns_assume() -> None:
    assumed = {kind: IN_A_YEAR[kind] - NOW[kind] for kind in NOW}

    assert count_created(Workload()) == pytest.approx(assumed, rel=0.2)
    assert assumed["commits"] == pytest.approx(count_created(Workload())["commits"], rel=0.05)


# ---- people --------------------------------------------------------------------------------------------------------


def test_the_number_of_users_follows_from_the_members_of_the_workspaces() -> None:
    """Each user is in five workspaces, as the sizes say; in one where there is only one."""
    one, many = Workload(), Workload(workspaces=10)

    assert (one.people, one.memberships_of_a_user) == (100, 1)
    assert (many.people, many.memberships_of_a_user) == (200, 5)
    assert many.people * many.memberships_of_a_user == many.memberships == 10 * 100
    assert many.reads_a_day["feed"] == 200 * FEED_OF_USER.load.reads_a_day


def test_a_given_number_of_users_share_the_memberships() -> None:
    counted = Workload(workspaces=10, users=500)

    assert (counted.people, counted.memberships_of_a_user) == (500, 2)
    assert counted.reads_a_day["feed"] == 500 * FEED_OF_USER.load.reads_a_day
    assert Workload(workspaces=10, users=7).memberships_of_a_user == 10


def test_pages_of_people_and_of_their_workspaces_are_as_long_as_the_sizes_say(profile: CostProfile) -> None:
    few = Workload(workspaces=10, sizes=Sizes.model_validate({"workspace": {"people": 25, "of_a_user": 3}}))

    assert few.count_lines(MEMBERS_OF_WORKSPACE) == 25
    assert few.count_lines(WORKSPACES_OF_USER) == 3
    assert Workload().count_lines(WORKSPACES_OF_USER) == 1
    assert Workload(lines={"members": 7}).count_lines(MEMBERS_OF_WORKSPACE) == 7
    for workload, memberships in ((Workload(), 1), (Workload(workspaces=10), 5)):
        assert count_joined_units(workload, profile, FEED_OF_USER, 50) == memberships


def test_twice_the_workspaces_cost_twice_as_much(profile: CostProfile) -> None:
    """This holds where there are more workspaces than a user is in, and not for the registry, which one poll reads for all."""
    once, twice = (build_report(Workload(workspaces=number), profile) for number in (100, 200))

    assert (twice.writes, twice.reads, twice.gigabytes) == pytest.approx(
        (2 * once.writes, 2 * once.reads, 2 * once.gigabytes)
    )


# ---- in a year -----------------------------------------------------------------------------------------------------


def test_a_page_is_no_longer_than_the_stored_list() -> None:
    small = Workload(stored=StoredCounts(tasks=20))

    assert small.count_lines(TASKS_OF_WORKSPACE) == 20
    assert grow_by_a_year(small).count_lines(TASKS_OF_WORKSPACE) == TASKS_OF_WORKSPACE.load.page
    assert grow_by_a_year(small).count_lines(CHILDREN) == CHILDREN.load.in_a_year
    assert grow_by_a_year(Workload(lines={"children": 4})).count_lines(CHILDREN) == 4


def test_stored_entities_grow_as_the_patterns_assume() -> None:
    workload = Workload(stored=StoredCounts(tasks=500))

    assert grow_by_a_year(Workload()).stored == StoredCounts(**IN_A_YEAR)
    assert grow_by_a_year(workload).stored.tasks - 500 == IN_A_YEAR["tasks"] - NOW["tasks"]
    assert IN_A_YEAR["tasks"] == TASKS_OF_WORKSPACE.load.in_a_year


def test_stored_entities_grow_by_the_commands_of_the_workload() -> None:
    workload = Workload(workspaces=2, commands=ONE_COMMAND)
    now, then = workload.stored, grow_by_a_year(workload).stored

    assert (then.comments - now.comments, then.commits - now.commits) == (500 * DAYS_OF_A_YEAR, 500 * DAYS_OF_A_YEAR)
    assert (then.tasks, then.things, then.assets, then.relations) == (now.tasks, now.things, now.assets, now.relations)


@pytest.mark.parametrize(
    "workload", [Workload(), Workload(workspaces=3, commands=ONE_COMMAND)], ids=["assumed", "given"]
)
def test_the_bill_in_a_year_includes_the_growth_by_the_commands(workload: Workload, profile: CostProfile) -> None:
    report = build_report(workload, profile)

    added = report.grows / DAYS * DAYS_OF_A_YEAR
    assert report.in_a_year.gigabytes - report.gigabytes == pytest.approx(added, rel=0.15)
    assert difference_in_a_year(report, "storage") > difference_in_a_year(report, "recovery") > 0
    assert difference_in_a_year(report, "reads") > 0
    assert [difference_in_a_year(report, name) for name in ("writes", "looks", "heartbeats")] == [0, 0, 0]
    assert report.in_a_year.money["total"] == pytest.approx(sum(report.in_a_year.money.values()) / 2)


def difference_in_a_year(report: CostReport, name: str) -> float:
    return report.in_a_year.money[name] - report.money[name]
