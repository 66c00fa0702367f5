"""The relationship map is whole, and true: what it shows at both ends of an edge is what the code writes there."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import anyio
import pytest

from ascend.adapters.table.item import Item, Key, Table
from ascend.architect.documents.docs import relationships
from ascend.architect.documents.edges import ASKED, TYPES, End, Relationship, read_items
from ascend.architect.documents.relationships import RELATIONSHIPS
from ascend.architect.sample import sample_items
from ascend.domain.catalog import MODEL
from ascend.domain.ids import UUID_TEXT, CommandId, Id, Ref
from ascend.domain.integrity import INTEGRITY
from ascend.projections.item import ReadItem

ENDS: list[End[Any]] = [end for one in RELATIONSHIPS for end in (one.one, one.other)]
ITSELF = {"TaskLine.task", "TaskCard.task", "ThingNode.thing", "ThingCard.thing", "AssetCard.asset"} | {
    "CommentLine.comment",
    "RelationLine.relation",
}
"""Ids of what the item itself is about."""
TEXT = re.compile(r'"([^"]*)"')


@pytest.fixture(scope="module")
def lying() -> dict[Table, list[Item]]:
    return anyio.run(sample_items)


@pytest.mark.parametrize("one", RELATIONSHIPS, ids=lambda one: one.edge)
def test_both_ends_of_an_edge_lie_in_the_sample_store_by_the_keys_that_are_shown(
    lying: dict[Table, list[Item]], one: Relationship[Any, Any]
) -> None:
    stored = lying[Table.VIEWS]

    here, there = next(one.pairs(read_items(stored)))

    for end, item in ((one.one, here), (one.other, there)):
        for query in end.queries:
            index, template = end.keys(query)
            keys = [(item.key, item.gsi1, item.gsi2)[index or 0] for item in stored]
            assert tuple(template.render(item)) in {without_build(key) for key in keys if key is not None}


def without_build(key: Key) -> tuple[str, str]:
    return key.pk.rpartition("#")[0], key.sk


def test_each_query_that_is_named_gives_the_item_by_the_keys_that_are_shown_or_joins_it() -> None:
    for end in ENDS:
        for query in end.queries:
            pattern = ASKED[query]
            if pattern.item is end.item:
                assert end.keys(query) == (pattern.index, pattern.template)
            else:
                assert (end.keys(query), bool(pattern.joined)) == ((None, end.item.key), True)


def test_both_keys_of_every_edge_are_in_the_table(lying: dict[Table, list[Item]]) -> None:
    _, _, *rows = relationships(lying).splitlines()

    assert len(rows) == len(RELATIONSHIPS)
    for one, row in zip(RELATIONSHIPS, rows, strict=True):
        first, second = row.split(" | ")[-2:]
        for end, cell in ((one.one, first), (one.other, second)):
            assert f"{end.at}: `{end.item.__name__}`" in cell
            assert [query for query in end.queries if f"`{query}`: " not in cell] == []


# ---- nothing is forgotten ------------------------------------------------------------------------------------------


def test_every_id_in_a_read_item_belongs_to_an_edge(lying: dict[Table, list[Item]]) -> None:
    """By its type, or by what lies in it. The workspace is that of the edge "Anything in Workspace"."""
    by_type = {
        f"{item.__name__}.{name}"
        for item in TYPES.values()
        for name, field in item.model_fields.items()
        if any(points(part) for part in within(field.annotation))
    }
    by_value = {f"{type(item).__name__}.{name}" for item in read_items(lying[Table.VIEWS]) for name in with_ids(item)}
    in_an_edge = {f"{end.item.__name__}.{field}" for end in ENDS for field in end.fields}
    in_an_edge |= {f"{item.__name__}.{field}" for one in RELATIONSHIPS for item, field in one.copied}
    pointing = {one for one in by_type | by_value if not one.endswith(".workspace")} - {"HistoryLine.command"}

    assert pointing - ITSELF - in_an_edge == set()
    assert pointing >= ITSELF
    assert {type(item).__name__ for item in read_items(lying[Table.VIEWS])} == set(TYPES)


def points(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, (Id, Ref)) and not issubclass(hint, CommandId)


def within(hint: object) -> Iterator[object]:
    """The type and all that it is made of."""
    yield hint
    for part in get_args(hint):
        yield from within(part)


def with_ids(item: ReadItem) -> Iterator[str]:
    """Fields in which an id stands, whatever their type."""
    return (name for name, value in item.model_dump(mode="json").items() if has_id(value))


def has_id(value: object) -> bool:
    return any(UUID_TEXT.fullmatch(text) for text in TEXT.findall(json.dumps(value)))


def test_every_pair_of_the_integrity_table_is_an_edge() -> None:
    kept = {field for one in RELATIONSHIPS for field in one.kept}

    assert {f"{pair.pointing}.{pair.field}" for pair in INTEGRITY} - kept == set()


def test_what_the_map_names_is_there() -> None:
    fields = {f"{kind}.{name}" for kind, entity in MODEL.kinds.items() for name in get_type_hints(entity.state)}
    kept = {field for one in RELATIONSHIPS for field in one.kept}
    shown = {(end.item, field) for end in ENDS for field in end.fields}
    shown |= {copy for one in RELATIONSHIPS for copy in one.copied}

    assert kept - fields == {"anything.workspace"}
    assert [(item, field) for item, field in shown if field not in item.model_fields] == []
    assert len({one.edge for one in RELATIONSHIPS}) == len(RELATIONSHIPS)
