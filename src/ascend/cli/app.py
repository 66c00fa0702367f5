"""The commands, and the options that stand before them."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib.metadata import version as version_of
from typing import Annotated

import typer

from ascend.cli import look_commands, operator_commands, schema_commands
from ascend.cli.desk import DEFAULT_STORE, STORE_VARIABLE, Options, local_now
from ascend.cli.errors import report
from ascend.cli.operations.doctor import doctor
from ascend.cli.terminal import logs
from ascend.cli.terminal.printing import Printer

EXITS = """Exit codes: 0 done, 1 `verify`, `doctor` or `schema check` found something, or a workspace stalls, 2 usage or
invalid input, 3 refused by a rule, not allowed or not found, 4 trouble with the store, 70 a defect, 74 the output cannot
be written, 130 interrupted."""

LOOK = (
    look_commands.workspaces,
    look_commands.members,
    look_commands.feed,
    look_commands.tasks,
    look_commands.tree,
    look_commands.show,
    look_commands.assets,
    look_commands.tagged,
    look_commands.mentions,
    look_commands.done,
    look_commands.history,
)
OPERATE = (
    operator_commands.demo,
    operator_commands.init,
    operator_commands.worker,
    operator_commands.status,
    operator_commands.verify,
    operator_commands.rebuild,
    operator_commands.prune,
    operator_commands.erase,
    operator_commands.digest,
    doctor,
)
IMPORT = (operator_commands.github, operator_commands.inventree)


def run(arguments: Sequence[str], clock: Callable[[], datetime] = local_now) -> int:
    """Runs one command line; its exit code. Errors are one line on standard error."""
    options = Options(clock=clock)
    try:
        code = invoke(arguments, options)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is one line and an exit code
        return report(error, debug=options.debug)
    return code


def invoke(arguments: Sequence[str], options: Options) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("ascend", list(arguments) or ["--help"], obj=options) as context:
            command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    return 0


def print_version(wanted: bool) -> None:
    if wanted:
        print("ascend", version_of("ascend"))
        raise typer.Exit


def before(
    context: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=f"sqlite:///FILE or dynamodb://PREFIX?region=…&endpoint_url=…  [default: ${STORE_VARIABLE}, {DEFAULT_STORE}]",
        ),
    ] = None,
    user: Annotated[
        str | None, typer.Option("--as", metavar="USER", help="Who looks, by id or name; without it: the operator.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Data as one JSON document on standard output.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what happens to standard error.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error comes from.")] = False,
    _version: Annotated[bool, typer.Option("--version", callback=print_version, is_eager=True)] = False,
) -> None:
    """Workspaces of Things and Tasks, event-sourced: look at a store, fill it, and keep its read items true."""
    options: Options = context.obj
    options.store, options.user, options.json, options.debug = store, user, json, debug
    options.printer = Printer(json=json)
    logs.configure(verbose=verbose)


def build() -> typer.Typer:
    help_options = {"help_option_names": ["--help", "-h"]}  # commands take them over
    app = typer.Typer(add_completion=False, epilog=EXITS, rich_markup_mode=None, context_settings=help_options)
    app.callback()(before)
    importing = typer.Typer(rich_markup_mode=None)
    app.add_typer(importing, name="import", help="Import a file; a second time, it adds nothing.")
    schema = typer.Typer(rich_markup_mode=None)
    app.add_typer(schema, name="schema", help="What is derived from the declaration of the schema.")
    for command in (*LOOK, *OPERATE):
        app.command()(command)
    for importer in IMPORT:
        importing.command()(importer)
    for derivation in schema_commands.COMMANDS:
        schema.command()(derivation)
    return app


app = build()
