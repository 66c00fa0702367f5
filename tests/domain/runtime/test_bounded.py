"""No cache grows with the length of a log or the number of workspaces."""

from dataclasses import replace

import pytest
from support.scenario import fact, id_of
from support.staged import cache_of, lanes, paint, send, staged_home

from ascend.domain.errors import LimitExceeded
from ascend.domain.ids import ThingId, WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.request import TOUCHED, check_limits, find_horizon
from ascend.domain.things.thing import ThingDeleted
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.view import View
from ascend.store import Limits
from ascend.testing import ADA, HOME, NOON

NOTHING_LOADED = View(HOME, ADA, NOON, {})
HORIZON = find_horizon(NOON)
SMALL = CommandLimits(cached_commits=50, cached_states=20, workspaces=5)


async def test_the_cache_of_a_workspace_is_bounded_after_thousands_of_commands() -> None:
    home = await staged_home(limits=Limits(commands=SMALL))
    store = home.process()
    for n in range(2_000):
        home.environment.advance(seconds=0.1)
        await send(store, paint(n))
        if n % 20 == 0:
            await store.worker.catch_up(HOME)
        held = cache_of(store)
        assert len(held.commits) <= 51
        assert len(held._holding) == len(held.commits) == held.events  # pyright: ignore[reportPrivateUsage]
        assert len(held.entities) <= 21
        assert len(held._touching) <= 52  # pyright: ignore[reportPrivateUsage]


async def test_the_events_in_the_cache_are_bounded_too() -> None:
    home = await staged_home(limits=Limits(commands=replace(SMALL, cached_events=10)))
    store = home.process()
    for n in range(50):
        await send(store, paint(n))
        await home.caught_up()
        assert cache_of(store).events <= 11


async def test_idle_workspaces_are_forgotten_least_recently_used_first() -> None:
    home = await staged_home(limits=Limits(commands=SMALL))
    store = home.process()
    others = [id_of(WorkspaceId, n) for n in range(8)]
    for other in others:
        await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=other)
        await send(store, paint(home.new_id()))
    assert list(lanes(store)) == [*others[-4:], HOME]
    assert (await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=others[0])).events == 0


async def test_the_lanes_of_a_burst_are_forgotten_by_commands_on_a_workspace_that_is_known() -> None:
    home = await staged_home(limits=Limits(commands=SMALL))
    store = home.process()
    others = [id_of(WorkspaceId, n) for n in range(20)]
    create = CreateWorkspace(name="Other", owner_name="Ada")
    await for_each(others, lambda other: send(store, create, to=other), limit=len(others))

    await send(store, paint(home.new_id()))
    await send(store, paint(home.new_id()))

    assert len(lanes(store)) == SMALL.workspaces


def test_a_command_touches_at_most_500_entities() -> None:
    reparented = tuple(id_of(ThingId, n) for n in range(TOUCHED))
    event = fact(ThingDeleted, thing_id=id_of(ThingId, "root"), reparented=reparented)
    with pytest.raises(LimitExceeded, match="at most 500 entities, this one touches 501"):
        check_limits([event], NOTHING_LOADED, HORIZON)
    check_limits([event.model_copy(update={"reparented": reparented[:-1]})], NOTHING_LOADED, HORIZON)
