"""What a workload assumes holds together: commands, what they leave, people, what lies there now and in a year."""

from typing import Any

import anyio
import pytest

from ascend.architect.cost.bill import Report, report
from ascend.architect.cost.footprints import Life, Lived
from ascend.architect.cost.in_a_year import DAYS_OF_A_YEAR, in_a_year, made
from ascend.architect.cost.mix import MIX, SENT, default_commands
from ascend.architect.cost.reads import joined_units
from ascend.architect.cost.workload import DAYS, IN_A_YEAR, NOW, Sizes, Stored, Workload
from ascend.projections.pattern import Pattern
from ascend.projections.queries import patterns

ONE_COMMAND = {"PostComment": 1_000.0}


@pytest.fixture(scope="module")
def lived() -> Lived:
    return anyio.run(Life(Workload().sizes).run)


# ---- commands ------------------------------------------------------------------------------------------------------


def test_every_command_that_can_be_sent_is_in_the_default_mix_once() -> None:
    """A new one: give it some percent of the writes of the pattern that shows what it changes."""
    named = [name for _, mix in MIX for name in mix]

    assert sorted(named) == sorted(SENT)
    assert min(default_commands().values()) > 0


@pytest.mark.parametrize("pattern", [patterns.HISTORY_OF_WORKSPACE, patterns.HISTORY_OF_ENTITY])
def test_the_log_takes_as_many_writes_as_there_are_commands(pattern: Pattern[Any]) -> None:
    assert pattern.load.writes_a_day == pytest.approx(sum(default_commands().values()), rel=0.05)


def test_a_year_of_the_default_mix_leaves_what_the_patterns_assume() -> None:
    assumed = {kind: IN_A_YEAR[kind] - NOW[kind] for kind in NOW}

    assert made(Workload()) == pytest.approx(assumed, rel=0.2)
    assert assumed["commits"] == pytest.approx(made(Workload())["commits"], rel=0.05)


# ---- people --------------------------------------------------------------------------------------------------------


def test_users_are_as_many_as_their_workspaces_hold() -> None:
    """All of them in five each, as the sizes say, and in one where there is one only."""
    one, many = Workload(), Workload(workspaces=10)

    assert (one.people, one.memberships_of_a_user) == (100, 1)
    assert (many.people, many.memberships_of_a_user) == (200, 5)
    assert many.people * many.memberships_of_a_user == many.memberships == 10 * 100
    assert many.reads_a_day["feed"] == 200 * patterns.FEED_OF_USER.load.reads_a_day


def test_users_who_are_counted_share_the_memberships_that_there_are() -> None:
    counted = Workload(workspaces=10, users=500)

    assert (counted.people, counted.memberships_of_a_user) == (500, 2)
    assert counted.reads_a_day["feed"] == 500 * patterns.FEED_OF_USER.load.reads_a_day
    assert Workload(workspaces=10, users=7).memberships_of_a_user == 10


def test_pages_of_people_and_of_their_workspaces_are_as_long_as_the_sizes_say(lived: Lived) -> None:
    few = Workload(workspaces=10, sizes=Sizes.model_validate({"workspace": {"people": 25, "of_a_user": 3}}))

    assert few.lines_of(patterns.MEMBERS_OF_WORKSPACE) == 25
    assert few.lines_of(patterns.WORKSPACES_OF_USER) == 3
    assert Workload().lines_of(patterns.WORKSPACES_OF_USER) == 1
    assert Workload(lines={"members": 7}).lines_of(patterns.MEMBERS_OF_WORKSPACE) == 7
    for workload, memberships in ((Workload(), 1), (Workload(workspaces=10), 5)):
        assert joined_units(workload, lived, patterns.FEED_OF_USER, 50) == memberships


def test_twice_the_workspaces_cost_twice_as_much(lived: Lived) -> None:
    """Where there are more than a user is in; but for the registry, which is looked at once for all of them."""
    some, twice = (report(Workload(workspaces=number), lived) for number in (100, 200))

    assert (twice.writes, twice.reads, twice.gigabytes) == pytest.approx(
        (2 * some.writes, 2 * some.reads, 2 * some.gigabytes)
    )


# ---- in a year -----------------------------------------------------------------------------------------------------


def test_a_page_is_as_long_as_what_lies_there() -> None:
    small = Workload(stored=Stored(tasks=20))

    assert small.lines_of(patterns.TASKS_OF_WORKSPACE) == 20
    assert in_a_year(small).lines_of(patterns.TASKS_OF_WORKSPACE) == patterns.TASKS_OF_WORKSPACE.load.page
    assert in_a_year(small).lines_of(patterns.CHILDREN) == patterns.CHILDREN.load.in_a_year
    assert in_a_year(Workload(lines={"children": 4})).lines_of(patterns.CHILDREN) == 4


def test_what_lies_there_grows_as_the_patterns_assume() -> None:
    said = Workload(stored=Stored(tasks=500))

    assert in_a_year(Workload()).stored == Stored(**IN_A_YEAR)
    assert in_a_year(said).stored.tasks - 500 == IN_A_YEAR["tasks"] - NOW["tasks"]
    assert IN_A_YEAR["tasks"] == patterns.TASKS_OF_WORKSPACE.load.in_a_year


def test_what_lies_there_grows_by_the_commands_that_are_said() -> None:
    workload = Workload(workspaces=2, commands=ONE_COMMAND)
    now, then = workload.stored, in_a_year(workload).stored

    assert (then.comments - now.comments, then.commits - now.commits) == (500 * DAYS_OF_A_YEAR, 500 * DAYS_OF_A_YEAR)
    assert (then.tasks, then.things, then.assets, then.relations) == (now.tasks, now.things, now.assets, now.relations)


@pytest.mark.parametrize(
    "workload", [Workload(), Workload(workspaces=3, commands=ONE_COMMAND)], ids=["assumed", "said"]
)
def test_the_bill_in_a_year_is_of_what_the_commands_add(workload: Workload, lived: Lived) -> None:
    found = report(workload, lived)

    added = found.grows / DAYS * DAYS_OF_A_YEAR
    assert found.in_a_year.gigabytes - found.gigabytes == pytest.approx(added, rel=0.15)
    assert grown(found, "storage") > grown(found, "recovery") > 0
    assert grown(found, "reads") > 0
    assert (grown(found, "writes"), grown(found, "looks")) == (0, 0)
    assert found.in_a_year.money["total"] == pytest.approx(sum(found.in_a_year.money.values()) / 2)


def grown(found: Report, name: str) -> float:
    return found.in_a_year.money[name] - found.money[name]
