"""Keys that can be the same, or outgrow what the service takes, are found before anything is stored."""

from dataclasses import replace

import pytest
from support.schema.planted import MINE, NOTE, OtherWordLine, rules, with_item

import ascend
from ascend.adapters.layout.items import COMMIT
from ascend.architect.check.rules import FIELDS, Schema, label
from ascend.domain.tasks.task import Status
from ascend.domain.values import NAME_CHARACTERS
from ascend.projections.item import keyed, sortable
from ascend.projections.projection import Projection
from ascend.projections.queries.patterns import PATTERNS


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
def test_two_item_types_whose_keys_can_be_the_same(other: type[ascend.ReadItem], rule: set[str]) -> None:
    both = Projection("both", 1, (FirstLine, other))
    asked = replace(NOTE, projection=both, item=FirstLine, query="first")
    schema = Schema.of(
        projections=(*ascend.PROJECTIONS, both), patterns=(*PATTERNS, asked), fields={"title": label(100)}
    )

    assert rules(schema) == rule


def test_the_same_keys_in_two_projections_are_others() -> None:
    one, other = Projection("one", 1, (FirstLine,)), Projection("other", 1, (SameLine,))
    asked = (replace(NOTE, projection=p, item=p.items[0], query=p.name) for p in (one, other))

    assert rules(Schema.of(projections=(*ascend.PROJECTIONS, one, other), patterns=(*PATTERNS, *asked))) == set()


def test_an_item_type_of_the_engine_with_the_keys_of_another() -> None:
    twin = replace(COMMIT, name="twin")

    assert rules(replace(MINE, item_types=(*MINE.item_types, twin))) == {"same keys"}


class LongLine(ascend.ReadItem, key=("W#{workspace}", "{title}#{note}")):
    note: ascend.CommentId
    title: str


def test_a_key_that_can_outgrow_its_limit() -> None:
    asked = replace(NOTE, given=("workspace", "title", "note"))

    assert with_item(LongLine, asked, title=label(1_024 - 37)) == []
    (finding,) = with_item(LongLine, asked, title=label(1_024 - 36))
    assert (finding.rule, "1,025 bytes" in finding.said) == ("long key", True)


def test_a_partition_key_that_can_outgrow_its_limit() -> None:
    class WideLine(ascend.ReadItem, key=("U#{user}#{title}", "{note}")):
        note: ascend.CommentId
        user: ascend.UserId
        title: str

    asked = replace(NOTE, given=("user", "title", "note"))
    left = 2_048 - len("U###more.1.") - 64 - FIELDS["epoch"].bytes

    assert with_item(WideLine, asked, title=label(left)) == []
    assert [one.rule for one in with_item(WideLine, asked, title=label(left + 1))] == ["long key"]


def test_a_field_of_which_nobody_says_how_long_it_is() -> None:
    found = with_item(LongLine, replace(NOTE, given=("workspace", "title", "note")))

    assert [(one.rule, "title" in one.said) for one in found] == [("unknown field", True)]


class WhenLine(ascend.ReadItem, key=("W#{workspace}", "{when}#{note}")):
    note: ascend.CommentId
    when: str


def test_a_field_of_your_own_is_not_taken_for_ours_of_the_same_name() -> None:
    assert [one.rule for one in with_item(WhenLine, replace(NOTE, given=("workspace", "when", "note")))] == [
        "unknown field"
    ]


@pytest.mark.parametrize("character", ["a", "ß", "İ", "ﷺ", "𐍈", "%", "#", "ﬃ"])
def test_text_in_keys_is_never_longer_than_is_said(character: str) -> None:
    assert len(sortable(character * NAME_CHARACTERS).encode()) <= FIELDS["sort_name"].bytes
    assert len(keyed(character * 100).encode()) <= FIELDS["tag_key"].bytes
