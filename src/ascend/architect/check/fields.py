"""The values that the fields of key templates may hold.

The type of a read item's field says so where it can; the other fields are declared here. A check needs to know three
things about a field: its greatest length, whether two fields can hold the same text, and whether the field has enough
values to spread load.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property
from types import NoneType
from typing import Any, get_args, get_type_hints

from pydantic.fields import FieldInfo

from ascend.domain.ids import Id, UserId
from ascend.domain.text_keys import LABEL_KEY_CHARACTERS, NAME_KEY_CHARACTERS
from ascend.domain.things.rules import DEPTH
from ascend.domain.user_text import KEY_BYTES
from ascend.projections.item import ReadItem
from ascend.projections.key_text import KeyText, find_form
from ascend.projections.read_models.things import name_sort_key

ASCII_SET = re.compile(r"\^\[[\x20-\x5a\x5f-\x7e][\x20-\x5a\x5f-\x7e]*\][*+]\$")
"""A pattern of text that has only the named characters. A set that begins with `^`, and one with `\\`, does not match."""
UUID_SAMPLE = "00000000-0000-7000-8000-000000000000"
ID_BYTES, UTF8_BYTES, DATE_BYTES = 36, 4, 10
NAME_END_BYTES = len(name_sort_key(""))
"""Length of the text that ends a name in a key."""
LINK_BYTES = ID_BYTES + 1
"""Length of one step of a path: an id and its separator."""


@dataclass(frozen=True)
class Field:
    """The values that a field of a key template may hold."""

    text: str
    """A regular expression that matches every possible value."""
    sample: str
    """A possible value, preferably one that other fields can hold too: keys can be equal if a sample of one fits the other."""
    bytes: int
    """Length of the longest value."""
    few: bool = False
    """True if the field has too few values to spread load."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.text)


def text_field(bytes: int) -> Field:
    """Return a field for any text without the separator, of at most this length."""
    return Field("[^#]*", UUID_SAMPLE, bytes)


def ascii_field(pattern: str, characters: int) -> Field:
    """Return a field for text of these characters of ASCII: each has one byte."""
    text = pattern.removeprefix("^").removesuffix("$")
    sample = UUID_SAMPLE if re.fullmatch(text, UUID_SAMPLE) else text[1]
    return Field(text, sample, characters)


def choice_field(values: Iterable[str]) -> Field:
    """Return a field for one of these values."""
    choices = sorted(values)
    return Field("|".join(map(re.escape, choices)), choices[0], max(len(text.encode()) for text in choices), few=True)


UUID = Field("[0-9a-f-]{36}", UUID_SAMPLE, ID_BYTES)
USER = Field(UserId.key_pattern.pattern, UUID_SAMPLE, KEY_BYTES)
KIND = Field("[a-z]+", "task", 12, few=True)
NUMBER = Field("[0-9]+", "0", 10, few=True)
MOMENT = Field("[0-9TZ:.~-]+", "2030-01-01", len("2030-01-01T00:00:00.000000Z"))
LABEL = text_field(LABEL_KEY_CHARACTERS * UTF8_BYTES)
PLACE = Field("[a-z]+:[0-9a-f-]{36}", f"task:{UUID_SAMPLE}", KIND.bytes + LINK_BYTES)

