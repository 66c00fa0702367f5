"""Due dates and times in the local time zone of the reader. `now` is a time in that zone."""

from contextlib import suppress
from datetime import datetime
from enum import StrEnum

from ascend import Due, ZonedTime
from ascend.projections.queries.days import to_local_day

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
    if due is None:
        return DueGroup.NO_DATE
    day = to_local_day(due.instant, now.tzinfo) if isinstance(due, ZonedTime) else due
    if day < now.date() or (isinstance(due, ZonedTime) and due.instant < now):
        return DueGroup.OVERDUE
    if day == now.date():
        return DueGroup.TODAY
    return DueGroup.NEXT if (day - now.date()).days <= WEEK else DueGroup.LATER


def format_due(due: Due | None, now: datetime) -> str:
    if due is None:
        return ""
    return format_time(due.instant, now) if isinstance(due, ZonedTime) else due.isoformat()


def format_time(moment: datetime, now: datetime) -> str:
    with suppress(OverflowError):  # beyond the calendar of that zone: as it is in UTC
        moment = moment.astimezone(now.tzinfo)
    return moment.replace(tzinfo=None).isoformat(" ", "minutes")
