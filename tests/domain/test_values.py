"""Texts, names and times: the accepted values, and an error of one line for all others."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.scenario import comment_id, task_id, thing_id

from ascend.domain.comments.commands import PostComment
from ascend.domain.errors import InvalidInput
from ascend.domain.tasks.commands import AssignTask, CreateTask, PrioritiseTask, ScheduleTask
from ascend.domain.things.commands import CreateThing
from ascend.domain.values import BIDI_CONTROLS, FEW, NAME_CHARACTERS, TEXT_BYTES, Due, ZonedTime, due_text

T = task_id()

GOOD_NAMES = ["Paint", "C# #1", "наждак", "🎨", "👩‍👩‍👧", "a\u00a0b", "عربي", "x" * NAME_CHARACTERS, " x "]
BAD_NAMES = ["", " ", "\u200b", "\u2003\ufeff", "a\nb", "a\x00b", "a\x7fb", "a\u0085b", "a\u2028b", "\ud800"]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_these_names_are_accepted(name: str) -> None:
    assert CreateTask(task_id=T, title=name, tags=(name[:100],), metadata={name[:100]: name}).title == name


@pytest.mark.parametrize("name", [*BAD_NAMES, *(f"a{c}b" for c in sorted(BIDI_CONTROLS)), "x" * (NAME_CHARACTERS + 1)])
def test_these_names_are_refused(name: str) -> None:
    refused("title", lambda: CreateTask(task_id=T, title=name))
    refused("tags", lambda: CreateTask(task_id=T, title="x", tags=(name,)))
    refused("metadata", lambda: CreateTask(task_id=T, title="x", metadata={name: "x"}))


@pytest.mark.parametrize("text", ["", "a\nb\tc", "\x00", "\u202e", "x" * TEXT_BYTES, "ä" * (TEXT_BYTES // 2)])
def test_these_texts_are_accepted(text: str) -> None:
    assert CreateThing(thing_id=thing_id("x"), name="x", description=text).description == text


@pytest.mark.parametrize("text", ["x" * 100_000, "ä" * (TEXT_BYTES // 2 + 1), "a\udfffb"])
def test_these_texts_are_refused(text: str) -> None:
    refused("description", lambda: CreateTask(task_id=T, title="x", description=text))
    refused("text", lambda: PostComment(comment_id=comment_id(), task_id=T, text=text))


def test_the_limit_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"a text is at most 65536 bytes \(this one: 100000\)"):
        CreateTask(task_id=T, title="x", description="x" * 100_000)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("tags", {"tags": [str(n) for n in range(FEW + 1)]}),
        ("tags", {"tags": ["twice", "twice"]}),
        ("metadata", {"metadata": {str(n): "" for n in range(FEW + 1)}}),
        ("metadata", {"metadata": {"key": "x" * 4_001}}),
        ("about", {"about": [thing_id(n) for n in range(FEW + 1)]}),
        ("at", {"at": datetime(2026, 1, 1)}),  # noqa: DTZ001
        ("at", {"at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))}),
        ("at", {"at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-5)))}),
        ("surplus", {"surplus": 1}),
        ("title", {"title": None}),
        ("title", {"title": 5}),
    ],
)
def test_the_fields_of_a_command_are_bounded(field: str, fields: dict[str, Any]) -> None:
    refused(field, lambda: CreateTask.model_validate({"task_id": T, "title": "x", **fields}))


def test_a_command_assigns_at_least_one_and_not_too_many_users() -> None:
    refused("users", lambda: AssignTask(task_id=T, users=()))
    refused("users", lambda: AssignTask.model_validate({"task_id": T, "users": [f"u{n}" for n in range(FEW + 1)]}))


@pytest.mark.parametrize("priority", [0, 5, "high", None, 1.5])
def test_a_priority_is_one_of_four(priority: object) -> None:
    refused("priority", lambda: PrioritiseTask.model_validate({"task_id": T, "priority": priority}))


@pytest.mark.parametrize("zone", ["", "Europe Berlin", "a#b", "x" * 65])
def test_a_zone_is_named(zone: str) -> None:
    due = {"instant": "2026-01-01T00:00:00Z", "zone": zone}
    refused("due", lambda: ScheduleTask.model_validate({"task_id": T, "due": due}))


@for_all(st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=5))
def test_an_error_is_one_printable_line_whatever_is_sent(sent: dict[str, Any]) -> None:
    try:
        CreateTask.model_validate({"task_id": T, "title": "x", "metadata": sent, **sent})
    except InvalidInput as error:
        line = str(error)
    else:
        line = ""
    assert line == "" or line.isprintable()
    assert len(line) < 8_000


def test_times_become_utc() -> None:
    berlin = datetime(2026, 1, 1, 13, tzinfo=ZoneInfo("Europe/Berlin"))
    at = CreateTask(task_id=T, title="x", at=berlin).at
    assert at is not None
    assert at.isoformat() == "2026-01-01T12:00:00+00:00"
    assert ZonedTime.of(berlin) == ZonedTime(instant=datetime(2026, 1, 1, 12, tzinfo=UTC), zone="Europe/Berlin")


def test_a_moment_has_a_zone() -> None:
    refused("timezone", lambda: ZonedTime.of(datetime(2026, 1, 1)))  # noqa: DTZ001
    with pytest.raises(TypeError, match=r"ZonedTime\.of"):
        due_text(datetime(2026, 1, 1, tzinfo=UTC))


MOMENTS = st.datetimes(timezones=st.just(UTC)).map(lambda moment: ZonedTime(instant=moment, zone="UTC"))


@for_all(MOMENTS, MOMENTS)
def test_the_text_of_a_moment_sorts_as_the_moment_does(first: ZonedTime, second: ZonedTime) -> None:
    earlier, later = sorted((first, second), key=lambda moment: moment.instant)
    assert due_text(earlier) <= due_text(later)


@for_all(st.dates(), MOMENTS)
def test_a_day_sorts_before_its_moments_and_behind_those_of_the_day_before(day: date, moment: ZonedTime) -> None:
    due: Due = day
    assert (due_text(due) < due_text(moment)) == (day <= moment.instant.date())


def refused(field: str, make: Any) -> None:
    """Check that the call is refused with one line that names the field."""
    with pytest.raises(InvalidInput, match=field) as caught:
        make()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("ZonedTime.instant: .*timezone", {"instant": datetime(2026, 1, 1), "zone": "UTC"}),  # noqa: DTZ001
        ("ZonedTime.zone: .*IANA", {"instant": datetime(2026, 1, 1, tzinfo=UTC), "zone": ""}),
        ("ZonedTime.zone: Field required", {"instant": datetime(2026, 1, 1, tzinfo=UTC)}),
    ],
)
def test_an_impossible_moment_is_refused_where_it_is_created(field: str, fields: dict[str, Any]) -> None:
    refused(field, lambda: ZonedTime(**fields))
