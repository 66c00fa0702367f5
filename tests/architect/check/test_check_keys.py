"""The check finds keys that can be equal, and keys that can exceed the limit, before anything is stored."""

from dataclasses import replace

import pytest
from support.architect.note_schema import MINE, NOTE, OtherWordLine, check_with_item, find_broken_rules

import ascend
from ascend.adapters.layout.items import COMMIT
from ascend.architect.check.rules import FIELDS, Schema, text_field
from ascend.domain.tasks.task import Status
from ascend.domain.user_text import KEY_BYTES
from ascend.domain.values import NAME_CHARACTERS
from ascend.projections.item import keyed, sortable
from ascend.projections.projection import Projection


class FirstLine(ascend.ReadItem, key=("W#{workspace}", "x#{note}")):
    note: ascend.CommentId


class SameLine(ascend.ReadItem, key=("W#{workspace}", "x#{note}")):
    note: ascend.CommentId


class OtherNameLine(ascend.ReadItem, key=("W#{workspace}", "x#{task}")):
    task: ascend.TaskId


class AnyTextLine(ascend.ReadItem, key=("W#{workspace}", "{title}#{task}")):
    task: ascend.TaskId
    title: str


class ByStatusLine(ascend.ReadItem, key=("W#{workspace}", "{status}#{task}")):
    task: ascend.TaskId
    status: Status


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (SameLine, {"same keys"}),
        (OtherNameLine, {"collision"}),
        (AnyTextLine, {"collision"}),
        (ByStatusLine, set[str]()),
        (OtherWordLine, set[str]()),
    ],
)
def test_two_item_types_whose_keys_can_be_equal_are_found(other: type[ascend.ReadItem], rule: set[str]) -> None:
    pattern = replace(NOTE, item=FirstLine, query="first")
    both = Projection("both", 1, (FirstLine, other), patterns=(pattern,))
    schema = Schema.collect(
        projections=(*ascend.LIFE_OS.projections, both),
        fields={"title": text_field(100)},
    )

    assert find_broken_rules(schema) == rule


def test_the_same_templates_in_two_projections_do_not_collide() -> None:
    both = [
        Projection(name, 1, (item,), patterns=(replace(NOTE, item=item, query=name),))
        for name, item in (("one", FirstLine), ("other", SameLine))
    ]

    assert find_broken_rules(Schema.collect(projections=(*ascend.LIFE_OS.projections, *both))) == set()


def test_an_item_type_of_the_engine_with_the_keys_of_another_is_found() -> None:
    twin = replace(COMMIT, name="twin")

    assert find_broken_rules(replace(MINE, item_types=(*MINE.item_types, twin))) == {"same keys"}


class LongLine(ascend.ReadItem, key=("W#{workspace}", "{title}#{note}")):
    note: ascend.CommentId
    title: str


def test_a_sort_key_that_can_exceed_its_limit_is_found() -> None:
    pattern = replace(NOTE, given=("workspace", "title", "note"))

    assert check_with_item(LongLine, pattern, title=text_field(1_024 - 37)) == []
    (finding,) = check_with_item(LongLine, pattern, title=text_field(1_024 - 36))
    assert (finding.rule, "1,025 bytes" in finding.said) == ("long key", True)


def test_a_partition_key_that_can_exceed_its_limit_is_found() -> None:
    class WideLine(ascend.ReadItem, key=("U#{user}#{title}", "{note}")):
        note: ascend.CommentId
        user: ascend.UserId
        title: str

    pattern = replace(NOTE, given=("user", "title", "note"))
    free = 2_048 - len("U###more.1.") - KEY_BYTES - FIELDS["epoch"].bytes

    assert check_with_item(WideLine, pattern, title=text_field(free)) == []
    assert [finding.rule for finding in check_with_item(WideLine, pattern, title=text_field(free + 1))] == ["long key"]


def test_a_field_of_unknown_length_is_found() -> None:
    (finding,) = check_with_item(LongLine, replace(NOTE, given=("workspace", "title", "note")))

    assert (finding.rule, "title" in finding.said) == ("unknown field", True)


class WhenLine(ascend.ReadItem, key=("W#{workspace}", "{when}#{note}")):
    note: ascend.CommentId
    when: str


def test_a_field_of_another_item_type_is_not_taken_for_ours_of_the_same_name() -> None:
    (finding,) = check_with_item(WhenLine, replace(NOTE, given=("workspace", "when", "note")))

    assert finding.rule == "unknown field"


class FormsLine(ascend.ReadItem, key=("W#{workspace}", "{due}#{made}#{topic}#{about}#{note}")):
    note: ascend.CommentId

    @property
    def due(self) -> ascend.DueKey:
        return "2030-01-31"

    @property
    def made(self) -> ascend.InstantKey:
        return "2030-01-31T08:00:00.000000Z"

    @property
    def topic(self) -> ascend.LabelKey:
        return "garden"

    @property
    def about(self) -> ascend.RefKey:
        return "task:00000000-0000-7000-8000-000000000000"


def test_a_property_that_declares_the_form_of_its_text_is_known() -> None:
    assert check_with_item(FormsLine, replace(NOTE, given=("workspace", "due", "made", "topic", "about", "note"))) == []


@pytest.mark.parametrize("character", ["a", "ß", "İ", "ﷺ", "𐍈", "%", "#", "ﬃ"])
def test_text_in_keys_is_never_longer_than_declared(character: str) -> None:
    assert len(sortable(character * NAME_CHARACTERS).encode()) <= FIELDS["sort_name"].bytes
    assert len(keyed(character * 100).encode()) <= FIELDS["tag_key"].bytes
