"""The commands of the operator: they fill a store and keep its read items true."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from ascend.adapters.importers import import_github, import_inventree
from ascend.cli.demo.demo import demo as show_demo
from ascend.cli.desk import operate
from ascend.cli.operations import imports, operations
from ascend.cli.operations import worker as working
from ascend.cli.operations.erase import erase as erase_workspace
from ascend.cli.operations.verify import verify as verify_store
from ascend.domain.values import Name

NAME: TypeAdapter[str] = TypeAdapter(Name)


def workspace_name(text: str) -> str:
    try:
        return NAME.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"{text[:100]!r}: {error.errors()[0]['msg']}") from None


Into = Annotated[
    str,
    typer.Option(
        "--workspace",
        metavar="NAME",
        callback=workspace_name,
        help="The workspace's name; it is created if need be.",
    ),
]
ImportedFile = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]


def demo(context: typer.Context) -> None:
    """See it work: import a sample, project it, look at it, rebuild it."""
    show_demo(context)


def init(context: typer.Context) -> None:
    """Create the store, or what is missing of it."""
    operate(context, operations.init, create=True)


def github(context: typer.Context, file: ImportedFile, workspace: Into) -> None:
    """Issues: GitHub's REST list of issues, or an IETF issue archive."""
    operate(context, lambda desk: imports.import_file(desk, import_github, file, workspace))


def inventree(context: typer.Context, file: ImportedFile, workspace: Into) -> None:
    """An inventory: the list of rows that InvenTree exports."""
    operate(context, lambda desk: imports.import_file(desk, import_inventree, file, workspace))


def worker(
    context: typer.Context,
    until_caught_up: Annotated[
        bool, typer.Option("--until-caught-up", help="Stop when nothing is left to do.")
    ] = False,
) -> None:
    """Keep the read items true, until Ctrl-C or SIGTERM."""
    operate(context, working.catch_up if until_caught_up else working.follow)


def status(context: typer.Context) -> None:
    """How far every workspace is, what stalls, what is parked."""
    operate(context, operations.status)


def verify(context: typer.Context) -> None:
    """Fold the log again and list every difference to what is stored."""
    operate(context, verify_store)


def rebuild(
    context: typer.Context, projection: Annotated[str | None, typer.Argument(help="One of them; all if none.")] = None
) -> None:
    """Build the read items afresh from the log, beside the old ones, then switch."""
    operate(context, lambda desk: operations.rebuild(desk, projection))


def prune(
    context: typer.Context,
    now: Annotated[bool, typer.Option("--now", help="Also if an old worker moved minutes ago.")] = False,
) -> None:
    """Remove what earlier versions and rebuilds left."""
    operate(context, lambda desk: operations.prune(desk, now=now))


def erase(
    context: typer.Context,
    workspace: Annotated[str, typer.Argument(help="By id, or by name where it is unique.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it. Without, it is only said what would be erased.")] = False,
    workers_stopped: Annotated[
        bool, typer.Option("--workers-stopped", help="No worker runs, nor wakes up: do not wait 15 minutes for one.")
    ] = False,
) -> None:
    """Erase a workspace for good."""
    operate(context, lambda desk: erase_workspace(desk, workspace, yes=yes, workers_stopped=workers_stopped))


def digest(context: typer.Context) -> None:
    """One number for the content of all live read items, to compare stores."""
    operate(context, operations.digest)
