"""Key templates: a pair of keys, rendered from named fields and parsed back into them.

    "S#{kind}#{id}" with kind="task" and id="42" is "S#task#42"

No field may hold the separator `#`. So a rendered key can be parsed, and no value reaches into another's key. The id of a
user stands in a key in an encoding that holds no separator (`Id.key_text`), where the field has the type `UserId`.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel

from ascend.domain.errors import InvalidInput, LimitExceeded
from ascend.domain.ids import Id

FIELD = re.compile(r"\{(\w+)\}")
SEPARATOR = "#"


class ViewKey(NamedTuple):
    """The key of an item within one build of a projection."""

    partition: str
    sort: str


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """One text with named fields: the partition key or the sort key of a template."""

    text: str
    fields: tuple[str, ...] = field(init=False, compare=False)
    """Names, in the order in which they stand in the text."""
    literals: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The texts before, between and after the fields: one more than there are fields."""
    parts: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    """Each field, with the text behind it."""

    def __post_init__(self) -> None:
        parts = FIELD.split(self.text)  # literal, field, literal, field, … literal
        object.__setattr__(self, "fields", tuple(parts[1::2]))
        object.__setattr__(self, "literals", tuple(parts[::2]))
        object.__setattr__(self, "parts", tuple(zip(self.fields, self.literals[1:], strict=True)))

    def before_missing(self, known: Container[str]) -> "TextTemplate":
        """Return the part of the template before its first field that is not known."""
        missing = next((match for match in FIELD.finditer(self.text) if match[1] not in known), None)
        return self if missing is None else TextTemplate(self.text[: missing.start()])

    def render(self, values: Mapping[str, str]) -> str:
        """Return the text with its fields filled in. Raises `KeyError` for a missing field."""
        rendered = self.literals[0]
        for name, behind in self.parts:
            rendered += values[name] + behind
        return rendered

    def parse(self, text: str) -> dict[str, str] | None:
        """Return the fields of a rendered text; None if it cannot come from this template."""
        match = _make_parser(self.text).fullmatch(text)
        return None if match is None else match.groupdict()


@cache
def _make_parser(template: str) -> re.Pattern[str]:
    """Return the pattern of the texts that the template makes. Most processes parse the keys of few templates."""
    parts = FIELD.split(template)
    patterns = (f"(?P<{part}>[^{SEPARATOR}]*)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    return re.compile("".join(patterns))


def parse_key(templates: Sequence[TextTemplate], texts: Sequence[str]) -> dict[str, str]:
    """Return the fields of a rendered key. Raises `ValueError` if the key cannot come from these templates."""
    values: dict[str, str] = {}
    for template, text in zip(templates, texts, strict=True):
        fields = template.parse(text)
        if fields is None or any(values.get(name, value) != value for name, value in fields.items()):
            raise ValueError(f"{text!r} is not {' '.join(template.text for template in templates)}")
        values |= fields
    return values


def check_field(name: str, value: str, template: str = "") -> str:
    """Return the value. Raises `LimitExceeded` if it holds the separator.

    The message is stored with a parked entity, so processes of two versions must write the same text.
    """
    if SEPARATOR in value:
        key = f"a key {template}".rstrip()
        raise LimitExceeded(f"{name} cannot stand in {key}: it holds {SEPARATOR!r}")
    return value


class KeyTemplate:
    """The template of a read item's keys, in the table or in an index."""

    def __init__(self, partition: str, sort: str) -> None:
        self.partition, self.sort = partition, sort
        self._partition, self._sort = TextTemplate(partition), TextTemplate(sort)
        self.partition_fields, self.sort_fields = self._partition.fields, self._sort.fields
        self.fields = tuple(dict.fromkeys((*self.partition_fields, *self.sort_fields)))
        """Names, the partition's first, each once."""

    def render(self, item: BaseModel) -> ViewKey:
        """Return the keys of an item. Raises `LimitExceeded` if a field holds the separator, `InvalidInput` if it is None."""
        return ViewKey(fill_from(self._partition, item), fill_from(self._sort, item))

    def render_sparse(self, item: BaseModel) -> ViewKey | None:
        """Return the keys of an item in an index; None if one of the fields is None: the item is not in that index."""
        for name in self.fields:
            if getattr(item, name) is None:
                return None
        return self.render(item)

    def partition_key(self, **values: object) -> str:
        """Return the partition key for these values. Values of the sort key may be among them.

        Raises `InvalidInput` if a value is missing or is no field of this template, and `LimitExceeded` if a value holds
        the separator.
        """
        self._check_names(values)
        return fill(self._partition, values)

    def sort_prefix(self, **values: object) -> str:
        """Return the sort key up to the first field without a value. Values of the partition may be among them.

        Raises as `partition_key` does, and `InvalidInput` for a value behind a missing one: it would narrow nothing.
        """
        self._check_names(values)
        given = frozenset(name for name, value in values.items() if value is not None)
        prefix = _find_prefix(self._sort, given)
        missing, behind = self.sort_fields[len(prefix.fields) :][:1], self.sort_fields[len(prefix.fields) + 1 :]
        if useless := [name for name in behind if name in given and name not in self.partition_fields]:
            raise InvalidInput(f"{useless[0]} says nothing without {missing[0]}, which comes before it in {self.sort}")
        return fill(prefix, values)

    def _check_names(self, values: Mapping[str, object]) -> None:
        if unknown := sorted(values.keys() - set(self.fields)):
            raise InvalidInput(f"{', '.join(unknown)}: no field of {self.partition} {self.sort}")

    def parse(self, key: ViewKey) -> dict[str, str]:
        """Return the fields of a rendered key. Raises `ValueError` for a key of another template."""
        return parse_key((self._partition, self._sort), key)


@cache
def _find_prefix(template: TextTemplate, given: frozenset[str]) -> TextTemplate:
    """Return `before_missing`. Most processes ask for the prefixes of few templates."""
    return template.before_missing(given)


def fill(template: TextTemplate, values: Mapping[str, object]) -> str:
    """Render the template. Raises `InvalidInput` for a missing value, `LimitExceeded` for one that holds the separator."""
    text = template.literals[0]
    for name, literal in template.parts:
        text += _to_field_text(template, name, values.get(name)) + literal
    return text


def fill_from(template: TextTemplate, item: object) -> str:
    """Render the template with the attributes of an item. Raises as `fill` does."""
    text = template.literals[0]
    for name, literal in template.parts:
        value = getattr(item, name)
        field = value.key_text if isinstance(value, Id) else value
        if type(field) is not str or SEPARATOR in field:  # most are text: no call for them
            field = _to_field_text(template, name, value)
        text += field + literal
    return text


def _to_field_text(template: TextTemplate, name: str, value: object) -> str:
    if value is None:
        raise InvalidInput(f"a key {template.text} needs a {name}")
    text = value.key_text if isinstance(value, Id) else str(value)
    if SEPARATOR in text:
        check_field(name, text, template.text)
    return text
