"""Parts of which a JSON Schema is built."""

from collections.abc import Mapping
from typing import Any

JsonSchema = dict[str, Any]
IS_ID = "x-id"
"""True in the definition of a type of ids: text of two such types should never be mixed up."""


def make_object(
    name: str, description: str, required: dict[str, JsonSchema], optional: dict[str, JsonSchema] | None = None
) -> JsonSchema:
    """Return the schema of an object with exactly these properties."""
    return {
        "title": name,
        "description": description,
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def make_reference(name: str) -> JsonSchema:
    return {"$ref": f"#/$defs/{name}"}


def make_array_of(name: str) -> JsonSchema:
    return {"type": "array", "items": make_reference(name)}


def make_tuple(*parts: JsonSchema) -> JsonSchema:
    """Return the schema of an array with exactly these parts."""
    length = len(parts)
    return {"type": "array", "prefixItems": list(parts), "items": False, "minItems": length, "maxItems": length}


def make_enum(*texts: str) -> JsonSchema:
    return {"type": "string", "enum": list(texts)}


def remove_keys(schema: Mapping[str, Any], *keys: str) -> JsonSchema:
    return {key: value for key, value in schema.items() if key not in keys}


def append_description(schema: JsonSchema, sentence: str) -> None:
    schema["description"] = "\n\n".join(text for text in (schema.get("description"), sentence) if text)
