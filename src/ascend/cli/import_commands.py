"""The commands that import files of other programs. Each imports what it runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from ascend.cli.context import run_operation
from ascend.domain.values import Name

if TYPE_CHECKING:
    from ascend.cli.operations.imports import Importer


def check_workspace_name(text: str) -> str:
    try:
        name: str = TypeAdapter(Name).validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"{text[:100]!r}: {error.errors()[0]['msg']}") from None
    return name


TargetWorkspace = Annotated[
    str,
    typer.Option(
        "--workspace",
        metavar="NAME",
        callback=check_workspace_name,
        help="The name of the workspace; the import creates it if needed.",
    ),
]
ImportedFile = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]


ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE",
        dir_okay=False,
        help="Write a JSON line for everything that does not come in as the file gives it.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Stop at the first record that does not fit, instead of listing it.")
]


def github(
    ctx: typer.Context,
    file: ImportedFile,
    workspace: TargetWorkspace,
    report: ReportFile = None,
    strict: Strict = False,
) -> None:
    """Import issues: GitHub's REST list of issues, or an IETF issue archive."""
    from ascend.adapters.importers import import_github

    run_import(ctx, import_github, file, workspace, report, strict=strict)


def inventree(
    ctx: typer.Context,
    file: ImportedFile,
    workspace: TargetWorkspace,
    report: ReportFile = None,
    strict: Strict = False,
) -> None:
    """Import an inventory: the list of rows that InvenTree exports."""
    from ascend.adapters.importers import import_inventree

    run_import(ctx, import_inventree, file, workspace, report, strict=strict)


def run_import(
    ctx: typer.Context, importer: "Importer", file: Path, workspace: str, report: Path | None, *, strict: bool
) -> None:
    from ascend.cli.operations import imports

    source = imports.Source(importer, file, report, strict=strict)
    run_operation(ctx, lambda context: imports.import_file(context, source, workspace))


COMMANDS = (github, inventree)
