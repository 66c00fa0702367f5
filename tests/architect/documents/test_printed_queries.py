"""Every query that the design document prints runs as it is printed, and returns the items that the page shows."""

import os
import re
import shlex
from collections.abc import Sequence
from typing import Any

import anyio
import pytest
from support.architect.aws_commands import read_command_lines, run_commands, run_in_shell
from support.architect.printed_queries import PrintedQuery, evaluate_calls, list_printed_queries
from support.architect.subjects import SUBJECTS, load_subject
from support.cli.command_line import AscendCommand

from ascend.adapters.table.item import Item, Key
from ascend.architect.documents.design import render_design
from ascend.architect.documents.query_section import describe_item
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS


@pytest.fixture(params=SUBJECTS)
def app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Application:
    monkeypatch.setenv("ASCEND_APP", request.param)
    return load_subject(request.param, monkeypatch)


@pytest.fixture
def page(app: Application) -> str:
    return anyio.run(render_design, app)


@pytest.fixture
def store(page: str, dynamodb_local_url: str, ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample store in DynamoDB Local, filled as the page says, where the AWS CLI and boto3 find it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", dynamodb_local_url)
    (line,) = re.findall(r"^ascend (.* schema sample)$", page, re.MULTILINE)

    filled = ascend(*shlex.split(os.path.expandvars(line)))

    assert filled.code == 0, filled.err


@pytest.mark.usefixtures("store")
def test_each_command_line_of_the_aws_cli_returns_the_items_that_the_page_shows(
    app: Application, page: str, aws_cli: dict[str, str]
) -> None:
    printed = list(list_printed_queries(page))
    commands = read_command_lines("\n".join(query.command for query in printed))

    answers = run_commands(commands, aws_cli)

    assert len(commands) == len(app.catalog.patterns)
    for query, answer in zip(printed, answers, strict=True):
        typed = answer["Items"] if "Items" in answer else answer["Responses"]["ascend-views"]
        check_answer(query, [untype(item) for item in typed])


@pytest.mark.usefixtures("store")
def test_each_call_of_boto3_returns_the_items_that_the_page_shows(
    app: Application, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)  # it may hold the credentials of an earlier test
    printed = list(list_printed_queries(page))

    answers = evaluate_calls(page, [query.call for query in printed])

    assert len(answers) == len(app.catalog.patterns)
    for query, answer in zip(printed, answers, strict=True):
        check_answer(query, answer)


def check_answer(query: PrintedQuery, items: Sequence[dict[str, Any]]) -> None:
    """Compare the items with the printed lines. Tombstones are not printed; the answer to a BatchGetItem has no order.

    A query with made-up values finds nothing but the viewer's membership, if it reads that as well.
    """
    shown = [describe(item) for item in items if "workspace" not in item or "data" in item]
    if query.made_up:
        assert [line for line in shown if not line.startswith("MemberLine ")] == []
        assert list(query.answer) == []
    elif "batch-get-item" in query.command:
        assert (query.query, sorted(shown)) == (query.query, sorted(query.answer))
    else:
        assert (query.query, shown[: len(query.answer)]) == (query.query, list(query.answer))
        assert len(shown) == len(query.answer) + query.more
    assert items or query.made_up


def untype(item: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the item with the values alone: `{"pk": {"S": "W#1"}}` gives `{"pk": "W#1"}`."""
    return {name: value for name, typed in item.items() for value in typed.values()}


def describe(item: dict[str, Any]) -> str:
    """Return the line by which the page shows an item."""
    return describe_item(Item(Key(item["pk"], item["sk"]), {"type": item["type"]} if "type" in item else {}))


@pytest.mark.usefixtures("store")
def test_the_program_itself_runs_a_printed_command_line(page: str, aws_cli: dict[str, str]) -> None:
    """The other tests call the CLI's entry point in one process, which saves a second for each command line."""
    first = next(list_printed_queries(page))

    answer = run_in_shell(first.command, aws_cli)

    check_answer(first, [untype(item) for item in answer["Responses"]["ascend-views"]])


def test_every_pattern_of_the_life_os_has_an_answer_in_the_sample_store() -> None:
    printed = list(list_printed_queries(anyio.run(render_design, LIFE_OS)))

    assert [query.query for query in printed] == [pattern.query for pattern in LIFE_OS.catalog.patterns]
    assert [query.query for query in printed if query.made_up] == []


def test_the_printed_keys_end_with_the_current_build() -> None:
    """The sample store rebuilt the feed once, so the items of two epochs lie side by side in it."""
    printed = {query.query: query for query in list_printed_queries(anyio.run(render_design, LIFE_OS))}

    assert '"U#ada#open#feed.2.1"' in printed["feed"].command
    assert '"U#ada#open#feed.2.1"' in printed["feed"].call
    assert "#tasks.2.0" in printed["task"].command
    assert "feed.2.0" not in "".join(query.command for query in printed.values())
