"""Checks of the read items of an application. Each error names both sides."""

import inspect
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import combinations, product
from typing import Literal, get_args, get_origin, get_type_hints

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import Id, UserId, WorkspaceId
from ascend.domain.runtime.kind_checks import build_model, check_readable
from ascend.projections.item import ReadItem
from ascend.projections.key_template import FIELD, SEPARATOR, KeyTemplate
from ascend.projections.projection import Projection

NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
"""Names of projections: they stand in keys."""
UUID_SAMPLE = "00000000-0000-0000-0000-000000000000"
ANY_TEXT = f"[^{SEPARATOR}]*"
OWNERS = {"W#{workspace}": ("workspace", WorkspaceId), "U#{user}": ("user", UserId)}
"""The beginnings of a partition key, with the field that it holds and the type of the field."""


def check_items(projections: Iterable[Projection]) -> None:
    """Check that each read item lies in the partition of one workspace or user, and has a key of its own.

    Raises:
        InvalidInput: an item breaks one of these rules, or could not be read again.
    """
    for projection in projections:
        _check_projection(projection)
        for item in projection.items:
            build_model(item)
            check_readable(item)
            _check_partitions(item)
        _check_keys(projection)


def _check_projection(projection: Projection) -> None:
    """Raise `InvalidInput` for a name or a version that cannot stand in a key."""
    if not NAME.fullmatch(projection.name):
        raise InvalidInput(f"a projection is named {projection.name!r}: use a-z, 0-9, '_' and '-', beginning with a-z")
    if projection.version < 1:
        raise InvalidInput(
            f"the projection {projection.name} has the version {projection.version}: versions begin with 1"
        )


def _check_keys(projection: Projection) -> None:
    """Raise `InvalidInput` if items of two types can have the same key."""
    for first, second in combinations(projection.items, 2):
        if first is not second and _can_be_equal(first, second):
            raise InvalidInput(
                f"projection {projection.name}: a {second.__name__} can have the key of a {first.__name__}"
                f" ({_describe_key(first.key)}): begin the sort key of one of them with a word of its own"
            )


def _check_partitions(item: type[ReadItem]) -> None:
    if not hasattr(item, "key"):
        raise InvalidInput(f"the read item {item.__name__} has no key: class {item.__name__}(ReadItem, key=(…, …))")
    for place, template in (("key", item.key), ("gsi1", item.gsi1), ("gsi2", item.gsi2)):
        if template is not None:
            _check_fields(item, place, template)
            _check_owner(item, place, template)
    if "workspace" not in item.key.fields:
        raise InvalidInput(
            f"{item.__name__}: put {{workspace}} into its key: the ids of entities are unique only within a workspace, so one"
            " workspace could replace the item of another"
        )


def _check_fields(item: type[ReadItem], place: str, template: KeyTemplate) -> None:
    """Raise `InvalidInput` if a key names a field that the item does not have."""
    for name in template.fields:
        if name not in item.model_fields and not hasattr(item, name):
            raise InvalidInput(f"{item.__name__}: its {place} names {name!r}, which is no field or property of it")


def _check_owner(item: type[ReadItem], place: str, template: KeyTemplate) -> None:
    """Raise `InvalidInput` unless a partition belongs to one workspace or user."""
    beginning = SEPARATOR.join(template.partition.split(SEPARATOR)[:2])
    if beginning not in OWNERS:
        raise InvalidInput(
            f"{item.__name__}: the partition of its {place}, {template.partition!r}, does not begin with"
            " W#{workspace} or U#{user}, which keeps tenants apart"
        )
    name, kind = OWNERS[beginning]
    field = item.model_fields.get(name)
    if field is None or field.annotation is not kind:
        raise InvalidInput(f"{item.__name__}: its partition needs a field {name}: {kind.__name__}")


