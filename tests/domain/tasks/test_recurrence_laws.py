"""Laws of every rule: occurrences are those of dateutil and increase, and the search is bounded."""

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import islice
from types import FrameType
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.rules import rules

from ascend.domain.tasks.recurrence import next_due
from ascend.domain.values import Due, ZonedTime

# Close to the end of dateutil's calendar, where it stops looking: so the whole list can be asked for.
LATE = st.dates(date(9940, 1, 1), date(9990, 1, 1))
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"]


def _moment(instant: datetime, zone: str) -> ZonedTime:
    return ZonedTime(instant=instant.replace(tzinfo=UTC), zone=zone)


LATELY = st.dates(date(1900, 1, 1), date(2040, 1, 1)).flatmap(
    lambda day: st.datetimes(datetime.combine(day, time.min), datetime.combine(day, time.max))
)
SOME_MOMENTS = st.builds(_moment, st.datetimes() | LATELY, st.sampled_from(ZONES))
SOME_DUES: st.SearchStrategy[Due] = st.dates() | SOME_MOMENTS


@for_all(rules(ends=False, longest_interval=12), LATE, st.integers(1, 40) | st.none(), st.data())
def test_occurrences_are_those_that_dateutil_lists(
    rule: str, first: date, count: int | None, data: st.DataObject
) -> None:
    chosen = [day for day in dateutils_list(rule, first) if day > first]
    expected = [first, *chosen][:count]
    occurrences = list(islice(series(rule + (f";COUNT={count}" if count else ""), first), 40))
    assert occurrences == expected[:40]

    anywhere = data.draw(st.dates(first, date(9998, 12, 31)))
    following = expected[bisect_right(expected, anywhere) :][:1]
    assert next_due(rule + (f";COUNT={count}" if count else ""), first, anywhere) == next(iter(following), None)


@settings(max_examples=600, derandomize=True, database=None)
@for_all(rules(ends=False, longest_interval=4), st.dates(date(9988, 1, 1), date(9993, 1, 1)), st.integers(0, 2000))
def test_six_hundred_rules_choose_the_days_that_dateutil_chooses(rule: str, first: date, days: int) -> None:
    anywhere = first + timedelta(days)
    following = (day for day in dateutils_list(rule, first) if day > anywhere)
    assert next_due(rule, first, anywhere) == next(following, None)


@for_all(rules(), SOME_DUES, SOME_DUES)
@example("FREQ=DAILY", _moment(datetime.combine(date.min, time.min), "America/New_York"), date.min)
@example("FREQ=DAILY", _moment(datetime.combine(date.max, time.max), "Pacific/Apia"), date.max)
@example("FREQ=DAILY", _moment(datetime.combine(date(2, 1, 1), time.min), "America/New_York"), date(2, 1, 1))
@example("FREQ=DAILY", _moment(datetime.combine(date(9998, 12, 31), time.max), "America/New_York"), date(9998, 12, 30))
def test_the_next_occurrence_is_of_the_first_one_s_kind_and_later_than_the_last(
    rule: str, first: Due, last: Due
) -> None:
    due = next_due(rule, first, last)
    assert due is None or type(due) is type(first)
    if isinstance(due, ZonedTime) and isinstance(last, ZonedTime):
        assert due.instant > last.instant
    elif due is not None and type(due) is type(last):
        assert due > last  # type: ignore[operator] # both are days


@for_all(rules(longest_interval=3), SOME_MOMENTS)
def test_occurrences_strictly_increase(rule: str, first: ZonedTime) -> None:
    instants = [due.instant for due in islice(series(rule, first), 20) if isinstance(due, ZonedTime)]
    assert instants == sorted(set(instants))


# ---- costs ----------------------------------------------------------------------------------------------------------

LINES_A_DAY = 50
MOST_LINES = LINES_A_DAY * 366 * 100
POSITIONS = ",".join(map(str, range(300, 350)))
NEVER = [
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=DAILY;INTERVAL=997;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=WEEKLY;INTERVAL=1000;BYDAY=MO,WE,TH,FR,SA,SU;BYMONTH=11",
    "FREQ=WEEKLY;INTERVAL=1000;COUNT=10000;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=40",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
    f"FREQ=YEARLY;INTERVAL=50;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS={POSITIONS}",
    "FREQ=DAILY;COUNT=10000",
    "FREQ=YEARLY;INTERVAL=50;BYWEEKNO=53;BYDAY=MO;BYMONTH=1",
    "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
]


@pytest.mark.parametrize("rule", NEVER)
def test_a_rule_that_hardly_ever_matches_costs_no_more_than_a_hundred_years_of_days(rule: str) -> None:
    first = date(2026, 11, 24)
    lines = lines_run(lambda: next_due(rule, first, date(2126, 11, 24) if "COUNT" in rule else first))
    assert lines < MOST_LINES


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY"])
def test_the_age_of_a_series_costs_nothing(rule: str) -> None:
    old, young = date(1970, 1, 1), date(2026, 1, 1)
    last = date(2026, 6, 1)
    assert lines_run(lambda: next_due(rule, old, last)) < lines_run(lambda: next_due(rule, young, last)) + 1000
    assert lines_run(lambda: next_due(rule, old, last)) < 2 * LINES_A_DAY * 366


def test_the_days_before_the_next_occurrence_are_counted_without_their_times() -> None:
    day, later = date(2026, 1, 1), date(2050, 1, 1)
    noon, later_noon = (_moment(datetime.combine(on, time(12)), "Europe/Berlin") for on in (day, later))
    by_the_day = lines_run(lambda: next_due("FREQ=DAILY;COUNT=10000", day, later))
    assert lines_run(lambda: next_due("FREQ=DAILY;COUNT=10000", noon, later_noon)) < by_the_day + 1000


@settings(max_examples=40)
@for_all(rules(), SOME_DUES, SOME_DUES)
def test_no_rule_costs_more_than_a_bound(rule: str, first: Due, last: Due) -> None:
    assert lines_run(lambda: next_due(rule, first, last)) < MOST_LINES


def lines_run(act: Callable[[], object]) -> int:
    """Return the number of Python lines run, dateutil's included. The number is the same on every machine."""
    lines = 0

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        assert lines < 2 * MOST_LINES, "without bounds"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    finally:
        sys.settrace(before)
    return lines


def series(rule: str, first: Due) -> Iterator[Due]:
    due: Due | None = first
    while due is not None:
        yield due
        due = next_due(rule, first, due)


def dateutils_list(rule: str, first: date) -> list[date]:
    days: list[date] = []
    with suppress(ValueError):  # in the calendar's last week
        days.extend(moment.date() for moment in rrulestr(rule, dtstart=datetime.combine(first, time.min)))
    return [day for day in days if day.year < MAXYEAR]
