"""The contract: invalid input is refused before it is sent."""

import pytest
from support.conformance.given import PK, fill, item, sort_keys

from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Between, Bookmark, Prefix, Query
from ascend.domain.errors import InvalidCursor, InvalidInput


class BadInput:
    @pytest.mark.parametrize("name", ["", "pk", "gsi1sk", "expires", "\ud800"])
    async def test_invalid_names_are_refused(self, tables: Tables, name: str) -> None:
        with pytest.raises(InvalidInput):
            await tables.put(Table.VIEWS, Item(Key(PK, "1"), {name: 1}), Absent())
        with pytest.raises(InvalidInput):
            await tables.put(Table.VIEWS, item(), Equals({name: 1}))

    @pytest.mark.parametrize("key", [Key("", "1"), Key("1", ""), Key("p" * 2049, "1"), Key("p", "é" * 513)])
    async def test_invalid_keys_are_refused(self, tables: Tables, key: Key) -> None:
        with pytest.raises(InvalidInput):
            await tables.put(Table.VIEWS, Item(key, {}), Absent())
        with pytest.raises(InvalidInput):
            await tables.put(Table.VIEWS, item(gsi1=key), Absent())
        with pytest.raises(InvalidInput):
            await tables.get(Table.VIEWS, key)
        with pytest.raises(InvalidInput):
            await tables.batch_get(Table.VIEWS, [key])
        with pytest.raises(InvalidInput):
            await tables.delete(Table.VIEWS, key, Equals({}))
        with pytest.raises(InvalidInput):
            await tables.query(Query(Table.VIEWS, key.pk, Prefix(key.sk)))

    async def test_the_longest_keys_are_stored(self, tables: Tables) -> None:
        longest = Key("é" * 1024, "s" * 1024)
        await fill(tables, Item(longest, {}, gsi1=longest))

        assert await sort_keys(tables, pk=longest.pk) == [longest.sk]
        assert await sort_keys(tables, pk=longest.pk, index=Index.GSI1) == [longest.sk]

    async def test_events_have_no_index_and_never_expire(self, tables: Tables) -> None:
        for refused in (item(gsi1=Key("a", "b")), Item(Key(PK, "1"), {}, expires=1)):
            with pytest.raises(InvalidInput):
                await tables.put(Table.EVENTS, refused, Absent())
        with pytest.raises(InvalidInput):
            await tables.query(Query(Table.EVENTS, PK, index=Index.GSI1))

    async def test_invalid_queries_are_refused(self, tables: Tables) -> None:
        with pytest.raises(InvalidInput):
            await tables.query(Query(Table.VIEWS, PK, index=Index.GSI1, consistent=True))
        with pytest.raises(InvalidInput):
            await tables.query(Query(Table.VIEWS, PK, limit=0))
        with pytest.raises(InvalidInput):
            await tables.scan(Table.VIEWS, limit=0)
        with pytest.raises(InvalidInput):
            await tables.query(Query(Table.VIEWS, PK, Between("b", "a")))

    @pytest.mark.parametrize("after", [(), ("a", "b"), ("b", "pk", "sk"), ("zzz",), ("",)])
    async def test_a_bookmark_of_another_query_is_refused(self, tables: Tables, after: Bookmark) -> None:
        with pytest.raises(InvalidCursor):
            await tables.query(Query(Table.VIEWS, PK, Prefix("a"), after=after))
        with pytest.raises(InvalidCursor):
            await tables.query(Query(Table.VIEWS, PK, Prefix("a"), after=after, index=Index.GSI1))
        with pytest.raises(InvalidCursor):
            await tables.scan(Table.VIEWS, after=("a",))

    async def test_a_second_creation_changes_nothing(self, tables: Tables) -> None:
        await fill(tables, item())

        await tables.create()
        await tables.check()

        assert await sort_keys(tables) == ["1"]
