"""Runs `ascend …` in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import structlog

from ascend.cli.app import run


@dataclass(frozen=True, slots=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)


Ascend = Callable[..., Result]


def runner(capsys: pytest.CaptureFixture[str]) -> Ascend:
    def ascend(*arguments: object) -> Result:
        capsys.readouterr()
        try:
            code = run([str(argument) for argument in arguments])
        finally:
            structlog.reset_defaults()
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    return ascend
