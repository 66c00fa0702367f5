"""Print commits as they are stored. No event is decoded, so this works on a log that no process can read."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, cast

from ascend.adapters.operations.raw_log import raw_item, raw_items, size_of
from ascend.adapters.store.commit_items import is_position
from ascend.adapters.table.item import Item
from ascend.cli.context import CommandContext
from ascend.cli.errors import UnknownName
from ascend.cli.terminal.printing import Column
from ascend.cli.terminal.text import escape_lines
from ascend.domain.errors import Damaged
from ascend.domain.runtime.body import COMPRESSED, decompress

ATTRIBUTES = ("id", "clock", "time", "format")
"""The attributes that stand in a line of the list."""


async def list_commits(context: CommandContext, name: str, *, first: int, limit: int) -> None:
    """Print a line for each item of the log: its position (or its sort key), id, clock, time, format and size."""
    workspace = await context.names.find_workspace(name)

    async def read() -> AsyncIterator[dict[str, Any]]:
        count = 0
        async for item in raw_items(context.store.tables, workspace, first):
            yield describe_item(item)
            if (count := count + 1) >= limit:
                return

    columns = (
        Column[dict[str, Any]]("POSITION", 8, place_of),
        Column[dict[str, Any]]("ID", 36, lambda row: show_value(row["id"])),
        Column[dict[str, Any]]("CLOCK", 13, lambda row: show_value(row["clock"])),
        Column[dict[str, Any]]("TIME", 29, lambda row: show_value(row["time"])),
        Column[dict[str, Any]]("FORMAT", 11, lambda row: show_value(row["format"])),
        Column[dict[str, Any]]("BYTES", 0, lambda row: f"{row['bytes']:,}"),
    )
    await context.printer.table(columns, read())


async def show_commit(context: CommandContext, name: str, place: str) -> None:
    """Print all stored attributes of one item of the log. A body is decompressed, and indented if it is JSON."""
    workspace = await context.names.find_workspace(name)
    item = await raw_item(context.store.tables, workspace, place)
    if item is None:
        raise UnknownName(f"workspace {workspace} has nothing at position {place[:80]!r}")
    if context.printer.json:
        attributes = {key: to_json_value(value) for key, value in item.attributes.items()}
        context.printer.document({**describe_item(item), "partition": item.key.pk, "attributes": attributes})
        return
    context.printer.line(f"{item.key.pk}  {item.key.sk}  {size_of(item):,} bytes")
    for key, value in sorted(item.attributes.items(), key=lambda pair: pair[0] == "body"):
        lines = escape_lines(indent_json(read_body(item)) if key == "body" else show_value(value))
        context.printer.line(f"{key}: {lines[0]}")
        for line in lines[1:]:
            context.printer.line(line)


def describe_item(item: Item) -> dict[str, Any]:
    position = int(item.key.sk) if is_position(item.key.sk) else None
    stored = {name: to_json_value(item.attributes.get(name)) for name in ATTRIBUTES}
    return {"position": position, "sort_key": item.key.sk, **stored, "bytes": size_of(item)}


def place_of(row: Mapping[str, Any]) -> str:
    return repr(row["sort_key"]) if row["position"] is None else f"{row['position']:>8}"


def show_value(value: object) -> str:
    """Return text for people: text as it stands, "-" for what is missing."""
    return "-" if value is None else value if isinstance(value, str) else json.dumps(to_json_value(value))


def read_body(item: Item) -> object:
    """Return the body, decompressed where it can be. With `--json`, it is shown as it is stored."""
    body = item.attributes["body"]
    try:
        return decompress(body) if item.attributes.get("format") == COMPRESSED else body
    except Damaged:
        return body


def indent_json(body: object) -> str:
    """Return the body with line breaks if it is JSON, or else as it stands."""
    if not isinstance(body, str):
        return show_value(body)
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def to_json_value(value: object) -> Any:
    """Return a stored value as JSON can hold it: bytes in hexadecimal, numbers that are not whole as text."""
    match value:
        case str() | bool() | int() | None:
            return value
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): to_json_value(part) for key, part in cast("Mapping[object, object]", value).items()}
        case list() | tuple():
            return [to_json_value(part) for part in cast("Sequence[object]", value)]
        case _:
            return str(value)
