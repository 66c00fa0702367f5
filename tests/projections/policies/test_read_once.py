"""A visit decodes the commits that it renders once: what policies may answer of them is kept until they have had their turn."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from support.policies.given import ASSIGN, START, Place, a_place
from support.staged import paint, send

from ascend.adapters.layout import keys
from ascend.adapters.store.stored_commits import StoredCommit, to_commit
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.loader import CONFIRMED_SECONDS
from ascend.domain.runtime.model import Model
from ascend.projections.policies import rendered
from ascend.projections.policies.rendered import RenderedCommits
from ascend.testing import HOME

PAINTED = 12
END = 1_000


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Counter[int]:
    """Count how often the commit at each position is decoded."""
    counts = Counter[int]()

    def count(model: Model, stored: StoredCommit, *, validate: bool = False) -> Commit:
        counts[stored.position] += 1
        return to_commit(model, stored, validate=validate)

    monkeypatch.setattr("ascend.adapters.store.event_log.to_commit", count)
    return counts


async def busy_place() -> Place:
    """Return a place in which all is answered, and then START and ASSIGN stand among other commands."""
    place = await a_place()
    for number in range(PAINTED):
        await send(place.process(), paint(number))
    for command in (START, paint("between"), paint("another"), ASSIGN, paint("last")):
        await send(place.process(), command)
    return place


async def answers(place: Place) -> list[str]:
    return [title for title in await place.titles() if title.startswith("Hello") or title.endswith("!")]


async def test_what_a_visit_renders_is_decoded_once(decoded: Counter[int]) -> None:
    place = await busy_place()
    began, head = (await place.at())["greet"], len(await place.log())
    store = place.process()
    decoded.clear()

    await store.worker.run_once(most=100)
    new = {position: decoded[position] for position in range(began + 1, head + 1)}

    assert set(new.values()) == {1}
    assert await answers(place) == ["Paint!", "Hello ada", "Hello bea"]
    assert set((await place.at()).values()) == {head}


async def test_policies_give_the_same_answers_if_little_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the last commit that is kept, the log is read."""
    monkeypatch.setattr(rendered, "KEPT_EVENTS", 1)
    place = await busy_place()

    await place.process().worker.run_once()

    assert await answers(place) == ["Paint!", "Hello ada", "Hello bea"]
    assert set((await place.at()).values()) == {len(await place.log())}


async def test_a_policy_that_is_behind_what_a_visit_began_with_reads_the_log(decoded: Counter[int]) -> None:
    place = await busy_place()
    store = place.process()
    await store.worker.catch_up(HOME)  # it renders, and runs no policy
    await send(place.process(), paint("behind"))
    decoded.clear()

    await store.worker.run_once()

    assert await answers(place) == ["Paint!", "Hello ada", "Hello bea"]
    assert set((await place.at()).values()) == {len(await place.log())}


async def test_what_is_kept_first_stays_when_no_more_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendered, "KEPT_EVENTS", 1)
    log = await (await busy_place()).log()
    ids = ["", *(commit.id for commit in log)]
    kept = RenderedCommits(frozenset({type(event) for event in log[-2].events()}))

    kept.add(ids[-6], log[-5:], 0)
    kept.add(ids[-1], [replace(log[-1], position=len(log) + 1)], 0)

    assert [commit.position for commit in kept.since(len(log) - 5, 100, END)] == [
        len(log) - 5,
        len(log) - 2,
        len(log) - 1,
    ]


async def test_a_commit_behind_those_asked_for_is_not_among_them() -> None:
    log = await (await busy_place()).log()
    first = len(log) - 5
    kept = RenderedCommits(frozenset({type(event) for event in log[-2].events()}))

    kept.add(log[first - 1].id, log[first:], 0)

    assert [commit.position for commit in kept.since(first, 100, first + 3)] == [first, first + 3]
    assert kept.since(first, 100, first + 2) == ()


@pytest.mark.parametrize("slept", [CONFIRMED_SECONDS + 1, 3_600.0])
async def test_a_policy_answers_nothing_that_a_log_restored_meanwhile_does_not_hold(slept: float) -> None:
    place = await a_place()
    before = len(await place.log())
    for command in (paint("kept"), START, ASSIGN):
        await send(place.process(), command)
    store = place.process()
    policies = store.policies
    assert policies is not None
    run = policies.run

    async def restore_meanwhile(*arguments: Any, **options: Any) -> Any:
        place.environment.advance(seconds=slept)
        await cut_log(place, before + 1)
        return await run(*arguments, **options)

    policies.run = restore_meanwhile  # type: ignore[method-assign]

    await store.worker.run_once(most=1)

    assert (await place.process().log.head(HOME)).position == before + 1
    assert max(position.position for position in (await place.positions()).values()) <= before + 1


async def cut_log(place: Place, last: int) -> None:
    """Remove the commits behind a position, as a restore of an older backup does."""
    for position in range(len(await place.log()), last, -1):
        key = keys.commit_key(HOME, position)
        item = await place.tables.get(Table.EVENTS, key)
        assert item is not None
        assert await place.tables.delete(Table.EVENTS, key, Equals({"id": item.attributes["id"]})) is None


async def test_what_is_kept_has_no_gap_and_few_commits_without_an_answered_event() -> None:
    place = await busy_place()
    log = await place.log()
    ids, answered = ["", *(commit.id for commit in log)], frozenset({type(event) for event in log[-2].events()})
    kept = RenderedCommits(answered)

    kept.add(ids[1], log[1:4], 0)
    assert [commit.position for commit in kept.since(1, 100, END)] == [1, 4]
    kept.add(ids[4], log[4:], 0)
    assert [commit.position for commit in kept.since(1, 100, END)] == [1, len(log) - 2, len(log) - 1, len(log)]
    assert [commit.position for commit in kept.since(len(log) - 2, 1, END)] == [len(log) - 2, len(log) - 1]
    assert (kept.since(2, 100, END), kept.since(len(log), 100, END)) == ((), ())

    kept.add("another log's", log[4:], 0)
    assert kept.since(1, 100, END) == ()
    assert kept.since(4, 100, END)[0].id == "another log's"
