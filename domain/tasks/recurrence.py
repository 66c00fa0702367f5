"""Due dates of Tasks that recur: RFC 5545 rules, by the calendar and the clocks of the task's own zone.

A series is a sequence of days. The time of day on the wall is added to each day at the end, so 09:00 stays 09:00 when the
clocks change, and also when the rules of the zone do. A time that the clocks skip on a day moves forward by as much as the clocks do. Of a time that comes twice on a
day, the first is taken.

Anybody may send a rule that hardly ever matches, and dateutil searches for a match until the year 9999. So dateutil is
asked for one year at a time, for at most a hundred years. A series without an occurrence in that time is over.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from functools import partial
from itertools import groupby, islice
from typing import Annotated

from dateutil.rrule import YEARLY, rrule, weekday
from pydantic import AfterValidator, Field

from ascend.domain.tasks.recurrence_rule import CHARACTERS, RuleParts, canonical, parse
from ascend.domain.values import Due, ZonedTime
from ascend.domain.zones import at_wall_time, by_present_rules, check_zone, local_time

HORIZON_YEARS = 100

Rule = Annotated[str, Field(max_length=CHARACTERS), AfterValidator(canonical)]
"""The value of an RRULE, such as FREQ=WEEKLY;BYDAY=MO,TH."""


def next_due(rule: str, first: Due, last: Due) -> Due | None:
    """Return the first occurrence after `last` of the series that began at `first`. None if the series is over.

    `first` always counts as an occurrence (RFC 5545), even if the rule would not choose it. A series with COUNT ends
    a hundred years after `first` at the latest.

    Raises:
        InvalidInput: this machine does not know the zone.
    """
    zone = _zone_name(first) or _zone_name(last)
    if is_at_the_edge(first) or is_at_the_edge(last):
        return None
    first, last = _by_present_rules(first), _by_present_rules(last)
    start, end = _day(first, zone), _day(last, zone)
    if _is_later(first, start, last, end):
        return first
    parts = _fill_in(parse(rule), start)
    since = max(start, end - timedelta(days=1))  # clocks that skip a whole day move an occurrence to the next
    days = _days(parts, start, start if parts.count else since)
    for day in islice(days, parts.count and parts.count - 1):
        if day >= since and _is_later(due := _on(day, first), day, last, end):
            return due if _is_within(parts.until, due, day) else None
    return None


def _by_present_rules(due: Due) -> Due:
    return by_present_rules(due) if isinstance(due, ZonedTime) else due


def _zone_name(due: Due) -> str | None:
    return due.zone if isinstance(due, ZonedTime) else None


def is_at_the_edge(due: Due) -> bool:
    """Return True in the first and last year of the calendar: there, a moment may lie outside it in some zone."""
    return (due.instant if isinstance(due, ZonedTime) else due).year in {MINYEAR, MAXYEAR}


def _day(due: Due, zone: str | None) -> date:
    """Return the day of the date, in the zone of the series."""
    if not isinstance(due, ZonedTime):
        return due
    if due.zone == zone or zone is None:
        return local_time(due).date()
    return due.instant.astimezone(check_zone(zone)).date()


def _on(day: date, first: Due) -> Due:
    """Return the occurrence on that day, at `first`'s time of day in its zone."""
    if not isinstance(first, ZonedTime):
        return day
    return at_wall_time(datetime.combine(day, local_time(first).time()), first.zone)


def _is_later(due: Due, day: date, last: Due, end: date) -> bool:
    """Compare the moments if both dates have one, otherwise the days."""
    if isinstance(due, ZonedTime) and isinstance(last, ZonedTime):
        return due.instant > last.instant
    return day > end


def _is_within(until: date | datetime | None, due: Due, day: date) -> bool:
    match until:
        case None:
            return True
        case datetime():
            return due.instant <= until if isinstance(due, ZonedTime) else day <= until.date()
        case date():
            return day <= until


def _fill_in(parts: RuleParts, start: date) -> RuleParts:
    """Return the rule as a rule for the days of a year. What the rule leaves open follows from the series' first day."""
    every_month = range(1, 13) if parts.freq == "MONTHLY" else ()  # makes 1MO the first Monday of a month
    parts = replace(parts, months=parts.months or tuple(every_month))
    if parts.names_days:
        return parts
    match parts.freq:
        case "DAILY":
            return replace(parts, days=tuple((day, 0) for day in range(7)))
        case "WEEKLY":
            return replace(parts, days=((start.weekday(), 0),))
        case _:
            return replace(parts, months=parts.months or (start.month,), month_days=(start.day,))


def _days(parts: RuleParts, start: date, since: date) -> Iterator[date]:
    """Yield the days after `start` that the rule chooses, in order, from the year of `since` on."""
    offset = _period(parts, start) % parts.interval
    for year in range(since.year, min(since.year + HORIZON_YEARS, MAXYEAR)):
        for day in _chosen(parts, year):
            if day > start and _period(parts, day) % parts.interval == offset:
                yield day


def _chosen(parts: RuleParts, year: int) -> Iterable[date]:
    """Return the days of the year that the rule chooses if INTERVAL is left out of account.

    Apart from BYSETPOS, a rule for shorter periods only leaves out days of the year.
    """
    rule = rrule(
        YEARLY,
        datetime(year, 1, 1),  # noqa: DTZ001 - a day: dateutil takes days as datetimes
        interval=MAXYEAR,
        bymonth=parts.months or None,
        byweekno=parts.weeks or None,
        byyearday=parts.year_days or None,
        bymonthday=parts.month_days or None,
        byweekday=[weekday(day, number or None) for day, number in parts.days] or None,
        wkst=parts.week_start,
    )
    days = (moment.date() for moment in rule)
    return _at_positions(parts, days) if parts.positions else days


def _at_positions(parts: RuleParts, days: Iterable[date]) -> Iterator[date]:
    for _, group in groupby(days, key=partial(_period, parts)):
        period = list(group)
        positions = {position - 1 if position > 0 else position + len(period) for position in parts.positions}
        yield from (day for position, day in enumerate(period) if position in positions)


def _period(parts: RuleParts, day: date) -> int:
    """Return the number of the day, week, month or year of this day. INTERVAL counts these."""
    match parts.freq:
        case "DAILY":
            return day.toordinal()
        case "WEEKLY":
            return (day.toordinal() - 1 - parts.week_start) // 7  # day 1 was a Monday
        case "MONTHLY":
            return day.year * 12 + day.month
        case _:
            return day.year
