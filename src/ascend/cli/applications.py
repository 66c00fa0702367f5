"""Load the application that the command line works with, and say which commands belong to the Life OS."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from ascend import LIFE_OS, Application
from ascend.domain.errors import InvalidInput

APP_VARIABLE = "ASCEND_APP"
GROUP = "ascend.applications"
"""The entry-point group of installed applications."""
LIFE_OS_COMMANDS = frozenset(
    {"feed", "tasks", "tree", "show", "assets", "tagged", "mentions", "done", "import", "demo", "retime"}
)


class UnknownApplication(InvalidInput):
    """This names no application: use MODULE:ATTRIBUTE, or the name of an installed one."""


class OnlyLifeOs(InvalidInput):
    """This command works on Things and Tasks, which only the Life OS has, and what extends it."""


def load_application(name: str) -> Application:
    """Return the application of this name: `MODULE:ATTRIBUTE`, an installed one, or `life-os`.

    Modules are also found in the current folder.

    Raises:
        UnknownApplication: there is none.
    """
    if name == LIFE_OS.name:
        return LIFE_OS
    module, colon, attribute = name.partition(":")
    found = _import(name, module, attribute) if colon else _find_installed(name)
    if not isinstance(found, Application):
        raise UnknownApplication(f"{name} is a {type(found).__name__}")
    return found


def _import(name: str, module: str, attribute: str) -> object:
    if (folder := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, folder)
    if not all(part.isidentifier() for part in module.split(".")):
        raise UnknownApplication(f"{name}: {module!r} is not the name of a module")
    try:
        loaded = import_module(module)
    except (Exception, SystemExit) as error:  # a module can do anything while it is imported
        raise UnknownApplication(f"{name}: {type(error).__name__}: {error}") from error
    if not hasattr(loaded, attribute):
        raise UnknownApplication(f"{name}: the module {module} has no {attribute!r}")
    return getattr(loaded, attribute)


def _find_installed(name: str) -> object:
    from importlib.metadata import entry_points  # noqa: PLC0415  the Life OS does not need it

    installed = entry_points(group=GROUP)
    for entry in installed:
        if entry.name == name:
            return _import(name, entry.module, entry.attr)
    names = ", ".join(sorted({LIFE_OS.name, *installed.names}))
    raise UnknownApplication(f"{name}; installed: {names}")


class ApplicationGroup(TyperGroup):
    """A group that hides the commands of the Life OS under another application, and says why when one is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        names = super().list_commands(ctx)
        return names if _is_life_os(ctx) else [name for name in names if name not in LIFE_OS_COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in LIFE_OS_COMMANDS:
            check_life_os(ctx, cmd_name)
        return super().get_command(ctx, cmd_name)


def check_life_os(ctx: typer.Context, command: str) -> None:
    """Raise `OnlyLifeOs` if the command line works with another application."""
    if not _is_life_os(ctx):
        raise OnlyLifeOs(f"{command}; this is {ctx.obj.application.name}")


def _is_life_os(ctx: typer.Context) -> bool:
    """Return True if the application has everything that the commands of the Life OS need."""
    app: Application = ctx.obj.application
    names = {projection.name for projection in app.projections}
    return set(LIFE_OS.commands) <= set(app.commands) and names.issuperset(known.name for known in LIFE_OS.projections)
