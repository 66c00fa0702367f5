"""Names that are data: those stored in tables, digests or derived ids.

`tests/golden/names.json` records them. The file only grows by `make generate`.
"""

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from support.only_grows import check_only_grows
from support.paths import GOLDEN

from ascend.domain.errors import Refusal
from ascend.domain.ids import Id
from ascend.projections.life_os import LIFE_OS

NAMES = GOLDEN / "names.json"
LIBRARY = ("ascend.domain.", "ascend.projections.", "ascend.adapters.")
Names = dict[str, dict[str, list[str]]]
"""The names of each kind, each with its fields."""


def names() -> Names:
    """Return the names that the code uses today."""
    return {
        "commands": {command.__name__: fields_of(command) for command in LIFE_OS.commands},
        "events": {tag: fields_of(event) for tag, event in LIFE_OS.model.events.items()},
        "ids": {kind.__name__: [] for kind in subclasses(Id)},
        "policies": {policy.name: [] for policy in LIFE_OS.policies},
        "projections": {projection.name: [] for projection in LIFE_OS.projections},
        "read items": {item.__name__: fields_of(item) for item in LIFE_OS.catalog.items},
        "refusals": {refusal.__name__: [] for refusal in subclasses(Refusal)},
        "states": {
            name: sorted(field.name for field in fields(kind.state))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  every state is a dataclass
            for name, kind in LIFE_OS.model.kinds.items()
        },
    }


def fields_of(model: type[BaseModel]) -> list[str]:
    return sorted(model.model_fields)


def subclasses(base: type[Any]) -> Iterable[type[Any]]:
    """Yield the subclasses that the library defines. Those of the command line are never stored."""
    for subclass in base.__subclasses__():
        if subclass.__module__.startswith(LIBRARY):
            yield subclass
        yield from subclasses(subclass)


def flatten(names: Names) -> set[str]:
    """Return each name and each field with its path, such as `commands.CreateTask.title`."""
    paths = {f"{kind}.{name}" for kind, named in names.items() for name in named}
    return paths | {
        f"{kind}.{name}.{field}" for kind, named in names.items() for name in named for field in named[name]
    }


def add_names(recorded: Names, today: Names) -> Names:
    """Return the names of today. Raises `Removed` if a recorded one is missing."""
    remedy = "restore it, because stored data holds this name"
    check_only_grows(NAMES, flatten(recorded), flatten(today), remedy)
    return today


def render_pinned_names() -> dict[Path, str]:
    now = add_names(json.loads(NAMES.read_text()), names())
    return {NAMES: json.dumps(now, indent=1, sort_keys=True) + "\n"}
