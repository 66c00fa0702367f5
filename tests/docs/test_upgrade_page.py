"""The command lines of docs/how-to/upgrade.md run on a store that the old release wrote: `Before` with the old release."""

import re
from pathlib import Path

import pytest
from support.cli.command_line import run_process
from support.paths import ROOT
from support.upgrade.releases import copy_file, load_items, run_old

PAGE = (ROOT / "docs" / "how-to" / "upgrade.md").read_text()
WORKER, RETRY = "worker --until-caught-up", "parked retry --all"


def command_lines(heading: str) -> list[list[str]]:
    """Return the arguments of each `ascend …` below the heading."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines: list[str] = re.findall(r"^ {4,}ascend (.*)$", section, re.MULTILINE)
    assert lines
    return [line.split() for line in lines]


def run_new(arguments: list[str]) -> str:
    ended = run_process(*arguments)
    assert ended.code == 0, (arguments, ended.out, ended.err)
    return ended.out


def test_an_sqlite_file_is_upgraded_as_the_page_says(
    old_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASCEND_STORE", f"sqlite:///{copy_file(tmp_path)}")

    before = {" ".join(arguments): run_old(old_release, *arguments) for arguments in command_lines("Before")}
    after = {" ".join(arguments): run_new(arguments) for arguments in command_lines("An SQLite file")}

    assert list(before) == [WORKER, "status", "verify"]
    assert before[WORKER].returncode == 0
    assert "parked" in before["status"].stdout  # the store has a problem, which both releases show
    assert list(after) == [WORKER, RETRY, "status", "verify"]
    refused = run_old(old_release, "status")
    assert refused.returncode > 0
    assert "has schema 2, this code expects 1" in refused.stderr


async def test_a_store_on_dynamodb_is_upgraded_as_the_page_says(
    dynamodb_local_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_local_url)
    await load_items(dynamodb_local_url, "prod")

    after = {" ".join(arguments): run_new(arguments) for arguments in command_lines("A fleet on DynamoDB")}

    assert "events" in after.pop("schema iam worker --prefix prod --region eu-west-1 --account 111122223333")
    assert [line.removeprefix("--store dynamodb://prod ") for line in after] == [
        *(WORKER, RETRY, "status", "verify", "prune --now"),
    ]
