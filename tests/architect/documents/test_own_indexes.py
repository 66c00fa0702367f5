"""The cost of multi-attribute keys in place of the overloaded indexes, recomputed by hand for a small application."""

from typing import Any

import ascend
from ascend.architect.check.rules import load_schema
from ascend.architect.check.schema import Schema
from ascend.architect.documents.index_section import NO_INDEX, OwnIndex, list_own_indexes, render_own_indexes
from ascend.projections.life_os import LIFE_OS


class Order(ascend.ReadItem, key=("W#{workspace}", "order#{order}"), gsi1=("W#{workspace}#{status}", "{day}#{order}")):
    order: str
    status: str
    day: str


class Parcel(ascend.ReadItem, key=("W#{workspace}", "parcel#{parcel}")):
    """It has all attributes of the index of orders, but is in no index."""

    parcel: str
    order: str
    status: str
    day: str


class Note(ascend.ReadItem, key=("W#{workspace}", "note#{note}"), gsi1=("W#{workspace}", "{a}#{b}#{c}#{d}#{note}")):
    note: str
    a: str
    b: str
    c: str
    d: str


def declare(
    item: type[ascend.ReadItem], query: str, writes: int, size: int, given: tuple[str, ...], index: int | None = None
) -> ascend.Pattern[Any]:
    load = ascend.Load(reads_a_day=1, writes_a_day=writes, items=1, in_a_year=1, page=1, bytes=size)
    return ascend.Pattern(name=query, query=query, item=item, load=load, given=given, index=index)


PATTERNS = (
    declare(Order, "orders", 100, 1_500, ("workspace", "status"), index=1),
    declare(Order, "all_orders", 90, 1_500, ("workspace",)),
    declare(Parcel, "parcels", 30, 1_024, ("workspace",)),
    declare(Note, "notes", 5, 10, ("workspace",), index=1),
)
SHOP = ascend.Projection("shop", 1, (Order, Parcel, Note), {}, patterns=PATTERNS)


def list_by_name(schema: Schema) -> dict[str, OwnIndex]:
    return {index.item.__name__: index for index in list_own_indexes(schema)}


def test_an_index_of_its_own_also_takes_the_items_that_happen_to_have_its_attributes() -> None:
    index = list_by_name(Schema.collect((SHOP,)))["Order"]

    assert (index.partition, index.sort) == (("workspace", "status", "build"), ("day", "order"))
    assert (index.writes, index.strays, index.stray_writes) == (200, ("Parcel",), 30)


def test_a_key_of_more_than_four_attributes_cannot_be_one() -> None:
    note = list_by_name(Schema.collect((SHOP,)))["Note"]

    assert not note.fits
    assert "(more than 4: not possible)" in render_own_indexes(Schema.collect((SHOP,)))


def test_the_sum_counts_the_indexes_and_their_writes() -> None:
    text = render_own_indexes(Schema.collect((SHOP,)))

    assert text.endswith("The sum: 2 indexes instead of 1, and 235 write units a day into indexes instead of 205.")


def test_the_life_os_would_need_an_index_for_each_key_in_an_index() -> None:
    schema = load_schema(LIFE_OS)

    placed = [keys for keys in schema.iter_keys() if keys.place.startswith("gsi")]

    assert len(list(list_own_indexes(schema))) == len(placed) > 5


def test_an_application_without_indexes_has_nothing_to_replace() -> None:
    plain = ascend.Projection("plain", 1, (Parcel,), {}, patterns=PATTERNS[2:3])

    assert render_own_indexes(Schema.collect((plain,))) == NO_INDEX
