"""A review shows a proposal's open questions, keys, risks, trade-offs and money."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from support.cli.command_line import AscendCommand
from support.paths import ROOT

from ascend.architect.review.review import Review, review_proposal
from ascend.cli.schema.proposal_file import parse_proposal

EXAMPLES = ROOT / "examples" / "review"
FILES = sorted(EXAMPLES.glob("*.yaml"))


# ---- the examples --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_review_of_an_example_is_as_recorded(ascend: AscendCommand, file: Path) -> None:
    """If it fails: run `make generate`, and look at the difference."""
    shown = ascend("schema", "review", file)

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == file.with_suffix(".md").read_text()


# ---- open questions ------------------------------------------------------------------------------------------------

NOTE: dict[str, Any] = {
    "entity": "note",
    "attributes": {"text": {"bytes": 300, "listed": False}, "day": {"type": "date", "changes": False}},
    "relationships": [{"name": "about", "to": ["thing"], "each": 1, "of_one": 50, "when_gone": "keep"}],
    "patterns": [{"question": "One", "by": ["id"], "reads_a_day": 100, "consistent": True}],
    "writes_a_day": 100,
    "peak_writes": 1,
    "items": 100,
    "in_a_year": 1_000,
    "keep_days": "forever",
    "workspaces": 10,
}
OF_THING = {
    "question": "Of a Thing",
    "by": ["about"],
    "order": "day",
    "reads_a_day": 9,
    "page": 20,
    "consistent": False,
}


def review_note(**changes: Any) -> Review:
    note = {name: value for name, value in (NOTE | changes).items() if value is not None}
    return review_proposal(parse_proposal(yaml.safe_dump(note)))


def list_risk_names(review: Review) -> set[str]:
    return {risk.name for risk in review.risks}


def test_a_complete_proposal_has_no_open_question_and_no_risk() -> None:
    assert review_note().unanswered == ()
    assert review_note().risks == ()


@pytest.mark.parametrize(
    ("left_out", "question"),
    [
        ("writes_a_day", "created or changed a day"),
        ("peak_writes", "in the busiest second"),
        ("items", "How many are in a workspace"),
        ("in_a_year", "in a year"),
        ("keep_days", "For how many days is it kept"),
        ("workspaces", "How many tenants"),
        ("relationships.0.each", "How many `about` ends does one note have"),
        ("relationships.0.of_one", "How many `note` entities point at one thing"),
        ("relationships.0.when_gone", "when the thing is deleted"),
        ("attributes.text.listed", "Do lists show text"),
        ("patterns.0.reads_a_day", "How often is it read"),
        ("patterns.0.page", "How many lines does a page show"),
        ("patterns.0.consistent", "Must users see their own change at once"),
    ],
)
def test_a_number_that_is_left_out_is_asked_for(left_out: str, question: str) -> None:
    """Frequency, volume, growth, cardinality and consistency are asked for."""
    proposal = yaml.safe_load(yaml.safe_dump(NOTE | {"patterns": [OF_THING]}))
    *path, last = left_out.split(".")
    part: Any = proposal
    for step in path:
        part = part[int(step)] if step.isdigit() else part[step]
    del part[last]

    (open_question,) = review_proposal(parse_proposal(yaml.safe_dump(proposal))).unanswered

    assert question in open_question.question
    assert open_question.name == last
    assert open_question.why


def test_the_number_of_values_is_asked_for_where_each_value_is_a_partition() -> None:
    asked = {"question": "Of a place", "by": ["place"], "reads_a_day": 1, "consistent": False, "page": 10}
    review = review_note(attributes={"place": 20}, patterns=[asked])

    (open_question,) = review.unanswered
    assert open_question.path == ("entities", 0, "attributes", "place", "distinct")


def test_a_bare_entity_leads_to_questions_and_a_design_that_assumes_answers() -> None:
    review = review_proposal(parse_proposal("entity: comment\n"))

    assert [question.name for question in review.unanswered[:3]] == ["attributes", "relationships", "patterns"]
    assert [answer.answer.question.question for answer in review.answers] == [
        "One comment",
        "All comment entities of a workspace",
    ]
    assert review.proof.faults == ()


# ---- several entities ----------------------------------------------------------------------------------------------

SHOP = """
name: shop
transactions: true
entities:
  - entity: product
    attributes: {title: 60, code: {bytes: 12, unique: true}}
    patterns: [{question: By its code, by: [code]}]
  - entity: order
    attributes: {placed_at: created, status: {values: [open, paid]}}
    relationships: [{name: item, to: [product], each: 4}, {name: buyer, to: [user], each: 1}]
    keep_days: 30
    patterns:
      - {question: Orders of a product, by: [item]}
      - {question: Mine, by: [buyer], across: true, order: placed_at, descending: true}
      - {question: Old ones, everywhere: true, only: open, range: placed_at}
