"""Every item type of the schema: the engine's own, and those of the projections."""

from collections.abc import Iterable

from ascend.adapters.layout.item_type import Attribute, AttributeType, ItemType, Retention, Writer
from ascend.adapters.layout.items import ENGINE_ITEMS, POSITION, TOMBSTONE_TTL
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Item, Table
from ascend.projections.catalog import PROJECTIONS
from ascend.projections.item import KeyTemplate, ReadItem
from ascend.projections.projection import Projection

READ_ITEM_ATTRIBUTES = (
    POSITION,
    Attribute("workspace", AttributeType.TEXT, "whose it is: also told where the key begins with a user"),
    Attribute("type", AttributeType.TEXT, "the item's type, by name; absent from a tombstone", optional=True),
    Attribute("data", AttributeType.TEXT, "JSON: the item itself; absent from a tombstone", optional=True),
)
UNTIL_REPLACED = Retention("until a newer build replaces it; where one was removed, a tombstone", TOMBSTONE_TTL)


def item_types(projections: Iterable[Projection] = PROJECTIONS) -> tuple[ItemType, ...]:
    """All item types that lie in the tables of a store with these projections."""
    return (*ENGINE_ITEMS, *(to_item_type(owner, item) for owner in projections for item in owner.items))


def to_item_type(owner: Projection, item: type[ReadItem]) -> ItemType:
    return ItemType(
        name=item.__name__,
        meaning=" ".join((item.__doc__ or "").split()),
        table=Table.VIEWS,
        key=build_template(owner, item.key),
        attributes=READ_ITEM_ATTRIBUTES,
        writer=Writer.WORKER,
        retention=UNTIL_REPLACED,
        gsi1=build_template(owner, item.gsi1) if item.gsi1 else None,
        gsi2=build_template(owner, item.gsi2) if item.gsi2 else None,
        projection=owner,
        model=item,
    )


def build_template(owner: Projection, template: KeyTemplate) -> Template:
    """As `keys.item_key` makes it: each build of a projection has partitions of its own."""
    return Template(f"{template.partition}#{owner.name}.{owner.version}.{{epoch}}", template.sort)


def find_item_type(table: Table, item: Item, types: Iterable[ItemType]) -> ItemType:
    """Which of the types lies here: by its keys and by its attributes. Raises `LookupError`."""
    for one in types:
        if one.table is table and one.attributes_fit(item) and one.key.matches(item.key):
            return one
    raise LookupError(f"no item type has the key {item.key.pk} {item.key.sk}")
