"""Fixtures: the command line; a TypeScript project that uses the generated types and key builders."""

from pathlib import Path

import pytest
from support.architect.typescript import TypeScript
from support.cli.command_line import AscendCommand, make_command


@pytest.fixture
def project(tmp_path: Path, tsc: list[str], node_env: tuple[str, dict[str, str]]) -> TypeScript:
    return TypeScript(tmp_path, tsc, node=node_env[0])


@pytest.fixture(name="ascend")
def ascend_command(capsys: pytest.CaptureFixture[str]) -> AscendCommand:
    return make_command(capsys)
