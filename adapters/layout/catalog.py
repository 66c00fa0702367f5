"""All item types of the schema: the engine's and the projections'."""

from collections.abc import Iterable

from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType, Retention, Writer
from ascend.adapters.layout.items import ENGINE_ITEMS, POSITION, TOMBSTONE_TTL
from ascend.adapters.layout.table_specs import spec_of
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Item, Table
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate
from ascend.projections.projection import Projection

READ_ITEM_ATTRIBUTES = (
    POSITION,
    Attribute("workspace", AttributeType.TEXT, "the workspace of the item; needed where the key begins with a user"),
    Attribute("type", AttributeType.TEXT, "name of the item type; absent from a tombstone", optional=True),
    Attribute("data", AttributeType.TEXT, "JSON: the read item; absent from a tombstone", optional=True),
)
UNTIL_REPLACED = Retention(
    "until a newer build replaces it; a tombstone replaces a removed item, and expires once the record has passed it",
    TOMBSTONE_TTL,
)


def item_types(projections: Iterable[Projection]) -> tuple[ItemType, ...]:
    """Return all item types of a store with these projections."""
    return (*ENGINE_ITEMS, *(to_item_type(projection, item) for projection in projections for item in projection.items))


def to_item_type(projection: Projection, item: type[ReadItem]) -> ItemType:
    return ItemType(
        name=item.__name__,
        meaning=" ".join((item.__doc__ or "").split()),
        table=Table.VIEWS,
        key=build_template(projection, item.key),
        attributes=READ_ITEM_ATTRIBUTES,
        writer=Writer.WORKER,
        retention=UNTIL_REPLACED,
        gsi1=build_template(projection, item.gsi1) if item.gsi1 else None,
        gsi2=build_template(projection, item.gsi2) if item.gsi2 else None,
        projection=projection,
        model=item,
    )


def attribute_names(table: Table) -> frozenset[str]:
    """Return the names of all attributes that an item of the table may have beside its key: its own, those of its places
    in indexes, and that of its time of expiry.
    """
    spec = spec_of(table)
    names = {name for index in spec.indexes for name in index.keys} | ({spec.ttl} if spec.ttl else set[str]())
    names |= {attribute.name for item in ENGINE_ITEMS if item.table is table for attribute in item.attributes}
    return frozenset(names | {attribute.name for attribute in READ_ITEM_ATTRIBUTES if table is Table.VIEWS})


def build_template(projection: Projection, template: KeyTemplate) -> Template:
    """Return the template of the keys that `keys.item_key` renders. Each build has partitions of its own."""
    return Template(f"{template.partition}#{projection.name}.{projection.version}.{{epoch}}", template.sort)


def find_item_type(table: Table, item: Item, types: Iterable[ItemType]) -> ItemType:
    """Find the type of an item by its key and its attributes. Raises: LookupError if no type matches."""
    for item_type in types:
        if item_type.table is table and item_type.matches_attributes(item) and item_type.key.matches(item.key):
            return item_type
    raise LookupError(f"no item type has the key {item.key.pk} {item.key.sk}")
