"""Ranges of days in TypeScript cover the same keys, and hold the same lines, as those of Python."""

import json
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from support.architect.typescript import TypeScript, to_literal

from ascend.domain.values import ZonedTime, due_text, instant_text
from ascend.projections.queries.days import Days

ZONES = (
    "",
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "America/Havana",  # the clocks change at midnight
    "America/Sao_Paulo",  # they did, until 2019
    "Asia/Beirut",
    "Africa/Cairo",
    "Pacific/Apia",  # 30 December 2011 never came
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kathmandu",
)
DAYS = (
    "0001-01-01",
    "0001-01-02",
    "1969-07-20",
    "2011-12-30",
    "2018-11-04",
    "2018-11-03",
    "2019-02-16",
    "2026-03-08",
    "2026-03-29",
    "2026-10-25",
    "2026-11-01",
    "9999-12-30",
    "9999-12-31",
)
PROGRAM = """
import { DayRange, type Days } from "../dist/runtime/days.js";
const asked: [Days, string[]][] = JSON.parse(INPUT);
console.log(JSON.stringify(asked.map(([days, texts]) => {
  const range = new DayRange(days);
  return [range.texts(true), range.texts(false), texts.map((text) => range.contains(text))];
})));
"""


def list_ranges() -> list[dict[str, str]]:
    ranges: list[dict[str, str]] = []
    for zone in ZONES:
        named = {"zone": zone} if zone else {}
        for first in DAYS:
            ranges += [{"from": first, **named}, {"to": first, **named}, {"from": first, "to": first, **named}]
    return ranges


def list_moments(random: Random) -> list[datetime | date]:
    """Return days and moments around the ends of the ranges."""
    days = [date.fromisoformat(day) for day in DAYS]
    near = [
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=random.randint(-1_500, 1_500))
        for day in days[2:-2]
        for _ in range(4)
    ]
    return [*days, *near, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)]


def to_key_text(moment: datetime | date) -> str:
    return due_text(ZonedTime(instant=moment, zone="UTC") if isinstance(moment, datetime) else moment)


def ask_python(asked: dict[str, str], moments: list[datetime | date]) -> list[Any]:
    start, end = (date.fromisoformat(asked[name]) if name in asked else None for name in ("from", "to"))
    days = Days.of(start, end, asked.get("zone"))
    ranges = [
        {name: text for name in ("low", "high") if (text := getattr(each, name))} for each in (days.dues, days.moments)
    ]
    held = [days.contain_due(ZonedTime(instant=at, zone="UTC") if isinstance(at, datetime) else at) for at in moments]
    return [*ranges, held]


def test_ranges_of_days_are_those_of_python_in_every_kind_of_zone(life_os_package: TypeScript) -> None:
    moments = list_moments(Random(11))
    ranges = list_ranges()
    asked = [[days, list(map(to_key_text, moments))] for days in ranges]

    printed = life_os_package.run(PROGRAM.replace("INPUT", to_literal(json.dumps(asked))))

    for days, answer in zip(ranges, json.loads(printed), strict=True):
        assert (days, answer) == (days, ask_python(days, moments))


def test_a_line_of_moments_is_found_by_the_text_in_its_key(life_os_package: TypeScript) -> None:
    moment = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    asked = [[{"from": "2026-03-30", "to": "2026-03-30", "zone": "Europe/Berlin"}, [instant_text(moment), "~"]]]

    printed = life_os_package.run(PROGRAM.replace("INPUT", to_literal(json.dumps(asked))))

    assert json.loads(printed)[0][2] == [True, False]


def test_a_date_is_the_day_on_which_it_lies_in_the_zone(life_os_package: TypeScript) -> None:
    before = 'import { DayRange } from "../dist/runtime/days.js";\nconst from = new Date("2026-03-29T22:30:00Z");'
    calls = ["new DayRange({ from }).texts(true)", 'new DayRange({ from, zone: "Europe/Berlin" }).texts(true)']

    answers = life_os_package.evaluate(calls, before)

    assert [answer["low"] for answer in answers] == ["2026-03-29", "2026-03-29T22:00:00"]
