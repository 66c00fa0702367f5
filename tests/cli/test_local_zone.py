"""The time zone of this machine is read with all its rules, whatever the season is now."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ascend.cli.context import open_clock
from ascend.cli.terminal import local_zone
from ascend.cli.terminal.local_zone import find_local_zone

BERLIN = Path("/usr/share/zoneinfo/Europe/Berlin")
WINTER, SUMMER = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (1, 7))


@pytest.mark.parametrize(
    ("text", "winter", "summer"),
    [
        ("Europe/Berlin", 13, 14),
        (":Europe/Berlin", 13, 14),
        (":/usr/share/zoneinfo/Europe/Berlin", 13, 14),
        ("CET-1CEST,M3.5.0,M10.5.0/3", 13, 14),
        ("JST-9", 21, 21),
        ("EST5EDT", 7, 8),
        ("", 12, 12),
        ("nonsense", 12, 12),
    ],
)
def test_tz_names_the_zone(monkeypatch: pytest.MonkeyPatch, text: str, winter: int, summer: int) -> None:
    monkeypatch.setenv("TZ", text)

    zone = find_local_zone()

    assert [moment.astimezone(zone).hour for moment in (WINTER, SUMMER)] == [winter, summer]
    assert str(open_clock()().tzinfo) == zone.key != ""


def test_without_tz_the_zone_is_that_of_localtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TZ", raising=False)
    link, copy, none = tmp_path / "link", tmp_path / "copy", tmp_path / "none"
    link.symlink_to(BERLIN)
    found = dict[str, int]()
    for place in (link, copy, none):
        if place is copy:
            copy.write_bytes(local_zone.UTC_TYPE * 2 + b"\nJST-9\n")
        monkeypatch.setattr(local_zone, "LOCALTIME", place)
        found[place.name] = SUMMER.astimezone(find_local_zone()).hour

    assert found == {"link": 14, "copy": 21, "none": 12}
