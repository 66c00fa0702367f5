"""JSON Schema (2020-12) of pydantic models. A named type (`named_types`) becomes a reference to its definition.

generate_models(classes, SentJsonSchema)      as commands are sent: a field with a default may be left out
generate_models(classes, StoredJsonSchema)    as stored: a field that is None is left out, all others are present
"""

import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, JsonValue, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from ascend.architect.types.field_docstrings import read_field_docstrings
from ascend.architect.types.json_parts import IS_ID, JsonSchema, make_enum, make_reference, remove_keys
from ascend.architect.types.named_types import NAMED_TYPES, NamedType
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import Id
from ascend.domain.values import check_distinct, check_distinct_tags
from ascend.domain.workspaces.command import Command

CHECKED = "x-checked-by"
"""Names the function that validates a value, so that named types can be recognised. Removed before the schema is returned."""
OWN_ID = "x-own-id"
"""The name and the docstring of a type of ids, so that it can be defined once. Removed before the schema is returned."""
NONE = re.compile(r"\bNone\b")
NULL: JsonSchema = {"type": "null"}
DECIMAL: JsonSchema = {"type": "string", "pattern": r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"}


class SentJsonSchema(GenerateJsonSchema):
    """Generates the schema of commands as they are sent."""

    none = "null"
    """Replaces `None` in docstrings."""

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        checked, function = super().function_after_schema(schema), schema["function"]["function"]
        if function in {check_distinct, check_distinct_tags}:
            return checked | {"uniqueItems": True}
        if inspect.isclass(function) and issubclass(function, Id):
            checked |= {"pattern": f"^(?:{function.pattern.pattern})$", OWN_ID: describe_id(function)}
        name = getattr(function, "__qualname__", "")
        return checked | {CHECKED: name} if inspect.isclass(function) or inspect.isfunction(function) else checked

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        return dict(DECIMAL)

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return {"anyOf": [self.generate_inner(schema["schema"]), NULL]}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Drop an empty default: it says no more than its absence."""
        generated = super().default_schema(schema)
        return generated if generated.get("default") else remove_keys(generated, "default")

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        generated = super().model_schema(schema)
        texts = read_field_docstrings(schema["cls"])
        is_command = issubclass(schema["cls"], Command)
        properties = generated["properties"]
        if not is_command:  # a value is sent as it is stored
            properties |= {name: remove_null(part) for name, part in properties.items()}
        described = {name: part | {"description": texts[name]} for name, part in properties.items() if name in texts}
        properties |= described
        for part in (generated, *described.values()):
            if "description" in part:
                part["description"] = NONE.sub(self.none if is_command else "absent", part["description"])
        return generated

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


class StoredJsonSchema(SentJsonSchema):
    """Generates the schema of models as `model_dump_json(exclude_none=True)` writes them."""

    none = "absent"

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return remove_keys(super().default_schema(schema), "default")

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002
        inner = field["schema"]
        inner = inner["schema"] if inner["type"] == "default" else inner
        return bool(inner["type"] != "nullable")


def remove_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema of a field that may be null as that of a field that is left out instead."""
    choices: list[JsonSchemaValue] = [choice for choice in schema.get("anyOf", ()) if choice != NULL]
    return remove_keys(schema, "anyOf") | choices[0] if len(choices) == 1 else schema


def generate_models(classes: Iterable[type[BaseModel]], generator: type[SentJsonSchema]) -> dict[str, JsonSchema]:
    """Return the definitions of these models and of the models inside them, by name.

    Raises: `InvalidInput` if one of them has the name of a named type.
    """
    modes = [(cls, "validation") for cls in classes]
    _, generated = models_json_schema(modes, schema_generator=generator)  # type: ignore[arg-type]
    definitions = generated.get("$defs", {}) | define_own_ids(generated)
    for name in NAMED_TYPES.keys() & definitions.keys():
        if remove_keys(definitions[name], "description", "title", IS_ID) != generate_bare(name):
            raise InvalidInput(f"{name} is the name of a type of Ascend: give your own type another name")
    return {name: insert_references(part, inside=name) for name, part in definitions.items() if name not in NAMED_TYPES}


def describe_id(kind: type[Id]) -> list[str]:
    return [kind.__name__, inspect.cleandoc(kind.__dict__.get("__doc__") or f"An id of the type {kind.__name__}.")]


def define_own_ids(schema: JsonValue) -> dict[str, JsonSchema]:
    """Return the definitions of the ids in a schema that are no named types. Raises: `InvalidInput` if two have one name."""
    found: dict[str, JsonSchema] = {}
    for part in walk(schema):
        if OWN_ID in part and part[OWN_ID][0] not in NAMED_TYPES:
            name, about = part[OWN_ID]
            defined = {"title": name, "description": about, IS_ID: True, "type": "string", "pattern": part["pattern"]}
            if found.setdefault(name, defined) != defined:
                raise InvalidInput(f"two types of the schema have the name {name}: rename one of them")
    return found


def walk(schema: JsonValue) -> Iterator[JsonSchema]:
    """Yield all objects of a schema."""
    match schema:
        case list():
            for part in schema:
                yield from walk(part)
        case dict():
            yield schema
            yield from walk(list(schema.values()))
        case _:
            return


def generate_named_types(kinds: Iterable[str]) -> dict[str, JsonSchema]:
    """Return the definitions of all named types, in an application with these kinds of entities."""
    definitions = {name: define_named_type(name, named) for name, named in NAMED_TYPES.items()}
    return definitions | {"Kind": definitions["Kind"] | make_enum(*kinds)}


def define_named_type(name: str, named: NamedType) -> JsonSchema:
    keywords = dict(named.keywords)
    bare = remove_keys(generate_bare(name), OWN_ID, *keywords)
    schema = keywords if keywords.get("type") else insert_references(bare, inside=name) | keywords
    longest = f" At most {schema['maxLength']:,} characters." if "maxLength" in schema else ""
    return {"title": name, "description": named.meaning + longest} | schema


def insert_references(schema: JsonValue, inside: str = "") -> Any:
    """Return the schema with a reference in place of each named type, except for the type named `inside`."""
    match schema:
        case list():
            return [insert_references(part) for part in schema]
        case dict():
            return insert_reference(schema, inside)
        case _:
            return schema


def insert_reference(schema: JsonSchema, inside: str) -> JsonSchema:
    """Put the description and default next to an `allOf` with the reference: many tools ignore keys next to `$ref`."""
    notes = {key: schema[key] for key in ("default", "description") if isinstance(schema.get(key), str)}
    bare = remove_keys(schema, *notes)
    name = find_named_type(bare, inside) or (bare[OWN_ID][0] if OWN_ID in bare else None)
    if name is None:
        inserted = {key: insert_references(value) for key, value in remove_keys(bare, CHECKED).items()}
    else:
        inserted = make_reference(name)
    return {"allOf": [inserted]} | notes if notes and "$ref" in inserted else inserted | notes


def find_named_type(bare: JsonSchema, inside: str) -> str | None:
    names = (name for name, named in NAMED_TYPES.items() if name != inside and named.type)
    return next((name for name in names if bare == generate_bare(name)), None)


@cache
def generate_bare(name: str) -> JsonSchema:
    """Return pydantic's schema of a named type, without its description."""
    generated = TypeAdapter(NAMED_TYPES[name].type).json_schema(schema_generator=SentJsonSchema)
    return remove_keys(generated, "$defs", "description", "title")