def _can_be_equal(first: type[ReadItem], second: type[ReadItem]) -> bool:
    """Return True if two item types may have an item with the same key."""
    pairs = ((first.key.partition, second.key.partition), (first.key.sort, second.key.sort))
    return all(_texts_can_be_equal(first, mine, second, its) for mine, its in pairs)


def _texts_can_be_equal(first: type[ReadItem], text: str, second: type[ReadItem], other: str) -> bool:
    parts, others = text.split(SEPARATOR), other.split(SEPARATOR)
    return len(parts) == len(others) and all(
        _parts_can_be_equal(first, part, second, its) for part, its in zip(parts, others, strict=True)
    )


def _parts_can_be_equal(first: type[ReadItem], part: str, second: type[ReadItem], other: str) -> bool:
    """Return True if a sample of one part between separators matches the regular expression of the other.

    If both parts hold text of any kind, only what they begin and end with can keep them apart.
    """
    if _is_open(first, part) and _is_open(second, other):
        return _fit(_edges(part), _edges(other))
    first_regex, second_regex = _to_regex(first, part), _to_regex(second, other)
    return any(re.fullmatch(second_regex, text) for text in _list_samples(first, part)) or any(
        re.fullmatch(first_regex, text) for text in _list_samples(second, other)
    )


def _is_open(item: type[ReadItem], part: str) -> bool:
    """Return True if the part holds a field of any text."""
    return any(_field_regex(item, name) == ANY_TEXT for name in FIELD.findall(part))


def _edges(part: str) -> tuple[str, str]:
    """Return the text before the first field and the text after the last one."""
    pieces = FIELD.split(part)
    return pieces[0], pieces[-1]


def _fit(first: tuple[str, str], second: tuple[str, str]) -> bool:
    (begin, end), (other_begin, other_end) = first, second
    begins = begin.startswith(other_begin) or other_begin.startswith(begin)
    return begins and (end.endswith(other_end) or other_end.endswith(end))


def _to_regex(item: type[ReadItem], part: str) -> str:
    pieces = FIELD.split(part)  # text and names of fields in turn
    return "".join(_field_regex(item, piece) if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))


def _field_regex(item: type[ReadItem], name: str) -> str:
    """Return a regular expression of the texts that the field may hold in a key."""
    match _find_type(item, name):
        case type() as kind if issubclass(kind, Id):
            return f"(?:{kind.key_pattern.pattern})"
        case type() as kind if issubclass(kind, Enum):
            return f"(?:{'|'.join(re.escape(str(value.value)) for value in kind)})"
        case kind if get_origin(kind) is Literal:
            return f"(?:{'|'.join(re.escape(str(value)) for value in get_args(kind))})"
        case _:
            return ANY_TEXT


def _list_samples(item: type[ReadItem], part: str) -> Iterator[str]:
    """Yield texts that the part may render: each value of an enumeration, and one text for every other field."""
    pieces = FIELD.split(part)
    choices = [_field_samples(item, piece) if at % 2 else [piece] for at, piece in enumerate(pieces)]
    yield from ("".join(texts) for texts in product(*choices))


def _field_samples(item: type[ReadItem], name: str) -> list[str]:
    match _find_type(item, name):
        case type() as kind if issubclass(kind, Id):
            return ["ada" if issubclass(kind, UserId) else UUID_SAMPLE]
        case type() as kind if issubclass(kind, Enum):
            return [str(value.value) for value in kind]
        case kind if get_origin(kind) is Literal:
            return [str(value) for value in get_args(kind)]
        case _:
            return ["a"]


def _find_type(item: type[ReadItem], name: str) -> object:
    """Return the type of a field or of a property; None if it is not known."""
    if (field := item.model_fields.get(name)) is not None:
        return field.annotation
    attribute = inspect.getattr_static(item, name, None)
    return get_type_hints(attribute.fget).get("return") if isinstance(attribute, property) and attribute.fget else None


def _describe_key(template: KeyTemplate) -> str:
    return f"{template.partition} {template.sort}"
