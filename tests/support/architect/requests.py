"""The requests of docs/how-to/design-a-feature.md: what somebody types, and what comes of it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from support.paths import ROOT

from ascend.architect.review.open_questions import find_open_questions
from ascend.architect.review.proposal import Proposal
from ascend.cli.schema.asking import format_yaml
from ascend.cli.schema.proposal_file import expand_single, parse_proposal

PAGE = ROOT / "docs" / "how-to" / "design-a-feature.md"
SECTION = re.compile(r"^## (\d)\. (.*?)\n(.*?)(?=^## )", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
ASKED = re.compile(r"^- ([^\n]*\?)$", re.MULTILINE)
COMMAND = re.compile(r"^    (\S.*)$", re.MULTILINE)
ROW = re.compile(r"^\| ([^|]+) \| `([^`]+)` \| ([\d.,]+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Request:
    number: int
    title: str
    text: str

    @cached_property
    def files(self) -> list[str]:
        """The proposals: the one that is typed first, and the completed one."""
        return FILE.findall(self.text)

    @property
    def asked(self) -> list[str]:
        """Questions that come back."""
        return ASKED.findall(self.text)

    @property
    def commands(self) -> list[list[str]]:
        return [line.split() for line in COMMAND.findall(FILE.sub("", self.text))]

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """Each question of the design with its request and the units of a page."""
        return ROW.findall(self.text)

    @property
    def file_name(self) -> str:
        return next(word for command in self.commands for word in command if word.endswith(".yaml"))


def read_requests(page: Path = PAGE) -> dict[int, Request]:
    found = SECTION.findall(page.read_text())
    return {int(number): Request(int(number), title, text) for number, title, text in found}


def answer_from(bare: str, completed: str) -> Iterator[str]:
    """Yield the answers that lead from the bare proposal to the completed one, in the order of the questions."""
    wanted = expand(completed)
    data = expand(bare)
    while (question := next(find_open_questions(to_proposal(data)), None)) is not None:
        answer = get(wanted, question.path)
        put(data, question.path, answer)
        yield format_yaml(answer)


def expand(text: str) -> Any:
    return expand_single(yaml.safe_load(text))


def to_proposal(data: Any) -> Proposal:
    return parse_proposal(yaml.safe_dump(data))


def get(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    *steps, last = path
    for step in steps:
        if not isinstance(data[step], dict | list):
            data[step] = {"bytes": data[step]} if isinstance(data[step], int) else {"type": data[step]}
        data = data[step]
    data[last] = value


def run_commands(commands: Iterable[list[str]], folder: Path, answers: Iterable[str] = ()) -> str:
    """Run the commands one after another, as in a shell, and return what they print. Raises: AssertionError if one fails."""
    printed: list[str] = []
    for command in commands:
        if command[0] == "cd":
            folder /= command[1]
            continue
        settings = dict([command[0].split("=", 1)]) if "=" in command[0] else {}
        program, *arguments = command[len(settings) :]
        answered = "".join(f"{answer}\n" for answer in answers) if "--ask" in command else None
        result = subprocess.run(
            [*PROGRAMS[program], *arguments],
            cwd=folder,
            env=os.environ | settings,
            input=answered,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, f"{' '.join(command)}: {result.stdout[-3_000:]} {result.stderr[-3_000:]}"
        printed.append(result.stdout)
    return "".join(printed)


PROGRAMS = {
    "ascend": (str(Path(sys.executable).with_name("ascend")),),
    "python": (sys.executable,),
}
