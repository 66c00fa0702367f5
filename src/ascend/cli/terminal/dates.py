"""Due dates as the person at this machine reads them: in the local time zone."""

from datetime import date, datetime
from enum import StrEnum

from ascend import Due, ZonedTime

WEEK = 7


class When(StrEnum):
    """In the order in which a feed shows them."""

    OVERDUE = "overdue"
    TODAY = "today"
    NEXT = "next 7 days"
    LATER = "later"
    NO_DATE = "no date"


def when(due: Due | None, now: datetime) -> When:
    """`now` carries the local zone. A day is overdue when it is over, a moment when it has passed."""
    day = local_day(due, now)
    if day is None:
        return When.NO_DATE
    if day < now.date() or (isinstance(due, ZonedTime) and due.instant < now):
        return When.OVERDUE
    if day == now.date():
        return When.TODAY
    return When.NEXT if (day - now.date()).days <= WEEK else When.LATER


def local_day(due: Due | None, now: datetime) -> date | None:
    return local(due, now).date() if isinstance(due, ZonedTime) else due


def local(moment: ZonedTime, now: datetime) -> datetime:
    return moment.instant.astimezone(now.tzinfo)


def shown(due: Due | None, now: datetime) -> str:
    if due is None:
        return ""
    return f"{local(due, now):%Y-%m-%d %H:%M}" if isinstance(due, ZonedTime) else due.isoformat()
