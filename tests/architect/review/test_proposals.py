"""An invalid proposal is refused with the line of the fault, and nothing that a proposal says is dropped in silence."""

import re
from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand
from support.paths import ROOT

from ascend.architect.review.proposal import ID, WORKSPACE, Question
from ascend.architect.review.review import review_proposal
from ascend.cli.schema.proposal_file import parse_proposal

HEAD = "entity: n\nattributes: {a: 1, s: {values: [x, y]}}\nrelationships:\n  - {name: r, to: [user]}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: names and values are expected"),
        ("entity: Two Words\n", "line 1: entity"),
        ("entity: n\nattributes:\n  a: many\n", "line 3: attributes.a.type"),
        ("entity: n\nattributes: {a: 999999999}\n", "line 2: attributes.a.bytes"),
        ("entity: n\nattributes: {a: {type: choice}}\n", "line 2: a: a choice has `values`"),
        ("entity: n\nattributes:\n  a: {values: [x, x]}\n", "line 3: a: a value is given twice"),
        ("entity: n\nattributes:\n  a: {type: flag, unique: true}\n", "line 3: a: a flag cannot be unique"),
        ("entity: n\nattributes:\n  a: {values: [x, y], share: {z: 0.1}}\n", "line 3: a: z has a `share`, and is no value"),
        ("entity: n\nattributes:\n  a: {values: [x, y], share: {x: 0.6, y: 0.6}}\n", "line 3: a: the shares are more than 1"),
        (HEAD + "patterns:\n  - question: q\n  - question: t\n    by: [b]\n", "line 7: t: b is no attribute or relationship of n"),
        (HEAD + "patterns:\n  - question: q\n    order: b\n", "line 6: q: b is no attribute"),
        (HEAD + "patterns:\n  - question: q\n    across: true\n", "line 6: q: `across` reads the workspaces of a user"),
        (HEAD + "patterns:\n  - question: q\n    deep: true\n", "line 6: q: `deep` needs a relationship"),
        (HEAD + "patterns:\n  - question: q\n    only: z\n", "line 6: q: which attribute makes a n z?"),
        (HEAD + "patterns:\n  - {question: q, only: {s: z}}\n", "line 6: q: z is no value of s"),
        (HEAD + "patterns:\n  - {question: q, only: {a: z}}\n", "line 6: q: `only` needs a choice or a flag"),
        (HEAD + "patterns:\n  - {question: q, by: [id], order: a}\n", "line 6: q: a question by `id` is about one entity"),
        (HEAD + "patterns:\n  - {question: q, shows: r}\n", "line 6: q: `shows` needs `by: [id]`"),
        (HEAD + "patterns:\n  - {question: q, by: [a, a]}\n", "line 6: q: a name is given twice"),
        ("entity: n\nattributes: {id: 1}\n", "line 2: id cannot be the name"),
        ("entity: class\n", "line 1: class cannot be the name"),
        ("entity: n\nattributes: {model_dump: 1}\n", "line 2: model_dump cannot be the name"),
        ("entity: n\nrelationships:\n  - {name: p, to: [n], each: 1}\n", "line 3: p: the first n has no other to point at"),
        ('entity: n\npatterns:\n  - question: "a\\u001b[31m"\n', "line 3: patterns.0.question"),
        ("entity: n\nentity: m\n", "line 2: entity is given twice"),
        ("entity: n\nsecrets: 1\n", "line 2: secrets: unknown name"),
        ("entities:\n  - entity: n\n  - entity: m\n    items: lots\n", "line 4: entities.1.items"),
        ("entities:\n  - entity: n\n  - entity: n\n", "line 3: the entity n is described twice"),
        ("entities: []\n", "line 1: entities: Tuple should have at least 1 item"),
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


def test_the_short_forms_mean_the_long_ones() -> None:
    short = "entity: n\nattributes: {a: 60, due: date, s: {values: [x]}}\npatterns: [{question: q, only: x}]\n"
    long = (
        "entities:\n  - entity: n\n    attributes: {a: {bytes: 60, type: text}, due: {type: date}, s: {type: choice, values: [x]}}\n"
        "    patterns: [{question: q, only: {s: [x]}}]\n"
    )
    one, other = (parse_proposal(text).entities[0] for text in (short, long))

    assert one.attributes == other.attributes


def test_what_identifies_one_entity_or_one_workspace_has_a_name_of_its_own() -> None:
    assert Question(question="q", by=(ID,)).is_get
    assert not Question(question="q", by=(WORKSPACE,)).is_get


def test_the_proposal_that_the_documents_show_is_answered_and_proved() -> None:
    text = (ROOT / "docs" / "how-to" / "review-an-entity.md").read_text()

    (block,) = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)

    assert review_proposal(parse_proposal(block)).design.not_answered == ()
