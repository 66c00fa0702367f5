"""Reads all pages of a query, and works out which Things of a history live."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from support.simulation.histories import History

import ascend
from ascend.domain.things.thing import Thing

T = TypeVar("T")


async def pages(ask: Callable[..., Awaitable[ascend.Page[T]]], limit: int) -> list[T]:
    items: list[T] = []
    cursor = None
    while True:
        page = await ask(limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        items += page.items
        if (cursor := page.cursor) is None:
            return items


async def in_any_pages(ask: Callable[..., Awaitable[ascend.Page[T]]]) -> list[T]:
    """Return the whole answer, and check that small and large pages give the same."""
    whole = await pages(ask, 99)
    for limit in (1, 2, 7):
        assert await pages(ask, limit) == whole
    return whole


def alive(history: History, thing: Thing | None) -> bool:
    while thing is not None and not thing.deleted:
        if thing.parent is None:
            return True
        thing = the_thing(history, thing.parent)
    return False


def the_thing(history: History, id: ascend.ThingId) -> Thing:
    return next(thing for thing in history.entities(Thing) if thing.id == id)


def path(history: History, thing: Thing) -> tuple[ascend.ThingId, ...]:
    return (thing.id,) if thing.parent is None else (*path(history, the_thing(history, thing.parent)), thing.id)
