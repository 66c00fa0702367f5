"""One JSON Schema document for everything that people send and that the tables hold.

    Commands      every command, by name, as it is sent
    CommitBody    the `body` of a commit: commands with their events, in every stored type and version
    ReadItems     the `data` of a read item, by `type`
    StoredItems   the items of both tables, with their keys

`typescript/`, next to this file, makes a TypeScript package from it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import get_type_hints

from ascend.architect.types.json_parts import (
    JsonSchema,
    append_description,
    make_array_of,
    make_object,
    make_reference,
    make_tuple,
    remove_keys,
)
from ascend.architect.types.json_schema import SentJsonSchema, StoredJsonSchema, generate_models, generate_named_types
from ascend.architect.types.stored_items import describe_stored_items
from ascend.domain.errors import InvalidInput
from ascend.domain.event import Event
from ascend.domain.workspaces.command import Command
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS

PARTS = ("Commands", "CommitBody", "ReadItems", "StoredItems")
REFERENCE = re.compile(r'"#/\$defs/(\w+)"')


def generate_document(app: Application) -> JsonSchema:
    """Return the whole document of the application. Raises: `InvalidInput` if two types have one name."""
    events, items = list_event_versions(app), app.catalog.items
    engine = {
        **generate_named_types(app.model.kinds),
        **describe_stored_items(items),
        **describe_commit_body(events, list_unknown_versions(app, events)),
        "Commands": list_by_name("Commands", "Every command, by name.", app.commands),
        "ReadItems": list_by_name("ReadItems", "The content of `data`, by `type`.", items),
    }
    check_distinct_names([*engine, *(cls.__name__ for cls in (*app.commands, *events, *items))])
    definitions = {
        **describe_commands(app.commands),
        **describe_events(events),
        **generate_models(items, StoredJsonSchema),
        **engine,
    }
    used = definitions if app == LIFE_OS else find_used_names(definitions)  # front ends of the Life OS use all of them
    parts = {name: make_reference(name) for name in PARTS}
    about = (
        "Everything that people send, and that the tables hold. The definitions are in `$defs`; this object lists them."
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **remove_keys(make_object("Ascend", about, parts), "type"),
        "$defs": {name: definitions[name] for name in sorted(used)},
    }


def find_used_names(definitions: Mapping[str, JsonSchema]) -> list[str]:
    """Return the names of the definitions that the document refers to, directly or through other definitions."""
    names: list[str] = [*PARTS]
    for name in names:  # the list grows in the loop
        references = REFERENCE.findall(json.dumps(definitions[name]))
        names += [inner for inner in dict.fromkeys(references) if inner not in names]
    return names


def list_event_versions(app: Application) -> tuple[type[Event], ...]:
    """Return every event, and the older version of those that are still written in an older version."""
    older = (get_type_hints(downcast).get("return") for downcast in app.writes.values())
    versions = (event for event in older if isinstance(event, type) and issubclass(event, Event) and event.tag)
    return (*app.model.events.values(), *versions)


def list_unknown_versions(app: Application, events: Iterable[type[Event]]) -> list[tuple[str, int]]:
    """Return the tag and the version of stored events that an upcaster reads and that have no class any more."""
    known = {(event.tag, event.version) for event in events}
    return [stored for stored in app.upcasters if stored not in known]


def check_distinct_names(names: Sequence[str]) -> None:
    if repeated := [name for name, count in Counter(names).items() if count > 1]:
        raise InvalidInput(f"two types of the schema have the name {repeated[0]}: rename one of them")


def describe_commands(commands: Iterable[type[Command]]) -> dict[str, JsonSchema]:
    schemas = generate_models(commands, SentJsonSchema)
    for command in commands:
        if command.needs is not None:
            append_description(schemas[command.__name__], f"Needs the role {command.needs}.")
    return schemas


def describe_events(events: Iterable[type[Event]]) -> dict[str, JsonSchema]:
    """Return the schema of each event's `data`. The time at which the event happened is stored next to it."""
    schemas = generate_models(events, StoredJsonSchema)
    for event in events:
        schema = schemas[event.__name__]
        del schema["properties"]["at"]
        schema["required"].remove("at")
        append_description(schema, f"`{event.tag}`, version {event.version}.")
    return schemas


def describe_commit_body(
    events: Iterable[type[Event]], unknown_versions: Iterable[tuple[str, int]]
) -> dict[str, JsonSchema]:
    known = [describe_event(event.tag, event.version, make_reference(event.__name__)) for event in events]
    unknown = [describe_event(tag, version, {"type": "object"}) for tag, version in unknown_versions]
    about = "A stored event: type, version, the time at which it happened, data."
    return {
        "StoredEvent": {
            "title": "StoredEvent",
            "description": about,
            "oneOf": [*known, *unknown],
        },
        "CommandRecord": describe_command_record(),
        "CommitBody": make_object(
            "CommitBody", "The `body` of a commit.", {"commands": make_array_of("CommandRecord")}
        ),
    }


def describe_event(tag: str, version: int, data: JsonSchema) -> JsonSchema:
    return make_tuple({"const": tag}, {"const": version}, make_reference("Instant"), data)


def describe_command_record() -> JsonSchema:
    text = {"type": "string"}
    required = {
        "id": make_reference("CommandId"),
        "digest": text,
        "actor": make_reference("UserId"),
        "events": make_array_of("StoredEvent"),
    }
    optional = {"correlation": text, "causation": text}
    return make_object("CommandRecord", "An applied command with its events.", required, optional)


def list_by_name(name: str, about: str, classes: Iterable[type]) -> JsonSchema:
    return make_object(name, about, {cls.__name__: make_reference(cls.__name__) for cls in classes})
