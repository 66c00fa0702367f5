"""A review shows a proposal's open questions, keys and risks; an invalid proposal is refused with the line of the fault.

The examples describe entities of Ascend, so the proposed keys are compared with Ascend's own.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.cli.command_line import AscendCommand
from support.paths import ROOT

import ascend
from ascend.architect.review.draft import ProposedItem
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.review import Review, review_proposal
from ascend.cli.schema.yaml_file import parse_yaml, read_yaml
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import CommentLine, MentionLine
from ascend.projections.read_models.feed import DoneLine, FeedLine
from ascend.projections.read_models.links import LinkLine, LinkRole
from ascend.projections.read_models.tasks import TaskCard

EXAMPLES = ROOT / "examples" / "review"
FILES = sorted(EXAMPLES.glob("*.yaml"))


# ---- the examples --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_review_of_an_example_is_as_recorded(ascend: AscendCommand, file: Path) -> None:
    """If it fails: run `make generate`, and look at the difference."""
    shown = ascend("schema", "review", file)

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == file.with_suffix(".md").read_text()


def propose(name: str) -> dict[str, ProposedItem]:
    return {
        estimate.item.name: estimate.item
        for estimate in review_proposal(read_yaml(EXAMPLES / f"{name}.yaml", Proposal)).items
    }


def has_keys_of(proposed: ProposedItem, own: type[ascend.ReadItem], **own_names: str) -> bool:
    """Return True if both have the same templates in the same places, after translating fields to our own names."""
    keys = (proposed.key, proposed.gsi1, proposed.gsi2)
    translated = tuple(pair and (translate(pair[0], own_names), translate(pair[1], own_names)) for pair in keys)
    templates = (own.key, own.gsi1, own.gsi2)
    return translated == tuple(template and (template.partition, template.sort) for template in templates)


def translate(text: str, own_names: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda field: f"{{{own_names.get(field[1], field[1])}}}", text)


def test_the_proposed_keys_of_comments_are_those_of_ascend() -> None:
    items = propose("comments")

    assert set(items) == {"CommentCard", "CommentMentionLine"}
    assert has_keys_of(items["CommentCard"], CommentLine, on_kind="target_kind", on="target", posted_at="when")
    assert has_keys_of(items["CommentMentionLine"], MentionLine, posted_at="when")


def test_the_proposed_links_of_assets_are_those_of_ascend() -> None:
    items, review = propose("assets"), review_proposal(read_yaml(EXAMPLES / "assets.yaml", Proposal))

    assert set(items) == {"AssetCard", "AssetOnLink"}
    assert has_keys_of(items["AssetCard"], AssetCard)
    assert has_keys_of(items["AssetOnLink"], LinkLine)
    answers = (estimate.answer for estimate in review.answers)
    beginnings = {answer.question.question: answer.beginning for answer in answers}
    assert beginnings["Assets of a Thing or a Task"] == f"{{at}}#{LinkRole.ASSET}#"
    assert beginnings["Things and Tasks of an Asset"] == f"{{at}}#{LinkRole.ON}#"


def test_the_proposed_keys_of_a_users_tasks_are_those_of_ascend() -> None:
    items = propose("tasks_of_a_user")

    assert set(items) == {"TaskCard", "TaskAssigneeOpenLine", "TaskAssigneeDoneLine"}
    assert has_keys_of(items["TaskAssigneeOpenLine"], FeedLine, due="when")
    assert has_keys_of(items["TaskAssigneeDoneLine"], DoneLine, closed_at="when")
    assert (TaskCard.key.partition, TaskCard.key.sort) == ("W#{workspace}", "card#{task}")
    assert items["TaskCard"].key == ("W#{workspace}", "task#{task}")  # Ascend has a line next to the card


# ---- keys, open questions, risks -----------------------------------------------------------------------------------

NOTE: dict[str, Any] = {
    "entity": "note",
    "attributes": {"text": 300, "day": {"bytes": 10, "changes": False}},
    "relationships": [{"name": "about", "to": ["thing"], "each": 1, "of_one": 50}],
    "patterns": [{"question": "One", "by": ["id"], "reads_a_day": 100, "consistent": True}],
    "writes_a_day": 100,
    "items": 100,
    "in_a_year": 1_000,
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
    return review_proposal(parse_yaml(yaml.safe_dump(NOTE | changes), Proposal))


def list_risk_names(review: Review) -> set[str]:
    return {risk.name for risk in review.risks}


def test_a_complete_proposal_has_no_open_question_and_no_risk() -> None:
    assert review_note().unanswered == ()
    assert review_note().risks == ()


@pytest.mark.parametrize(
    ("left_out", "question"),
    [
        ("writes_a_day", "created or changed a day"),
        ("items", "How many are in a workspace"),
        ("in_a_year", "in a year"),
        ("relationships.0.each", "How many about does one note have"),
        ("relationships.0.of_one", "How many `note` entities point at one thing"),
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

    (open_question,) = review_proposal(parse_yaml(yaml.safe_dump(proposal), Proposal)).unanswered

    assert question in open_question.question
    assert last.split("_")[0] in open_question.assumed
    assert open_question.why


def find_keys(question: dict[str, Any], **changes: Any) -> tuple[str, tuple[str, str]]:
    """Return the place and the keys that answer a question."""
    review = review_note(patterns=[question], **changes)
    answer = review.answers[0].answer
    item = next(estimate.item for estimate in review.items if estimate.item.name == answer.item)
    keys = {"table": item.key, "gsi1": item.gsi1, "gsi2": item.gsi2}[answer.place]
    assert keys is not None
    assert keys[0] == answer.partition
    assert keys[1].startswith(answer.beginning)
    return answer.place, keys


def test_a_list_with_an_order_that_never_changes_can_be_read_consistently_from_the_table() -> None:
    consistent = OF_THING | {"consistent": True}

    assert find_keys(OF_THING) == ("gsi1", ("W#{workspace}#about#{about}", "{day}#{note}"))
    assert find_keys(consistent) == ("table", ("W#{workspace}", "about#{about}#{day}#{note}"))


def test_a_list_with_an_order_that_changes_cannot_and_that_is_a_risk() -> None:
    attributes = {"text": 300, "day": 10}
    consistent = OF_THING | {"consistent": True}

    assert find_keys(consistent, attributes=attributes)[0] == "gsi1"
    assert list_risk_names(review_note(attributes=attributes, patterns=[consistent])) == {
        "eventual consistency",
        "moving key",
    }


def test_a_hierarchy_is_read_by_its_path() -> None:
    inside = [{"name": "inside", "to": ["note"], "each": 1, "of_one": 20}]
    all_below = {"question": "All below", "by": ["inside"], "deep": True}

    assert find_keys(all_below, relationships=inside) == ("gsi1", ("W#{workspace}#tree", "{path}"))


def test_each_value_of_an_attribute_is_a_partition_of_an_index() -> None:
    question = {"question": "Of a day", "by": ["day"]}

    assert find_keys(question) == ("gsi1", ("W#{workspace}#day#{day}", "{note}"))


def test_a_question_gets_another_line_if_both_indexes_are_taken() -> None:
    orders = {name: {"bytes": 10, "changes": False} for name in ("a", "b", "c")}
    patterns = [{"question": f"By {name}", "order": name} for name in orders]

    items = [estimate.item for estimate in review_note(attributes=orders, patterns=patterns).items]

    assert [(item.name, item.indexes) for item in items] == [("NoteCard", 2), ("NoteCardMore", 1)]


@pytest.mark.parametrize(
    ("changes", "risk"),
    [
        ({"writes_a_day": 5_000_000}, "hot partition"),
        ({"writes_a_day": None}, "hot partition"),
        ({"relationships": [{"name": "about", "to": ["thing"], "each": 1, "of_one": 10**6}]}, "unbounded collection"),
        ({"relationships": [{"name": "about", "to": ["thing"], "each": 1}]}, "unbounded collection"),
        ({"patterns": [{"question": "All"}], "in_a_year": 10**6}, "unbounded collection"),
        ({"relationships": [{"name": "for", "to": ["user"], "of_one": 5}]}, "fan-out"),
        ({"attributes": {"text": 390_000}}, "item size"),
        ({"attributes": {"text": 2_000, "day": {"bytes": 10, "changes": False}}, "patterns": [OF_THING]}, "item size"),
    ],
)
def test_a_risk_is_found(changes: dict[str, Any], risk: str) -> None:
    note = {name: value for name, value in (NOTE | changes).items() if value is not None}
    review = review_proposal(parse_yaml(yaml.safe_dump(note), Proposal))

    assert list_risk_names(review) == {risk}
    assert all(risk.todo for risk in review.risks)


def test_a_line_for_each_of_many_users_is_a_fan_out() -> None:
    many = [{"name": "reader", "to": ["user"], "each": 500, "of_one": 1_000}]
    question = {"question": "Mine", "by": ["reader"], "across": True, "order": "day"}

    assert list_risk_names(review_note(relationships=many, patterns=[question])) == {"fan-out", "who may see it"}


def test_more_writes_and_more_lines_cost_more() -> None:
    assert review_note(writes_a_day=1_000).money > review_note().money
    pages = [review_note(patterns=[OF_THING | {"page": page, "reads_a_day": 10_000}]).money for page in (10, 50)]
    assert pages[0] < pages[1]


# ---- invalid proposals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: names and values are expected"),
        ("entity: note\n", "line 1: attributes: Field required"),
        ("entity: Two Words\nattributes: {a: 1}\npatterns: [{question: q}]\n", "line 1: entity"),
        ("entity: n\nattributes:\n  a: many\npatterns: [{question: q}]\n", "line 3: attributes.a"),
        ("entity: n\nattributes: {a: 999999999}\npatterns: [{question: q}]\n", "line 2: attributes.a.bytes"),
        ("entity: n\nattributes: {a: 1}\npatterns: []\n", "line 3: patterns: Tuple should have at least 1 item"),
        (
            "entity: n\nattributes: {a: 1}\npatterns:\n  - question: q\n  - question: r\n    by: [b]\n",
            "line 5: r: b is no attribute or relationship of n",
        ),
        ("entity: n\nattributes: {a: 1}\npatterns:\n  - question: q\n    order: b\n", "line 4: q: b is no attribute"),
        ("entity: n\nattributes: {a: 1}\npatterns:\n  - question: q\n    across: true\n", "line 4: q: `across` reads the workspaces of a user"),
        ("entity: n\nattributes: {a: 1}\npatterns:\n  - question: q\n    deep: true\n", "line 4: q: `deep` needs a relationship"),
        ("entity: n\nattributes: {id: 1}\npatterns:\n  - question: q\n", "line 1: id cannot be the name"),
        ('entity: n\nattributes: {a: 1}\npatterns:\n  - question: "a\\u001b[31m"\n', "line 4: patterns.0.question"),
        ("entity: n\nentity: m\n", "line 2: entity is given twice"),
        ("entity: n\nattributes: {a: 1}\nsecrets: 1\npatterns: [{question: q}]\n", "line 3: secrets: unknown name"),
    ],
)  # fmt: skip
def test_an_invalid_proposal_is_refused_with_the_line_of_the_fault(
    ascend: AscendCommand, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "proposal.yaml"
    file.write_text(text)

    refused = ascend("schema", "review", file)

    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert f"proposal.yaml, {message}" in refused.err


def test_a_missing_file_is_refused(ascend: AscendCommand) -> None:
    refused = ascend("schema", "review", "/nope.yaml")

    assert (refused.code, "does not exist" in refused.err) == (2, True)


def test_with_json_the_review_is_a_document(ascend: AscendCommand) -> None:
    shown = ascend("--json", "schema", "review", EXAMPLES / "comments.yaml").json

    assert shown["items"][0]["item"]["key"] == ["W#{workspace}", "comment#{comment}"]
    assert {"entity", "unanswered", "items", "answers", "risks", "money"} == set(shown)
