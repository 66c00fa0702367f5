"""The contract: items, order and pages of queries."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from support.conformance.given import PK, fill, item, sort_keys

from ascend.adapters.table.conditions import Below
from ascend.adapters.table.item import Index, Item, Key, Table, Value
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Bookmark, Everything, Prefix, Query, Sort, ValuesPage, pick_values
from ascend.domain.errors import AscendError


class Queries:
    KEYS: Sequence[str] = [f"task#{number:03}" for number in range(23)]
    SORTS: Sequence[Sort] = [
        Everything(),
        Prefix("task#01"),
        Prefix("task#022"),
        Prefix("nothing"),
        Between("task#005", "task#015"),
        Between("task#0055", "task#015zz"),
        Between("task#007", "task#007"),
        Between("a", "b"),
    ]

    def expected(self, sort: Sort) -> Sequence[str]:
        match sort:
            case Everything():
                return self.KEYS
            case Prefix(text):
                return [sk for sk in self.KEYS if sk.startswith(text)]
            case Between(low, high):
                return [sk for sk in self.KEYS if low <= sk <= high]

    @pytest.mark.parametrize("table", list(Table))
    async def test_pages_of_any_size_return_every_item_once_in_order(self, tables: Tables, table: Table) -> None:
        await fill(
            tables, *(item(sk, number=1) for sk in reversed(self.KEYS)), item("task#000", pk="other"), table=table
        )

        for sort in self.SORTS:
            for limit in (1, 7, 23, 24, 5_000):
                ascending = await sort_keys(tables, sort, table=table, limit=limit)
                descending = await sort_keys(tables, sort, table=table, limit=limit, descending=True)
                assert ascending == self.expected(sort)
                assert descending == self.expected(sort)[::-1]

    async def test_pages_of_an_index_return_every_item_once_in_order(self, tables: Tables) -> None:
        """Also if many items have the same key in the index."""
        index_keys = [Key("feed", f"2024-01-{number // 5:02}") for number in range(23)]
        items = (item(sk, gsi2=index_key) for sk, index_key in zip(self.KEYS, index_keys, strict=True))
        await fill(tables, *items, item("none"))

        for limit in (1, 4, 100):
            for descending in (False, True):
                every = await sort_keys(tables, pk="feed", index=Index.GSI2, limit=limit, descending=descending)
                assert sorted(every) == self.KEYS
                days = [index_keys[self.KEYS.index(sk)].sk for sk in every]
                assert days == sorted(days, reverse=descending)
                some = await sort_keys(
                    tables, Between("2024-01-01", "2024-01-02"), pk="feed", index=Index.GSI2, limit=limit
                )
                assert sorted(some) == self.KEYS[5:15]
                few = await sort_keys(tables, Prefix("2024-01-04"), pk="feed", index=Index.GSI2, limit=limit)
                assert sorted(few) == self.KEYS[20:]

    async def test_a_page_continues_after_a_bookmark_without_an_item(self, tables: Tables) -> None:
        await fill(tables, *(item(sk) for sk in self.KEYS))

        page = await tables.query(Query(Table.VIEWS, PK, Prefix("task"), after=("task#0105",), limit=2))
        descending = await tables.query(
            Query(Table.VIEWS, PK, Prefix("task"), after=("task#0105",), limit=2, descending=True)
        )

        assert [found.key.sk for found in page.items] == ["task#011", "task#012"]
        assert [found.key.sk for found in descending.items] == ["task#010", "task#009"]

    async def test_values_are_those_of_the_items_of_the_same_page(self, tables: Tables) -> None:
        names = ("data", "number", "missing", "position")
        await fill(
            tables,
            *(item(f"{n}", gsi1=Key("feed", f"{9 - n}"), position=n, data=f"{n} é", other=n) for n in range(7)),
            item("7", gsi1=Key("feed", "0"), number=Decimal("1.5")),
            item("8", gsi1=Key("feed", "00"), data=["a", {"b": b"\x00"}], number=10**30, position=True),
            item("9"),
            item("other", pk="other", gsi1=Key("other", "0"), data="not in the partition"),
        )

        for pk, index in ((PK, None), ("feed", Index.GSI1)):
            for descending in (False, True):
                for limit in (1, 3, 10, 100):
                    query: Query | None = Query(Table.VIEWS, pk, index=index, descending=descending, limit=limit)
                    while query is not None:
                        page, values = await tables.query(query), await tables.query_values(query, names)
                        assert values == pick_values(page, names)
                        query = None if page.next is None else replace(query, after=page.next)

        within = Query(Table.VIEWS, PK, Between("7", "8"))
        data: list[Value] = [None, ["a", {"b": b"\x00"}]]
        columns: list[list[Value]] = [data, [Decimal("1.5"), 10**30], [None, None], [None, True]]
        assert await tables.query_values(within, names) == ValuesPage(columns, None)
        assert await tables.query_values(Query(Table.EVENTS, PK), names) == ValuesPage([[], [], [], []], None)

    async def test_a_null_is_not_taken_for_a_value_that_is_not_there(self, tables: Tables) -> None:
        await fill(tables, item("1", data=None))

        with pytest.raises((ValueError, AscendError), match="null"):
            await tables.query_values(Query(Table.VIEWS, PK), ["data"])

    async def test_an_empty_partition_has_an_empty_page(self, tables: Tables) -> None:
        for index in (None, Index.GSI1):
            page = await tables.query(Query(Table.VIEWS, "nobody", index=index))
            assert (list(page.items), page.next) == ([], None)

    async def test_more_than_a_megabyte_needs_several_pages(self, tables: Tables) -> None:
        await fill(tables, *(item(f"{number}", text="x" * 300_000) for number in range(9)))

        first = await tables.query(Query(Table.VIEWS, PK))

        assert await tables.query_values(Query(Table.VIEWS, PK), ["text"]) == pick_values(first, ["text"])
        assert 3 <= len(first.items) <= 4
        assert first.next is not None
        assert await sort_keys(tables) == [f"{number}" for number in range(9)]
        assert await sort_keys(tables, descending=True) == [f"{number}" for number in reversed(range(9))]

    async def test_no_page_has_more_than_a_thousand_items(self, tables: Tables) -> None:
        keys = [f"{number:04}" for number in range(1_005)]
        await fill(tables, *(item(sk) for sk in keys))

        page = await tables.query(Query(Table.VIEWS, PK, limit=5_000))

        assert len(page.items) == 1_000
        assert await sort_keys(tables) == keys

    async def test_sort_keys_are_ordered_by_their_utf8_bytes(self, tables: Tables) -> None:
        """UTF-16 would put 😀 before U+FFFF."""
        texts = [
            "\x00",
            "\x00a",
            " ",
            "A",
            "Z",
            "a",
            "a\x00",
            "ab",
            "b",
            "é",
            "e\u0301",
            "ß",
            "日本",
            "\ud7ff",
            "\ue000",
        ]
        texts += ["\uffff", "😀", "😀a", "\U0010ffff", "\U0010ffff\U0010ffff", "\U0010ffffa", "~", "\x7f", "\x80"]
        await fill(tables, *(item(text) for text in texts))
        ordered = sorted(texts, key=lambda text: text.encode())

        assert await sort_keys(tables) == ordered
        assert await sort_keys(tables, limit=1, descending=True) == ordered[::-1]
        for prefix in texts:
            assert await sort_keys(tables, Prefix(prefix)) == [text for text in ordered if text.startswith(prefix)]

    async def test_indexes_hold_only_items_with_their_keys(self, tables: Tables) -> None:
        await fill(
            tables,
            item("both", gsi1=Key("a", "1"), gsi2=Key("b", "1")),
            item("one", gsi1=Key("a", "2")),
            item("none"),
        )

        assert await sort_keys(tables, pk="a", index=Index.GSI1) == ["both", "one"]
        assert await sort_keys(tables, pk="b", index=Index.GSI2) == ["both"]
        assert await sort_keys(tables, pk="a", index=Index.GSI2) == []
        page = await tables.query(Query(Table.VIEWS, "b", index=Index.GSI2))
        assert page.items == [item("both", gsi1=Key("a", "1"), gsi2=Key("b", "1"))]

    async def test_an_item_that_moves_in_an_index_leaves_its_old_key(self, tables: Tables) -> None:
        await fill(tables, item(position=1, gsi1=Key("feed", "monday"), gsi2=Key("x", "x")))

        await tables.put(Table.VIEWS, item(position=2, gsi1=Key("feed", "friday")), Below("position", 2))

        page = await tables.query(Query(Table.VIEWS, "feed", index=Index.GSI1))
        assert page.items == [item(position=2, gsi1=Key("feed", "friday"))]
        assert await sort_keys(tables, pk="x", index=Index.GSI2) == []

        await tables.put(Table.VIEWS, item(position=3), Below("position", 3))
        assert await sort_keys(tables, pk="feed", index=Index.GSI1) == []

    async def test_batch_get_finds_any_number_of_keys(self, tables: Tables) -> None:
        items = [item(f"{number:03}", number=number) for number in range(230)]
        await fill(tables, *items)
        keys = [stored.key for stored in items]

        by_key = await tables.batch_get(Table.VIEWS, [*keys, *keys[:50], Key(PK, "missing"), Key("nobody", "1")])

        assert by_key == {stored.key: stored for stored in items}
        assert await tables.batch_get(Table.VIEWS, []) == {}

    async def test_a_scan_pages_through_the_whole_table(self, tables: Tables) -> None:
        items = [item(sk, pk=pk) for pk in ("a", "b", "c") for sk in ("1", "2", "3")]
        await fill(tables, *items)
        scanned: list[Item] = []
        after: Bookmark | None = None
        while True:
            page = await tables.scan(Table.VIEWS, after=after, limit=2)
            scanned += page.items
            if (after := page.next) is None:
                break
        assert sorted((row.key.pk, row.key.sk) for row in scanned) == [(row.key.pk, row.key.sk) for row in items]
        assert not (await tables.scan(Table.EVENTS)).items
