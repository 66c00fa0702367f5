"""The example of an application of its own runs as its README says, in a folder of its own, on SQLite and DynamoDB Local."""

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from support.cli.command_line import find_program
from support.paths import ROOT

BANK = ROOT / "examples" / "bank"
README = (BANK / "README.md").read_text()
COMMANDS: list[str] = re.findall(r"^    (ascend .*)$", README, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example."""
    return Path(copytree(BANK, tmp_path / "bank"))


def run(folder: Path, url: str, *command: str, code: int = 0, **env: str) -> str:
    """Run a command in the folder as an operator of the bank would. Return everything that it prints."""
    settings = {**os.environ, "ASCEND_APP": "bank:APP", "ASCEND_STORE": url, **env}
    ended = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def ascend(folder: Path, url: str, *arguments: str, code: int = 0, **env: str) -> str:
    return run(folder, url, find_program(), *arguments, code=code, **env)


def test_its_own_tests_pass(folder: Path) -> None:
    printed = run(folder, "", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, ".")
    assert "10 passed" in printed


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "dynamodb"])
def test_the_command_lines_of_the_readme(folder: Path, engine: str, request: pytest.FixtureRequest) -> None:
    url = "sqlite:///bank.db"
    if engine == "dynamodb":
        url = f"dynamodb://bank?region=us-east-1&endpoint_url={request.getfixturevalue('dynamodb_local_url')}"

    printed = [ascend(folder, url, "init")]
    shown = run(folder, url, sys.executable, "try_bank.py", url)
    printed += [ascend(folder, url, *line.split()[1:]) for line in COMMANDS[1:]]

    assert COMMANDS[0] == "ascend init"
    assert shown.count("The account holds less than that.") == 2
    assert shown.count("Food 300") == 4
    text = "\n".join(printed)
    for expected in (
        "Caught up with 2 workspaces",
        "Clean: 2 workspaces, 10 commits",
        "Rebuilt accounts for 2 workspaces",
        "A user's accounts in all banks",
    ):
        assert expected in text


@pytest.mark.slow
def test_the_life_os_refuses_to_work_on_its_store(folder: Path) -> None:
    url, life_os = "sqlite:///bank.db", "life-os"
    run(folder, url, sys.executable, "try_bank.py", url)
    ascend(folder, url, "worker", "--until-caught-up")
    before = ascend(folder, url, "digest")

    for arguments in (("worker", "--until-caught-up"), ("rebuild",), ("prune", "--now")):
        assert "`ascend --app`" in ascend(folder, url, *arguments, code=4, ASCEND_APP=life_os)
    assert "`ascend --app`" in ascend(folder, url, "workspaces", code=4, ASCEND_APP=life_os)  # it keeps other items

    assert ascend(folder, url, "digest") == before
    assert "which only the Life OS has" in ascend(folder, url, "tasks", "First bank", code=2)
    assert "names no application" in ascend(folder, url, "--app", "bunk", "status", code=2)
