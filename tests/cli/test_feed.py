from datetime import UTC, date, datetime

import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import DUES, NOW

from ascend import ZonedTime
from ascend.cli.terminal.dates import DueGroup, due_group, format_time

GROUPS = {
    "overdue": ["yesterday", "an hour ago"],
    "today": ["today", "tonight"],
    "next 7 days": ["after midnight", "in a week"],
    "later": ["in eight days"],
    "no date": ["some day"],
}


def test_a_feed_is_grouped_by_the_local_day(ascend: AscendCommand) -> None:
    lines = ascend("--json", "feed", "ada").json

    groups = {group: [line["title"] for line in lines if line["group"] == group] for group in GROUPS}
    assert groups == GROUPS


def test_a_feed_is_drawn_with_its_groups(ascend: AscendCommand) -> None:
    assert ascend("feed", "Ada").out.splitlines() == [
        "ada: 8 open tasks",
        "",
        "Overdue",
        "2026-03-09        urgent  yesterday    Home",
        "2026-03-10 11:00          an hour ago  Home",
        "",
        "Today",
        "2026-03-10          today    Home",
        "2026-03-10 23:30    tonight  Home",
        "",
        "Next 7 days",
        "2026-03-11 00:30    after midnight  Home",
        "2026-03-17          in a week       Home",
        "",
        "Later",
        "2026-03-18    in eight days  Home",
        "",
        "No date",
        "    some day  Home",
    ]


@pytest.mark.parametrize(
    ("period", "titles"),
    [
        (["--from", "2026-03-11"], ["after midnight", "in a week", "in eight days"]),
        (["--to", "2026-03-09"], ["yesterday"]),
        (["--from", "2026-03-10", "--to", "2026-03-10"], ["today", "an hour ago", "tonight"]),
        (["--from", "2027-01-01"], []),
        (["--from", "0001-01-01", "--to", "9999-12-31"], [title for title, due in DUES.items() if due]),
    ],
)
def test_a_period_consists_of_local_days(ascend: AscendCommand, period: list[str], titles: list[str]) -> None:
    assert sorted(line["title"] for line in ascend("--json", "feed", "ada", *period).json) == sorted(titles)


@pytest.mark.parametrize(
    ("zone", "titles"),
    [
        ("Pacific/Auckland", ["today", "an hour ago"]),
        ("Pacific/Honolulu", ["today", "an hour ago", "tonight", "after midnight"]),
        ("UTC", ["today", "an hour ago", "tonight", "after midnight"]),
    ],
)
def test_a_period_consists_of_the_days_of_a_named_zone(ascend: AscendCommand, zone: str, titles: list[str]) -> None:
    """In UTC, "an hour ago" is at 10:00, "tonight" at 22:30 and "after midnight" at 23:30 on the 10th.

    10:00 in UTC is midnight in Honolulu.
    """
    period = ["--from", "2026-03-10", "--to", "2026-03-10", "--zone", zone]

    assert [line["title"] for line in ascend("--json", "feed", "ada", *period).json] == titles


def test_groups_and_times_are_those_of_a_named_zone(ascend: AscendCommand) -> None:
    """It is 00:00 on the 11th in Auckland."""
    assert ascend("feed", "ada", "--zone", "Pacific/Auckland", "--to", "2026-03-11").out.splitlines() == [
        "ada: 5 open tasks",
        "",
        "Overdue",
        "2026-03-09        urgent  yesterday    Home",
        "2026-03-10                today        Home",
        "2026-03-10 23:00          an hour ago  Home",
        "",
        "Today",
        "2026-03-11 11:30    tonight         Home",
        "2026-03-11 12:30    after midnight  Home",
    ]


def test_an_unknown_zone_is_a_usage_error(ascend: AscendCommand) -> None:
    refused = ascend("feed", "ada", "--zone", "Atlantis")

    assert (refused.code, refused.out) == (2, "")
    assert "'Atlantis' is not a time zone that this machine knows" in refused.error


def test_times_at_the_end_of_the_calendar_are_shown() -> None:
    end = datetime.max.replace(tzinfo=UTC)
    assert format_time(end, NOW) == "9999-12-31 23:59"
    assert due_group(ZonedTime(instant=end, zone="UTC"), NOW) is DueGroup.LATER


def test_a_feed_is_only_for_its_user(ascend: AscendCommand) -> None:
    assert ascend("--as", "ada", "feed", "ada").code == 0
    refused = ascend("--as", "bob", "feed", "ada")

    assert (refused.code, refused.out) == (3, "")
    assert "only the user or the operator may read" in refused.error


def test_an_unknown_user_is_an_error(ascend: AscendCommand) -> None:
    assert "user 'zoe'" in ascend("feed", "zoe").error
    assert ascend("--as", "zoe", "workspaces").code == 3


def test_a_day_is_overdue_when_it_is_over() -> None:
    assert due_group(date(2026, 3, 10), NOW) is DueGroup.TODAY
    assert due_group(date(2026, 3, 10), datetime(2026, 3, 11, tzinfo=UTC)) is DueGroup.OVERDUE
