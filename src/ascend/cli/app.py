"""The application: all commands, and the global options before them."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ascend.cli import import_commands, operator_commands, query_commands
from ascend.cli.applications import APP_VARIABLE, ApplicationGroup
from ascend.cli.context import DEFAULT_STORE, STORE_VARIABLE, GlobalOptions, open_clock
from ascend.cli.errors import report_error

EXIT_CODES = """Exit codes: 0 done, 1 `verify`, `doctor` or `schema check` found problems, a workspace is stalled or `ready` is
not, 2 usage error or invalid input, 3 refused by a rule, not allowed or not found, 4 trouble with the store, 70 a defect, 74 the
output cannot be written, 130 interrupted."""


def run(arguments: Sequence[str], clock: Callable[[], datetime] | None = None) -> int:
    """Run one command line and return its exit code. An error is one line on standard error."""
    options = GlobalOptions(clock=clock or open_clock())
    try:
        code = invoke_command(arguments, options)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - every error becomes one line and an exit code
        return report_error(error, debug=options.debug)
    return code


def invoke_command(arguments: Sequence[str], options: GlobalOptions) -> int:
    command = typer.main.get_command(app)
    try:
        with command.make_context("ascend", list(arguments) or ["--help"], obj=options) as ctx:
            command.invoke(ctx)
    except typer.Exit as ended:
        return ended.exit_code
    return 0


def print_version(is_set: bool) -> None:
    if is_set:
        from importlib.metadata import version as version_of  # noqa: PLC0415  the help does not need it

        print("ascend", version_of("ascend"))
        raise typer.Exit


def set_app(ctx: typer.Context, name: str | None) -> str | None:
    """Keep the application's name before the commands are listed, so that the help shows its commands."""
    ctx.obj.app = name
    return name


def set_global_options(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=f"sqlite:///FILE or dynamodb://PREFIX?region=…&endpoint_url=…  [default: ${STORE_VARIABLE}, {DEFAULT_STORE}]",
        ),
    ] = None,
    app: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            is_eager=True,
            callback=set_app,
            help=f"MODULE:ATTRIBUTE, or an installed application  [default: ${APP_VARIABLE}, life-os]",
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option("--as", metavar="USER", help="Query as this user (id or name). Without it: as the operator."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print data as one JSON document on standard output.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log what happens to standard error.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Event-sourced workspaces of Things and Tasks: query a store, fill it, and keep its read items up to date."""
    from ascend.cli.terminal.logs import configure_logs  # noqa: PLC0415  the help needs neither
    from ascend.cli.terminal.printing import Printer  # noqa: PLC0415

    options: GlobalOptions = ctx.obj
    options.store, options.user, options.json, options.debug = store, user, json, debug
    options.app, options.verbose = app, verbose
    options.printer = Printer(json=json)
    configure_logs(verbose=verbose)


class SchemaGroup(TyperGroup):
    """The group `schema`. It imports its commands when one is called or listed, and with them the architect."""

    @cached_property
    def loaded(self) -> TyperGroup:
        from ascend.cli.schema_commands import COMMANDS  # noqa: PLC0415  see above

        group = typer.Typer(rich_markup_mode=None)
        for command in COMMANDS:
            group.command()(command)
        return typer.main.get_group(group)

    @property
    def commands(self) -> Any:
        return self.loaded.commands

    @commands.setter
    def commands(self, _commands: Any) -> None:
        """Take no commands: typer hands over that there are none."""


def build_app() -> typer.Typer:
    help_options = {"help_option_names": ["--help", "-h"]}  # all commands inherit them
    application = typer.Typer(
        cls=ApplicationGroup,
        add_completion=False,
        epilog=EXIT_CODES,
        rich_markup_mode=None,
        context_settings=help_options,
    )
    application.callback()(set_global_options)
    importers = typer.Typer(rich_markup_mode=None)
    application.add_typer(importers, name="import", help="Import a file. Importing it a second time adds nothing.")
    schema = typer.Typer(cls=SchemaGroup, rich_markup_mode=None)
    application.add_typer(schema, name="schema", help="Print documents derived from the declared schema.")
    raw_log = typer.Typer(rich_markup_mode=None)
    application.add_typer(raw_log, name="log", help="Print commits as they are stored, without reading their events.")
    parked = typer.Typer(rich_markup_mode=None)
    application.add_typer(parked, name="parked", help="List entities that cannot be rendered, and render them again.")
    for command in (*query_commands.COMMANDS, *operator_commands.COMMANDS):
        application.command()(command)
    for name, parked_command in operator_commands.PARKED_COMMANDS.items():
        parked.command(name)(parked_command)
    for name, log_command in operator_commands.LOG_COMMANDS.items():
        raw_log.command(name)(log_command)
    for importer in import_commands.COMMANDS:
        importers.command()(importer)
    return application


app = build_app()
