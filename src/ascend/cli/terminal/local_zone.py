"""The time zone of this machine, with all its rules: in another season, its clocks differ from those of today."""

import os
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from struct import pack
from zoneinfo import ZoneInfo

LOCALTIME = Path("/etc/localtime")
ZONES = "zoneinfo/"
"""The folder of time zones: what follows it in a path is the name of a zone."""
UTC_TYPE = b"TZif2" + bytes(15) + pack(">6l", 0, 0, 0, 0, 1, 1) + pack(">lbb", 0, 0, 0) + b"\0"
"""The head of a file of time zones (RFC 9636, section 3) without a change of clocks."""


def find_local_zone() -> ZoneInfo:
    """Return the zone of the variable TZ (a name, a file, or a rule such as JST-9), without it that of /etc/localtime."""
    text = os.environ.get("TZ")
    if text is None:
        return first_found(lambda: name_in(LOCALTIME.resolve()), lambda: file_of(LOCALTIME))
    text = text.removeprefix(":")
    return first_found(lambda: ZoneInfo(text or "UTC"), lambda: name_in(Path(text)), lambda: zone_of_rule(text))


def first_found(*ways: Callable[[], ZoneInfo]) -> ZoneInfo:
    """Return the zone that the first way finds that finds one; UTC if none does."""
    for find in ways:
        with suppress(LookupError, ValueError, OSError):
            return find()
    return ZoneInfo("UTC")


def name_in(path: Path) -> ZoneInfo:
    _, folder, name = str(path).rpartition(ZONES)
    if not folder:
        raise LookupError(path)
    return ZoneInfo(name)


def file_of(path: Path) -> ZoneInfo:
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=str(path))


def zone_of_rule(rule: str) -> ZoneInfo:
    return ZoneInfo.from_file(BytesIO(UTC_TYPE * 2 + f"\n{rule}\n".encode()), key=rule)
