"""The exports of `ascend`: every part of the Life OS is a public name. `make generate` adds those that are missing.

The module is written as text, and not put together when it is imported, so that type checkers and readers see the names.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from support.only_grows import check_only_grows
from support.paths import ROOT, TESTS
from support.pinned_names import subclasses

import ascend
from ascend.domain.ids import Id

PUBLIC_NAMES = TESTS / "store" / "public_names.txt"
MODULE = ROOT / "src" / "ascend" / "__init__.py"
INTERNAL_COMMANDS = {"EraseWorkspace", "OpenNextOccurrence", "ReleaseTask"}
"""Commands of the operator's jobs and of policies: nobody else may send them."""
ALL = "__all__ = [\n"


def list_parts() -> set[type[Any]]:
    """Return the classes of the Life OS: ids, states, events, commands, refusals and read items."""
    app = ascend.LIFE_OS
    return {
        *subclasses(Id),
        *(kind.state for kind in app.kinds),
        *app.model.events.values(),
        *(command for command in app.commands if command.__name__ not in INTERNAL_COMMANDS),
        *subclasses(ascend.Refusal),
        *app.catalog.items,
    }


def list_missing() -> list[type[Any]]:
    """Return the parts that are not public yet, by name."""
    missing = (part for part in list_parts() if getattr(ascend, part.__name__, None) is not part)
    return sorted(missing, key=lambda part: part.__name__)


def render_exports() -> dict[Path, str]:
    """Return the module with the missing names imported and exported."""
    text = MODULE.read_text()
    if missing := list_missing():
        imports = "".join(f"from {part.__module__} import {part.__name__}\n" for part in missing)
        names = "".join(f"    {part.__name__!r},\n" for part in missing)
        text = sort_names(text.replace(ALL, f"{imports}{ALL}{names}", 1))
    return {MODULE: text}


def sort_names(text: str) -> str:
    """Return the module with its imports and `__all__` in order."""
    for arguments in (("check", "--fix", "--quiet", "--select", "I,RUF022"), ("format", "--quiet")):
        command = (sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(MODULE), "-")
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text


def render_public_names() -> dict[Path, str]:
    """Return the list of the public names, which only grows."""
    names = {*ascend.__all__, *(part.__name__ for part in list_missing())}
    remedy = "restore it, or delete its line there and tell embedders in CHANGELOG.md"
    check_only_grows(PUBLIC_NAMES, PUBLIC_NAMES.read_text().split(), names, remedy)
    return {PUBLIC_NAMES: "".join(f"{name}\n" for name in sorted(names))}
