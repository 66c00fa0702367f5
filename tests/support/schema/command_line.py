"""Run `ascend …` in this process."""

from collections.abc import Callable
from dataclasses import dataclass
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


AscendCommand = Callable[..., CommandResult]


def make_command(capsys: pytest.CaptureFixture[str]) -> AscendCommand:
    """Return a function that runs `ascend` with the given arguments and captures its output."""

    def ascend(*arguments: object) -> CommandResult:
        capsys.readouterr()
        try:
            code = run([str(argument) for argument in arguments])
        finally:
            structlog.reset_defaults()
        output = capsys.readouterr()
        return CommandResult(code, output.out, output.err)

    return ascend
