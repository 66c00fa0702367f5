"""One JSON Schema document for everything that people send and that the tables hold.

    Commands      every command, by name, as it is sent
    CommitBody    the `body` of a commit: commands with their events, in every stored type and version
    ReadItems     the `data` of a read item, by `type`
    StoredItems   the items of both tables, with their keys

The TypeScript interfaces are generated from it (scripts/write_typescript.py) into `typescript/`, next to this file.
"""

from collections.abc import Iterable
from pathlib import Path

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
from ascend.domain.catalog import COMMANDS, MODEL
from ascend.domain.event import Event
from ascend.domain.tasks import older_events as older
from ascend.projections.catalog import READ_ITEMS

TYPESCRIPT = Path(__file__).with_name("typescript") / "ascend.ts"

EVENTS: tuple[type[Event], ...] = (*MODEL.events.values(), older.TaskEdited1)
"""Every event version that is written or read."""


def generate_document() -> JsonSchema:
    """Return the whole document."""
    definitions = {
        **generate_named_types(),
        **describe_commands(),
        **describe_events(),
        **generate_models(READ_ITEMS, StoredJsonSchema),
        **describe_stored_items(READ_ITEMS),
        **describe_commit_body(),
        "Commands": list_by_name("Commands", "Every command, by name.", COMMANDS),
        "ReadItems": list_by_name("ReadItems", "The content of `data`, by `type`.", READ_ITEMS),
    }
    parts = {name: make_reference(name) for name in ("Commands", "CommitBody", "ReadItems", "StoredItems")}
    about = (
        "Everything that people send, and that the tables hold. The definitions are in `$defs`; this object lists them."
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **remove_keys(make_object("Ascend", about, parts), "type"),
        "$defs": dict(sorted(definitions.items())),
    }


def describe_commands() -> dict[str, JsonSchema]:
    schemas = generate_models(COMMANDS, SentJsonSchema)
    for command in COMMANDS:
        if command.needs is not None:
            append_description(schemas[command.__name__], f"Needs the role {command.needs}.")
    return schemas


def describe_events() -> dict[str, JsonSchema]:
    """Return the schema of each event's `data`. The time at which the event happened is stored next to it."""
    schemas = generate_models(EVENTS, StoredJsonSchema)
    for event in EVENTS:
        schema = schemas[event.__name__]
        del schema["properties"]["at"]
        schema["required"].remove("at")
        append_description(schema, f"`{event.tag}`, version {event.version}.")
    return schemas


def describe_commit_body() -> dict[str, JsonSchema]:
    about = "A stored event: type, version, the time at which it happened, data."
    return {
        "StoredEvent": {
            "title": "StoredEvent",
            "description": about,
            "oneOf": [describe_event(event) for event in EVENTS],
        },
        "CommandRecord": describe_command_record(),
        "CommitBody": make_object(
            "CommitBody", "The `body` of a commit.", {"commands": make_array_of("CommandRecord")}
        ),
    }


def describe_event(event: type[Event]) -> JsonSchema:
    tag, version = {"const": event.tag}, {"const": event.version}
    return make_tuple(tag, version, make_reference("Instant"), make_reference(event.__name__))


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
