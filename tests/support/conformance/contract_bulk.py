"""The contract: many conditional puts at once (`put_all`)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from support.conformance.contract_races import call_and_cancel, call_at_once
from support.conformance.given import PK, fill, item, sort_keys

from ascend.adapters.table.conditions import Absent, Below, Condition, Equals
from ascend.adapters.table.item import Index, Item, Key, Table, Value
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put
from ascend.domain.errors import InvalidInput, LimitExceeded

VALUES: dict[str, Value] = {
    "empty text": "",
    "astral": "\U0001f600 \U00010348",
    "38 digits": 10**38 - 1,
    "a fraction of 38 digits": Decimal("-1234567890123456789012345678901234567.8"),
    "the largest": Decimal("9.9E125"),
    "null": None,
    "true": True,
    "bytes": b"\x00\xff",
    "a list": ["", 0, None, b"", [True, {"deep": "\U0001f600"}]],
    "a map": {"a.b #c:d[0]": {"quote": "'\"?"}, "size": Decimal("0.1")},
}
MANY_WRITERS = 8


def read_line(number: int, *, position: int = 1, **attributes: Value) -> Item:
    """An item with the attributes of read items, of which statements of DynamoDB may speak."""
    return Item(Key(PK, f"{number:04}"), {"position": position, **attributes})


async def put_below(tables: Tables, *items: Item, is_new: bool = False) -> Sequence[bool]:
    return await tables.put_all(
        Table.VIEWS, [Put(new, Below("position", position_of(new)), is_new=is_new) for new in items]
    )


def position_of(stored: Item) -> int:
    return int(str(stored.attributes["position"]))


async def read_all(tables: Tables, items: Sequence[Item]) -> list[Item | None]:
    stored = await tables.batch_get(Table.VIEWS, [new.key for new in items])
    return [stored.get(new.key) for new in items]


class BulkConditions:
    async def test_each_put_of_many_succeeds_or_fails_on_its_own(self, tables: Tables) -> None:
        await fill(
            tables,
            read_line(1, data="there"),
            read_line(3, position=9),
            read_line(5, position=3),
            read_line(7, data="a"),
        )
        puts: list[tuple[Item, Condition, bool]] = [
            (read_line(0, data="new"), Absent(), True),
            (read_line(1, data="new"), Absent(), False),
            (read_line(2, position=5), Below("position", 5), True),
            (read_line(3, position=5), Below("position", 5), False),
            (read_line(5, position=5), Below("position", 5), True),
            (read_line(6, data="new"), Equals({"data": None}), False),
            (read_line(7, data="b"), Equals({"data": "a"}), True),
        ]

        written = await tables.put_all(Table.VIEWS, [Put(new, when) for new, when, _ in puts])

        assert written == [is_written for *_, is_written in puts]
        assert await read_all(tables, [new for new, *_ in puts]) == [
            read_line(0, data="new"),
            read_line(1, data="there"),
            read_line(2, position=5),
            read_line(3, position=9),
            read_line(5, position=5),
            None,
            read_line(7, data="b"),
        ]

    @pytest.mark.parametrize("is_new", [True, False], ids=["said to be new", "said to exist"])
    async def test_a_wrong_guess_changes_no_outcome(self, tables: Tables, is_new: bool) -> None:
        older, same, newer, absent = (read_line(number, position=number) for number in (4, 5, 6, 7))
        await fill(tables, older, same, newer)
        puts = [replace(each, attributes={"position": 5, "data": "mine"}) for each in (older, same, newer, absent)]

        assert await put_below(tables, *puts, is_new=is_new) == [True, False, False, True]

        assert await read_all(tables, puts) == [puts[0], same, newer, puts[3]]

    @pytest.mark.parametrize("stored", [{"position": "4"}, {"position": None}, {"data": "no position"}])
    async def test_a_position_that_is_no_number_is_not_below_one_in_bulk(
        self, tables: Tables, stored: dict[str, Value]
    ) -> None:
        existing = [Item(Key(PK, f"{number:04}"), stored) for number in range(2)]
        await fill(tables, *existing)

        for is_new in (True, False):
            assert await put_below(tables, read_line(0, position=5), read_line(1, position=5), is_new=is_new) == [
                False,
                False,
            ]

        assert await read_all(tables, existing) == existing

    @pytest.mark.parametrize(
        ("expected", "is_written"),
        [
            ({}, True),
            ({"data": "a"}, True),
            ({"data": "b"}, False),
            ({"position": 7}, True),
            ({"position": Decimal("7.0")}, True),
            ({"position": "7"}, False),
            ({"there": True}, True),
            ({"state": None}, True),
            ({"workspace": None}, True),
            ({"data": None}, False),
            ({"workspace": "a"}, False),
            ({"state": "a"}, False),
            ({"folded_hash": b"\x00\xff"}, True),
            ({"folded_hash": b"\x00"}, False),
            ({"epochs": {"list": [1, {"deep": None}, b"b"]}}, True),
            ({"epochs": {"list": [1, {"deep": 0}, b"b"]}}, False),
            ({"data": "a", "position": 7, "workspace": None}, True),
            ({"data": "a", "position": 8}, False),
        ],
    )
    async def test_equals_compares_value_and_type_in_bulk(
        self, tables: Tables, expected: dict[str, Value], is_written: bool
    ) -> None:
        existing: dict[str, Value] = {
            "data": "a",
            "position": 7,
            "there": True,
            "state": None,
            "folded_hash": b"\x00\xff",
            "epochs": {"list": [1, {"deep": None}, b"b"]},
        }
        stored = [Item(Key(PK, f"{number:04}"), existing) for number in range(2)]
        await fill(tables, *stored)
        puts = [read_line(number, position=8) for number in range(2)]

        written = await tables.put_all(Table.VIEWS, [Put(new, Equals(expected)) for new in puts])

        assert written == [is_written] * 2
        assert await read_all(tables, puts) == (puts if is_written else stored)

    async def test_equals_distinguishes_true_from_one_in_bulk(self, tables: Tables) -> None:
        await fill(tables, read_line(0, there=True), read_line(1, there=1))

        written = await tables.put_all(
            Table.VIEWS,
            [Put(read_line(0), Equals({"there": 1})), Put(read_line(1), Equals({"there": True}))],
        )

        assert written == [False, False]

    async def test_a_put_in_bulk_replaces_the_whole_item_with_its_places_in_indexes(self, tables: Tables) -> None:
        old = replace(
            read_line(0, workspace="w", type="Line", data="old", state="s", there=True, was="x"),
            gsi1=Key("feed", "1"),
            gsi2=Key("path", "1"),
            expires=4_000_000_000,
        )
        moved, plain = replace(old, gsi1=Key("feed", "2"), gsi2=None), read_line(1, position=2)
        await fill(tables, old, replace(old, key=plain.key))
        moved = replace(moved, attributes={"position": 2, "data": "new"}, expires=None)

        assert await put_below(tables, moved, plain) == [True, True]

        assert await read_all(tables, [moved, plain]) == [moved, plain]
        assert await sort_keys(tables, pk="feed", index=Index.GSI1) == ["0000"]
        assert await sort_keys(tables, pk="path", index=Index.GSI2) == []

    async def test_an_item_without_attributes_replaces_another_in_bulk(self, tables: Tables) -> None:
        await fill(tables, read_line(0, data="old"), read_line(1, data="old"))
        bare = [item(f"{number:04}") for number in range(2)]

        assert await tables.put_all(Table.VIEWS, [Put(new, Equals({"position": 1})) for new in bare]) == [True, True]

        assert await read_all(tables, bare) == bare

    async def test_items_with_any_names_are_replaced_in_bulk(self, tables: Tables) -> None:
        """Names outside the schema of the views, such as one with a quote, are written as well."""
        nasty: dict[str, Value] = {"a.b #c:d[0]": 1, "quote ' and \" and ?": 2, "size": 3, "position": 1}
        old, other = Item(Key(PK, "0000"), nasty), read_line(1, title="old")
        await fill(tables, old, other)
        puts = [Item(old.key, {"other": 1, "position": 2}), Item(other.key, {**nasty, "position": 2})]

        assert await put_below(tables, *puts) == [True, True]

        assert await read_all(tables, puts) == puts

    @pytest.mark.parametrize("is_new", [True, False], ids=["said to be new", "said to exist"])
    async def test_values_come_back_as_they_went_in_in_bulk(self, tables: Tables, is_new: bool) -> None:
        await put_below(tables, *(read_line(number) for number in range(len(VALUES))))
        changed = [read_line(number, position=2, data=value) for number, value in enumerate(VALUES.values())]
        fresh = [replace(new, key=Key("other", new.key.sk)) for new in changed]

        assert await put_below(tables, *changed, *fresh, is_new=is_new) == [True] * 2 * len(VALUES)

        assert await read_all(tables, [*changed, *fresh]) == [*changed, *fresh]

    async def test_many_puts_to_the_events_table_keep_their_conditions(self, tables: Tables) -> None:
        first = [item(f"{number}", body="first") for number in range(3)]
        second = [item(f"{number}", body="second") for number in range(1, 5)]

        assert await tables.put_all(Table.EVENTS, [Put(new, Absent(), is_new=True) for new in first]) == [True] * 3
        assert await tables.put_all(Table.EVENTS, [Put(new, Absent(), is_new=True) for new in second]) == [
            False,
            False,
            True,
            True,
        ]

        assert await sort_keys(tables, table=Table.EVENTS) == ["0", "1", "2", "3", "4"]
        assert await tables.get(Table.EVENTS, Key(PK, "1")) == first[1]


class BulkSizes:
    @pytest.mark.parametrize("count", [0, 1, 25, 26, 1_000])
    async def test_any_number_of_puts_is_written(self, tables: Tables, count: int) -> None:
        items = [read_line(number, data="x") for number in range(count)]

        assert await put_below(tables, *items, is_new=True) == [True] * count

        assert await sort_keys(tables) == [new.key.sk for new in items]

    async def test_25_items_of_300_kb_are_written(self, tables: Tables) -> None:
        items = [read_line(number, data="x" * 300_000) for number in range(25)]

        assert await put_below(tables, *items, is_new=True) == [True] * 25

        assert await sort_keys(tables) == [new.key.sk for new in items]

    async def test_two_puts_with_one_key_are_refused_and_nothing_is_written(self, tables: Tables) -> None:
        with pytest.raises(InvalidInput, match="same key"):
            await put_below(tables, read_line(0), read_line(1), replace(read_line(1), attributes={"position": 2}))

        assert await sort_keys(tables) == []

    async def test_one_bad_item_refuses_all_before_anything_is_written(self, tables: Tables) -> None:
        too_large = read_line(1, data="x" * 500_000)
        for bad, error in ((too_large, LimitExceeded), (read_line(1, data="\ud800"), InvalidInput)):
            with pytest.raises(error):
                await put_below(tables, *(read_line(number) for number in range(2, 40)), bad, is_new=True)

        assert await sort_keys(tables) == []


class BulkRaces:
    async def test_of_two_writers_of_the_same_many_keys_one_writes_each(self, tables: Tables) -> None:
        writers = [[read_line(number, data=f"{writer}") for number in range(60)] for writer in range(MANY_WRITERS)]

        outcomes = await call_at_once(*(partial(put_below, tables, *items, is_new=True) for items in writers))

        stored = await read_all(tables, writers[0])
        for number, existing in enumerate(stored):
            [winner] = [writer for writer, written in enumerate(outcomes) if written[number]]
            assert existing == writers[winner][number]

    async def test_positions_only_move_forward_whatever_the_writers_guess(self, tables: Tables) -> None:
        """An item that appears between the two statements of a wrong guess must not end as a condition that failed."""
        writers = [
            [read_line(number, position=position, data=f"{position}") for number in range(30)]
            for position in range(1, MANY_WRITERS + 1)
        ]

        outcomes = await call_at_once(
            *(partial(put_below, tables, *items, is_new=bool(turn % 2)) for turn, items in enumerate(writers))
        )

        assert await read_all(tables, writers[-1]) == writers[-1]
        assert outcomes[-1] == [True] * 30

    async def test_a_put_against_many_puts_is_written_once(self, tables: Tables) -> None:
        many = [read_line(number, data="many") for number in range(30)]
        alone = [replace(new, attributes={"position": 1, "data": "alone"}) for new in many[::3]]

        async def put_one(new: Item) -> Sequence[bool]:
            return [await tables.put(Table.VIEWS, new, Below("position", 1)) is None]

        written, *single = await call_at_once(
            partial(put_below, tables, *many, is_new=True), *(partial(put_one, new) for new in alone)
        )

        expected = {new.key: new for new in many if written[many.index(new)]}
        expected |= {new.key: new for new, outcome in zip(alone, single, strict=True) if outcome == [True]}
        assert len(expected) == len(many)
        assert await read_all(tables, many) == [expected[new.key] for new in many]

    @pytest.mark.parametrize("native", [False, True], ids=["by scope", "by task"])
    async def test_cancelled_puts_of_many_are_each_written_completely_or_not_at_all(
        self, tables: Tables, native: bool
    ) -> None:
        for turns in (0, 1, 2, 4, 8, 20, 60):
            items = [
                replace(
                    read_line(number, data="x" * 20_000), gsi1=Key("feed", f"{turns}"), key=Key(f"{turns}", f"{number}")
                )
                for number in range(30)
            ]
            await call_and_cancel(partial(put_below, tables, *items, is_new=True), turns, native)

            assert {*await tables.batch_get(Table.VIEWS, [new.key for new in items])} <= {new.key for new in items}
            await put_below(tables, *items, is_new=True)

            assert await read_all(tables, items) == items


class Bulk(BulkConditions, BulkSizes, BulkRaces):
    """The contract of `put_all`."""
