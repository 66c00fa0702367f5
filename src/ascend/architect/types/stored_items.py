"""The JSON Schema of stored items with their keys, as plain values (the form that DynamoDB's document client returns)."""

from collections.abc import Iterable

from ascend.adapters.layout.catalog import READ_ITEM_ATTRIBUTES, UNTIL_REPLACED
from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType
from ascend.adapters.layout.items import ENGINE_ITEMS
from ascend.architect.types.json_parts import JsonSchema, make_object, make_reference
from ascend.projections.item import ReadItem
from ascend.projections.key_template import FIELD, SEPARATOR

SCHEMA_OF_TYPE: dict[AttributeType, JsonSchema] = {
    AttributeType.TEXT: {"type": "string"},
    AttributeType.NUMBER: {"type": "integer"},
    AttributeType.YES_NO: {"type": "boolean"},
    AttributeType.BYTES: {"type": "string", "contentEncoding": "base64"},
    AttributeType.LIST: {"type": "array"},
    AttributeType.MAP: {"type": "object", "additionalProperties": True},
}
EXPIRES = Attribute("expires", AttributeType.NUMBER, "epoch second after which the item may be removed", optional=True)
INDEX_KEYS = tuple(
    Attribute(f"{index}{part}", AttributeType.TEXT, f"a key of {index}; absent if the item is not in it", optional=True)
    for index in ("gsi1", "gsi2")
    for part in ("pk", "sk")
)


def describe_stored_items(read_items: Iterable[type[ReadItem]]) -> dict[str, JsonSchema]:
    """Return the definitions of all item types of both tables, and one that lists them by name."""
    definitions = {name_definition(item): describe_engine_item(item) for item in ENGINE_ITEMS}
    definitions["StoredReadItem"] = describe_read_items([item.__name__ for item in read_items])
    references = {name: make_reference(name) for name in definitions}
    return definitions | {
        "StoredItems": make_object("StoredItems", "All item types of the tables, by name.", references)
    }


def describe_engine_item(item: ItemType) -> JsonSchema:
    meaning, place = to_sentence(item.meaning), f"In `{item.table.value}`: `{item.key.pk}`, `{item.key.sk}`."
    description = f"{meaning} {place} Kept: {item.retention.text}."
    keys = {"pk": describe_key(item.key.pk), "sk": describe_key(item.key.sk)}
    attributes = (*item.attributes, *((EXPIRES,) if item.retention.expires else ()))
    return describe_item(name_definition(item), description, keys, attributes)


def describe_read_items(names: list[str]) -> JsonSchema:
    """Return one definition for the read items of all projections, with these type names."""
    description = f"A read item, or the tombstone of a read item. In `views`. Kept: {UNTIL_REPLACED.text}."
    text: JsonSchema = {"type": "string"}
    attributes = (*INDEX_KEYS, *READ_ITEM_ATTRIBUTES, EXPIRES)
    schema = describe_item("StoredReadItem", description, {"pk": text, "sk": text}, attributes)
    schema["properties"]["type"]["enum"] = names
    return schema


def describe_item(
    name: str, description: str, keys: dict[str, JsonSchema], attributes: Iterable[Attribute]
) -> JsonSchema:
    required, optional = dict(keys), dict[str, JsonSchema]()
    for attribute in attributes:
        properties = optional if attribute.optional else required
        properties[attribute.name] = SCHEMA_OF_TYPE[attribute.type] | {"description": to_sentence(attribute.meaning)}
    return make_object(name, description, required, optional)


def describe_key(template: str) -> JsonSchema:
    return {"type": "string", "pattern": f"^{FIELD.sub(f'[^{SEPARATOR}]*', template)}$"}


def name_definition(item: ItemType) -> str:
    """Return the name of an item type's definition."""
    return "StoredReadItem" if item.model else to_pascal_case(item.name) + "Item"


def to_pascal_case(name: str) -> str:
    return "".join(word.capitalize() for word in name.split())


def to_sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
