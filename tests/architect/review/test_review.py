"""A proposal is reviewed: what it leaves open, keys that answer it, what may go wrong; and nonsense is told with its line.

The examples are of what Ascend does itself, so what is proposed for them is compared with our own keys.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.paths import ROOT
from support.schema.command_line import AscendCommand, make_command

import ascend
from ascend.architect.review.keys import Item
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.review import Review, review
from ascend.cli.schema.yaml_file import parse_yaml, read_yaml
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import CommentLine, MentionLine
from ascend.projections.read_models.feed import DoneLine, FeedLine
from ascend.projections.read_models.links import LinkLine, LinkRole
from ascend.projections.read_models.tasks import TaskCard

EXAMPLES = ROOT / "examples" / "review"
FILES = sorted(EXAMPLES.glob("*.yaml"))


@pytest.fixture(name="ascend")
def ascend_command(capsys: pytest.CaptureFixture[str]) -> AscendCommand:
    return make_command(capsys)


# ---- the examples --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_review_says_what_it_said(ascend: AscendCommand, file: Path) -> None:
    """Else: `ascend schema review X.yaml > X.md`, and look at the difference."""
    shown = ascend("schema", "review", file)

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == file.with_suffix(".md").read_text()


def proposed(name: str) -> dict[str, Item]:
    return {one.item.name: one.item for one in review(read_yaml(EXAMPLES / f"{name}.yaml", Proposal)).items}


def agrees(mine: Item, ours: type[ascend.ReadItem], **called: str) -> bool:
    """The same templates in the same places, with our words for its fields (and for the literals in front)."""

    def ours_of(keys: tuple[str, str] | None) -> tuple[str, str] | None:
        return None if keys is None else (translated(keys[0], called), translated(keys[1], called))

    templates = (ours.key, ours.gsi1, ours.gsi2)
    wanted = tuple(None if one is None else (one.partition, one.sort) for one in templates)
    return tuple(map(ours_of, (mine.key, mine.gsi1, mine.gsi2))) == wanted


def translated(text: str, called: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda field: f"{{{called.get(field[1], field[1])}}}", text)


def test_comments_are_kept_as_we_keep_them() -> None:
    items = proposed("comments")

    assert set(items) == {"CommentCard", "CommentMentionLine"}
    assert agrees(items["CommentCard"], CommentLine, on_kind="target_kind", on="target", posted_at="when")
    assert agrees(items["CommentMentionLine"], MentionLine, posted_at="when")


def test_assets_are_linked_as_we_link_them() -> None:
    items, found = proposed("assets"), review(read_yaml(EXAMPLES / "assets.yaml", Proposal))

    assert set(items) == {"AssetCard", "AssetOnLink"}
    assert agrees(items["AssetCard"], AssetCard)
    assert agrees(items["AssetOnLink"], LinkLine)
    asked = {one.answer.question.question: one.answer.beginning for one in found.answers}
    assert asked["Assets of a Thing or a Task"] == f"{{at}}#{LinkRole.ASSET}#"
    assert asked["Things and Tasks of an Asset"] == f"{{at}}#{LinkRole.ON}#"


def test_a_users_tasks_are_kept_as_we_keep_them() -> None:
    items = proposed("tasks_of_a_user")

    assert set(items) == {"TaskCard", "TaskAssigneeOpenLine", "TaskAssigneeDoneLine"}
    assert agrees(items["TaskAssigneeOpenLine"], FeedLine, due="when")
    assert agrees(items["TaskAssigneeDoneLine"], DoneLine, closed_at="when")
    assert (TaskCard.key.partition, TaskCard.key.sort) == ("W#{workspace}", "card#{task}")
    assert items["TaskCard"].key == ("W#{workspace}", "task#{task}")  # ours has a line beside the card


# ---- what is found -------------------------------------------------------------------------------------------------

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


def reviewed(**said: Any) -> Review:
    return review(parse_yaml(yaml.safe_dump(NOTE | said), Proposal))


def names_of_risks(found: Review) -> set[str]:
    return {one.name for one in found.risks}


def test_a_proposal_that_says_all_is_asked_nothing() -> None:
    assert reviewed().unanswered == ()
    assert reviewed().risks == ()


@pytest.mark.parametrize(
    ("left_out", "asked"),
    [
        ("writes_a_day", "made or changed a day"),
        ("items", "How many are in a workspace"),
        ("in_a_year", "in a year"),
        ("relationships.0.each", "How many about has one note"),
        ("relationships.0.of_one", "How many `note` entities point at one thing"),
        ("patterns.0.reads_a_day", "How often is it asked"),
        ("patterns.0.page", "How many are shown at once"),
        ("patterns.0.consistent", "Must who has just changed it see that"),
    ],
)
def test_what_is_left_out_is_asked_for(left_out: str, asked: str) -> None:
    """Frequency, volume, growth, cardinality, consistency."""
    said = yaml.safe_load(yaml.safe_dump(NOTE | {"patterns": [OF_THING]}))
    *path, last = left_out.split(".")
    part: Any = said
    for step in path:
        part = part[int(step)] if step.isdigit() else part[step]
    del part[last]

    (one,) = review(parse_yaml(yaml.safe_dump(said), Proposal)).unanswered

    assert asked in one.question
    assert last.split("_")[0] in one.assumed
    assert one.why


def keys_of(question: dict[str, Any], **said: Any) -> tuple[str, tuple[str, str]]:
    """Where a question is answered, and by which keys."""
    found = reviewed(patterns=[question], **said)
    answer = found.answers[0].answer
    item = next(one.item for one in found.items if one.item.name == answer.item)
    keys = {"table": item.key, "gsi1": item.gsi1, "gsi2": item.gsi2}[answer.place]
    assert keys is not None
    assert keys[0] == answer.partition
    assert keys[1].startswith(answer.beginning)
    return answer.place, keys


def test_an_order_that_never_changes_may_be_read_consistently_from_the_table() -> None:
    late, at_once = OF_THING, OF_THING | {"consistent": True}

    assert keys_of(late) == ("gsi1", ("W#{workspace}#about#{about}", "{day}#{note}"))
    assert keys_of(at_once) == ("table", ("W#{workspace}", "about#{about}#{day}#{note}"))


def test_an_order_that_changes_cannot_and_that_is_a_risk() -> None:
    attributes = {"text": 300, "day": 10}
    found = reviewed(attributes=attributes, patterns=[OF_THING | {"consistent": True}])

    assert keys_of(OF_THING | {"consistent": True}, attributes=attributes)[0] == "gsi1"
    assert names_of_risks(found) == {"eventual consistency", "moving key"}


def test_a_hierarchy_is_asked_by_its_path() -> None:
    inside = [{"name": "inside", "to": ["note"], "each": 1, "of_one": 20}]
    all_below = {"question": "All below", "by": ["inside"], "deep": True}

    assert keys_of(all_below, relationships=inside) == ("gsi1", ("W#{workspace}#tree", "{path}"))


def test_values_of_an_attribute_are_partitions_of_an_index() -> None:
    question = {"question": "Of a day", "by": ["day"]}

    assert keys_of(question) == ("gsi1", ("W#{workspace}#day#{day}", "{note}"))


def test_what_finds_both_indexes_taken_gets_a_line_of_its_own() -> None:
    orders = {name: {"bytes": 10, "changes": False} for name in ("a", "b", "c")}
    patterns = [{"question": f"By {name}", "order": name} for name in orders]

    found = reviewed(attributes=orders, patterns=patterns)

    assert [(one.item.name, one.item.indexes) for one in found.items] == [("NoteCard", 2), ("NoteCardMore", 1)]


@pytest.mark.parametrize(
    ("said", "risk"),
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
def test_a_risk_is_seen(said: dict[str, Any], risk: str) -> None:
    found = review(parse_yaml(yaml.safe_dump({k: v for k, v in (NOTE | said).items() if v is not None}), Proposal))

    assert names_of_risks(found) == {risk}
    assert all(one.todo for one in found.risks)


def test_a_line_for_each_of_many_users_is_a_fan_out() -> None:
    many = [{"name": "reader", "to": ["user"], "each": 500, "of_one": 1_000}]
    question = {"question": "Mine", "by": ["reader"], "across": True, "order": "day"}

    assert names_of_risks(reviewed(relationships=many, patterns=[question])) == {"fan-out", "who may see it"}


def test_more_writes_and_more_lines_cost_more() -> None:
    assert reviewed(writes_a_day=1_000).money > reviewed().money
    pages = [reviewed(patterns=[OF_THING | {"page": page, "reads_a_day": 10_000}]).money for page in (10, 50)]
    assert pages[0] < pages[1]


# ---- nonsense ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
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
        ("entity: n\nattributes: {a: 1}\npatterns:\n  - question: q\n    across: true\n", "line 4: q: what crosses workspaces"),
        ("entity: n\nattributes: {a: 1}\npatterns:\n  - question: q\n    deep: true\n", "line 4: q: what is below is asked"),
        ("entity: n\nattributes: {id: 1}\npatterns:\n  - question: q\n", "line 1: id cannot be the name"),
        ('entity: n\nattributes: {a: 1}\npatterns:\n  - question: "a\\u001b[31m"\n', "line 4: patterns.0.question"),
        ("entity: n\nentity: m\n", "line 2: entity is given twice"),
        ("entity: n\nattributes: {a: 1}\nsecrets: 1\npatterns: [{question: q}]\n", "line 3: secrets: unknown name"),
    ],
)  # fmt: skip
def test_nonsense_is_told_with_its_line(ascend: AscendCommand, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "proposal.yaml"
    file.write_text(text)

    refused = ascend("schema", "review", file)

    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert f"proposal.yaml, {said}" in refused.err


def test_a_file_that_is_not_there(ascend: AscendCommand) -> None:
    refused = ascend("schema", "review", "/nope.yaml")

    assert (refused.code, "does not exist" in refused.err) == (2, True)


def test_machines_get_the_review_as_a_document(ascend: AscendCommand) -> None:
    shown = ascend("--json", "schema", "review", EXAMPLES / "comments.yaml").json

    assert shown["items"][0]["item"]["key"] == ["W#{workspace}", "comment#{comment}"]
    assert {"entity", "unanswered", "items", "answers", "risks", "money"} == set(shown)
