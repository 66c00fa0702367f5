"""`schema review --ask` asks what is open, one question at a time, and writes each answer into the file."""

import io
from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand

from ascend.architect.review.open_questions import find_open_questions
from ascend.cli.schema.proposal_file import read_proposal

BARE = "# Ours.\nentity: comment   # said by people\n"


def ask(ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path, *answers: str) -> tuple[int, str]:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
    result = ascend("schema", "review", "--ask", file)
    return result.code, result.err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "comment.yaml"
    file.write_text(BARE)
    return file


def test_empty_answers_take_the_assumptions_until_nothing_is_open(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    code, shown = ask(ascend, monkeypatch, file, *[""] * 20)

    assert code == 0
    assert list(find_open_questions(read_proposal(file))) == []
    assert "Why it matters: a table of DynamoDB answers the questions for which it has keys" in shown


def test_answers_are_written_and_comments_stay(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    answers = ["{text: 300, posted_at: created}", "[]", "[{question: One, by: [id]}]", "7"]

    code, shown = ask(ascend, monkeypatch, file, *answers)

    proposal = read_proposal(file)
    assert code == 2
    assert "The answers so far are in the file" in shown
    assert file.read_text().startswith(BARE)
    assert (list(proposal.entities[0].attributes), proposal.workspaces) == (["text", "posted_at"], 7)


def test_an_answer_that_is_none_is_asked_again(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    _, shown = ask(ascend, monkeypatch, file, "{text: many}", "{text: [", "{text: 300}")

    assert shown.count("That is no answer: ") == 2
    assert list(read_proposal(file).entities[0].attributes) == ["text"]


def test_an_attribute_in_its_short_form_takes_further_answers(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    file.write_text("entity: n\nattributes: {place: 20}\npatterns: [{question: q, by: [place]}]\n")

    code, _ = ask(ascend, monkeypatch, file, *["", "", "", "", "", "", "40"], *[""] * 9)

    assert code == 0
    place = read_proposal(file).entities[0].attributes["place"]
    assert (place.bytes, place.distinct) == (20, 40)
