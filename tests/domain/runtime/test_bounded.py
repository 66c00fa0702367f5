"""Nothing grows with the length of a log or the number of workspaces."""

import pytest
from support.scenario import HOME, NOON, fact, id_of
from support.staged import a_home, lanes, cache_of, paint, send

from ascend.domain.errors import LimitExceeded
from ascend.domain.ids import ThingId, WorkspaceId
from ascend.domain.runtime import cache, service
from ascend.domain.runtime.request import TOUCHED, check_events
from ascend.domain.things.thing import ThingDeleted
from ascend.domain.workspaces.lifecycle import CreateWorkspace


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT_COMMITS", 50)
    monkeypatch.setattr(cache, "KEPT_STATES", 20)
    monkeypatch.setattr(service, "WORKSPACES", 5)


async def test_the_memory_of_a_workspace_after_thousands_of_commands() -> None:
    home = await a_home()
    store = home.process()
    for n in range(2_000):
        home.environment.advance(seconds=0.1)
        await send(store, paint(n))
        if n % 20 == 0:
            await store.worker.catch_up(HOME)
        held = cache_of(store)
        assert len(held.commits) <= 51
        assert len(held.applied) == len(held.commits) == held.events
        assert len(held.entities) <= 21
        assert len(held._touching) <= 52  # pyright: ignore[reportPrivateUsage]


async def test_many_events_in_few_commits_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT_EVENTS", 10)
    home = await a_home()
    store = home.process()
    for n in range(50):
        await send(store, paint(n))
        await home.caught_up()
        assert cache_of(store).events <= 11


async def test_idle_workspaces_are_forgotten_least_recently_used_first() -> None:
    home = await a_home()
    store = home.process()
    others = [id_of(WorkspaceId, n) for n in range(8)]
    for other in others:
        await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=other)
        await send(store, paint(home.new_id()))
    assert list(lanes(store)) == [*others[-4:], HOME]
    assert (await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=others[0])).events == 0


def test_a_command_touches_few_enough_entities() -> None:
    reparented = tuple(id_of(ThingId, n) for n in range(TOUCHED))
    event = fact(ThingDeleted, thing_id=id_of(ThingId, "root"), reparented=reparented)
    with pytest.raises(LimitExceeded, match="at most 500 entities, this one 501"):
        check_events([event], NOON)
    check_events([event.model_copy(update={"reparented": reparented[:-1]})], NOON)
