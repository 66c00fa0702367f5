"""Every item type of the schema: the engine's own, and those of the projections."""

from collections.abc import Iterable

from ascend.adapters.layout.item_type import Attribute, ItemType, Retention, Type, Writer
from ascend.adapters.layout.items import ENGINE, POSITION, TOMBSTONE
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Item, Table
from ascend.projections.catalog import PROJECTIONS
from ascend.projections.item import KeyTemplate, ReadItem
from ascend.projections.projection import Projection

READ_ITEM = (
    POSITION,
    Attribute("workspace", Type.TEXT, "whose it is: also told where the key begins with a user"),
    Attribute("type", Type.TEXT, "the item's type, by name; absent from a tombstone", optional=True),
    Attribute("data", Type.TEXT, "JSON: the item itself; absent from a tombstone", optional=True),
)
UNTIL_REPLACED = Retention("until a newer build replaces it; where one was removed, a tombstone", TOMBSTONE)


def item_types(projections: Iterable[Projection] = PROJECTIONS) -> tuple[ItemType, ...]:
    """All item types that lie in the tables of a store with these projections."""
    return (*ENGINE, *(read_item(owner, item) for owner in projections for item in owner.items))


def read_item(owner: Projection, item: type[ReadItem]) -> ItemType:
    return ItemType(
        name=item.__name__,
        meaning=" ".join((item.__doc__ or "").split()),
        table=Table.VIEWS,
        key=built(owner, item.key),
        attributes=READ_ITEM,
        writer=Writer.WORKER,
        retention=UNTIL_REPLACED,
        gsi1=built(owner, item.gsi1) if item.gsi1 else None,
        gsi2=built(owner, item.gsi2) if item.gsi2 else None,
        projection=owner,
        model=item,
    )


def built(owner: Projection, template: KeyTemplate) -> Template:
    """As `keys.item_key` makes it: each build of a projection has partitions of its own."""
    return Template(f"{template.partition}#{owner.name}.{owner.version}.{{epoch}}", template.sort)


def type_of(table: Table, item: Item, types: Iterable[ItemType]) -> ItemType:
    """Which of the types lies here: by its keys and by its attributes. Raises `LookupError`."""
    for one in types:
        if one.table is table and one.attributes_fit(item) and one.key.matches(item.key):
            return one
    raise LookupError(f"no item type has the key {item.key.pk} {item.key.sk}")
