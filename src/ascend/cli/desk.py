"""Where a command works: an open store, who looks, and where it prints."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import anyio
import typer

from ascend import OPERATOR, Store, Viewer, open_store
from ascend.adapters.environment import SystemEnvironment
from ascend.cli.errors import ForOperators
from ascend.cli.naming import Names
from ascend.cli.terminal.printing import Printer

DEFAULT_STORE = "sqlite:///ascend.db"
STORE_VARIABLE = "ASCEND_STORE"


def local_now() -> datetime:
    return SystemEnvironment().now().astimezone()


@dataclass
class Options:
    """What stands before the command."""

    store: str | None = None
    """As it was typed; the environment may name another."""
    user: str | None = None
    json: bool = False
    debug: bool = False
    clock: Callable[[], datetime] = local_now
    printer: Printer = field(init=False)

    @property
    def url(self) -> str:
        return os.environ.get(STORE_VARIABLE, DEFAULT_STORE) if self.store is None else self.store


@dataclass(frozen=True, slots=True)
class Desk:
    store: Store
    viewer: Viewer
    printer: Printer
    options: Options

    @property
    def names(self) -> Names:
        return Names(self.store, self.viewer)


Job = Callable[[Desk], Awaitable[None]]


def look(context: typer.Context, job: Job) -> None:
    """Runs a job that looks, as the user named by --as, else as the operator."""
    anyio.run(_run, context.obj, job, False)


def operate(context: typer.Context, job: Job, *, create: bool = False) -> None:
    """Runs a job of the operator. With `create`, what is missing of the store is created."""
    options: Options = context.obj
    if options.user is not None:
        raise ForOperators(context.info_name)
    anyio.run(_run, options, job, create)


async def _run(options: Options, job: Job, create: bool) -> None:
    async with open_store(options.url, create=create) as store:
        viewer = OPERATOR if options.user is None else await Names(store, OPERATOR).user(options.user)
        await job(Desk(store, viewer, options.printer, options))
