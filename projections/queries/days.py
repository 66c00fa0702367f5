"""Days of a person: the range of sort keys that covers them, and the lines of that range that belong to them.

Lines lie in an index by day (all-day) and by moment in UTC (timed):

    2026-03-01#…   2026-03-01T08:00:00Z#…   2026-03-02#…   2026-03-02T08:00:00Z#…

So one range of keys covers both kinds for the days of any time zone. West of Greenwich, and where clocks change at
midnight, it also holds lines of other days: they are left out after they were read.
"""

from dataclasses import dataclass
from datetime import MINYEAR, UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ascend.domain.errors import InvalidInput
from ascend.domain.runtime.arguments import show_value
from ascend.domain.values import Due, ZonedTime
from ascend.domain.zone_names import ZONE_NAME
from ascend.domain.zones import check_zone

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


class FieldRange(NamedTuple):
    """A range of the field after the given ones: its first and its last value, None where it is open."""

    low: str | None = None
    high: str | None = None
    zone: str = ""
    """The name of the time zone whose days the range covers, if one was given: a cursor belongs to it."""


ALL = FieldRange()


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `start` to `end`, both included, in a time zone. None: open. Without a zone: in UTC."""

    start: date | None
    end: date | None
    zone: ZoneInfo | None = None

    @classmethod
    def of(cls, start: date | None, end: date | None, zone: ZoneInfo | str | None) -> "Days":
        """Return the days. Raises `InvalidInput` for an unknown zone, or an end before the start."""
        if start is not None and end is not None and start > end:
            raise InvalidInput(f"start, {start}, is behind end, {end}")
        return cls(start, end, None if zone is None else find_zone(zone))

    @property
    def moments(self) -> FieldRange:
        """The range that covers the moments of these days."""
        return FieldRange(self._first_moment(), self._last_moment(), self._zone_name)

    @property
    def dues(self) -> FieldRange:
        """The range that covers the due dates of these days. A line without a due date is in no range: it comes last."""
        low, high, zone = self.moments
        if low is not None and self.start is not None:
            low = min(low, self.start.isoformat())  # the last moment comes after the last day's own line anyway
        return FieldRange(low, high, zone)

    def contain_due(self, due: Due | None) -> bool:
        """Return True if a task with this due date is due on one of these days."""
        if isinstance(due, ZonedTime):
            return self.contain_moment(due.instant)
        return self.are_all or (due is not None and self._contain(due))

    def contain_moment(self, moment: datetime) -> bool:
        """Return True if the moment lies on one of these days."""
        return self._contain(to_local_day(moment, self.zone or UTC))

    def _contain(self, day: date) -> bool:
        return (self.start or date.min) <= day <= (self.end or date.max)

    @property
    def are_all(self) -> bool:
        """True if there is neither a first day nor a last one."""
        return self.start is None and self.end is None

    @property
    def _zone_name(self) -> str:
        return "" if self.zone is None else self.zone.key

    def _first_moment(self) -> str | None:
        if self.start is None:
            return None
        if self.zone is None or self.start == date.min:
            return self.start.isoformat()
        return min(to_moments(self.start, self.zone)).isoformat()

    def _last_moment(self) -> str | None:
        if self.are_all:
            return None
        last = self.end or date.max
        if self.zone is None or last == date.max:
            return last.isoformat()
        return (max(to_moments(last + DAY, self.zone)) - SECOND).isoformat()


def to_moments(day: date, zone: ZoneInfo) -> list[datetime]:
    """Return the moments (UTC, without tzinfo) at which the day may begin.

    They differ if the clocks change at midnight: then it comes twice, or not at all and lies between the two.
    """
    midnights = (datetime.combine(day, time(fold=fold), zone) for fold in (0, 1))
    return [midnight.astimezone(UTC).replace(tzinfo=None) for midnight in midnights]


def to_local_day(moment: datetime, zone: tzinfo | None) -> date:
    """Return the day of a moment in a time zone. Beyond the calendar, it is the calendar's first or last day."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return date.min if moment.year == MINYEAR else date.max


def find_zone(zone: ZoneInfo | str) -> ZoneInfo:
    """Return the time zone. Raises `InvalidInput` for an unknown name, and for a zone without a name."""
    if isinstance(zone, str):
        if not ZONE_NAME.fullmatch(zone):
            raise InvalidInput(f"zone is {show_value(zone)}: pass an IANA name such as Europe/Berlin")
        return check_zone(zone)
    if not zone.key:
        raise InvalidInput("zone is a ZoneInfo without a name: give it a key, or pass an IANA name")
    return zone
