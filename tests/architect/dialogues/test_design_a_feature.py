"""The page about five requests is correct: its files, questions, keys, units and prices; its commands run as printed."""

import io
import re
from pathlib import Path

import pytest
from support.architect.requests import PAGE, Request, answer_from, read_requests
from support.cli.command_line import AscendCommand

from ascend.architect.cost.workload import DAYS
from ascend.architect.review.estimates import PRICES, count_page_units
from ascend.architect.review.review import review_proposal
from ascend.cli.schema.proposal_file import parse_proposal, read_proposal

REQUESTS = read_requests()
PROPOSED = [request for request in REQUESTS.values() if len(request.files) == 2]
"""The requests that begin with a proposal."""

proposed = pytest.mark.parametrize("request_", PROPOSED, ids=lambda request: request.title)


def write(folder: Path, request: Request, text: str) -> Path:
    file = folder / request.file_name
    file.write_text(text)
    return file


def test_the_page_has_the_five_requests() -> None:
    assert list(REQUESTS) == [1, 2, 3, 4, 5]
    assert len(PROPOSED) == 4


@proposed
def test_what_is_typed_first_leads_to_the_questions_on_the_page(
    ascend: AscendCommand, tmp_path: Path, request_: Request
) -> None:
    page = ascend("schema", "review", write(tmp_path, request_, request_.files[0])).out
    asked = page.partition("## Items and keys")[0]

    assert len(request_.asked) > 3
    assert [question for question in request_.asked if question not in asked] == []


@proposed
def test_the_answers_lead_to_the_completed_file(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request_: Request
) -> None:
    bare, completed = request_.files
    file = write(tmp_path, request_, bare)
    answers = list(answer_from(bare, completed))
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))

    shown = ascend("schema", "review", "--ask", file)

    assert (shown.code, "## Open questions\n\nNone.\n" in shown.out) == (0, True)
    assert read_proposal(file) == parse_proposal(completed)


@proposed
def test_the_completed_file_is_proved_and_has_the_keys_and_units_on_the_page(
    ascend: AscendCommand, tmp_path: Path, request_: Request
) -> None:
    page = ascend("schema", "review", write(tmp_path, request_, request_.files[1])).out

    assert "Nothing: every question and every condition has its keys." in page
    assert "`schema check` finds nothing in it." in page
    assert request_.answers
    for question, condition, units in request_.answers:
        asked = page.partition(f"- {question}\n")[2].partition("\n- ")[0]
        assert f": {condition}" in asked, question
        assert f"; {units} read units a page" in asked, question


def test_the_present_query_costs_what_the_page_says() -> None:
    """30 workspaces with 2,000 open tasks each, and 5,000 pages a day."""
    text = REQUESTS[3].text
    (line,) = [
        estimate for estimate in review_proposal(parse_proposal(REQUESTS[3].files[1])).items if estimate.item.per
    ]
    assert f"of {line.bytes} bytes" in text
    for requests, lines in ((30, 2_000), (30, 30), (1, 50)):
        units = requests * count_page_units(lines * line.bytes, consistent=False)
        dollars = PRICES.price_reads(units * 5_000 * DAYS)
        assert f"| {requests} | {units:,g} | {dollars:.2f} |" in text


def test_every_classic_problem_is_on_the_page_with_its_review() -> None:
    rows: list[str] = re.findall(r"\(\.\./\.\./(examples/review/\w+)\.yaml\)", PAGE.read_text())

    assert len(rows) == len(set(rows)) == 12
    assert [row for row in rows if f"(../../{row}.md)" not in PAGE.read_text()] == []
