"""The types of command fields as the reference shows them: their limits, their Python types and their meaning."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, get_args, get_origin

from ascend.architect.documents.markdown import render_table
from ascend.architect.types.json_parts import JsonSchema
from ascend.architect.types.json_schema import SentJsonSchema, generate_models, generate_named_types
from ascend.architect.types.named_types import NAMED_TYPES
from ascend.domain.ids import UUID_TEXT
from ascend.domain.values import ZonedTime
from ascend.projections.life_os import LIFE_OS

REFERENCE = re.compile(r'"#/\$defs/(\w+)"')
UUID = f"^(?:{UUID_TEXT.pattern})$"


def find_enums(annotation: Any) -> Iterator[type[Enum]]:
    """Yield the enums in a type."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield annotation
    for inner in get_args(annotation):
        yield from find_enums(inner)


ENUMS: Mapping[str, type[Enum]] = {
    enum.__name__: enum
    for command in LIFE_OS.commands
    for field in command.model_fields.values()
    for enum in find_enums(field.annotation)
}


class PythonSchema(SentJsonSchema):
    none = "None"


@cache
def load_definitions() -> dict[str, JsonSchema]:
    """Return the JSON Schema of each command and of each named type, by name."""
    return {**generate_named_types(LIFE_OS.model.kinds), **generate_models(LIFE_OS.commands, PythonSchema)}


def describe_type(schema: JsonSchema) -> str:
    """Return a type with its limits. A named type is its name: another table shows its limits."""
    match schema:
        case {"$ref": str(reference)}:
            return f"`{reference.rpartition('/')[2]}`"
        case {"allOf": [only]}:
            return describe_type(only)
        case {"anyOf": choices}:
            return ", or ".join(map(describe_type, choices))
        case {"type": "array", "items": items}:
            return (
                f"{describe_length(schema)} {describe_type(items)}{', each once' if schema.get('uniqueItems') else ''}"
            )
        case {"type": "null"}:
            return "None"
        case {"type": "string", "pattern": pattern} if pattern == UUID:
            return "a UUID in lower case"
        case {"type": "integer", "minimum": least, "exclusiveMaximum": limit}:
            return f"integer, {least:,} to {limit - 1:,}"
        case {"type": str(type_)}:
            return {"string": "text", "boolean": "bool"}.get(type_, type_)
        case _:
            raise ValueError(f"no description for {schema}")


def describe_length(schema: JsonSchema) -> str:
    return f"{schema.get('minItems', 0)} to {schema['maxItems']}"


def render_values() -> str:
    """Return a table of every type that a field of a command has."""
    definitions = load_definitions()
    rows = (
        (f"`{name}`", f"`{describe_python_type(name)}`", describe_meaning(name, definitions[name]))
        for name in sorted(find_type_names(definitions))
    )
    return render_table(("type", "in Python", "what it is"), rows)


def find_type_names(definitions: Mapping[str, JsonSchema]) -> list[str]:
    """Return the named types in the fields of all commands, and the named types within these."""
    fields = (definitions[command.__name__]["properties"] for command in LIFE_OS.commands)
    names = list(dict.fromkeys(name for schema in fields for name in find_references(schema)))
    for name in names:  # the list grows in the loop
        names += [inner for inner in dict.fromkeys(find_references(definitions[name])) if inner not in names]
    return names


def find_references(schema: JsonSchema) -> list[str]:
    return REFERENCE.findall(json.dumps(schema))


def describe_python_type(name: str) -> str:
    """Return the Python type of the values, without the constraints that are checked."""
    types: Mapping[str, Any] = {**ENUMS, "ZonedTime": ZonedTime, "Instant": datetime, "WallTime": datetime}
    is_own_id = name not in types and name not in NAMED_TYPES
    return name if is_own_id else format_annotation(types.get(name) or NAMED_TYPES[name].type)


def format_annotation(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        return format_annotation(get_args(annotation)[0])
    if get_origin(annotation) is UnionType:
        return " or ".join(map(format_annotation, get_args(annotation)))
    if arguments := get_args(annotation):
        return f"{get_origin(annotation).__name__}[{', '.join(map(format_annotation, arguments))}]"
    return "..." if annotation is ... else str(annotation.__name__)


def describe_meaning(name: str, schema: JsonSchema) -> str:
    text = " ".join(schema.get("description", "").split())
    match schema:
        case {"enum": _}:
            return f"{text} One of {', '.join(f'`{member.name}`' for member in ENUMS[name])}.".strip()
        case {"type": "array", "items": items} if items:  # a pair has no items
            return f"{text} {describe_length(schema)} {describe_type(items)}."
        case {"maxProperties": most, "propertyNames": key, "additionalProperties": value}:
            lengths = f"keys of up to {key['maxLength']} characters, values of up to {value['maxLength']}"
            return f"{text} Up to {most} entries: {lengths}."
        case {"properties": parts}:
            return f"{text} {', '.join(f'`{part}`: {describe_type(type_)}' for part, type_ in parts.items())}."
        case _:
            return text
