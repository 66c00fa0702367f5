"""The text of a recurrence rule: the part of RFC 5545 (section 3.3.10) that makes sense for a due date.

FREQ=DAILY | WEEKLY | MONTHLY | YEARLY     INTERVAL     COUNT or UNTIL     WKST
BYMONTH (all)   BYDAY (all; 1MO, -1FR: monthly, yearly)   BYMONTHDAY (all but weekly)   BYSETPOS (monthly, yearly)
BYWEEKNO, BYYEARDAY (yearly)

Equal rules have equal texts: the parts have a fixed order, lists are sorted, and parts without effect are left out.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import LiteralString

from pydantic_core import PydanticCustomError

CHARACTERS = 300
MOST_TIMES = 10_000
LONGEST_INTERVAL = {"DAILY": 1000, "WEEKLY": 1000, "MONTHLY": 1000, "YEARLY": 50}
"""The longest intervals. All are well within the hundred years that are searched for an occurrence."""

FIVE_WEEKS = 5
"""A month has at most five of one weekday."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NUMBERS = {"BYMONTH": 12, "BYWEEKNO": 53, "BYYEARDAY": 366, "BYMONTHDAY": 31, "BYSETPOS": 366}
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", *NUMBERS, "BYDAY", "WKST")

NUMBER = re.compile(r"[+-]?[0-9]{1,5}")
WEEKDAY = re.compile(r"([+-]?(?:0?[1-9]|[1-4][0-9]|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)")
DAY = re.compile(r"[0-9]{8}")
MOMENT = re.compile(r"[0-9]{8}T[0-9]{6}Z")


@dataclass(frozen=True)
class RuleParts:
    """A recurrence rule, in parts."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    """A day, or a moment in UTC."""
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    """Numbers of weeks of the year (ISO 8601, if weeks start on Monday)."""
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    """Pairs of the weekday (0 is Monday) and its number in the month or year (0: each)."""
    positions: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def names_days(self) -> bool:
        """True if the rule says which days it chooses; otherwise that follows from the first day of the series."""
        return bool(self.days or self.month_days or self.year_days or self.weeks)

    def text(self) -> str:
        """Return the canonical text of the rule."""
        depends_on_week_start = self.weeks or (self.freq == "WEEKLY" and self.interval > 1 and self.days)
        parts = {
            "FREQ": self.freq,
            "INTERVAL": "" if self.interval == 1 else str(self.interval),
            "COUNT": str(self.count or ""),
            "UNTIL": _until_text(self.until),
            "BYMONTH": _joined(self.months),
            "BYWEEKNO": _joined(self.weeks),
            "BYYEARDAY": _joined(self.year_days),
            "BYMONTHDAY": _joined(self.month_days),
            "BYDAY": ",".join(f"{number or ''}{WEEKDAYS[day]}" for day, number in self.days),
            "BYSETPOS": _joined(self.positions),
            "WKST": WEEKDAYS[self.week_start] if self.week_start and depends_on_week_start else "",
        }
        return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def canonical(text: str) -> str:
    """Return the text that all equal rules share."""
    return parse(text).text()


def parse(text: str) -> RuleParts:
    """Return the parts of a rule.

    Raises:
        PydanticCustomError: the rule makes no sense for a due date. The error is a `ValueError`.
    """
    values = _split(text)
    freq = values.get("FREQ", "")
    if freq not in LONGEST_INTERVAL:
        raise _wrong("FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY, and cannot be left out: tasks recur by days")
    rule = RuleParts(
        freq=freq,
        interval=_number("INTERVAL", values.get("INTERVAL", "1"), LONGEST_INTERVAL[freq]),
        count=_number("COUNT", values["COUNT"], MOST_TIMES) if "COUNT" in values else None,
        until=_until(values["UNTIL"]) if "UNTIL" in values else None,
        months=_numbers("BYMONTH", values),
        weeks=_numbers("BYWEEKNO", values),
        year_days=_numbers("BYYEARDAY", values),
        month_days=_numbers("BYMONTHDAY", values),
        days=_days(values["BYDAY"]) if "BYDAY" in values else (),
        positions=_numbers("BYSETPOS", values),
        week_start=_week_start(values.get("WKST", "MO")),
    )
    _check_combinations(rule)
    return rule


def _split(text: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for part in text.upper().removesuffix(";").split(";"):
        name, _, value = part.partition("=")
        if not name or not value:
            raise _wrong("write a rule as NAME=VALUE;NAME=VALUE, without 'RRULE:', such as FREQ=WEEKLY;BYDAY=MO,TH")
        if name not in PARTS:
            known = ", ".join(PARTS)
            raise _wrong(
                "{part}: a rule for due dates is made of {parts}: leave out the rest",
                part=_show_name(name),
                parts=known,
            )
        if name in values:
            raise _wrong("{part} is given twice: write it once", part=name)
        values[name] = value
    return values


def _show_name(name: str) -> str:
    """Return the name of a part, safe to print: it is the sender's text."""
    return name[:20] if name.isprintable() else repr(name[:20])


