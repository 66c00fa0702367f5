"""What the reference says of each command: read from its model, its docstring and its code."""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from types import CodeType, FunctionType, UnionType
from typing import Annotated, Any, get_args, get_origin

from ascend.architect.documents.docs import table
from ascend.architect.types.json_schema import Schema, Sent, models, words
from ascend.architect.types.vocabulary import WORDS
from ascend.domain.assets.asset import AssetKind
from ascend.domain.catalog import COMMANDS
from ascend.domain.event import Event
from ascend.domain.role import Role
from ascend.domain.tasks.task import Priority
from ascend.domain.things.commands import Children
from ascend.domain.things.thing import ThingKind
from ascend.domain.values import ZonedTime
from ascend.domain.workspaces.command import Command

ALWAYS = "at"
"""Every command has it: it is explained once."""
REFERENCE = re.compile(r'"#/\$defs/(\w+)"')
STAYS = "What is not given stays as it is"
CHOICES: Mapping[str, type[Enum]] = {one.__name__: one for one in (AssetKind, Children, Priority, Role, ThingKind)}

ENTITIES: Mapping[str, tuple[str, ...]] = {
    "workspace": ("workspace_commands",),
    "members": ("members",),
    "thing": ("thing_commands",),
    "asset": ("asset_commands", "link"),
    "task": ("task_commands", "task_dependencies", "task_recurrence"),
    "relation": ("relation",),
    "comment": ("comment",),
}
"""The sections of the page, and the modules of the domain whose commands stand there."""


def commands(entity: str) -> str:
    """A heading, what is needed and what follows, and the fields, for each command of the entity."""
    return "\n\n".join(section(one) for one in COMMANDS if one.__module__.rpartition(".")[2] in ENTITIES[entity])


def section(command: type[Command]) -> str:
    fields = shown_fields(command)
    return "\n\n".join(filter(None, [f"### {command.__name__}", inspect.getdoc(command), facts(command), fields]))


def facts(command: type[Command]) -> str:
    needs = f"Needs the role `{command.needs}`." if command.needs else "Needs no role."
    archived = " Also in an archived workspace." if command.while_archived else ""
    return f"{needs}{archived} Appends {', '.join(f'`{one.__name__}`' for one in events(command))}."


# ---- events --------------------------------------------------------------------------------------------------------


def events(command: type[Command]) -> tuple[type[Event], ...]:
    """All that its decision may append: the events that are named where it decides, and in what it calls there."""
    return tuple(dict.fromkeys(appended(command.decide, command, set())))


def appended(function: FunctionType | Any, command: type[Command], seen: set[object]) -> Iterator[type[Event]]:
    seen.add(function)
    for name in names(function.__code__):
        found = function.__globals__.get(name) or getattr(command, name, None)
        if isinstance(found, type) and issubclass(found, Event):
            yield found
        elif isinstance(found, FunctionType) and found.__module__.startswith("ascend.domain.") and found not in seen:
            yield from appended(found, command, seen)


def names(code: CodeType) -> Iterator[str]:
    """What is called and looked up there, in the comprehensions within, too."""
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from names(inner)


# ---- fields --------------------------------------------------------------------------------------------------------


class InPython(Sent):
    none = "None"


@cache
def definitions() -> dict[str, Schema]:
    return {**words(), **models(COMMANDS, InPython)}


def shown_fields(command: type[Command]) -> str:
    schema = definitions()[command.__name__]
    parts = {name: part for name, part in schema["properties"].items() if name != ALWAYS}
    rows = [
        (f"`{name}`", kind(part), default(command, name), part.get("description", "")) for name, part in parts.items()
    ]
    return table(("field", "type", "default", ""), rows) if rows else ""


def default(command: type[Command], name: str) -> str:
    """As it is written in Python, or what absence means where the command says so."""
    field = command.model_fields[name]
    if field.is_required():
        return "required"
    return "as it is" if STAYS in (command.__doc__ or "") else f"`{literal(field.default)}`"


def literal(value: object) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return json.dumps(value) if isinstance(value, str) else repr(value)


def kind(schema: Schema) -> str:
    """A type, with its limits: words have theirs in a table of their own."""
    match schema:
        case {"$ref": str(place)}:
            return f"`{place.rpartition('/')[2]}`"
        case {"allOf": [one]}:
            return kind(one)
        case {"anyOf": choices}:
            return ", or ".join(kind(one) for one in choices)
        case {"type": "array", "items": items}:
            return f"{counted(schema)} {kind(items)}{', each once' if schema.get('uniqueItems') else ''}"
        case {"type": "null"}:
            return "None"
        case {"type": "integer", "minimum": least, "exclusiveMaximum": above}:
            return f"integer, {least:,} to {above - 1:,}"
        case _:
            raise ValueError(f"no words for {schema}")


def counted(schema: Schema) -> str:
    least, most = schema.get("minItems", 0), schema["maxItems"]
    return f"{least} to {most}"


# ---- words ---------------------------------------------------------------------------------------------------------


def values() -> str:
    """Every type that a field of a command has, with what it means and its limits."""
    known, found = definitions(), list[str]()
    for command in COMMANDS:
        for name in mentioned(known[command.__name__]["properties"]):
            if name not in found:
                found.append(name)
    for name in found:  # grows: what stands in other types
        found += [inner for inner in dict.fromkeys(mentioned(known[name])) if inner not in found]
    rows = ((f"`{name}`", f"`{python(name)}`", meaning(name, known[name])) for name in sorted(found))
    return table(("type", "in Python", "what it is"), rows)


def python(name: str) -> str:
    """What a program gives: without what is checked of it."""
    shown: Mapping[str, Any] = {**CHOICES, "ZonedTime": ZonedTime, "Instant": datetime}
    return annotation(shown.get(name) or WORDS[name].type)


def annotation(type_: Any) -> str:
    if get_origin(type_) is Annotated:
        return annotation(get_args(type_)[0])
    if get_origin(type_) is UnionType:
        return " or ".join(map(annotation, get_args(type_)))
    if arguments := get_args(type_):
        return f"{get_origin(type_).__name__}[{', '.join(map(annotation, arguments))}]"
    return "..." if type_ is ... else str(type_.__name__)


def mentioned(schema: Schema) -> list[str]:
    return REFERENCE.findall(json.dumps(schema))


def meaning(name: str, schema: Schema) -> str:
    said = " ".join(schema.get("description", "").split())
    match schema:
        case {"enum": _}:
            return f"{said} One of {', '.join(f'`{one.name}`' for one in CHOICES[name])}.".strip()
        case {"type": "array", "items": items} if items:  # else: a pair
            return f"{said} {counted(schema)} {kind(items)}."
        case {"maxProperties": most, "propertyNames": key, "additionalProperties": value}:
            return f"{said} Up to {most} entries: keys of up to {key['maxLength']} characters, values of up to {value['maxLength']}."
        case {"properties": parts}:
            return f"{said} {', '.join(f'`{name}`: {kind(part)}' for name, part in parts.items())}."
        case _:
            return said
