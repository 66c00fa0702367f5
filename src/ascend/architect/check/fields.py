"""What the fields of key templates may hold: from the types of read items where they say so, else as is said here.

A check asks three things of a field: how long it can become, whether two fields can hold the same text, and whether it
has enough values to spread load.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from types import NoneType
from typing import Any, get_args, get_type_hints

from ascend.domain.ids import Id, UserId
from ascend.domain.things.commands import DEPTH
from ascend.projections.item import SORTABLE_CHARACTERS, ReadItem
from ascend.projections.read_models.things import by_name

UUID_SAMPLE = "00000000-0000-7000-8000-000000000000"
ID_BYTES, USER_BYTES, LABEL_CHARACTERS, UTF8_BYTES, DATE_BYTES = 36, 64, 100, 4, 10
NAME_END_BYTES = len(by_name(""))
"""What ends a name in a key."""
LINK_BYTES = ID_BYTES + 1
"""Of a path: an id and what ends it."""


@dataclass(frozen=True)
class Field:
    text: str
    """A regular expression of all that it may hold."""
    sample: str
    """One such text, best one that other fields may hold as well: two keys are held for the same where samples meet."""
    bytes: int
    """At most."""
    few: bool = False
    """It has so few values that they spread no load."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.text)


def label(bytes: int) -> Field:
    """Any text without the separator."""
    return Field("[^#]*", UUID_SAMPLE, bytes)


def one_of(values: Iterable[str]) -> Field:
    known = sorted(values)
    return Field("|".join(map(re.escape, known)), known[0], max(len(one.encode()) for one in known), few=True)


UUID = Field("[0-9a-f-]{36}", UUID_SAMPLE, ID_BYTES)
USER = Field("[A-Za-z0-9~][A-Za-z0-9._:@|+~-]{0,63}", UUID_SAMPLE, USER_BYTES)
KIND = Field("[a-z]+", "task", 12, few=True)
NUMBER = Field("[0-9]+", "0", 10, few=True)
PLACE = Field("[a-z]+:[0-9a-f-]{36}", f"task:{UUID_SAMPLE}", KIND.bytes + LINK_BYTES)

FIELDS: Mapping[str, Field] = {
    # of the engine
    "workspace": UUID,
    "id": UUID,
    "parent": UUID,
    "child": UUID,
    "command": UUID,
    "position": Field("[0-9]{16}", "0" * 16, 16),
    "shard": NUMBER,
    "epoch": NUMBER,
    "generation": Field("[0-9a-f]{12}", "0" * 12, 12, few=True),
    "incarnation": Field("[0-9a-f]{12}-[0-9a-f]{12}", f"{'0' * 12}-{'0' * 12}", 25, few=True),
    "build": Field(r"[^#]+\.[0-9]+\.[0-9]+", "feed.1.0", 100, few=True),
    "policy": Field("[a-z][a-z0-9-]*", "thank", 64, few=True),
    # of read items
    "kind": KIND,
    "target_kind": KIND,
    "target": UUID,
    "entity": UUID,
    "at": PLACE,
    "to": PLACE,
    "parent_or_top": Field("top|[0-9a-f-]{36}", UUID_SAMPLE, ID_BYTES),
    "path_text": Field("([0-9a-f-]{36}/)+", f"{UUID_SAMPLE}/", DEPTH * LINK_BYTES),
    "when": Field("[0-9TZ:.~-]+", "2030-01-01", len("2030-01-01T00:00:00.000000Z")),
    "slot": Field(r"[0-9]{16}\.[0-9]{4}", f"{'0' * 16}.0000", 21),
    "to_do": one_of(["to-do"]),
    "sort_name": label(SORTABLE_CHARACTERS * UTF8_BYTES + NAME_END_BYTES),
    "type_key": label(LABEL_CHARACTERS * UTF8_BYTES),
    "tag_key": label(LABEL_CHARACTERS * UTF8_BYTES),
}
"""Of Ascend's own keys, by name."""


def field_of(name: str, model: type[ReadItem] | None, said: Mapping[str, Field]) -> Field | None:
    """None: nobody says what it may hold. An enum's values and the types of ids say it by themselves."""
    typed = None if model is None else by_type(annotation(model, name))
    return typed or said.get(name)


def annotation(model: type[ReadItem], name: str) -> Any:
    """The type of a field or property; None where there is none."""
    if name in model.model_fields:
        return model.model_fields[name].annotation
    found = getattr(model, name, None)
    return get_type_hints(found.fget).get("return") if isinstance(found, property) and found.fget else None


def by_type(type_: Any) -> Field | None:
    """Of what may be None: an item without it has no such key."""
    if parts := [part for part in get_args(type_) if part is not NoneType]:
        return by_type(parts[0]) if len(parts) == 1 else None
    if not isinstance(type_, type):
        return None
    if issubclass(type_, Enum):
        return one_of(str(one.value) for one in type_)
    if issubclass(type_, Id):
        return USER if issubclass(type_, UserId) else UUID
    return Field("[0-9-]{10}", "2030-01-01", DATE_BYTES) if type_ is date else None
