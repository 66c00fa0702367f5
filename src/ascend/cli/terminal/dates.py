"""Due dates and times in the local time zone of the reader. `now` is a time in that zone."""

from datetime import date, datetime
from enum import StrEnum

from ascend import Due, ZonedTime

WEEK = 7


class DueGroup(StrEnum):
    """The groups of a feed, in the order in which the feed shows them."""

    OVERDUE = "overdue"
    TODAY = "today"
    NEXT = "next 7 days"
    LATER = "later"
    NO_DATE = "no date"


def due_group(due: Due | None, now: datetime) -> DueGroup:
    """Return the group of a due date. A day is overdue when it is over, a time when it has passed."""
    day = to_local_day(due, now)
    if day is None:
        return DueGroup.NO_DATE
    if day < now.date() or (isinstance(due, ZonedTime) and due.instant < now):
        return DueGroup.OVERDUE
    if day == now.date():
        return DueGroup.TODAY
    return DueGroup.NEXT if (day - now.date()).days <= WEEK else DueGroup.LATER


def to_local_day(due: Due | None, now: datetime) -> date | None:
    return due.instant.astimezone(now.tzinfo).date() if isinstance(due, ZonedTime) else due


def format_due(due: Due | None, now: datetime) -> str:
    if due is None:
        return ""
    return format_time(due.instant, now) if isinstance(due, ZonedTime) else due.isoformat()


def format_time(moment: datetime, now: datetime) -> str:
    return f"{moment.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"
