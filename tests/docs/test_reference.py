"""The reference says what the code does: what is generated is up to date, and every number is the code's."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.docs.generated import PAGES, rewritten

import ascend
from ascend.adapters.table.item import Table
from ascend.architect.aws.iam import GRANTS, OPEN, Keys, Role
from ascend.domain import errors
from ascend.projections.queries import Queries

LIMIT = re.compile(r"^\| [^|]+ \| ([^|]+) \| `(ascend\.[\w.]+)\.(\w+)` \|$", re.MULTILINE)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_what_is_generated_is_up_to_date(page: Path) -> None:
    """Else: `.venv/bin/python tests/support/docs/generated.py`, and look at the difference: the tables may have changed."""
    text = page.read_text()

    assert text == anyio.run(rewritten, text)


LIMITS: list[tuple[str, str, str]] = LIMIT.findall((PAGES / "limits.md").read_text())


@pytest.mark.parametrize(("said", "module", "name"), LIMITS, ids=[f"{module}.{name}" for _, module, name in LIMITS])
def test_a_limit_is_the_number_in_the_code(said: str, module: str, name: str) -> None:
    number = number_at(module, name)

    assert said.split(maxsplit=1)[0] == text_of(number, said)


def number_at(module: str, name: str) -> float | timedelta:
    """Return a constant of a module, or the default of a field of a dataclass."""
    parent, _, last = module.rpartition(".")
    owner = getattr(import_module(parent), last)() if last[0].isupper() else import_module(module)
    number: float | timedelta = getattr(owner, name)
    return number


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


Options = set[str]
NAMES = re.compile(r"[a-z]+(?: [a-z]+)*")
OPTION = re.compile(r"--[a-z-]+")
ROW = re.compile(r"^\| `(--)?([a-z][^`]*)` \|", re.MULTILINE)


def commands(command: object, *path: str) -> Iterator[tuple[str, Options]]:
    """Every command that does something, by what is typed, with its options; the first has no name: those before it."""
    below: dict[str, object] = getattr(command, "commands", {})
    if not (path and below):
        parameters: list[Any] = getattr(command, "params", [])
        yield (
            " ".join(path),
            {name for one in parameters for name in (*one.opts, *one.secondary_opts) if name[0] == "-"},
        )
    for name, one in below.items():
        yield from commands(one, *path, name)


def on_the_page() -> dict[str, Options]:
    """The same, as the first cells of the tables say it."""
    rows: list[tuple[str, str]] = ROW.findall((PAGES / "command-line.md").read_text())
    before = {f"--{said.split()[0]}" for dashes, said in rows if dashes} - {"--help"}
    typed = (said for dashes, said in rows if not dashes)
    return {"": before} | {"".join(NAMES.findall(said)[:1]): set(OPTION.findall(said)) for said in typed}


def test_every_command_of_the_command_line_is_named_with_its_options_and_no_other() -> None:
    from typer.main import get_command  # noqa: PLC0415

    from ascend.cli.app import app  # noqa: PLC0415

    known = dict(commands(get_command(app)))

    assert {"schema docs", "import github", "doctor", ""} <= known.keys()
    assert known["schema iam"] > {"--workspace", "--prefix"}
    assert on_the_page() == known


def test_a_reader_of_one_workspace_reads_by_key_as_the_page_for_front_ends_says() -> None:
    """Only in a batch, but for the epochs. An evaluator of policies decides so in `test_iam`."""
    granted = [grant for grant in (*OPEN, *GRANTS[Role.READER]) if grant.table is Table.VIEWS and not grant.indexes]
    may = {
        action: {key for grant in granted if action in grant.actions for key in grant.keys or ()}
        for action in ("GetItem", "BatchGetItem", "Query")
    }
    page = (PAGES.parent / "how-to" / "use-the-types.md").read_text()

    assert may == {"GetItem": {Keys.EPOCHS}, "BatchGetItem": {Keys.OWN, Keys.EPOCHS}, "Query": {Keys.OWN}}
    assert "BatchGetItem, with which items are read by their keys, also when it is only one item" in page.replace("\n", " ")
    assert "GetItem of `epochs` alone" in page