def _check_combinations(rule: RuleParts) -> None:
    """Check that the parts make sense together."""
    numbered = [abs(number) for _, number in rule.days if number]
    if rule.count and rule.until:
        raise _wrong("a rule ends by COUNT or by UNTIL: leave one out")
    if rule.freq == "WEEKLY" and rule.month_days:
        raise _wrong("BYMONTHDAY does not go with FREQ=WEEKLY: use FREQ=MONTHLY or FREQ=DAILY")
    if rule.freq in {"DAILY", "WEEKLY"} and (numbered or rule.positions):
        raise _wrong("BYSETPOS and numbered days such as 1MO need FREQ=MONTHLY or FREQ=YEARLY")
    if rule.positions and not (rule.names_days or rule.months):
        raise _wrong("BYSETPOS chooses among days: name them with BYDAY, BYMONTHDAY or BYMONTH")
    _check_yearly_parts(rule, numbered)
    if numbered and len(numbered) < len(rule.days):  # the RFC allows it, but dateutil finds no day
        raise _wrong("BYDAY holds numbered days (1MO,-1FR) or plain ones (MO,FR): do not mix them")
    if (rule.freq == "MONTHLY" or rule.months) and max(numbered, default=0) > FIVE_WEEKS:
        raise _wrong("a month has at most five of a weekday: use 1MO to 5MO, or -1MO to -5MO")


def _check_yearly_parts(rule: RuleParts, numbered: list[int]) -> None:
    for part, numbers in (("BYWEEKNO", rule.weeks), ("BYYEARDAY", rule.year_days)):
        if numbers and rule.freq != "YEARLY":
            raise _wrong("{part} needs FREQ=YEARLY", part=part)
    if rule.weeks and numbered:
        raise _wrong("BYWEEKNO goes with plain days (MO,FR): 1MO counts the Mondays of a year or month, not of a week")


def _number(part: str, value: str, highest: int) -> int:
    number = int(value) if NUMBER.fullmatch(value) else 0
    if not 0 < number <= highest:
        raise _wrong("{part} is a number from 1 to {highest} in this rule", part=part, highest=highest)
    return number


def _numbers(part: str, values: dict[str, str]) -> tuple[int, ...]:
    """Return the numbers, sorted: first those that count from the start, then those that count from the end."""
    texts = values[part].split(",") if part in values else []
    numbers = {int(text) if NUMBER.fullmatch(text) else 0 for text in texts}
    if part == "BYMONTH" and min(numbers, default=1) < 1:
        raise _wrong("BYMONTH holds numbers from 1 to 12")
    if not all(0 < abs(number) <= NUMBERS[part] for number in numbers):
        raise _wrong("{part} holds numbers up to {highest}; -1 is the last", part=part, highest=NUMBERS[part])
    return tuple(sorted(numbers, key=_from_the_start_first))


def _days(value: str) -> tuple[tuple[int, int], ...]:
    matches = [WEEKDAY.fullmatch(day) for day in value.split(",")]
    if None in matches:
        raise _wrong("BYDAY holds {days}; each month or year also 1MO, -1FR", days=", ".join(WEEKDAYS))
    days = {(WEEKDAYS.index(match[2]), int(match[1] or 0)) for match in matches if match}
    return tuple(sorted(days, key=lambda day: (day[0], _from_the_start_first(day[1]))))


def _from_the_start_first(number: int) -> tuple[bool, int]:
    return number < 0, number


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise _wrong("WKST is one of {days}", days=", ".join(WEEKDAYS))
    return WEEKDAYS.index(value)


def _until(value: str) -> date | datetime:
    try:
        if DAY.fullmatch(value):
            return date.fromisoformat(value)
        if MOMENT.fullmatch(value):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise _wrong("UNTIL is a day (20261231) or a moment in UTC (20261231T225959Z)")


def _until_text(until: date | datetime | None) -> str:
    """Return the text of UNTIL. `strftime` is not used: on some systems it writes the year 1 as 1."""
    match until:
        case None:
            return ""
        case datetime():
            return re.sub("[-:]", "", until.replace(tzinfo=None).isoformat()) + "Z"
        case date():
            return until.isoformat().replace("-", "")


def _joined(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def _wrong(message: LiteralString, **context: object) -> PydanticCustomError:
    return PydanticCustomError("recurrence", message, context)
