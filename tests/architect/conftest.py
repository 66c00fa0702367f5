"""A TypeScript project that uses the generated types and key builders."""

from pathlib import Path

import pytest
from support.schema.typescript import TypeScript


@pytest.fixture
def project(tmp_path: Path, tsc: list[str], node_env: tuple[str, dict[str, str]]) -> TypeScript:
    return TypeScript(tmp_path, tsc, node=node_env[0])
