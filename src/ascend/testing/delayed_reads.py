"""Writes that eventually consistent reads do not see yet. Each write is seen after a time of its own, so reads have gaps."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.query import Bookmark, Query, TablePage

_Hidden = list[tuple[float, Item | None]]
"""The items that a delayed read shows instead of later ones, each up to a time."""


class DelayedReads:
    """The recent writes of one store. All wrappers of the store share one object."""

    def __init__(self) -> None:
        self._hidden: dict[tuple[Table, Key], _Hidden] = {}

    def hide(self, table: Table, key: Key, before: Item | None, until: float) -> None:
        """Let delayed reads show the item `before`, None if there was none, up to a time."""
        hidden = self._hidden.setdefault((table, key), [])
        hidden.append((max(until, hidden[-1][0]) if hidden else until, before))

    def forget(self) -> None:
        """Let all reads see all writes."""
        self._hidden.clear()

    def patch_items(self, table: Table, keys: Collection[Key], found: dict[Key, Item], now: float) -> dict[Key, Item]:
        """Return what a delayed read of these keys finds."""
        shown = {key: self._show(table, key, found.get(key), now) for key in keys}
        return {key: item for key, item in shown.items() if item is not None}

    def patch_page(self, query: Query, page: TablePage, now: float) -> TablePage:
        """Return the page that a delayed read shows."""
        old = dict(self._old_items(query.table, now))
        if not old:
            return page
        items = [item for item in page.items if item.key not in old]
        items += [item for item in old.values() if item is not None and _is_on_page(item, query, page.next)]
        items.sort(key=lambda item: row_of(item, query.index), reverse=query.descending)
        if len(items) > query.page_size:
            items = items[: query.page_size]
            return TablePage(items, row_of(items[-1], query.index))
        return replace(page, items=items)

    def _show(self, table: Table, key: Key, present: Item | None, now: float) -> Item | None:
        for until, item in self._hidden.get((table, key), ()):
            if now < until:
                return item
        return present

    def _old_items(self, table: Table, now: float) -> Iterator[tuple[Key, Item | None]]:
        for place, hidden in list(self._hidden.items()):
            while hidden and hidden[0][0] <= now:
                del hidden[0]
            if not hidden:
                del self._hidden[place]
            elif place[0] is table:
                yield place[1], hidden[0][1]


def row_of(item: Item, index: Index | None) -> Bookmark:
    """Return the place of the item in its table or index: the bookmark of a page that ends with it."""
    if index is None:
        return (item.key.sk,)
    key = item.gsi1 if index is Index.GSI1 else item.gsi2
    assert key is not None
    return key.sk, item.key.pk, item.key.sk


def _is_on_page(item: Item, query: Query, end: Bookmark | None) -> bool:
    key = item.key if query.index is None else item.gsi1 if query.index is Index.GSI1 else item.gsi2
    if key is None or key.pk != query.pk or key.sk not in query.range:
        return False
    row = row_of(item, query.index)
    first, last = (end, query.after) if query.descending else (query.after, end)
    after_first = first is None or (row >= first if query.descending else row > first)
    return after_first and (last is None or (row < last if query.descending else row <= last))
