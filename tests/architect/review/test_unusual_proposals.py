"""Proposals that random ones do not reach: names that clash, values that look alike, conditions that contradict each other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ascend.architect.review import key_fields, needs
from ascend.architect.review.design import TABLE
from ascend.architect.review.key_fields import KeyField
from ascend.architect.review.key_texts import Scalar
from ascend.architect.review.keys import make_design
from ascend.architect.review.proof import fields
from ascend.architect.review.proof.prove import prove
from ascend.architect.review.proposal import Proposal, ProposedRelationship
from ascend.architect.review.review import Review, review_proposal
from ascend.cli.schema.proposal_file import parse_proposal
from ascend.domain.errors import InvalidInput


def review(**entity: Any) -> Review:
    return review_proposal(Proposal.model_validate({"entities": [{"entity": "n"} | entity]}))


@pytest.mark.parametrize("name", ["low", "high", "limit", "cursor", "viewer", "pattern"])
def test_an_entity_or_a_relationship_is_not_called_like_an_argument_of_every_question(name: str) -> None:
    related = f"entity: n\nattributes: {{a: 1}}\nrelationships:\n  - {{name: {name}, to: [user]}}\n"

    with pytest.raises(InvalidInput, match=f"line 1: {name} cannot be the name of an entity"):
        parse_proposal(f"entity: {name}\n")
    with pytest.raises(InvalidInput, match=f"line 4: {name} cannot be the name of an entity"):
        parse_proposal(related)


def test_attributes_may_be_called_like_an_argument() -> None:
    asked = {"question": "By limit", "by": ["limit"], "range": "low"}
    shown = review(attributes={"limit": "number", "low": "date", "viewer": 20}, patterns=[asked])

    assert len(shown.answers) == 1


@pytest.mark.parametrize("name", ["type", "order", "list", "event", "state", "item", "task", "str", "row"])
def test_an_entity_may_be_called_like_a_part_of_python_or_of_the_library(name: str) -> None:
    patterns = [{"question": "One", "by": ["id"]}, {"question": "All", "order": "day"}]
    shown = review(entity=name, attributes={"day": "date"}, patterns=patterns)

    assert len(shown.answers) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patterns:\n  - {question: Same, by: [day]}\n  - {question: Same, order: day}\n", "line 5: the question 'Same' is given twice"),
        ("patterns:\n  - {question: q, by: [day], range: day}\n", "line 4: q: day is in `by` and in `range`"),
        ("relationships: [{name: r, to: [user]}]\npatterns:\n  - {question: q, by: [id], shows: r, order: day}\n", "line 5: q: a question by `id`"),
        ("patterns:\n  - {question: q, only: 5}\n", "line 4: patterns.0.only: a value of a choice or a flag"),
        ("patterns:\n  - {question: q, only: {s: []}}\n", "line 4: patterns.0.only: a value of a choice or a flag"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_proposal("entity: n\nattributes: {day: date, s: {values: [x, y]}}\n" + text)

    assert str(caught.value.detail).startswith(message)


def test_values_that_would_have_one_name_in_code_are_refused() -> None:
    with pytest.raises(InvalidInput, match="line 2: s: the values x-y and x_y differ in case or punctuation only"):
        parse_proposal("entity: n\nattributes: {s: {values: [x-y, z, x_y]}}\n")


def test_questions_of_several_entities_that_say_none_have_different_names() -> None:
    related = [{"name": "owner", "to": ["user"]}]
    bare = [{"entity": name, "attributes": {"a": 20}, "relationships": related} for name in ("m", "n")]
    shown = review_proposal(Proposal.model_validate({"entities": bare}))

    assert len({answer.answer.question.question for answer in shown.answers}) == 6


# ---- parts of the entities -------------------------------------------------------------------------------------------

STATES: dict[str, Any] = {
    "a": {"values": ["x", "y", "x_y", "2fa"]},
    "b": {"values": ["x", "y"]},
    "hot": "flag",
}


def test_parts_whose_values_make_one_word_have_keys_of_their_own() -> None:
    parts: list[Any] = [{"a": ["x", "y"]}, {"a": "x_y"}, {"a": "x", "b": "y"}, {"a": "x"}, {"b": "x"}, {"a": "2fa"}]
    patterns = [{"question": f"q{number}", "only": part} for number, part in enumerate(parts)]

    assert review(attributes=STATES, patterns=patterns).design.not_answered == ()


def test_a_part_is_the_same_however_its_values_are_written() -> None:
    parts: list[Any] = [{"a": ["x", "y"], "hot": True}, {"hot": ["true"], "a": ["y", "x", "x"]}]
    patterns = [{"question": f"q{number}", "only": part} for number, part in enumerate(parts)]

    assert review(attributes=STATES, patterns=patterns).items[0].item.indexes == 1


# ---- what keys can hold ----------------------------------------------------------------------------------------------


def test_texts_that_together_are_too_long_for_a_key_are_refused_with_the_reason() -> None:
    attributes = {name: {"bytes": 100} for name in "abc"}
    patterns = [{"question": "abc", "by": ["a", "b", "c"]}, {"question": "ab", "by": ["a", "b"]}]
    shown = review(attributes=attributes, patterns=patterns)

    (refused,) = shown.design.not_answered
    assert (refused.question.question, refused.condition) == ("abc", "by a and b and c at once")
    assert "2,048 bytes" in refused.reason


def test_a_question_that_must_be_consistent_does_not_share_keys_that_change() -> None:
    attributes = {"code": {"bytes": 20, "changes": False}, "day": "date"}
    patterns = [
        {"question": "Of a code", "by": ["code"], "consistent": True},
        {"question": "Of a code, by day", "by": ["code"], "order": "day"},
    ]
    design = review(attributes=attributes, patterns=patterns).design

    assert design.not_answered == ()
    assert [answer.place == TABLE for answer in design.answers] == [True, False]


def write_number(value: Scalar) -> str:
    return f"{value:016d}" if isinstance(value, int) else str(value)


def write_date(value: Scalar) -> str:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)


def describe_negatives_badly(patch: pytest.MonkeyPatch) -> None:
    """Negative numbers sort among themselves by their digits."""
    patch.setattr(fields, "to_exact_text", write_number)


def put_the_day_first(patch: pytest.MonkeyPatch) -> None:
    """Dates sort by the day of the month."""
    patch.setattr(fields, "to_exact_text", write_date)


def leave_out_the_kind(patch: pytest.MonkeyPatch) -> None:
    """The lines of a Thing and of a Task with the same id are one list."""
    find = key_fields.target_fields

    def shorten(relationship: ProposedRelationship) -> tuple[KeyField, ...]:
        return find(relationship)[-1:]

    patch.setattr(needs, "target_fields", shorten)


@pytest.mark.parametrize(
    ("plant", "question"),
    [(describe_negatives_badly, "By score"), (put_the_day_first, "By day"), (leave_out_the_kind, "On one")],
)
def test_made_up_entities_have_values_that_show_a_wrong_key(
    monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], question: str
) -> None:
    patterns = [
        {"question": "By score", "order": "score"},
        {"question": "By day", "order": "day"},
        {"question": "On one", "by": ["on"]},
    ]
    related = [{"name": "on", "to": ["thing", "task"], "each": 1}]
    entity = {"entity": "n", "attributes": {"score": "number", "day": "date"}, "relationships": related}
    proposal = Proposal.model_validate({"entities": [entity | {"patterns": patterns}]})
    assert prove(make_design(proposal)).faults == ()

    plant(monkeypatch)

    assert question in {fault.question for fault in prove(make_design(proposal)).faults}