"""


def test_several_entities_are_designed_and_proved_together() -> None:
    review = review_proposal(parse_proposal(SHOP))

    assert review.design.not_answered == ()
    assert {item.item.entity for item in review.items} == {"product", "order"}
    assert {"transactions", "uniqueness", "retention of order", "single or several tables"} <= {
        one.choice for one in review.trade_offs
    }
    assert {"across tenants", "who may see it"} <= list_risk_names(review)


# ---- risks ---------------------------------------------------------------------------------------------------------

ALL = {"question": "All", "reads_a_day": 10, "page": 10, "consistent": False}
BY_STAGE = {"question": "Of a stage", "by": ["stage"], "reads_a_day": 10, "page": 10, "consistent": False}
STAGED = {"text": 300, "stage": {"values": ["new", "old"], "changes": False}}


@pytest.mark.parametrize(
    ("changes", "risk", "remedy"),
    [
        ({"peak_writes": 400, "patterns": [ALL]}, "write-hot key", "one partition is enough"),
        ({"peak_writes": 1_600, "patterns": [ALL]}, "write-hot key", "modulo 4: each of 4 partitions takes about 400 units"),
        ({"writes_a_day": None, "peak_writes": None}, "unknown load", "give `writes_a_day`"),
        ({"patterns": [ALL | {"peak_reads": 1_500}]}, "read-hot key", "copies of each line"),
        ({"attributes": STAGED, "patterns": [BY_STAGE], "in_a_year": 50_000}, "few values", "#{month}"),
        ({"relationships": [{"name": "about", "to": ["thing"], "each": 1, "of_one": 10**6, "when_gone": "keep"}],
          "patterns": [OF_THING], "in_a_year": 10**6, "items": 10**6}, "unbounded list", "in pages only"),
        ({"attributes": {"text": 390_000}}, "item size", "object store"),
        ({"attributes": {"text": 300, "day": "date"}, "patterns": [OF_THING]}, "moving key", "what never changes"),
        ({"attributes": {"text": 300, "day": "date"}, "patterns": [OF_THING | {"consistent": True}]}, "eventual consistency", "show its own change"),
    ],
)  # fmt: skip
def test_a_risk_is_found_with_its_remedy(changes: dict[str, Any], risk: str, remedy: str) -> None:
    found = {one.name: one for one in review_note(**changes).risks}

    assert risk in found
    assert remedy in found[risk].todo
    assert any(letter.isdigit() for letter in found[risk].said) or risk in {"unknown load", "eventual consistency"}


def test_a_line_for_each_of_many_users_is_a_fan_out() -> None:
    many = [{"name": "reader", "to": ["user"], "each": 500, "of_one": 1_000, "when_gone": "keep"}]
    question = {"question": "Mine", "by": ["reader"], "across": True, "order": "day"}

    assert {"fan-out", "who may see it"} <= list_risk_names(review_note(relationships=many, patterns=[question]))


# ---- money ---------------------------------------------------------------------------------------------------------


def test_more_writes_and_more_lines_cost_more() -> None:
    assert review_note(writes_a_day=1_000).bill.total > review_note().bill.total
    pages = [review_note(patterns=[OF_THING | {"page": page, "reads_a_day": 10_000}]).bill.total for page in (10, 50)]
    assert pages[0] < pages[1]


def test_the_bill_has_the_log_the_engine_the_indexes_storage_and_recovery() -> None:
    bill = review_note(attributes={"text": 300, "day": "date"}, patterns=[OF_THING]).bill

    assert min(bill.events.writes, bill.events.storage, bill.events.recovery) > 0
    assert min(bill.views.writes, bill.views.index_writes, bill.views.storage, bill.views.index_storage) > 0
    assert bill.views.recovery == 0  # views are rebuilt from the log


def test_a_retention_bounds_what_is_stored() -> None:
    kept, gone = (review_note(keep_days=days, in_a_year=30_000).bill.views.storage for days in ("forever", 10))
    assert gone < kept


# ---- what is printed -----------------------------------------------------------------------------------------------


def test_with_json_the_review_is_a_document(ascend: AscendCommand) -> None:
    shown = ascend("--json", "schema", "review", EXAMPLES / "comments.yaml").json

    assert shown["design"]["items"][0]["name"] == "CommentCard"
    assert {"unanswered", "design", "proof", "items", "answers", "risks", "trade_offs", "bill"} <= set(shown)


def test_an_answer_shows_its_keys_with_values(ascend: AscendCommand) -> None:
    page = ascend("schema", "review", EXAMPLES / "comments.yaml").out

    assert "gsi1pk = W#{workspace}#comment#{on_kind}#{on}" in page
    assert "for example gsi1pk = W#019b76da-a800-7000-8000-000000000001#comment#task#019b76da-" in page


RARE = {"question": "Rare", "only": "hot", "reads_a_day": 1, "page": 10, "consistent": False}


def test_a_sparse_index_costs_what_the_entities_that_it_holds_cost() -> None:
    hot = {"type": "flag", "share": {"true": 0.01}, "changes": False}
    rare = review_note(attributes={"text": 300, "hot": hot}, patterns=[*NOTE["patterns"], RARE])
    even = review_note(
        attributes={"text": 300, "hot": {"type": "flag", "changes": False}}, patterns=[*NOTE["patterns"], RARE]
    )

    assert (rare.items[0].index_units, even.items[0].index_units) == pytest.approx((0.01, 0.5))
    assert rare.bill.views.index_storage == pytest.approx(even.bill.views.index_storage / 50, rel=0.01)


def test_what_a_retention_removes_is_written_and_logged_as_well() -> None:
    kept = review_note(writes_a_day=10, in_a_year=3_650)
    removed = review_note(writes_a_day=10, in_a_year=3_650, keep_days=365)

    assert removed.bill.events.writes == pytest.approx(kept.bill.events.writes * 2)
    card, engine, tombstone = 1, 4, 1  # the end of a tombstone is one more write
    assert removed.bill.views.writes == pytest.approx(kept.bill.views.writes * (2 + tombstone / (card + engine)))


@pytest.mark.parametrize(("listed", "bytes"), [(True, 642), (False, 330)])
def test_the_author_says_whether_a_long_text_is_in_the_lines_of_lists(listed: bool, bytes: int) -> None:
    attributes = {"text": {"bytes": 300, "listed": listed}, "place": 28}
    members = {"name": "about", "to": ["thing"], "each": 2, "of_one": 5, "when_gone": "keep"}
    asked = {"question": "Of a Thing", "by": ["about"], "reads_a_day": 1, "page": 10, "consistent": False}
    review = review_note(attributes=attributes, relationships=[members], patterns=[*NOTE["patterns"], asked])

    line = next(estimate for estimate in review.items if not estimate.item.whole)
    assert line.bytes == bytes
    assert any("leaves out the long attributes (text)" in reason for reason in line.item.reasons) != listed


def test_a_text_is_searched_by_its_beginning_only_if_it_fits_into_a_key() -> None:
    search = {"question": "Search", "search": "text", "reads_a_day": 1, "page": 10, "consistent": False}
    short, long = (review_note(attributes={"text": size}, patterns=[search]) for size in (40, 300))

    assert [len(review.design.not_answered[0].alternatives) for review in (short, long)] == [3, 1]


def test_what_is_not_answered_is_listed_with_its_alternatives(ascend: AscendCommand, tmp_path: Path) -> None:
    file = tmp_path / "note.yaml"
    file.write_text("entity: note\nattributes: {text: 300}\npatterns: [{question: With a word, search: text}]\n")

    page = ascend("schema", "review", file).out

    assert "- With a word: search in text: a key finds values that are equal or begin alike" in page
    assert "Instead: send the events to a search engine" in page


def test_the_same_indexes_can_be_shown_with_multi_attribute_keys(ascend: AscendCommand) -> None:
    page = ascend("schema", "review", "--multi-attribute", EXAMPLES / "comments.yaml").out

    assert "- comment_gsi1: partition workspace, on_kind, on; sort comment" in page
    assert "1 indexes in place of 2 overloaded ones" in page
