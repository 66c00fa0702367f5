"""The relationship map is complete and correct: the items and keys that it shows are those that the code writes."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import anyio
import pytest

from ascend.adapters.table.item import Item, Key, Table
from ascend.architect.documents.relationship import (
    ITEM_OF_NAME,
    PATTERN_OF_QUERY,
    Relationship,
    RelationshipEnd,
    parse_read_items,
)
from ascend.architect.documents.relationship_map import RELATIONSHIPS
from ascend.architect.documents.relationship_section import render_relationships
from ascend.architect.sample import sample_items
from ascend.domain.ids import UUID_TEXT, CommandId, Id, Ref
from ascend.domain.integrity import INTEGRITY
from ascend.projections.item import ReadItem
from ascend.projections.life_os import LIFE_OS

ENDS: list[RelationshipEnd[Any]] = [
    end for relationship in RELATIONSHIPS for end in (relationship.first, relationship.second)
]
ITSELF = {"TaskLine.task", "TaskCard.task", "ThingNode.thing", "ThingCard.thing", "AssetCard.asset"} | {
    "CommentLine.comment",
    "RelationLine.relation",
}
"""Fields with the id of the entity that the item itself shows."""
TEXT = re.compile(r'"([^"]*)"')


@pytest.fixture(scope="module")
def items() -> dict[Table, list[Item]]:
    return anyio.run(sample_items, LIFE_OS)


@pytest.mark.parametrize("relationship", RELATIONSHIPS, ids=lambda relationship: relationship.name)
def test_the_sample_store_holds_both_ends_of_a_relationship_under_the_shown_keys(
    items: dict[Table, list[Item]], relationship: Relationship[Any, Any]
) -> None:
    stored = items[Table.VIEWS]

    first, second = next(relationship.find_pairs(parse_read_items(stored)))

    for end, item in ((relationship.first, first), (relationship.second, second)):
        for query in end.queries:
            index, template = end.find_keys(query)
            keys = [(item.key, item.gsi1, item.gsi2)[index or 0] for item in stored]
            assert tuple(template.render(item)) in {remove_build(key) for key in keys if key is not None}


def remove_build(key: Key) -> tuple[str, str]:
    return key.pk.rpartition("#")[0], key.sk


def test_each_named_query_reads_the_item_by_the_shown_keys_or_joins_it() -> None:
    for end in ENDS:
        for query in end.queries:
            pattern = PATTERN_OF_QUERY[query]
            if pattern.item is end.item:
                assert end.find_keys(query) == (pattern.index, pattern.template)
            else:
                assert (end.find_keys(query), bool(pattern.joined)) == ((None, end.item.key), True)


def test_the_table_shows_the_keys_at_both_ends_of_every_relationship(items: dict[Table, list[Item]]) -> None:
    _, _, *rows = render_relationships(items[Table.VIEWS]).splitlines()

    assert len(rows) == len(RELATIONSHIPS)
    for relationship, row in zip(RELATIONSHIPS, rows, strict=True):
        first, second = row.split(" | ")[-2:]
        for end, cell in ((relationship.first, first), (relationship.second, second)):
            assert f"{end.entity}: `{end.item.__name__}`" in cell
            assert [query for query in end.queries if f"`{query}`: " not in cell] == []


# ---- completeness --------------------------------------------------------------------------------------------------


def test_every_id_in_a_read_item_belongs_to_a_relationship(items: dict[Table, list[Item]]) -> None:
    """By its type or by its value. Fields named `workspace` belong to "Anything in Workspace"."""
    by_type = {
        f"{item.__name__}.{name}"
        for item in ITEM_OF_NAME.values()
        for name, field in item.model_fields.items()
        if any(is_pointing(part) for part in walk_type(field.annotation))
    }
    by_value = {
        f"{type(item).__name__}.{name}"
        for item in parse_read_items(items[Table.VIEWS])
        for name in find_fields_with_ids(item)
    }
    in_a_relationship = {f"{end.item.__name__}.{field}" for end in ENDS for field in end.fields}
    in_a_relationship |= {
        f"{item.__name__}.{field}" for relationship in RELATIONSHIPS for item, field in relationship.copies
    }
    pointing = {field for field in by_type | by_value if not field.endswith(".workspace")} - {"HistoryLine.command"}

    assert pointing - ITSELF - in_a_relationship - find_own_ids(in_a_relationship) == set()
    assert pointing >= ITSELF


def find_own_ids(in_a_relationship: set[str]) -> set[str]:
    """Return the last field of the key of each item that is in no relationship: the id of the entity that it shows.

    An item with ids of other entities needs a relationship.
    """
    related = {field.partition(".")[0] for field in in_a_relationship}
    others = (item for name, item in ITEM_OF_NAME.items() if name not in related)
    return {f"{item.__name__}.{item.key.sort_fields[-1]}" for item in others if item.key.sort_fields}


def is_pointing(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, (Id, Ref)) and not issubclass(hint, CommandId)


def walk_type(hint: object) -> Iterator[object]:
    """Yield the type and all types in it."""
    yield hint
    for part in get_args(hint):
        yield from walk_type(part)


def find_fields_with_ids(item: ReadItem) -> Iterator[str]:
    """Yield the fields whose value holds an id, whatever their type."""
    return (name for name, value in item.model_dump(mode="json").items() if has_id(value))


def has_id(value: object) -> bool:
    return any(UUID_TEXT.fullmatch(text) for text in TEXT.findall(json.dumps(value)))


def test_every_pair_of_the_integrity_table_is_a_relationship() -> None:
    state_fields = {field for relationship in RELATIONSHIPS for field in relationship.state_fields}

    assert {f"{pair.pointing}.{pair.field}" for pair in INTEGRITY} - state_fields == set()


def test_every_field_that_the_map_names_exists() -> None:
    fields = {f"{kind}.{name}" for kind, entity in LIFE_OS.model.kinds.items() for name in get_type_hints(entity.state)}
    state_fields = {field for relationship in RELATIONSHIPS for field in relationship.state_fields}
    shown = {(end.item, field) for end in ENDS for field in end.fields}
    shown |= {copy for relationship in RELATIONSHIPS for copy in relationship.copies}

    assert state_fields - fields == {"anything.workspace"}
    assert [(item, field) for item, field in shown if field not in item.model_fields] == []
    assert len({relationship.name for relationship in RELATIONSHIPS}) == len(RELATIONSHIPS)
