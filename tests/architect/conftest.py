"""Fixtures: the command line; the AWS CLI; the bank of examples/bank; a TypeScript project with the generated types."""

from pathlib import Path

import pytest
from aws_cli import Unavailable, aws_cli_environment
from support.architect.typescript import TypeScript
from support.cli.command_line import AscendCommand, make_command
from support.engines import report_not_run


@pytest.fixture
def project(tmp_path: Path, tsc: list[str], node_env: tuple[str, dict[str, str]]) -> TypeScript:
    return TypeScript(tmp_path, tsc, node=node_env[0])


@pytest.fixture(name="ascend")
def ascend_command(capsys: pytest.CaptureFixture[str]) -> AscendCommand:
    return make_command(capsys)


@pytest.fixture(scope="session")
def aws_cli() -> dict[str, str]:
    """The environment variables by which Python finds the AWS CLI."""
    try:
        return aws_cli_environment()
    except Unavailable as error:
        report_not_run("the AWS CLI", error)
