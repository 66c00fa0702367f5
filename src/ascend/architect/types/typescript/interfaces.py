"""The TypeScript types of an application, from its JSON Schema document. No Node is needed.

An id is a branded type, with a function of the same name that checks text. Every field has a comment.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ascend.architect.types.json_parts import IS_ID, JsonSchema
from ascend.architect.types.json_schema import generate_named_types
from ascend.architect.types.types import generate_document
from ascend.domain.runtime.model import Kind
from ascend.projections.application import Application
from ascend.projections.queries.arguments import type_of_id

BANNER = "/* eslint-disable */\n// Written by `ascend schema types --format typescript`: change the models instead.\n"
IMPORTS = 'import { makeIdType, type Brand, type IdType } from "./runtime/brand.js";\n'
BRAND = """\
declare const brand: unique symbol;

/** A value of type `T` that TypeScript tells apart from all others by `Name`. It exists in types only. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
"""
FUNCTION = re.compile(r"^/\*\* Check text.*\nexport const .*\n", re.MULTILINE)
"""The function that checks an id."""
SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
MEANINGS = {"string": "Text.", "integer": "A whole number.", "number": "A number.", "boolean": "True or false."}
NEEDED = ("CommandId", "Kind", "Ref", "UserId", "WorkspaceId")
"""Named types that the client and the senders of every application use."""
IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")
REFERENCE = "#/$defs/"


def list_definitions(app: Application, named: Collection[str] = NEEDED) -> dict[str, JsonSchema]:
    """Return the definitions of the types, by name. `named` are named types that must be among them.

    Raises: `InvalidInput` if two types have one name.
    """
    document = generate_document(app)
    known = generate_named_types(app.model.kinds)
    return {document["title"]: document, **document["$defs"], **{name: known[name] for name in sorted(named)}}


def render_types(definitions: Mapping[str, JsonSchema], kinds: Mapping[str, Kind]) -> str:
    """Return the file `types.ts` of the package: a type for each definition, and for each type of ids a function."""
    return "\n".join([BANNER + IMPORTS, *render_definitions(definitions, kinds)])


def render_types_alone(app: Application) -> str:
    """Return the types as one file that needs no other: without the functions that check ids."""
    texts = render_definitions(list_definitions(app), app.model.kinds)
    return "\n".join([BANNER + BRAND, *(FUNCTION.sub("", text) for text in texts)])


def render_definitions(definitions: Mapping[str, JsonSchema], kinds: Mapping[str, Kind]) -> Iterator[str]:
    for name, schema in definitions.items():
        yield render_definition(name, schema, definitions, kinds)


def render_definition(
    name: str, schema: JsonSchema, definitions: Mapping[str, JsonSchema], kinds: Mapping[str, Kind]
) -> str:
    comment = render_comment(schema.get("description", ""))
    if IS_ID in schema:
        return f"{comment}{render_id(name, schema)}"
    if "properties" in schema:
        properties = "\n".join(render_properties(schema, definitions))
        return f"{comment}export interface {name} {{\n{properties}\n}}\n"
    return f"{comment}export type {name} = {render_ref(name, schema, kinds) or render_type(schema)};\n"


def render_id(name: str, schema: JsonSchema) -> str:
    pattern = schema["pattern"].replace("/", "\\/")
    return (
        f'export type {name} = Brand<string, "{name}">;\n'
        f"/** Check text, and return it as `{name}`. Throws `InvalidInput`. */\n"
        f'export const {name}: IdType<{name}> = makeIdType<{name}>("{name}", /{pattern}/u);\n'
    )


def render_ref(name: str, schema: JsonSchema, kinds: Mapping[str, Kind]) -> str | None:
    """Return the type of references to entities, which pairs each kind with its ids; None for any other type."""
    if name == "Ref":
        pairs = (f"readonly [{json.dumps(kind)}, {name_id(known)}]" for kind, known in kinds.items())
        return " | ".join(pairs)
    match schema:
        case {"prefixItems": [{"enum": [*choices]}, {"type": "string"}]}:
            return f"Extract<Ref, readonly [{' | '.join(map(json.dumps, choices))}, string]>"
        case _:
            return None


def name_id(kind: Kind) -> str:
    """Return the TypeScript type of the ids of a kind."""
    declared: Any = type_of_id(kind.state)
    return "string" if declared is str else str(declared.__name__)


def render_properties(schema: JsonSchema, definitions: Mapping[str, JsonSchema]) -> Iterator[str]:
    for name, part in schema["properties"].items():
        yield render_comment(describe_field(name, part, definitions), "  ").rstrip("\n")
        optional = "" if name in schema.get("required", ()) else "?"
        key = name if IDENTIFIER.fullmatch(name) else json.dumps(name)
        yield f"  {key}{optional}: {render_type(part)};"


def describe_field(name: str, part: JsonSchema, definitions: Mapping[str, JsonSchema]) -> str:
    """Return the text about a field: its own, or else its name in words and the meaning of its type."""
    own: str = part.get("description", "")
    words = name.replace("_", " ").strip().capitalize() or name
    return own or f"{words}: {lower_first(describe_type(part, definitions))}"


def describe_type(part: Any, definitions: Mapping[str, JsonSchema]) -> str:
    match part:
        case {"$ref": str(reference)}:
            named = definitions.get(reference.removeprefix(REFERENCE), {})
            return named.get("description", "").partition("\n")[0] or f"A {reference.removeprefix(REFERENCE)}."
        case {"allOf": [only]} | {"anyOf": [only, *_]}:
            return describe_type(only, definitions)
        case {"type": "array"}:
            return f"A list, each of them: {lower_first(describe_type(part.get('items'), definitions))}"
        case {"type": "object"}:
            return "Values by name."
        case {"type": str(name)} if name in MEANINGS:
            return MEANINGS[name]
        case _:
            return "Any JSON."


def lower_first(text: str) -> str:
    """Return a sentence as it goes on after a colon. A word in capitals stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def render_comment(text: str, indent: str = "") -> str:
    """Return a JSDoc comment; an empty text for an empty one."""
    lines = text.replace("*/", "*\\/").splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    body = "".join(f"{f'{indent} * {line}'.rstrip()}\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n" if lines else ""


def render_type(schema: Any) -> str:
    """Return the TypeScript type of the values that fit the schema."""
    match schema:
        case {"$ref": str(reference)}:
            return reference.removeprefix(REFERENCE)
        case {"allOf": [only]}:
            return render_type(only)
        case {"anyOf": choices} | {"oneOf": choices}:
            return " | ".join(dict.fromkeys(map(render_type, choices)))
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"prefixItems": parts}:
            return f"readonly [{', '.join(map(render_type, parts))}]"
        case {"type": "array"}:
            return f"ReadonlyArray<{render_type(schema.get('items'))}>"
        case {"type": "object"}:
            return f"Readonly<Record<string, {render_type(schema.get('additionalProperties'))}>>"
        case {"type": str(name)} if name in SIMPLE:
            return SIMPLE[name]
        case _:
            return "unknown"