FIELDS: Mapping[str, Field] = {
    # fields of the engine's item types
    "workspace": UUID,
    "id": UUID,
    "parent": UUID,
    "child": UUID,
    "command": UUID,
    "position": Field("[0-9]{16}", "0" * 16, 16),
    "first": Field("[0-9]{16}", "0" * 16, 16),
    "last": Field("[0-9]{16}", "0" * 16, 16),
    "bucket": Field("[0-9]{12}", "0" * 12, 12),
    "shard": NUMBER,
    "epoch": NUMBER,
    "generation": Field("[0-9a-f]{12}", "0" * 12, 12, few=True),
    "incarnation": Field("[0-9a-f]{12}-[0-9a-f]{12}", f"{'0' * 12}-{'0' * 12}", 25, few=True),
    "build": Field(r"[^#]+\.[0-9]+\.[0-9]+", "feed.1.0", 100, few=True),
    "policy": Field("[a-z][a-z0-9-]*", "thank", 64, few=True),
    "worker": UUID,
    "lease_kind": Field("(hints|sweep)-[0-9a-f]{12}", f"sweep-{'0' * 12}", 18, few=True),
    "lease_shard": Field(r"[A-Za-z0-9._-]+", UUID_SAMPLE, 65),
    # fields of read items
    "kind": KIND,
    "target_kind": KIND,
    "target": UUID,
    "entity": UUID,
    "at": PLACE,
    "to": PLACE,
    "parent_or_top": Field("top|[0-9a-f-]{36}", UUID_SAMPLE, ID_BYTES),
    "path_text": Field("([0-9a-f-]{36}/)+", f"{UUID_SAMPLE}/", DEPTH * LINK_BYTES),
    "when": MOMENT,
    "slot": Field(r"[0-9]{16}\.[0-9]{4}", f"{'0' * 16}.0000", 21),
    "to_do": choice_field(["to-do"]),
    "sort_name": text_field(NAME_KEY_CHARACTERS * UTF8_BYTES + NAME_END_BYTES),
    "type_key": LABEL,
    "tag_key": LABEL,
}
"""The fields of Ascend's own keys, by name."""
KEY_TEXTS: Mapping[KeyText, Field] = {
    KeyText.DUE: MOMENT,
    KeyText.INSTANT: MOMENT,
    KeyText.LABEL: LABEL,
    KeyText.REF: PLACE,
}


def find_field(name: str, model: type[ReadItem] | None, declared: Mapping[str, Field]) -> Field | None:
    """Return the field of an item type, from its Python type if possible, else as declared; None if neither says it."""
    typed = None if model is None else field_from_type(find_annotation(model, name))
    return typed or declared.get(name)


def find_annotation(model: type[ReadItem], name: str) -> Any:
    """Return the type of a field or property, with its constraints; None if the model has neither."""
    if name in model.model_fields:
        return model.model_fields[name].rebuild_annotation()
    member = getattr(model, name, None)
    if not isinstance(member, property) or member.fget is None:
        return None
    return get_type_hints(member.fget, include_extras=True).get("return")


def field_from_type(type_: Any) -> Field | None:
    """Return the field that a type describes by itself; else None.

    These are an enum, an id, a date, a text with `max_length`, and a text of a declared form (`LabelKey`).

    A text has four bytes a character, unless its `pattern` is one set of ASCII characters, such as `^[0-9a-f/-]*$`.

    `X | None` counts as `X`: an item whose field is None has no such key.
    """
    info = FieldInfo.from_annotation(type_)
    if (form := find_form(info.metadata)) is not None:
        return KEY_TEXTS[form]
    limits = [part.max_length for part in info.metadata if getattr(part, "max_length", None) is not None]
    type_ = info.annotation
    if type_ is str and limits:
        patterns = [part.pattern for part in info.metadata if getattr(part, "pattern", None) is not None]
        if patterns and ASCII_SET.fullmatch(patterns[0]):
            return ascii_field(patterns[0], min(limits))
        return text_field(min(limits) * UTF8_BYTES)
    if parts := [part for part in get_args(type_) if part is not NoneType]:
        return field_from_type(parts[0]) if len(parts) == 1 else None
    if not isinstance(type_, type):
        return None
    if issubclass(type_, Enum):
        return choice_field(str(member.value) for member in type_)
    if issubclass(type_, Id):
        return USER if issubclass(type_, UserId) else UUID
    return Field("[0-9-]{10}", "2030-01-01", DATE_BYTES) if type_ is date else None
