"""Time zones whose rules change while a test runs, and a machine without any."""

import zoneinfo
from collections.abc import Generator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from ascend.domain import zones


@contextmanager
def rules_of_zone(folder: Path, zone: str, like: str) -> Generator[None]:
    """Give a zone the rules of another one, as a new release of the zone database would, while the block runs."""
    before, file = zoneinfo.TZPATH, folder / zone
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(files("tzdata").joinpath("zoneinfo", like).read_bytes())
    try:
        use_zone_folders(str(folder), *before)
        yield
    finally:
        use_zone_folders(*before)


def use_zone_folders(*folders: str) -> None:
    zoneinfo.reset_tzpath(folders)
    zoneinfo.ZoneInfo.clear_cache()
    zones.check_zone.cache_clear()


class Unusable:
    """Stands for `ZoneInfo` where nobody may ask for a zone."""

    def __init__(self, *arguments: Any) -> None:
        raise AssertionError(f"the zone database was asked for {arguments}")


@contextmanager
def without_zones() -> Generator[None]:
    """Let every question to the zone database fail, while the block runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zones, "ZoneInfo", Unusable)
        patch.setattr(zoneinfo, "ZoneInfo", Unusable)
        zones.check_zone.cache_clear()
        yield
    zones.check_zone.cache_clear()
