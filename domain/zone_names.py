"""The names of time zones: the IANA name that a tzinfo of `zoneinfo`, pytz or dateutil stands for."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Final

from dateutil.tz import tzoffset, tzutc
from pydantic_core import TzInfo

from ascend.domain.errors import InvalidInput

ZONE_NAME = re.compile(r"[A-Za-z0-9/_+-]{1,64}")
FIXED_OFFSETS: Final = (timezone, TzInfo, tzoffset, tzutc)
"""Classes whose offset never changes. Of these, only the offset of UTC has a name."""
ZONE_FOLDER = "/zoneinfo/"
"""The folder of the time zone database, in the path of a file of dateutil. Without it, a file's name proves nothing: the
files that dateutil brings along have several names each, and remember one of them."""


def name_zone(zone: tzinfo | None) -> str:
    """Return the IANA name of a time zone.

    Raises:
        InvalidInput: it has none. It is a fixed offset, the zone of this machine, or a class that is not known here.
    """
    if isinstance(zone, FIXED_OFFSETS) and zone.utcoffset(None) == timedelta(0):
        return UTC.tzname(None)
    for name in (getattr(zone, "key", None), getattr(zone, "zone", None), _name_in_folder(zone)):
        if isinstance(name, str) and ZONE_NAME.fullmatch(name):
            return name
    raise InvalidInput(
        f"{zone!r} does not say in which time zone people think of this time:"
        ' pass, for example, moment.astimezone(ZoneInfo("Europe/Berlin"))'
    )


def _name_in_folder(zone: object) -> str:
    """Return the name of the zone in a file of dateutil, which is its path in the database; "" for everything else."""
    path = str(getattr(zone, "_filename", "")).replace("\\", "/")
    return path.rpartition(ZONE_FOLDER)[2] if ZONE_FOLDER in path else ""
