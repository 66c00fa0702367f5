"""`schema review --ask` asks what is open, one question at a time, and writes each answer into the file."""

import io
from pathlib import Path
from typing import Any

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


def test_line_ends_quotes_a_link_and_the_mode_of_the_file_stay(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, link = tmp_path / "comment.yaml", tmp_path / "link.yaml"
    file.write_bytes(b'# Ours.\r\nentity: "comment"\r\nattributes: {text: 300}\r\n')
    file.chmod(0o640)
    link.symlink_to(file)

    code, _ = ask(ascend, monkeypatch, link, *[""] * 20)

    content = file.read_bytes()
    assert code == 0
    assert content.startswith(b'# Ours.\r\nentity: "comment"\r\nattributes: {text: {bytes: 300')
    assert content.count(b"\n") == content.count(b"\r\n")
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left_behind(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted", "somewhere else")

    monkeypatch.setattr(Path, "replace", refuse)

    _, shown = ask(ascend, monkeypatch, file, "")

    assert f"{file}: Operation not permitted" in shown
    assert list(file.parent.iterdir()) == [file]
    assert file.read_text() == BARE


def test_a_file_without_permission_is_refused_before_anything_is_asked(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    opened = Path.open

    def refuse(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if "+" in mode:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", refuse)

    code, shown = ask(ascend, monkeypatch, file, "")

    assert code != 0
    assert shown == f"ascend: {file}: Permission denied\n"


def test_an_assumption_is_shown_as_it_would_be_typed(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    _, shown = ask(ascend, monkeypatch, file, "{text: 300}", "[]", '"')

    assert "[{question: One comment, by: [id]}, {question: All comment entities of a workspace}]" in shown
    assert "That is no answer: found unexpected end of stream\n" in shown
