"""A zoned time: any tzinfo with an IANA name is taken, with the time on its clocks. Nothing becomes UTC silently."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from support.scenario import task_id

from ascend.domain.errors import InvalidInput
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.values import ZonedTime

NINE = datetime(2026, 7, 1, 9)  # noqa: DTZ001 - a time on the wall
AT_NINE = ZonedTime(instant=datetime(2026, 7, 1, 7, tzinfo=UTC), zone="Europe/Berlin", wall=NINE)


DIGEST_OF_0_2 = "1a8fea3bca89031dffe44c54857223db"


class LikePytz(tzinfo):
    """A zone of pytz, which is no dependency: its name is the attribute `zone`, None for a fixed offset."""

    def __init__(self, zone: str | None, hours: int) -> None:
        self.zone = zone
        self.offset = timedelta(hours=hours)

    def utcoffset(self, moment: datetime | None, /) -> timedelta:
        return self.offset

    def dst(self, moment: datetime | None, /) -> timedelta:
        return timedelta(0)

    def tzname(self, moment: datetime | None, /) -> str:
        return f"{moment}"


BERLINS = [
    ZoneInfo("Europe/Berlin"),
    tz.tzfile("/usr/share/zoneinfo/Europe/Berlin") if Path("/usr/share/zoneinfo/Europe/Berlin").exists() else None,
    LikePytz("Europe/Berlin", 2),
]


@pytest.mark.parametrize("zone", [zone for zone in BERLINS if zone is not None], ids=lambda zone: type(zone).__name__)
def test_a_zone_of_any_library_gives_its_iana_name_and_the_time_on_its_clocks(zone: tzinfo) -> None:
    assert ZonedTime.of(NINE.replace(tzinfo=zone)) == AT_NINE


@pytest.mark.skipif(not Path("/usr/share/zoneinfo").exists(), reason="this machine has no zone files")
def test_a_zone_that_dateutil_finds_by_its_name_or_its_path_keeps_its_name() -> None:
    for name in ("Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin"):
        assert ZonedTime.of(NINE.replace(tzinfo=tz.gettz(name))) == AT_NINE
    assert ZonedTime.of(NINE.replace(tzinfo=tz.gettz("Etc/UTC"))).zone == "Etc/UTC"


@pytest.mark.parametrize(
    "utc",
    [UTC, tz.UTC, tz.tzutc(), ZoneInfo("UTC"), LikePytz("UTC", 0), timezone(timedelta(0))],
    ids=lambda zone: type(zone).__name__,
)
def test_utc_of_any_library_is_utc(utc: tzinfo) -> None:
    assert ZonedTime.of(NINE.replace(tzinfo=utc)) == ZonedTime(instant=NINE.replace(tzinfo=UTC), zone="UTC", wall=NINE)


def test_a_moment_parsed_from_json_in_utc_is_utc() -> None:
    parsed = ZonedTime.model_validate_json('{"instant": "2026-07-01T09:00:00Z", "zone": "UTC"}').instant
    assert ZonedTime.of(parsed).zone == "UTC"


NAMELESS = [
    timezone(timedelta(hours=2)),
    datetime(2026, 7, 1, 9, tzinfo=UTC).astimezone(timezone(timedelta(hours=-3), "BRT")).tzinfo,
    tz.tzoffset("CEST", 7200),
    tz.tzlocal(),
    tz.tzstr("EST5EDT"),
    tz.tzrange("EST", -18000, "EDT"),
    tz.tzfile("/etc/localtime") if Path("/etc/localtime").exists() else tz.tzlocal(),
    LikePytz(None, 2),
    LikePytz(None, 0),
]


@pytest.mark.parametrize("zone", NAMELESS, ids=lambda zone: type(zone).__name__)
def test_a_zone_without_an_iana_name_is_refused_with_advice(zone: tzinfo) -> None:
    with pytest.raises(InvalidInput, match=r'astimezone\(ZoneInfo\("Europe/Berlin"\)\)'):
        ZonedTime.of(NINE.replace(tzinfo=zone))


def test_a_file_that_dateutil_brings_along_is_refused_because_it_has_several_names() -> None:
    from dateutil.zoneinfo import get_zonefile_instance  # noqa: PLC0415 - it reads an archive

    berlin = get_zonefile_instance().get("Europe/Berlin")
    assert berlin is not None
    with pytest.raises(InvalidInput, match="does not say in which time zone"):
        ZonedTime.of(NINE.replace(tzinfo=berlin))


def test_the_wall_time_of_a_time_that_comes_twice_is_the_same_for_both() -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    first, second = ZonedTime.of(twice), ZonedTime.of(twice.replace(fold=1))
    assert second.instant - first.instant == timedelta(hours=1)
    assert second.wall is not None
    assert (second.wall, second.wall.fold) == (first.wall, 0)
    assert ZonedTime.model_validate_json(second.model_dump_json()) == second


def test_a_wall_time_has_no_zone() -> None:
    with pytest.raises(InvalidInput, match=r"ZonedTime\.wall"):
        ZonedTime(instant=AT_NINE.instant, zone="Europe/Berlin", wall=AT_NINE.instant)


def test_a_sender_that_knows_no_wall_times_may_send_its_command_again() -> None:
    before = ZonedTime(instant=AT_NINE.instant, zone="Europe/Berlin")
    sent = ScheduleTask(task_id=task_id(), due=before)
    assert sent.digest() == DIGEST_OF_0_2
    assert ScheduleTask(task_id=task_id(), due=AT_NINE).digest() == sent.digest()
    assert (
        ScheduleTask(task_id=task_id(), due=AT_NINE.model_copy(update={"zone": "Europe/Rome"})).digest()
        != sent.digest()
    )


def test_a_time_without_a_wall_time_is_stored_as_before() -> None:
    before = ZonedTime(instant=AT_NINE.instant, zone="Europe/Berlin")
    text = '{"instant":"2026-07-01T07:00:00Z","zone":"Europe/Berlin"}'
    assert before.model_dump_json(exclude_none=True) == text
    assert ZonedTime.model_validate_json(text) == before
    assert AT_NINE.model_dump_json() == text.replace("}", ',"wall":"2026-07-01T09:00:00"}')
