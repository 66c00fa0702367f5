"""The contract: values are read as they were written, or are refused before they are sent."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.conformance.given import PK, fill, item

from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query
from ascend.adapters.table.typed import ITEM_BYTES, to_typed
from ascend.domain.errors import InvalidInput, LimitExceeded


def scale(digits: int, exponent: int) -> Decimal:
    return Decimal(digits).scaleb(exponent)


NUMBERS = st.one_of(
    st.integers(-(10**38) + 1, 10**38 - 1),
    st.builds(scale, st.integers(-(10**20) + 1, 10**20 - 1), st.integers(-100, 100)),
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(st.text(), NUMBERS, st.binary(), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(min_size=1, max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


def with_types(value: Value) -> object:
    """Return the value with its types, because True equals 1 in Python."""
    if isinstance(value, dict):
        return {name: with_types(member) for name, member in value.items()}
    if isinstance(value, list):
        return [with_types(member) for member in value]
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int, int(value)
    return type(value), value


class Values:
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(value=VALUES, expires=st.none() | st.integers(0, 2**40))
    async def test_values_are_read_as_they_were_written(
        self, tables: Tables, value: Value, expires: int | None
    ) -> None:
        key = Key(PK, "value")
        old = await tables.get(Table.VIEWS, key)
        written = Item(key, {"value": value}, expires=expires)
        assert await tables.put(Table.VIEWS, written, Equals({}) if old else Absent()) is None

        got = await tables.get(Table.VIEWS, key)
        (queried,) = (await tables.query(Query(Table.VIEWS, PK))).items
        blocked = await tables.put(Table.VIEWS, written, Absent())

        assert blocked is not None
        for read in (got, queried, blocked.existing):
            assert read is not None
            assert with_types(read.attributes["value"]) == with_types(value)
            assert read.expires == expires
        assert await tables.put(Table.VIEWS, written, Equals({"value": value})) is None

    @pytest.mark.parametrize(
        "value",
        [
            "",
            b"",
            [],
            {},
            "😀\U0010ffff\x00",
            "null",
            0,
            -0,
            10**38 - 1,
            -(10**38) + 1,
            10**125,
            Decimal("9.9999999999999999999999999999999999999E+125"),
            Decimal("-9.9999999999999999999999999999999999999E+125"),
            Decimal("1E-130"),
            Decimal("0.1"),
            Decimal("1.10"),
            Decimal("-0"),
            Decimal("0.00000000000000000000000000000000000001"),
            bytes(range(256)),
            {"a": None, "b": [None, {"c": ""}]},
        ],
    )
    async def test_extreme_values_are_read_as_they_were_written(self, tables: Tables, value: Value) -> None:
        await fill(tables, item(value=value), table=Table.EVENTS)

        stored = await tables.get(Table.EVENTS, Key(PK, "1"))

        assert stored is not None
        assert with_types(stored.attributes["value"]) == with_types(value)

    @pytest.mark.parametrize(
        ("value", "error"),
        [
            (1.5, InvalidInput),
            (float("nan"), InvalidInput),
            (Decimal("NaN"), InvalidInput),
            (Decimal("Infinity"), InvalidInput),
            ({1, 2}, InvalidInput),
            (object(), InvalidInput),
            (bytearray(b"x"), InvalidInput),
            ({1: "a"}, InvalidInput),
            ("lone \ud800 surrogate", InvalidInput),
            ({"lone \udfff": 1}, InvalidInput),
            ([{"deep": 1.5}], InvalidInput),
            (10**38 + 1, LimitExceeded),
            (10**126, LimitExceeded),
            pytest.param(10**10_000, LimitExceeded, id="enormous"),
            (Decimal("1.00000000000000000000000000000000000001"), LimitExceeded),
            (Decimal("1E-131"), LimitExceeded),
            (Decimal("1E+126"), LimitExceeded),
            pytest.param("x" * ITEM_BYTES, LimitExceeded, id="long text"),
            pytest.param(b"x" * ITEM_BYTES, LimitExceeded, id="many bytes"),
        ],
    )
    async def test_values_that_no_engine_can_store_are_refused(
        self, tables: Tables, value: Value, error: type[InvalidInput]
    ) -> None:
        with pytest.raises(error):
            await tables.put(Table.VIEWS, item(value=value), Absent())
        with pytest.raises(InvalidInput):
            await tables.put(Table.VIEWS, Item(Key(PK, "1"), {}, expires=-(10**200)), Absent())

        assert await tables.get(Table.VIEWS, Key(PK, "1")) is None

    async def test_an_item_of_exactly_400_kb_is_stored_and_one_byte_more_is_refused(self, tables: Tables) -> None:
        rest = ITEM_BYTES - len("pk") - len(PK) - len("sk") - len("1") - len("é".encode())
        largest = Item(Key(PK, "1"), {"é": "x" * rest})

        with pytest.raises(LimitExceeded, match="409,600 bytes"):
            await tables.put(Table.EVENTS, Item(largest.key, {"é": "x" * (rest + 1)}), Absent())
        assert await tables.put(Table.EVENTS, largest, Absent()) is None

        assert await tables.get(Table.EVENTS, largest.key) == largest

    async def test_an_item_of_many_types_near_400_kb_is_stored(self, tables: Tables) -> None:
        """Ascend never counts an item smaller than the service does."""
        many: dict[str, Value] = {
            f"n{number}": [number, -number, {"a": b"xyz", "b": None}, True] for number in range(100)
        }
        longest = 0
        for filler in range(ITEM_BYTES - 10_000, ITEM_BYTES, 100):
            with suppress(LimitExceeded):
                to_typed(Table.EVENTS, Item(Key(PK, "1"), many | {"filler": "x" * filler}))
                longest = filler
        assert longest
        await fill(tables, Item(Key(PK, "1"), many | {"filler": "x" * longest}), table=Table.EVENTS)

    async def test_written_and_read_items_share_no_objects_with_the_store(self, tables: Tables) -> None:
        attributes: dict[str, Value] = {"list": ["a"], "map": {"b": 1}}
        await tables.put(Table.VIEWS, Item(Key(PK, "1"), attributes), Absent())
        attributes["list"] = []
        got = await tables.get(Table.VIEWS, Key(PK, "1"))
        assert got is not None
        nested = got.attributes["map"]
        assert isinstance(nested, dict)
        nested["b"] = 2

        assert await tables.get(Table.VIEWS, Key(PK, "1")) == item(list=["a"], map={"b": 1})
