"""The next due date: the examples of RFC 5545, the calendar, the ends of series, and changes of clocks.

A row of the tables is a series, written as days or times separated by blanks. `…` leaves some out, `end` ends the series.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ascend.domain.errors import InvalidInput
from ascend.domain.tasks.recurrence import next_due
from ascend.domain.values import Due, ZonedTime
from ascend.domain.zones import check_zone

DAY = timedelta(days=1)

# Section 3.8.5.3 (without the rules for hours, and for weeks and days of a year), at 09:00 in New York.
RFC_5545 = [
    ("FREQ=DAILY;COUNT=4", "1997-09-02 09-03 09-04 09-05 end"),
    ("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02 09-03 … 12-22 12-23 end"),
    ("FREQ=DAILY;INTERVAL=2", "1997-09-02 09-04 09-06 09-08 … 12-01 12-03"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02 09-12 09-22 10-02 10-12 end"),
    ("FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998-01-01 01-02 … 01-31 1999-01-01 … 2000-01-31 end"),
    (
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "1998-01-01 01-02 … 01-31 1999-01-01 … 2000-01-31 end",
    ),
    ("FREQ=WEEKLY;COUNT=10", "1997-09-02 09-09 09-16 09-23 09-30 10-07 10-14 10-21 10-28 11-04 end"),
    ("FREQ=WEEKLY;UNTIL=19971224T000000Z", "1997-09-02 09-09 … 12-16 12-23 end"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02 09-16 09-30 10-14 10-28 11-11 11-25 12-09 12-23 1998-01-06"),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09-02 09-04 09-09 09-11 … 09-25 09-30 10-02 end"),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01 09-03 09-05 09-15 09-17 09-19 09-29 … 11-28 12-08 12-10 12-12 12-22 end",
    ),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16 end"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05 08-10 08-19 08-24 end"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05 08-17 08-19 08-31 end"),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05 10-03 11-07 12-05 1998-01-02 02-06 … 05-01 06-05 end"),
    ("FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09-05 10-03 11-07 12-05 end"),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09-07 09-28 11-02 11-30 1998-01-04 … 05-03 05-31 end"),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22 10-20 11-17 12-22 1998-01-19 02-16 end"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28 10-29 11-28 12-29 1998-01-29 02-26"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09-02 09-15 10-02 10-15 … 1998-01-02 01-15 end"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09-30 10-01 10-31 11-01 11-30 … 1998-01-31 02-01 end"),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10 09-11 09-12 09-13 09-14 09-15 1999-03-10 03-11 03-12 03-13 end",
    ),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09-02 09-09 09-16 09-23 09-30 11-04 11-11 11-18 11-25 1998-01-06"),
    ("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06-10 07-10 1998-06-10 07-10 … 2001-06-10 07-10 end"),
    ("FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03-10 1999-01-10 02-10 03-10 … 2003-02-10 03-10 end"),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19 1998-05-18 1999-05-17"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13 03-20 03-27 1998-03-05 03-12 03-19 03-26 1999-03-04"),
    ("FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997-06-05 06-12 … 08-28 1998-06-04 … 08-27 1999-06-03"),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02 1998-02-13 03-13 11-13 1999-08-13 2000-10-13"),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13 10-11 11-08 12-13 1998-01-10 02-07 03-07"),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05 2000-11-07 2004-11-02"),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04 10-07 11-06 end"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29 10-30 11-27 12-30 1998-01-29 02-26 03-30"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "1997-09-30 10-31 11-28 12-31 1998-01-30 02-27"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15 01-30 02-15 03-15 03-30 end"),
]

CALENDAR = [
    ("FREQ=YEARLY", "2024-02-29 2028-02-29 2032-02-29"),
    ("FREQ=YEARLY", "2096-02-29 2104-02-29"),
    ("FREQ=YEARLY;INTERVAL=3", "2024-02-29 2036-02-29 2048-02-29"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "2023-02-28 2024-02-29 2025-02-28"),
    ("FREQ=MONTHLY;BYMONTH=2;BYDAY=5MO", "2016-02-29 2044-02-29"),
    ("FREQ=MONTHLY", "2026-01-31 03-31 05-31 07-31 08-31 10-31 12-31 2027-01-31"),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31 02-28 03-31 04-30"),
    ("FREQ=MONTHLY;BYMONTHDAY=-31", "2026-01-01 03-01 05-01"),
    ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30 02-27 03-27"),
    ("FREQ=MONTHLY;BYDAY=5MO", "2026-03-30 06-29 08-31"),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1", "2026-01-01 01-30 03-02 03-31 05-01 05-29"),
    ("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-12-31 2027-12-31 2028-12-29"),
    ("FREQ=YEARLY;BYDAY=SU;BYMONTH=5;BYSETPOS=2", "2026-05-10 2027-05-09 2028-05-14"),
    ("FREQ=YEARLY;BYMONTH=1,7;BYSETPOS=-1", "2026-07-15 2027-07-15"),
    ("FREQ=YEARLY;BYDAY=-1MO", "2026-12-28 2027-12-27"),
    ("FREQ=DAILY;BYMONTHDAY=-1,1", "2026-01-31 02-01 02-28 03-01"),
    ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "2026-01-05 01-19 02-02"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-01-08 01-19 02-02"),  # the 8th is a Thursday
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "2025-12-29 2026-01-04 01-18"),
    ("FREQ=WEEKLY;BYMONTH=12,1", "2026-01-20 01-27 12-01"),
    ("FREQ=DAILY;INTERVAL=1000", "2000-01-01 2002-09-27"),
    ("FREQ=WEEKLY;INTERVAL=1000", "2000-01-01 2019-03-02"),
    ("FREQ=MONTHLY;INTERVAL=1000", "2000-12-15 2084-04-15"),
    ("FREQ=YEARLY;INTERVAL=50", "2000-01-01 2050-01-01 2100-01-01"),
]

WEEKS = [
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12 1998-05-11 1999-05-17"),  # RFC 5545, 3.3.10
    ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997-01-01 04-10 07-19 2000-01-01 04-09 07-18 2003-01-01 04-10 07-19 2006-01-01 end"),
    ("FREQ=YEARLY;BYYEARDAY=-1,366", "2027-12-31 2028-12-31 2029-12-31"),
    ("FREQ=YEARLY;BYYEARDAY=366", "2024-12-31 2028-12-31"),
    ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2024-01-01 12-30 2025-12-29 2027-01-04 2028-01-03"),  # week 1 may begin in December
    ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR", "2021-01-01 2027-01-01 2032-12-31"),  # 2026 has 53 weeks, and so has 2032
    ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU", "2024-01-07 2025-01-05 2026-01-04"),
    ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=SU;WKST=SU", "2023-01-01 12-31 2024-12-29 2026-01-04"),
    ("FREQ=YEARLY;BYWEEKNO=20", "2026-05-11 05-12 05-13 05-14 05-15 05-16 05-17 2027-05-17"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYMONTH=5;BYSETPOS=-1", "2026-05-17 2027-05-23"),
]  # fmt: skip

ENDS = [
    ("FREQ=DAILY;COUNT=1", "2026-01-01 end"),
    ("FREQ=WEEKLY;COUNT=3;BYDAY=MO", "2026-01-01 01-05 01-12 end"),  # the first counts, though it is a Thursday
    ("FREQ=MONTHLY;UNTIL=20260228", "2026-01-28 02-28 end"),
    ("FREQ=MONTHLY;UNTIL=20260227", "2026-01-28 end"),
    ("FREQ=DAILY;UNTIL=20260102T000000Z", "2026-01-01 01-02 end"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01 end"),
    ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "2026-01-06 end"),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", "2025-01-01 end"),
    ("FREQ=MONTHLY;INTERVAL=1000", "2000-12-31 end"),  # the next one is more than a hundred years on
    ("FREQ=YEARLY;COUNT=10000", "2026-01-01 2027-01-01 … 2125-01-01 end"),  # a hundred years with COUNT …
    ("FREQ=YEARLY", "2026-01-01 2027-01-01 … 2125-01-01 2126-01-01"),  # … for ever without
    ("FREQ=DAILY", "9998-12-30 12-31 end"),
    ("FREQ=DAILY", "0001-01-01 end"),
]

CLOCKS = [
    ("Europe/Berlin", "FREQ=DAILY", "2026-03-28T09:00+01:00 2026-03-29T09:00+02:00 2026-03-30T09:00+02:00"),
    ("Europe/Berlin", "FREQ=DAILY", "2026-10-24T09:00+02:00 2026-10-25T09:00+01:00 2026-10-26T09:00+01:00"),
    ("Europe/Berlin", "FREQ=DAILY", "2026-03-28T02:30+01:00 2026-03-29T03:30+02:00 2026-03-30T02:30+02:00"),
    ("Europe/Berlin", "FREQ=DAILY", "2026-10-24T02:30+02:00 2026-10-25T02:30+02:00 2026-10-26T02:30+01:00"),
    ("Europe/Berlin", "FREQ=DAILY", "2026-10-25T02:30+01:00 2026-10-26T02:30+01:00"),
    ("Europe/Berlin", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "2026-10-25T02:30+01:00 2027-10-31T02:30+02:00"),
    ("America/New_York", "FREQ=DAILY", "2026-03-07T02:30-05:00 2026-03-08T03:30-04:00 2026-03-09T02:30-04:00"),
    ("America/New_York", "FREQ=DAILY", "2026-10-31T01:30-04:00 2026-11-01T01:30-04:00 2026-11-02T01:30-05:00"),
    ("America/New_York", "FREQ=WEEKLY", "2026-03-01T09:00-05:00 2026-03-08T09:00-04:00"),
    ("Australia/Lord_Howe", "FREQ=DAILY", "2026-10-03T02:15+10:30 2026-10-04T02:45+11:00 2026-10-05T02:15+11:00"),
    ("Australia/Lord_Howe", "FREQ=DAILY", "2026-04-04T01:45+11:00 2026-04-05T01:45+11:00 2026-04-06T01:45+10:30"),
    # The date line moved, and the 30th was left out: its occurrence falls on the 31st, which has none of its own then.
    ("Pacific/Apia", "FREQ=DAILY", "2011-12-29T09:00-10:00 2011-12-31T09:00+14:00 2012-01-01T09:00+14:00"),
    # In UTC it is still the day before.
    ("Asia/Tokyo", "FREQ=MONTHLY", "2026-01-31T08:00+09:00 2026-03-31T08:00+09:00"),
    ("Asia/Tokyo", "FREQ=WEEKLY;BYDAY=MO", "2026-01-05T08:00+09:00 2026-01-12T08:00+09:00"),
    ("Asia/Tokyo", "FREQ=DAILY;UNTIL=20260106T230000Z", "2026-01-06T08:00+09:00 2026-01-07T08:00+09:00 end"),
    ("Asia/Tokyo", "FREQ=DAILY;UNTIL=20260106T225959Z", "2026-01-06T08:00+09:00 end"),
    ("Asia/Tokyo", "FREQ=DAILY;UNTIL=20260107", "2026-01-06T08:00+09:00 2026-01-07T08:00+09:00 end"),
]


@pytest.mark.parametrize(("rule", "row"), RFC_5545)
def test_the_examples_of_the_standard(rule: str, row: str) -> None:
    check_dates(rule, days(row), lambda day: at(day, 9, "America/New_York"))


@pytest.mark.parametrize(("rule", "row"), [*CALENDAR, *WEEKS, *ENDS])
def test_days_and_times_follow_the_same_calendar(rule: str, row: str) -> None:
    check_dates(rule, days(row), lambda day: day)
    if "UNTIL=20260102T" not in rule:
        check_dates(rule, days(row), lambda day: at(day, 9, "America/New_York"))


@pytest.mark.parametrize(("zone", "rule", "row"), CLOCKS)
def test_a_time_of_day_stays_across_a_change_of_clocks(zone: str, rule: str, row: str) -> None:
    first, *others = [None if word == "end" else due_of(f"{word} {zone}") for word in row.split()]
    assert first
    last = first
    for expected in others:
        assert without_wall_time(next_due(rule, first, last)) == expected
        last = expected or last


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-06-01", "2026-06-03T00:30+09:00 Asia/Tokyo", "2026-06-04"),  # in UTC, it is the 2nd
        ("2026-06-01T09:00+02:00 Europe/Berlin", "2026-06-03", "2026-06-04T09:00+02:00 Europe/Berlin"),
        ("2026-06-01T09:00+02:00 Europe/Berlin", "2026-06-03T15:59+09:00 Asia/Tokyo", "2026-06-03T09:00+02:00 Europe/Berlin"),
        ("2026-06-01T09:00+02:00 Europe/Berlin", "2026-06-03T16:00+09:00 Asia/Tokyo", "2026-06-04T09:00+02:00 Europe/Berlin"),
        ("2026-06-01", "2026-05-01", "2026-06-01"),
        ("2026-06-01T09:00+02:00 Europe/Berlin", "2026-06-01T08:59+02:00 Europe/Berlin", "2026-06-01T09:00+02:00 Europe/Berlin"),
    ],
)  # fmt: skip
def test_the_last_occurrence_may_be_of_another_kind_or_zone_or_before_the_first(
    first: str, last: str, expected: str
) -> None:
    assert without_wall_time(next_due("FREQ=DAILY", due_of(first), due_of(last))) == due_of(expected)


def test_an_occurrence_that_the_date_line_moved_into_another_year_is_found_there() -> None:
    first = due_of("1993-12-31T09:00-10:00 Pacific/Kiritimati")
    just_before = due_of("1995-01-01T08:59+14:00 Pacific/Kiritimati")
    following = without_wall_time(next_due("FREQ=YEARLY", first, just_before))
    assert following == due_of("1995-01-01T09:00+14:00 Pacific/Kiritimati")


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "Europe", "localtime", "../etc/passwd", "/etc/passwd", "-"])
def test_an_unknown_zone_is_named(zone: str) -> None:
    with pytest.raises(InvalidInput, match=f"'{zone}' is not a time zone that this machine knows"):
        check_zone(zone)


def test_a_series_in_an_unknown_zone_is_refused() -> None:
    nowhere = ZonedTime(instant=datetime(2026, 1, 1, tzinfo=UTC), zone="Europe/Atlantis")
    with pytest.raises(InvalidInput, match="Europe/Atlantis"):
        next_due("FREQ=DAILY", nowhere, nowhere)
    with pytest.raises(InvalidInput, match="Europe/Atlantis"):
        next_due("FREQ=DAILY", date(2026, 1, 1), nowhere)


# ---- reading the tables ---------------------------------------------------------------------------------------------


def days(row: str) -> Iterator[date | str]:
    """Parse dates. A date without its year is in the year of the date before."""
    year = ""
    for word in row.split():
        if word in {"…", "end"}:
            yield word
        else:
            year = word[:4] if len(word) > len("01-01") else year
            yield date.fromisoformat(f"{year}-{word[-5:]}")


def check_dates(rule: str, row: Iterator[date | str], due_on: Callable[[date], Due]) -> None:
    began = next(row)
    assert isinstance(began, date)
    first = due_on(began)
    last: Due | None = first
    for word in row:
        match word:
            case date():
                assert next_due(rule, first, last or due_on(word - DAY)) == due_on(word)
                last = due_on(word)
            case "end":
                assert last
                assert next_due(rule, first, last) is None
            case _:
                last = None


def at(day: date, hour: int, zone: str) -> ZonedTime:
    return ZonedTime.of(datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)))


def without_wall_time(due: Due | None) -> Due | None:
    """Return the date as it was stored before there were wall times."""
    return due.model_copy(update={"wall": None}) if isinstance(due, ZonedTime) else due


def due_of(text: str) -> Due:
    """Parse a date as it was stored before there were wall times."""
    moment, _, zone = text.partition(" ")
    return ZonedTime(instant=datetime.fromisoformat(moment), zone=zone) if zone else date.fromisoformat(text)
