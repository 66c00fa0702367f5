"""Run `ascend …`, in this process or as a process of its own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import structlog

from ascend.cli.app import run


@dataclass(frozen=True, slots=True)
class CommandResult:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)

    @property
    def error(self) -> str:
        """The one line on standard error, of a command that failed, besides what it has logged."""
        *logged, line = self.err.splitlines()
        assert all(each.startswith("ascend: info: ") for each in logged)
        assert line.startswith("ascend: ")
        assert self.code
        return line.removeprefix("ascend: ")


AscendCommand = Callable[..., CommandResult]
"""Runs one command line in this process."""


def make_command(capsys: pytest.CaptureFixture[str], clock: Callable[[], datetime] | None = None) -> AscendCommand:
    """Return a function that runs `ascend` with the given arguments and captures its output."""

    def ascend(*arguments: object) -> CommandResult:
        capsys.readouterr()
        try:
            code = run([str(argument) for argument in arguments], clock=clock)
        finally:
            structlog.reset_defaults()
        output = capsys.readouterr()
        return CommandResult(code, output.out, output.err)

    return ascend


def run_process(*arguments: str, env: dict[str, str] | None = None, timeout: float = 60) -> CommandResult:
    """Run the installed command as a process."""
    ended = subprocess.run(
        [find_program(), *arguments], env=env, capture_output=True, text=True, timeout=timeout, check=False
    )
    return CommandResult(ended.returncode, ended.stdout, ended.stderr)


def find_program() -> str:
    return str(Path(sys.executable).with_name("ascend"))
