"""A project in TypeScript that uses what Ascend gives it."""

from pathlib import Path

import pytest
from support.schema.typescript import TypeScript


@pytest.fixture
def project(tmp_path: Path, tsc: list[str], node_env: tuple[str, dict[str, str]]) -> TypeScript:
    return TypeScript(tmp_path, tsc, node=node_env[0])
