"""Names that are data: they are stored in tables, digests or derived ids. Names are added, but never renamed.

`tests/golden/names.json` keeps them. A read item's class is its attribute `type`; a command's class is part of the
digest of every stored command; an id's class is part of every derived id; a refusal's class is its `rule`.
Where something new has no name there yet: `PYTHONPATH=tests .venv/bin/python tests/domain/test_pinned_names.py`, and look at what it adds.
"""

import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import pytest
from pydantic import BaseModel
from support.paths import GOLDEN

from ascend.domain.catalog import COMMANDS, MODEL
from ascend.domain.errors import Refusal
from ascend.domain.ids import Id
from ascend.projections.catalog import PROJECTIONS, READ_ITEMS
from ascend.projections.policies.catalog import POLICIES_CATALOG

FILE = GOLDEN / "names.json"
KINDS = ("commands", "events", "ids", "policies", "projections", "read items", "refusals", "states")
LIBRARY = ("ascend.domain.", "ascend.projections.", "ascend.adapters.")
Names = dict[str, dict[str, list[str]]]
"""The names of each kind, each with its fields."""


def names() -> Names:
    """Return the names that the code uses today."""
    return {
        "commands": {command.__name__: fields_of(command) for command in COMMANDS},
        "events": {tag: fields_of(event) for tag, event in MODEL.events.items()},
        "ids": {kind.__name__: [] for kind in subclasses(Id)},
        "policies": {policy.name: [] for policy in POLICIES_CATALOG},
        "projections": {projection.name: [] for projection in PROJECTIONS},
        "read items": {item.__name__: fields_of(item) for item in READ_ITEMS},
        "refusals": {refusal.__name__: [] for refusal in subclasses(Refusal)},
        "states": {name: sorted(field.name for field in fields(kind.state)) for name, kind in MODEL.kinds.items()},  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  every state is a dataclass
    }


def fields_of(model: type[BaseModel]) -> list[str]:
    return sorted(model.model_fields)


def subclasses(base: type[Any]) -> Iterable[type[Any]]:
    """Yield the subclasses that the library defines. Those of the command line are never stored."""
    for subclass in base.__subclasses__():
        if subclass.__module__.startswith(LIBRARY):
            yield subclass
        yield from subclasses(subclass)


@pytest.fixture(scope="module")
def pinned() -> Names:
    stored: Names = json.loads(FILE.read_text())
    return stored


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_that_is_data_was_renamed_or_removed(kind: str, pinned: Names) -> None:
    today = names()[kind]
    assert pinned[kind].keys() <= today.keys()
    for name, expected in pinned[kind].items():
        assert set(expected) <= set(today[name]), name


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_that_is_data_is_pinned(kind: str, pinned: Names) -> None:
    assert names()[kind] == pinned[kind]


if __name__ == "__main__":
    FILE.write_text(json.dumps(names(), indent=1, sort_keys=True) + "\n")
