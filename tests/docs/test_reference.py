"""The written parts of the reference agree with the code: names, options, and every number."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from support.docs.generated import PAGES
from support.docs.query_names import QUERY_NAMES

import ascend
from ascend.adapters.table.item import Table
from ascend.architect.aws.iam import GRANTS, OPEN_GRANTS, LeadingKeys, ProcessRole
from ascend.domain import errors

LIMIT = re.compile(r"^\| [^|]+ \| ([^|]+) \| `(ascend\.[\w.]+)\.(\w+)` \|$", re.MULTILINE)


LIMITS: list[tuple[str, str, str]] = LIMIT.findall((PAGES / "limits.md").read_text())


@pytest.mark.parametrize(("text", "module", "name"), LIMITS, ids=[f"{module}.{name}" for _, module, name in LIMITS])
def test_a_limit_is_the_number_in_the_code(text: str, module: str, name: str) -> None:
    number = number_at(module, name)

    assert text.split(maxsplit=1)[0] == format_number(number, text)


def number_at(module: str, name: str) -> float | timedelta:
    """Return a constant of a module, or the default of a field of a dataclass."""
    parent, _, last = module.rpartition(".")
    owner = getattr(import_module(parent), last)() if last[0].isupper() else import_module(module)
    number: float | timedelta = getattr(owner, name)
    return number


def format_number(number: float | timedelta, text: str) -> str:
    if isinstance(number, timedelta):
        number = number / timedelta(days=1) if "day" in text else number.total_seconds()
    return f"{number:,.10g}"


def test_every_row_of_the_limits_is_compared_with_the_code() -> None:
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

    assert len(QUERY_NAMES) > 20
    assert [name for name in sorted(QUERY_NAMES) if f"| `{name}` |" not in text] == []


Options = set[str]
NAMES = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
OPTION = re.compile(r"--[a-z-]+")
ROW = re.compile(r"^\| `(--)?([a-z][^`]*)` \|", re.MULTILINE)


def walk_commands(command: object, *path: str) -> Iterator[tuple[str, Options]]:
    """Yield each command by its words, with its options. The first has no words: the options before any command."""
    subcommands: dict[str, object] = getattr(command, "commands", {})
    if not (path and subcommands):
        parameters: list[Any] = getattr(command, "params", [])
        yield (
            " ".join(path),
            {
                name
                for parameter in parameters
                for name in (*parameter.opts, *parameter.secondary_opts)
                if name[0] == "-"
            },
        )
    for name, subcommand in subcommands.items():
        yield from walk_commands(subcommand, *path, name)


def read_command_lines() -> dict[str, Options]:
    """Return the commands and options in the first cells of the tables on the page."""
    rows: list[tuple[str, str]] = ROW.findall((PAGES / "command-line.md").read_text())
    options = {f"--{cell.split()[0]}" for dashes, cell in rows if dashes} - {"--help"}
    cells = (cell for dashes, cell in rows if not dashes)
    return {"": options} | {"".join(NAMES.findall(cell)[:1]): set(OPTION.findall(cell)) for cell in cells}


def test_the_page_names_every_command_of_the_command_line_with_its_options_and_no_others() -> None:
    from typer.main import get_command  # noqa: PLC0415

    from ascend.cli.app import app  # noqa: PLC0415

    known = dict(walk_commands(get_command(app)))

    assert {"schema docs", "import github", "doctor", ""} <= known.keys()
    assert known["schema iam"] > {"--workspace", "--prefix"}
    assert read_command_lines() == known


def test_a_reader_of_one_workspace_may_read_by_key_as_the_page_for_front_ends_says() -> None:
    """Items only in a batch, and the epochs also alone. `test_iam` asks an evaluator of policies the same."""
    granted = [
        grant
        for grant in (*OPEN_GRANTS, *GRANTS[ProcessRole.READER])
        if grant.table is Table.VIEWS and not grant.indexes
    ]
    may = {
        action: {key for grant in granted if action in grant.actions for key in grant.keys or ()}
        for action in ("GetItem", "BatchGetItem", "Query")
    }
    page = (PAGES.parent / "how-to" / "use-the-types.md").read_text()

    assert may == {
        "GetItem": {LeadingKeys.EPOCHS},
        "BatchGetItem": {LeadingKeys.OWN, LeadingKeys.EPOCHS},
        "Query": {LeadingKeys.OWN},
    }
    assert "BatchGetItem, with which items are read by their keys, also when it is only one item" in page.replace(
        "\n", " "
    )
    assert "GetItem of `epochs` alone" in page.replace("\n", " ")
