"""The rules of time zones, as this machine's database has them: wall times become moments, and moments wall times.

The database differs between machines and changes with each of its releases. So only decisions and jobs may look into it.
What is decoded, folded or rendered never does: it must come out the same everywhere, at any time.
"""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from ascend.domain.errors import InvalidInput
from ascend.domain.values import Due, ZonedTime

MACHINE_DEPENDENT = frozenset({"localtime", "posixrules"})
"""Names that stand for different zones on different machines."""


@lru_cache(maxsize=600)
def check_zone(name: str) -> ZoneInfo:
    """Return the zone of this name. Its file is read once.

    Raises:
        InvalidInput: this machine does not know the zone.
    """
    try:
        if name not in MACHINE_DEPENDENT:
            return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        pass
    raise InvalidInput(f"{name!r} is not a time zone that this machine knows: use an IANA name such as Europe/Berlin")


def at_wall_time(wall: datetime, zone: str) -> ZonedTime:
    """Return the moment at which the clocks of the zone show this time, as RFC 5545 demands.

    Of a time that comes twice, it is the first. A time that the clocks skip moves forward by as much as the clocks do.

    Raises:
        InvalidInput: this machine does not know the zone.
    """
    return ZonedTime(instant=list_instants(wall, check_zone(zone))[0], zone=zone, wall=wall)


def list_instants(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the two moments that a wall time may stand for. They differ where clocks go back, or skip the time."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


def by_present_rules(time: ZonedTime) -> ZonedTime:
    """Return the time with the moment that its wall time means by the zone's present rules, and with its wall time.

    Without a wall time, the moment is all that is known, and the wall time follows from it.

    Raises:
        InvalidInput: this machine does not know the zone.
    """
    wall = local_time(time)
    instants = list_instants(wall, check_zone(time.zone))
    instant = time.instant if time.instant in instants else instants[0]
    return time.model_copy(update={"instant": instant, "wall": wall})


def local_time(due: Due) -> datetime:
    """Return the time on the clocks of the due date's zone, without the zone. A day begins at midnight.

    Raises:
        InvalidInput: this machine does not know the zone.
    """
    if not isinstance(due, ZonedTime):
        return datetime(due.year, due.month, due.day)  # noqa: DTZ001 - a day, not a moment
    if due.wall is not None:
        return due.wall
    return due.instant.astimezone(check_zone(due.zone)).replace(tzinfo=None, fold=0)


def record_wall_time(due: Due | None, stored: Due | None = None) -> Due | None:
    """Return the date as it is to be stored: a moment with its wall time. `stored` is the date that it replaces.

    A moment that is stored already stays as it is, even if the rules of its zone have changed since.

    Raises:
        InvalidInput: this machine does not know the zone, or its clocks show another time at that instant.
    """
    if not isinstance(due, ZonedTime) or due == stored:
        return due
    if isinstance(stored, ZonedTime) and due.wall is None and (due.instant, due.zone) == (stored.instant, stored.zone):
        return stored
    return _with_wall_time(due) if due.wall is None else _check_wall_time(due, due.wall)


def _with_wall_time(time: ZonedTime) -> ZonedTime:
    try:
        return time.model_copy(update={"wall": local_time(time)})
    except OverflowError:  # on the first or last day of the calendar, the clocks of some zone have left it
        return time


def _check_wall_time(time: ZonedTime, wall: datetime) -> ZonedTime:
    try:
        if time.instant in list_instants(wall, check_zone(time.zone)):
            return time
    except OverflowError:  # the wall time lies outside the calendar in UTC, and so it is another one
        pass
    raise InvalidInput(
        f"the clocks of {time.zone} do not show {wall} at {time.instant}: leave `wall` out, or give its instant"
    )
