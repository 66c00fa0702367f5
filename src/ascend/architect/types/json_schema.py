"""JSON Schema (2020-12) of pydantic models, in the words of `vocabulary`.

models(classes, Sent)      what people send: what has a default may be left out
models(classes, Stored)    what lies in the tables: None is left out, all else is always there
"""

import inspect
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, JsonValue, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from ascend.architect.types import docstrings
from ascend.architect.types.vocabulary import WORDS, Word
from ascend.domain.values import distinct

Schema = dict[str, Any]

CHECKED = "x-checked-by"
"""Beside what a function checks: by it, words are found. It never leaves this module."""
NONE = re.compile(r"\bNone\b")
NULL: Schema = {"type": "null"}
DECIMAL: Schema = {"type": "string", "pattern": r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"}


class Sent(GenerateJsonSchema):
    """As a command is sent."""

    none = "null"
    """What a docstring's None is in this JSON."""

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        checked, function = super().function_after_schema(schema), schema["function"]["function"]
        if function is distinct:
            return checked | {"uniqueItems": True}
        name = getattr(function, "__qualname__", "")
        return checked | {CHECKED: name} if inspect.isclass(function) or inspect.isfunction(function) else checked

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        return dict(DECIMAL)

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return {"anyOf": [self.generate_inner(schema["schema"]), NULL]}

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without a default that is empty: it says no more than its absence does."""
        made = super().default_schema(schema)
        return made if made.get("default") else without(made, "default")

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        said = docstrings.of_fields(schema["cls"])
        parts = {name: part | {"description": said[name]} for name, part in made["properties"].items() if name in said}
        made["properties"] |= parts
        for one in (made, *parts.values()):
            if "description" in one:
                one["description"] = NONE.sub(self.none, one["description"])
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


class Stored(Sent):
    """As `model_dump_json(exclude_none=True)` writes it."""

    none = "absent"

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return without(super().default_schema(schema), "default")

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002
        inner = field["schema"]
        inner = inner["schema"] if inner["type"] == "default" else inner
        return bool(inner["type"] != "nullable")


def models(classes: Iterable[type[BaseModel]], how: type[Sent]) -> dict[str, Schema]:
    """The definitions of these models and of what they are made of, by name."""
    wanted = [(one, "validation") for one in classes]
    _, made = models_json_schema(wanted, schema_generator=how)  # type: ignore[arg-type]
    return {name: worded(one, inside=name) for name, one in made["$defs"].items() if name not in WORDS}


def words() -> dict[str, Schema]:
    """The definitions of all words."""
    return {name: definition(name, word) for name, word in WORDS.items()}


def definition(name: str, word: Word) -> Schema:
    made = dict(word.says) if word.says.get("type") else worded(fragment(name), inside=name) | word.says
    longest = f" At most {made['maxLength']:,} characters." if "maxLength" in made else ""
    return {"title": name, "description": word.meaning + longest} | made


def worded(schema: JsonValue, inside: str = "") -> Any:
    """The same with references for what has a name. `inside`: but for this one.

    What is said beside a reference stands beside an `allOf`: many tools read nothing beside `$ref`.
    """
    match schema:
        case list():
            return [worded(one) for one in schema]
        case dict():
            return worded_one(schema, inside)
        case _:
            return schema


def worded_one(schema: Schema, inside: str) -> Schema:
    said = {key: schema[key] for key in ("default", "description") if isinstance(schema.get(key), str)}
    bare = without(schema, *said)
    word = next((name for name in WORDS if name != inside and WORDS[name].type and bare == fragment(name)), None)
    made = reference(word) if word else {key: worded(value) for key, value in without(bare, CHECKED).items()}
    return {"allOf": [made]} | said if said and "$ref" in made else made | said


@cache
def fragment(name: str) -> Schema:
    """What the library says of a word."""
    return without(TypeAdapter(WORDS[name].type).json_schema(schema_generator=Sent), "$defs", "description", "title")


def described(name: str, about: str, always: dict[str, Schema], perhaps: dict[str, Schema] | None = None) -> Schema:
    """An object of these properties."""
    return {
        "title": name,
        "description": about,
        "type": "object",
        "properties": always | (perhaps or {}),
        "required": list(always),
        "additionalProperties": False,
    }


def reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def without(schema: Mapping[str, Any], *keys: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in keys}
