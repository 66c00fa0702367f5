"""The JSON Schema of items as they lie in the tables, keys included: plain values, as DynamoDB's document client gives them."""

from collections.abc import Iterable

from ascend.adapters.layout.catalog import READ_ITEM, UNTIL_REPLACED
from ascend.adapters.layout.item_type import Attribute, ItemType, Type
from ascend.adapters.layout.items import ENGINE
from ascend.adapters.layout.template import FIELD, SEPARATOR
from ascend.architect.types.json_schema import Schema, described, reference
from ascend.projections.item import ReadItem

TYPES: dict[Type, Schema] = {
    Type.TEXT: {"type": "string"},
    Type.NUMBER: {"type": "integer"},
    Type.YES_NO: {"type": "boolean"},
    Type.LIST: {"type": "array"},
    Type.MAP: {"type": "object", "additionalProperties": True},
}
EXPIRES = Attribute("expires", Type.NUMBER, "epoch second after which it may vanish", optional=True)
INDEX_KEYS = tuple(
    Attribute(f"{index}{part}", Type.TEXT, f"in {index}, if it is there", optional=True)
    for index in ("gsi1", "gsi2")
    for part in ("pk", "sk")
)


def stored_items(read_items: Iterable[type[ReadItem]]) -> dict[str, Schema]:
    made = {pascal(one.name) + "Item": of_engine(one) for one in ENGINE}
    made["StoredReadItem"] = of_read_items([item.__name__ for item in read_items])
    everything = described(
        "StoredItems", "Every item type of the tables, by name.", {name: reference(name) for name in made}
    )
    return made | {"StoredItems": everything}


def of_engine(one: ItemType) -> Schema:
    keys = {"pk": keyed_by(one.key.pk), "sk": keyed_by(one.key.sk)}
    about = (
        f"{sentence(one.meaning)} In `{one.table.value}`: `{one.key.pk}`, `{one.key.sk}`. Kept: {one.retention.text}."
    )
    attributes = (*one.attributes, *((EXPIRES,) if one.retention.expires else ()))
    return item(pascal(one.name) + "Item", about, keys, attributes)


def of_read_items(names: list[str]) -> Schema:
    about = f"A read item, or the tombstone of one. In `views`. Kept: {UNTIL_REPLACED.text}."
    text: Schema = {"type": "string"}
    made = item("StoredReadItem", about, {"pk": text, "sk": text}, (*INDEX_KEYS, *READ_ITEM, EXPIRES))
    made["properties"]["type"]["enum"] = names
    return made


def item(name: str, about: str, keys: dict[str, Schema], attributes: Iterable[Attribute]) -> Schema:
    always, perhaps = dict(keys), dict[str, Schema]()
    for one in attributes:
        said = perhaps if one.optional else always
        said[one.name] = TYPES[one.type] | {"description": sentence(one.meaning)}
    return described(name, about, always, perhaps)


def keyed_by(template: str) -> Schema:
    return {"type": "string", "pattern": f"^{FIELD.sub(f'[^{SEPARATOR}]*', template)}$"}


def pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split())


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
