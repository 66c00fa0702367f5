"""The declared item types match the items in the tables: keys, attributes, types, TTL."""

from typing import Any

import anyio
import pytest

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.layout.catalog import build_template, find_item_type, item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.items import ENGINE_ITEMS, ERASED_STUB, SNAPSHOT
from ascend.adapters.layout.keys import item_key
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.typed import to_typed
from ascend.architect.sample import sample_items
from ascend.domain.errors import LimitExceeded
from ascend.projections.build import Build
from ascend.projections.key_template import ViewKey
from ascend.testing import HOME

TYPES = item_types(ascend.LIFE_OS.projections)


@pytest.fixture(scope="module")
def stored_items() -> list[tuple[Table, Item]]:
    """All items of a store that holds every item type."""
    items_of_tables = anyio.run(sample_items, ascend.LIFE_OS)
    return [(table, item) for table, items in items_of_tables.items() for item in items]


def test_every_item_is_of_exactly_one_type(stored_items: list[tuple[Table, Item]]) -> None:
    for table, item in stored_items:
        with_key = [item_type for item_type in TYPES if item_type.table is table and item_type.key.matches(item.key)]
        matches = [item_type for item_type in with_key if item_type.matches_attributes(item)]
        assert matches == [find_item_type(table, item, TYPES)]
        assert [item_type.name for item_type in with_key if item_type is not ERASED_STUB] == [with_key[0].name]


def test_the_store_holds_every_item_type_of_the_engine(stored_items: list[tuple[Table, Item]]) -> None:
    names = {find_item_type(table, item, TYPES).name for table, item in stored_items}

    assert {item_type.name for item_type in ENGINE_ITEMS} <= names


def test_the_fields_of_a_parsed_key_render_the_same_key(stored_items: list[tuple[Table, Item]]) -> None:
    for table, item in stored_items:
        declared = find_item_type(table, item, TYPES)
        for template, key in ((declared.key, item.key), (declared.gsi1, item.gsi1), (declared.gsi2, item.gsi2)):
            if key is not None:
                assert template is not None
                assert template.key(**template.parse(key)) == key


def test_attributes_have_their_declared_types(stored_items: list[tuple[Table, Item]]) -> None:
    for table, item in stored_items:
        typed, _ = to_typed(table, item)
        for attribute in find_item_type(table, item, TYPES).attributes:
            if attribute.name in typed:
                assert list(typed[attribute.name]) == [attribute.type.value], (item.key, attribute.name)


def test_only_item_types_with_a_ttl_expire(stored_items: list[tuple[Table, Item]]) -> None:
    expiring = {find_item_type(table, item, TYPES).name for table, item in stored_items if item.expires is not None}

    assert expiring != set()
    assert expiring <= {item_type.name for item_type in TYPES if item_type.retention.expires is not None}


def test_an_item_with_an_unknown_attribute_has_no_type() -> None:
    key = SNAPSHOT.key.key(workspace="w", incarnation="i", kind="task", id="t")
    attributes: dict[str, Value] = {"position": 1, "version": 1, "state": "{}"}
    assert find_item_type(Table.VIEWS, Item(key, attributes), TYPES) is SNAPSHOT

    with pytest.raises(LookupError):
        find_item_type(Table.VIEWS, Item(key, attributes | {"other": 1}), TYPES)
    with pytest.raises(LookupError):
        find_item_type(Table.EVENTS, Item(key, attributes), TYPES)


def test_the_template_of_a_read_item_renders_the_same_key_as_item_key() -> None:
    tasks = next(projection for projection in ascend.LIFE_OS.projections if projection.name == "tasks")
    build = Build(tasks.name, tasks.version, 7)

    for item in tasks.items:
        fields = {name: name for name in Template(item.key.partition, item.key.sort).fields}
        view = ViewKey(item.key.partition.format(**fields), item.key.sort.format(**fields))
        assert build_template(tasks, item.key).key(**fields, epoch="7") == item_key(build, view)


# ---- templates -----------------------------------------------------------------------------------------------------

EDGE = Template("W#{workspace}#{incarnation}", "E#{kind}#{parent}#{child}")


def test_a_prefix_ends_before_the_first_field_that_is_not_given() -> None:
    assert EDGE.prefix() == "E#"
    assert EDGE.prefix(kind="thing") == "E#thing#"
    assert EDGE.prefix(kind="thing", parent="p") == "E#thing#p#"
    assert EDGE.prefix(kind="thing", parent="p", child="c") == "E#thing#p#c"


def test_no_field_holds_the_separator() -> None:
    for render in (EDGE.partition, EDGE.prefix, EDGE.key):
        with pytest.raises(LimitExceeded, match="parent"):
            render(workspace="w", incarnation="i", kind="thing", parent="p#q", child="c")


FOREIGN = [
    Key("W#w", "E#thing#p#c"),
    Key("W#w#i", "E#thing#p#c#d"),
    Key("W#w#i", "S#thing#p"),
    Key("xW#w#i", "E#thing#p#c"),
    Key("W#w#i", "E#thing#p#c\n#"),
]


@pytest.mark.parametrize("key", FOREIGN, ids=str)
def test_a_key_of_another_template_is_not_parsed(key: Key) -> None:
    assert not EDGE.matches(key)
    with pytest.raises(ValueError, match="is not W#"):
        EDGE.parse(key)


def test_a_field_in_both_keys_has_one_value() -> None:
    twice = Template("W#{workspace}", "{workspace}#{task}")

    assert twice.parse(Key("W#w", "w#t")) == {"workspace": "w", "task": "t"}
    assert not twice.matches(Key("W#w", "v#t"))


# ---- what is declared ----------------------------------------------------------------------------------------------


def names_of(item_types: tuple[ItemType, ...]) -> list[str]:
    return [item_type.name for item_type in item_types]


def test_names_are_unique_and_every_item_type_is_described() -> None:
    assert len(set(names_of(TYPES))) == len(TYPES)
    for item_type in TYPES:
        names = [attribute.name for attribute in item_type.attributes]
        assert len(set(names)) == len(names), item_type.name
    assert [item_type.name for item_type in ENGINE_ITEMS if not item_type.meaning or not item_type.retention.text] == []


def test_only_an_item_type_that_replaces_another_shares_its_keys() -> None:
    with_own_keys = [item_type for item_type in TYPES if not item_type.replaces]
    keys = {(item_type.table, item_type.key.pk, item_type.key.sk) for item_type in with_own_keys}

    assert len(keys) == len(with_own_keys)
    for item_type in TYPES:
        if item_type.replaces:
            assert item_type.replaces in names_of(TYPES)


def test_events_have_no_index_and_never_expire() -> None:
    for item_type in TYPES:
        if item_type.table is Table.EVENTS:
            assert (item_type.gsi1, item_type.gsi2, item_type.retention.expires) == (None, None, None)


class Hidden(str):
    """A text that shows another one."""

    __slots__ = ()

    def __str__(self) -> str:
        return "other#place"


def test_a_key_is_made_of_the_content_of_a_text() -> None:
    assert keys.policy_key(HOME, Hidden("greet")).sk == "greet"


@pytest.mark.parametrize("value", [None, 1])
def test_a_key_is_made_of_nothing_but_texts(value: Any) -> None:
    with pytest.raises(TypeError):
        keys.policy_key(HOME, value)
