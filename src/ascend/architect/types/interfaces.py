"""TypeScript interfaces from the JSON Schema document of an application, without Node.

The file of the Life OS also has key builders; scripts/write_typescript.py generates it with json-schema-to-typescript.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ascend.architect.types.json_parts import JsonSchema

BANNER = """\
/* eslint-disable */
// What people send to Ascend, and what its tables hold: `ascend schema types --format typescript`.
"""
SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def render_interfaces(document: JsonSchema) -> str:
    """Return one exported type for the document and one for each of its definitions."""
    definitions: Mapping[str, JsonSchema] = {document["title"]: document, **document["$defs"]}
    return "\n".join([BANNER, *(render_definition(name, schema) for name, schema in definitions.items())])


def render_definition(name: str, schema: JsonSchema) -> str:
    about = render_comment(schema, "")
    if "properties" in schema:
        return "\n".join([*about, f"export interface {name} {{", *render_properties(schema), "}", ""])
    return "\n".join([*about, f"export type {name} = {render_type(schema)};", ""])


def render_properties(schema: JsonSchema) -> Iterator[str]:
    for name, part in schema["properties"].items():
        yield from render_comment(part, "  ")
        optional = "" if name in schema.get("required", ()) else "?"
        yield f"  {json.dumps(name)}{optional}: {render_type(part)};"


def render_comment(schema: JsonSchema, indent: str) -> list[str]:
    text: str = schema.get("description", "").replace("*/", "*\\/")
    lines = [f"{indent} * {line}".rstrip() for line in text.splitlines()]
    return [f"{indent}/**", *lines, f"{indent} */"] if lines else []


def render_type(schema: Any) -> str:
    """Return the TypeScript type of the values that fit the schema."""
    match schema:
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"allOf": [only]}:
            return render_type(only)
        case {"anyOf": choices} | {"oneOf": choices}:
            return " | ".join(map(render_type, choices))
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"prefixItems": parts}:
            return f"[{', '.join(map(render_type, parts))}]"
        case {"type": "array"}:
            return f"Array<{render_type(schema.get('items'))}>"
        case {"type": "object"}:
            return f"Record<string, {render_type(schema.get('additionalProperties'))}>"
        case {"type": str(name)} if name in SIMPLE:
            return SIMPLE[name]
        case _:
            return "unknown"
