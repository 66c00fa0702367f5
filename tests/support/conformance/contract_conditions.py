"""The contract: conditional puts and deletes."""

from decimal import Decimal

import pytest
from support.conformance.given import PK, fill, item, sort_keys

from ascend.adapters.table.conditions import Absent, Below, Equals
from ascend.adapters.table.item import Index, Item, Key, Table, Value
from ascend.adapters.table.port import Tables


class Conditions:
    @pytest.mark.parametrize("table", list(Table))
    async def test_an_absent_item_is_written_once_and_the_second_writer_sees_it(
        self, tables: Tables, table: Table
    ) -> None:
        first, second = item(name="first"), item(name="second")

        assert await tables.put(table, first, Absent()) is None
        blocked = await tables.put(table, second, Absent())

        assert blocked is not None
        assert blocked.existing == first
        assert await tables.get(table, first.key) == first

    async def test_an_item_does_not_exist_before_it_is_written(self, tables: Tables) -> None:
        assert await tables.get(Table.EVENTS, Key(PK, "1")) is None

    async def test_a_put_replaces_the_whole_item(self, tables: Tables) -> None:
        await fill(tables, item(position=1, title="old", gsi1=Key("feed", "1")))
        new = item(position=2, other="new")

        assert await tables.put(Table.VIEWS, new, Below("position", 2)) is None

        assert await tables.get(Table.VIEWS, new.key) == new

    @pytest.mark.parametrize(
        ("attributes", "is_written"),
        [
            ({"position": 4}, True),
            ({"position": 5}, False),
            ({"position": 6}, False),
            ({"position": Decimal("4.9")}, True),
            ({"position": -(10**37)}, True),
            ({"position": None}, False),
            ({}, False),
        ],
    )
    async def test_below_holds_only_for_a_lower_number(
        self, tables: Tables, attributes: dict[str, Value], is_written: bool
    ) -> None:
        existing = Item(Key(PK, "1"), attributes)
        await fill(tables, existing)

        blocked = await tables.put(Table.VIEWS, item(position=5), Below("position", 5))

        assert (blocked is None) is is_written
        if blocked is not None:
            assert blocked.existing == existing

    async def test_text_is_not_below_a_number(self, tables: Tables) -> None:
        await fill(tables, item(position="4"))

        assert await tables.put(Table.VIEWS, item(position=5), Below("position", 5)) is not None

    async def test_below_holds_for_the_first_item(self, tables: Tables) -> None:
        assert await tables.put(Table.VIEWS, item(position=5), Below("position", 5)) is None

    @pytest.mark.parametrize(
        ("expected", "is_written"),
        [
            ({}, True),
            ({"text": "a"}, True),
            ({"text": "b"}, False),
            ({"number": 7}, True),
            ({"number": Decimal("7.0")}, True),
            ({"number": "7"}, False),
            ({"true": True}, True),
            ({"null": None}, True),
            ({"missing": None}, True),
            ({"text": None}, False),
            ({"missing": "a"}, False),
            ({"null": "a"}, False),
            ({"bytes": b"\x00\xff"}, True),
            ({"bytes": b"\x00"}, False),
            ({"nested": {"list": [1, {"deep": None}, b"b"]}}, True),
            ({"nested": {"list": [1, {"deep": 0}, b"b"]}}, False),
            ({"a.b #c:d[0]": "odd name"}, True),
            ({"size": "reserved word"}, True),
            ({"text": "a", "number": 7, "missing": None}, True),
            ({"text": "a", "number": 8}, False),
        ],
    )
    async def test_equals_compares_value_and_type(
        self, tables: Tables, expected: dict[str, Value], is_written: bool
    ) -> None:
        existing = Item(
            Key(PK, "1"),
            {
                "text": "a",
                "number": 7,
                "true": True,
                "null": None,
                "bytes": b"\x00\xff",
                "nested": {"list": [1, {"deep": None}, b"b"]},
                "a.b #c:d[0]": "odd name",
                "size": "reserved word",
            },
        )
        await fill(tables, existing)

        blocked = await tables.put(Table.VIEWS, item(new=1), Equals(expected))

        assert (blocked is None) is is_written
        if blocked is not None:
            assert blocked.existing == existing

    async def test_equals_distinguishes_true_from_one(self, tables: Tables) -> None:
        await fill(tables, item(one=1, true=True))

        for expected in ({"one": True}, {"true": 1}):
            assert await tables.put(Table.VIEWS, item(), Equals(expected)) is not None

    async def test_equals_needs_an_existing_item(self, tables: Tables) -> None:
        blocked = await tables.put(Table.VIEWS, item(), Equals({"missing": None}))

        assert blocked is not None
        assert blocked.existing is None
        assert await tables.get(Table.VIEWS, Key(PK, "1")) is None

    async def test_delete_removes_only_an_item_that_meets_its_condition(self, tables: Tables) -> None:
        existing = item(position=3, gsi1=Key("feed", "1"))
        await fill(tables, existing)

        blocked = await tables.delete(Table.VIEWS, existing.key, Equals({"position": 2}))
        assert blocked is not None
        assert blocked.existing == existing
        assert await tables.delete(Table.VIEWS, existing.key, Equals({"position": 3})) is None

        assert await tables.get(Table.VIEWS, existing.key) is None
        assert await sort_keys(tables, pk="feed", index=Index.GSI1) == []
        again = await tables.delete(Table.VIEWS, existing.key, Equals({}))
        assert again is not None
        assert again.existing is None
        assert await tables.put(Table.VIEWS, existing, Absent()) is None
