"""The instructions for coding assistants are correct: their format, their links, and every command that they name runs."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from support.architect.requests import read_requests, run_commands
from support.paths import ROOT

AGENT = ROOT / ".claude" / "agents" / "dynamodb-schema-architect.md"
AGENTS = ROOT / "AGENTS.md"
FRONT = re.compile(r"\A---\n(.*?)^---\n(.*)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
TOOLS = {"Read", "Grep", "Glob", "Bash", "Edit", "Write"}
TOPICS = (
    "access patterns",
    "example of a real item",
    "index",
    "example query",
    "trade-offs",
    "evolves",
    "risks",
    "cost",
)
"""What the instructions say must be handed over."""


def list_commands(file: Path) -> list[list[str]]:
    return [shlex.split(line) for block in BLOCK.findall(file.read_text()) for line in block.splitlines()]


def test_the_front_matter_names_the_agent_when_to_call_it_and_its_tools() -> None:
    found = FRONT.match(AGENT.read_text())
    assert found is not None
    front = yaml.safe_load(found[1])

    assert list(front) == ["name", "description", "tools"]
    assert front["name"] == AGENT.stem
    assert "Use it before" in front["description"]
    assert set(front["tools"].split(", ")) == TOOLS


def test_the_instructions_say_what_to_hand_over_and_show_the_five_requests() -> None:
    text = AGENT.read_text()
    handed = text.partition("## Hand over")[2].partition("## Validate")[0]
    shown = text.partition("## Worked examples")[2]

    assert [topic for topic in TOPICS if topic not in handed] == []
    assert len(re.findall(r"^\| (?!request|-)", shown.replace("|---|---|", ""), re.MULTILINE)) == len(read_requests())


@pytest.mark.parametrize("file", [AGENT, AGENTS], ids=lambda file: file.name)
def test_every_file_that_the_instructions_name_exists(file: Path) -> None:
    named = re.findall(r"`((?:docs|examples|tests|src|domain|projections|adapters)/[\w./-]*)[*`]", file.read_text())

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.slow
def test_the_commands_of_the_architect_run_in_order(tmp_path: Path) -> None:
    (bare,) = FILE.findall(AGENT.read_text())
    (tmp_path / "remark.yaml").write_text(bare)
    leave = ["cd", ".."]
    blocks = [[shlex.split(line) for line in block.splitlines()] for block in BLOCK.findall(AGENT.read_text())]
    commands = [
        command for block in blocks for command in (*block, *([leave] if ["cd", "remark-app"] in block else []))
    ]

    printed = run_commands(commands, tmp_path, answers=[""] * 40)

    assert len(commands) == 12
    assert "Clean: " in printed
    assert " passed" in printed
    assert (tmp_path / "remark-plain" / "README.md").exists()
    assert (tmp_path / "client" / "package.json").exists()


def test_the_commands_of_the_repository_run(tmp_path: Path) -> None:
    """Targets of make are looked up only: they are what runs this test."""
    commands = list_commands(AGENTS)
    made = [command for command in commands if command[0] == "make"]
    (tmp_path / "examples").symlink_to(ROOT / "examples")

    for command in made:
        subprocess.run([*command, "--dry-run"], cwd=ROOT, check=True, capture_output=True)
    printed = run_commands([command for command in commands if command[0] != "make"], tmp_path)

    assert (len(made), "Clean: " in printed) == (6, True)
    assert (tmp_path / "build" / "cart" / "README.md").exists()
