"""The context of a command: an open store, the viewer, the printer and the global options."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import anyio
import typer

from ascend import LIFE_OS, OPERATOR, Application, NotReady, Store, Viewer, open_store
from ascend.adapters.environment import SystemEnvironment
from ascend.adapters.url_text import describe_url
from ascend.cli.applications import APP_VARIABLE, load_application
from ascend.cli.errors import ForOperators
from ascend.cli.terminal.local_zone import find_local_zone

if TYPE_CHECKING:
    from ascend.cli.naming import NameResolver
    from ascend.cli.terminal.printing import Printer

DEFAULT_STORE = "sqlite:///ascend.db"
STORE_VARIABLE = "ASCEND_STORE"


def open_clock() -> Callable[[], datetime]:
    """Return a clock in the time zone of this machine. The zone is read here, because that blocks an event loop."""
    zone = find_local_zone()
    return lambda: SystemEnvironment().now().astimezone(zone)


@dataclass
class GlobalOptions:
    """The options before the command."""

    store: str | None = field(default=None, repr=False)
    """The URL as it was typed. None: the environment variable or the default. It may hold a password: print `place`."""
    user: str | None = None
    json: bool = False
    debug: bool = False
    verbose: bool = False
    clock: Callable[[], datetime] = field(default_factory=open_clock)
    printer: "Printer" = field(init=False)
    app: str | None = None
    """The name of the application as it was typed. None: the environment variable or the Life OS."""

    @property
    def url(self) -> str:
        return os.environ.get(STORE_VARIABLE, DEFAULT_STORE) if self.store is None else self.store

    @property
    def place(self) -> str:
        """The URL as it may be printed."""
        return describe_url(self.url)

    @cached_property
    def application(self) -> Application:
        """The application. Raises: UnknownApplication."""
        from ascend.cli.terminal.logs import configure_imported_structlog

        name = (os.environ.get(APP_VARIABLE) or LIFE_OS.name) if self.app is None else self.app
        application = load_application(name)
        configure_imported_structlog(verbose=self.verbose)  # the application may have imported it
        return application


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Everything that a command on a store needs."""

    store: Store
    viewer: Viewer
    printer: "Printer"
    options: GlobalOptions

    @property
    def names(self) -> "NameResolver":
        from ascend.cli.naming import NameResolver

        return NameResolver(self.store, self.viewer)

    def now(self) -> datetime:
        """Return the time, in the local time zone."""
        return self.options.clock()


StoreCommand = Callable[[CommandContext], Awaitable[None]]


def run_query(ctx: typer.Context, command: StoreCommand) -> None:
    """Run a command that reads, as the user named by --as or else as the operator."""
    _run(ctx.obj, command, create=False)


def run_operation(ctx: typer.Context, command: StoreCommand, *, create: bool = False) -> None:
    """Run a command of the operator. With `create`, create what is missing of the store. Raises: ForOperators."""
    check_operator(ctx)
    _run(ctx.obj, command, create=create)


def check_operator(ctx: typer.Context) -> GlobalOptions:
    """Return the options. Raises: ForOperators if --as names a user."""
    options: GlobalOptions = ctx.obj
    if options.user is not None:
        raise ForOperators(ctx.info_name)
    return options


def _run(options: GlobalOptions, command: StoreCommand, *, create: bool) -> None:
    app = options.application  # loaded here, because an import blocks the event loop
    anyio.run(_run_on_store, options, app, command, create)


async def _run_on_store(options: GlobalOptions, app: Application, command: StoreCommand, create: bool) -> None:
    from ascend.cli.naming import NameResolver

    async with open_store(options.url, create=create, app=app) as store:
        try:
            viewer = OPERATOR if options.user is None else await NameResolver(store, OPERATOR).find_user(options.user)
            await command(CommandContext(store, viewer, options.printer, options))
        except NotReady:
            store.ownership.check()  # the read items are those of another application
            raise
