"""The reference says what the code does: what is generated is up to date, and every number is the code's."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import anyio
import pytest
from docs.generated import PAGES, rewritten

import ascend
from ascend.domain import errors
from ascend.projections.queries import Queries

LIMIT = re.compile(r"^\| [^|]+ \| ([^|]+) \| `(ascend\.[\w.]+)\.(\w+)` \|$", re.MULTILINE)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_what_is_generated_is_up_to_date(page: Path) -> None:
    """Else: `.venv/bin/python tests/docs/generated.py`, and look at the difference: the tables may have changed."""
    text = page.read_text()

    assert text == anyio.run(rewritten, text)


LIMITS: list[tuple[str, str, str]] = LIMIT.findall((PAGES / "limits.md").read_text())


@pytest.mark.parametrize(("said", "module", "name"), LIMITS, ids=[f"{module}.{name}" for _, module, name in LIMITS])
def test_a_limit_is_the_number_in_the_code(said: str, module: str, name: str) -> None:
    number = getattr(import_module(module), name)

    assert said.split(maxsplit=1)[0] == text_of(number, said)


def text_of(number: float | timedelta, said: str) -> str:
    if isinstance(number, timedelta):
        number = number / timedelta(days=1) if "day" in said else number.total_seconds()
    return f"{number:,.10g}"


def test_every_row_of_the_limits_is_compared() -> None:
    rows = [line for line in (PAGES / "limits.md").read_text().splitlines() if "`ascend." in line]

    assert len(LIMITS) == len(rows)


def test_every_public_error_is_explained_and_public() -> None:
    rows: list[str] = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", (PAGES / "errors.md").read_text(), re.MULTILINE)
    known = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.AscendError) and value is not errors.AscendError
    }

    assert known - set(rows) == set()
    assert known - set(ascend.__all__) == set()


def test_every_query_is_in_the_table_of_queries() -> None:
    text = (PAGES / "schema.md").read_text()
    queries = [name for base in Queries.__mro__ for name in vars(base) if not name.startswith("_")]
    queries = sorted(set(queries) - {"ask", "check", "head"})

    assert len(queries) > 20
    assert [name for name in queries if f"| `{name}` |" not in text] == []


def test_every_command_of_the_command_line_is_named() -> None:
    from typer.main import get_command  # noqa: PLC0415

    from ascend.adapters.cli.app import app  # noqa: PLC0415

    text = (PAGES / "command-line.md").read_text()
    commands = list(getattr(get_command(app), "commands", {}))

    assert commands != []
    assert [name for name in commands if not re.search(rf"^\| `{name}\b", text, re.MULTILINE)] == []
