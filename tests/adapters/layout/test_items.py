"""The declaration of items is what really lies in the tables: keys, attributes, types, TTL."""

import anyio
import pytest

import ascend
from ascend.adapters.layout.catalog import build_template, find_item_type, item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.items import ENGINE_ITEMS, ERASED_STUB, SNAPSHOT
from ascend.adapters.layout.keys import item_key
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.typed import to_typed
from ascend.architect.sample import BROKEN, sample_items
from ascend.domain.errors import LimitExceeded
from ascend.projections.item import ViewKey
from ascend.projections.projection import Build

TYPES = item_types((*ascend.PROJECTIONS, BROKEN))


@pytest.fixture(scope="module")
def lying() -> list[tuple[Table, Item]]:
    """Every item of a store in which every kind lies."""
    every = anyio.run(sample_items)
    return [(table, item) for table, items in every.items() for item in items]


def test_every_item_is_of_exactly_one_type(lying: list[tuple[Table, Item]]) -> None:
    for table, item in lying:
        here = [one for one in TYPES if one.table is table and one.key.matches(item.key)]
        assert [one for one in here if one.attributes_fit(item)] == [find_item_type(table, item, TYPES)]
        assert [one.name for one in here if one is not ERASED_STUB] == [here[0].name]


def test_every_type_of_the_engine_lies_there(lying: list[tuple[Table, Item]]) -> None:
    found = {find_item_type(table, item, TYPES).name for table, item in lying}

    assert {one.name for one in ENGINE_ITEMS} <= found


def test_a_key_is_parsed_into_what_renders_it_again(lying: list[tuple[Table, Item]]) -> None:
    for table, item in lying:
        one = find_item_type(table, item, TYPES)
        for template, key in ((one.key, item.key), (one.gsi1, item.gsi1), (one.gsi2, item.gsi2)):
            if key is not None:
                assert template is not None
                assert template.key(**template.parse(key)) == key


def test_attributes_have_the_types_that_are_declared(lying: list[tuple[Table, Item]]) -> None:
    for table, item in lying:
        typed, _ = to_typed(table, item)
        for attribute in find_item_type(table, item, TYPES).attributes:
            if attribute.name in typed:
                assert list(typed[attribute.name]) == [attribute.type.value], (item.key, attribute.name)


def test_only_what_may_expire_does(lying: list[tuple[Table, Item]]) -> None:
    expiring = {find_item_type(table, item, TYPES).name for table, item in lying if item.expires is not None}

    assert expiring != set()
    assert expiring <= {one.name for one in TYPES if one.retention.expires is not None}


def test_an_item_with_a_foreign_attribute_is_of_no_type() -> None:
    key = SNAPSHOT.key.key(workspace="w", incarnation="i", kind="task", id="t")
    attributes: dict[str, Value] = {"position": 1, "version": 1, "state": "{}"}
    assert find_item_type(Table.VIEWS, Item(key, attributes), TYPES) is SNAPSHOT

    with pytest.raises(LookupError):
        find_item_type(Table.VIEWS, Item(key, attributes | {"other": 1}), TYPES)
    with pytest.raises(LookupError):
        find_item_type(Table.EVENTS, Item(key, attributes), TYPES)


def test_a_read_items_template_says_what_item_key_renders() -> None:
    tasks = next(projection for projection in ascend.PROJECTIONS if projection.name == "tasks")
    build = Build(tasks.name, tasks.version, 7)

    for item in tasks.items:
        given = {name: name for name in Template(item.key.partition, item.key.sort).fields}
        view = ViewKey(item.key.partition.format(**given), item.key.sort.format(**given))
        assert build_template(tasks, item.key).key(**given, epoch="7") == item_key(build, view)


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


def named(types: tuple[ItemType, ...]) -> list[str]:
    return [one.name for one in types]


def test_names_are_unique_and_everything_says_what_it_is() -> None:
    assert len(set(named(TYPES))) == len(TYPES)
    for one in TYPES:
        names = [attribute.name for attribute in one.attributes]
        assert len(set(names)) == len(names), one.name
    assert [one.name for one in ENGINE_ITEMS if not one.meaning or not one.retention.text] == []


def test_only_what_stands_in_anothers_place_shares_its_keys() -> None:
    own = [one for one in TYPES if not one.instead_of]

    assert len({(one.table, one.key.pk, one.key.sk) for one in own}) == len(own)
    for one in TYPES:
        if one.instead_of:
            assert one.instead_of in named(TYPES)


def test_events_have_no_index_and_never_expire() -> None:
    for one in TYPES:
        if one.table is Table.EVENTS:
            assert (one.gsi1, one.gsi2, one.retention.expires) == (None, None, None)
