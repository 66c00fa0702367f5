"""The JSON Schema of what people send and of what lies in the tables, in one document.

    Commands      every command, by name                        as it is sent
    CommitBody    a commit's `body`: commands with their events  every type and version of an event that may lie there
    ReadItems     what a read item's `data` holds, by `type`
    StoredItems   the items of both tables, with their keys

The TypeScript interfaces are made from it (scripts/write_typescript.py), and lie beside this file.
"""

from collections.abc import Iterable
from pathlib import Path

from ascend.architect.types.json_schema import Schema, Sent, Stored, described, models, reference, without, words
from ascend.architect.types.stored_items import stored_items
from ascend.domain.catalog import COMMANDS, MODEL
from ascend.domain.event import Event
from ascend.domain.tasks import older_events as older
from ascend.projections.catalog import READ_ITEMS

TYPESCRIPT = Path(__file__).with_name("typescript") / "ascend.ts"

EVENTS: tuple[type[Event], ...] = (*MODEL.events.values(), older.TaskEdited1)
"""Every version that is written or read."""


def document() -> Schema:
    definitions = {
        **words(),
        **commands(),
        **events(),
        **models(READ_ITEMS, Stored),
        **stored_items(READ_ITEMS),
        **commit_body(),
        "Commands": directory("Commands", "Every command, by name.", (one.__name__ for one in COMMANDS)),
        "ReadItems": directory("ReadItems", "What `data` holds, by `type`.", (one.__name__ for one in READ_ITEMS)),
    }
    parts = {name: reference(name) for name in ("Commands", "CommitBody", "ReadItems", "StoredItems")}
    about = "What people send, and what lies in the tables. Every part is in `$defs`; this only names them."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **without(described("Ascend", about, parts), "type"),
        "$defs": dict(sorted(definitions.items())),
    }


def commands() -> dict[str, Schema]:
    made = models(COMMANDS, Sent)
    for one in COMMANDS:
        if one.needs is not None:
            add(made[one.__name__], f"Needs the role {one.needs}.")
    return made


def events() -> dict[str, Schema]:
    """The `data` of each event: when it happened stands beside it."""
    made = models(EVENTS, Stored)
    for one in EVENTS:
        event = made[one.__name__]
        del event["properties"]["at"]
        event["required"].remove("at")
        add(event, f"`{one.tag}`, version {one.version}.")
    return made


def commit_body() -> dict[str, Schema]:
    stored = [
        fixed({"const": one.tag}, {"const": one.version}, reference("Instant"), reference(one.__name__))
        for one in EVENTS
    ]
    text = {"type": "string"}
    record = {
        "id": reference("CommandId"),
        "digest": text,
        "actor": reference("UserId"),
        "events": every("StoredEvent"),
    }
    optional = {"correlation": text, "causation": text}
    return {
        "StoredEvent": {
            "title": "StoredEvent",
            "description": "Type, version, when it happened, data.",
            "oneOf": stored,
        },
        "CommandRecord": described("CommandRecord", "An applied command with its events.", record, optional),
        "CommitBody": described("CommitBody", "The `body` of a commit.", {"commands": every("CommandRecord")}),
    }


def directory(name: str, about: str, names: Iterable[str]) -> Schema:
    return described(name, about, {one: reference(one) for one in names})


def every(name: str) -> Schema:
    return {"type": "array", "items": reference(name)}


def fixed(*parts: Schema) -> Schema:
    """An array of exactly these."""
    many = len(parts)
    return {"type": "array", "prefixItems": list(parts), "items": False, "minItems": many, "maxItems": many}


def add(schema: Schema, sentence: str) -> None:
    schema["description"] = "\n\n".join(text for text in (schema.get("description"), sentence) if text)
