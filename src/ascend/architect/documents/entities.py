"""The entities of an application as a new reader meets them: each in a sentence, and the fields by which it points at others."""

import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from typing import Any, cast, get_args, get_type_hints

from ascend.domain.ids import Id, Ref, UserId
from ascend.domain.integrity import INTEGRITY
from ascend.domain.runtime.model import Kind
from ascend.projections.application import Application

USER = "User"
"""People are known by the id that the login system gives them. The store keeps no entity for them."""
SENTENCE = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True, slots=True)
class StateField:
    """A field of an entity's state."""

    name: str
    hint: object
    """Its type, as it is annotated."""
    always: bool
    """True if every entity has a value of its own in this field: it has no default."""

    @property
    def many(self) -> bool:
        """True if the field holds any number of values."""
        return getattr(self.hint, "__origin__", None) in {tuple, list, dict, frozenset, set}

    def list_types(self) -> Iterator[type[Any]]:
        """Yield the types in the field's type, in their order."""
        return (part for part in walk_type(self.hint) if isinstance(part, type))


@dataclass(frozen=True, slots=True)
class Reference:
    """A field by which an entity points at other entities."""

    source: str
    field: str
    target: str
    many: bool
    """True if the field points at any number of them."""
    always: bool
    """True if every entity points at one of this kind."""


def walk_type(hint: object) -> Iterator[object]:
    """Yield the type and all types in it."""
    yield hint
    for part in get_args(hint):
        yield from walk_type(part)


def describe_kind(kind: Kind) -> str:
    """Return one sentence about the kind: the first of its state's docstring, or else the commands that change it."""
    if documented := read_first_sentence(kind.state):
        return documented
    commands = " ".join(read_first_sentence(command) for command in kind.commands)
    return commands or "Its state has no docstring, and no command of its own changes it."


def read_first_sentence(documented: type[Any]) -> str:
    """Return the first sentence of a class's own docstring; empty if it has none. A dataclass makes one up: that is none."""
    text = " ".join((documented.__dict__.get("__doc__") or "").split())
    return "" if text.startswith(f"{documented.__name__}(") else SENTENCE.split(text)[0]


def list_fields(kind: Kind) -> list[StateField]:
    """Return the fields of the kind's state, in their order."""
    state = cast("type[Any]", kind.state)
    hints = get_type_hints(state)
    return [
        StateField(known.name, hints[known.name], known.default is MISSING and known.default_factory is MISSING)
        for known in fields(state)
    ]


def list_references(app: Application) -> list[Reference]:
    """Return the fields that point at other entities or at users, kind by kind.

    A field of type `Ref` can point at entities of several kinds. The rules of integrity name them for the Life OS.
    """
    owners = {owner: kind.state.__name__ for kind in app.kinds for owner in find_id_types(kind)}
    return [reference for kind in app.kinds for reference in find_references(app, kind, owners)]


def find_id_types(kind: Kind) -> Iterator[type[Id]]:
    """Yield the type of the field `id`; nothing if the state has no such field, or one that is not an id."""
    own = (known for known in list_fields(kind) if known.name == "id")
    return (part for known in own for part in known.list_types() if issubclass(part, Id))


def find_references(app: Application, kind: Kind, owners: dict[type[Id], str]) -> Iterator[Reference]:
    source = kind.state.__name__
    for known in list_fields(kind):
        if known.name != "id":
            targets = list(dict.fromkeys(find_targets(app, kind, known, owners)))
            for target in targets:
                yield Reference(source, known.name, target, known.many, known.always and len(targets) == 1)


def find_targets(app: Application, kind: Kind, known: StateField, owners: dict[type[Id], str]) -> Iterator[str]:
    names = {entity: other.state.__name__ for entity, other in app.model.kinds.items()}
    for part in known.list_types():
        if part is Ref:
            for rule in INTEGRITY:
                if (rule.pointing, rule.field) == (kind.state.entity, known.name) and rule.pointed in names:
                    yield names[rule.pointed]
        elif issubclass(part, Id):
            yield USER if issubclass(part, UserId) else owners.get(part, part.__name__)
