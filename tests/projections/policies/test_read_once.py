"""A visit decodes the commits that it renders once: what policies may answer of them is kept until they have had their turn."""

from collections import Counter

import pytest
from support.policies.given import ASSIGN, START, Place, a_place
from support.staged import paint, send

from ascend.adapters.store.stored_commits import StoredCommit, to_commit
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.projections.policies import rendered
from ascend.projections.policies.rendered import RenderedCommits
from ascend.testing import HOME

PAINTED = 12


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


async def test_what_is_kept_has_no_gap_and_few_commits_without_an_answered_event() -> None:
    place = await busy_place()
    log = await place.log()
    ids, answered = ["", *(commit.id for commit in log)], frozenset({type(event) for event in log[-2].events()})
    kept = RenderedCommits(answered)

    kept.add(ids[1], log[1:4])
    assert [commit.position for commit in kept.since(1, 100)] == [1, 4]
    kept.add(ids[4], log[4:])
    assert [commit.position for commit in kept.since(1, 100)] == [1, len(log) - 2, len(log) - 1, len(log)]
    assert [commit.position for commit in kept.since(len(log) - 2, 1)] == [len(log) - 2, len(log) - 1]
    assert (kept.since(2, 100), kept.since(len(log), 100)) == ((), ())

    kept.add("another log's", log[4:])
    assert kept.since(1, 100) == ()
    assert kept.since(4, 100)[0].id == "another log's"
