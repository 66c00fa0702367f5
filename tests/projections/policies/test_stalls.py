"""A policy that fails in one workspace stops nothing else, and the failure is shown."""

from collections.abc import AsyncGenerator, MutableMapping, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs
from support.policies.given import ASSIGN, GREET, LIFE, LOUDER, START, Place, T, a_place, say_louder
from support.staged import StagedTables, paint, send

import ascend
from ascend import Policy, PolicyContext, Reaction, Request, WorkspaceId
from ascend.adapters.layout import keys
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.domain.errors import Contention, OutcomeUnknown, ProjectionBehind
from ascend.domain.runtime.commit import Commit
from ascend.domain.tasks.task import TaskAssigned, TaskStarted
from ascend.projections.policies.policy import PolicyPosition
from ascend.testing import ADA, HOME

OTHER = WorkspaceId.derive("other")
healed: list[bool] = []


async def fail(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
    async for reaction in say_louder(started, context):
        yield reaction
    if not healed:
        raise ValueError("poison")


POISONED = Policy("louder", {TaskStarted: fail})


@pytest.fixture(autouse=True)
def ill() -> None:
    healed.clear()


async def poisoned() -> Place:
    """A policy that fails on a task's start, after its answer was sent; something else has happened since."""
    place = await a_place(POISONED, GREET)
    for command in (paint("other"), START, ASSIGN):
        await send(place.process(), command)
    await place.process().worker.run_once()
    return place


def loud(lines: Sequence[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    return [line for line in lines if line["log_level"] != "debug"]


async def test_a_policy_that_fails_stops_and_others_go_on() -> None:
    place = await poisoned()

    assert await place.titles() == ["Paint", "Paint", "Paint!", "Hello ada", "Hello bea"]
    assert await place.at() == {"louder": 5, "greet": place.head}  # behind the other task


async def test_it_is_shown() -> None:
    place = await poisoned()

    (status,) = [status async for status in place.process().status()]

    assert [(p.policy, p.position, p.stalled) for p in status.policies] == [
        ("greet", place.head, ""),
        ("louder", 5, "ValueError: poison"),
    ]
    assert (status.stalled, status.lag) == ("", 0)


async def test_it_fails_in_this_workspace_only() -> None:
    place = await poisoned()
    for command in (*LIFE, paint(), ASSIGN):
        await send(place.process(), command, to=OTHER)

    await place.process().worker.run_once()

    assert set((await place.at(OTHER)).values()) == {7}


async def test_as_long_as_it_fails_nothing_is_written_and_each_process_says_it_once() -> None:
    place = await poisoned()
    tables = StagedTables(place.tables)
    store = place.process(tables)
    before = await place.positions(), place.head

    with capture_logs() as lines:
        await store.worker.run_once()
        await store.worker.run_once()

    assert (await place.positions(), place.head) == before
    assert [call for call in tables.calls if call.is_write] == []
    assert ([line["event"] for line in loud(lines)], store.policies.counts.stalled) == (["policy.stalled"], 0)


async def test_the_stall_is_said_once_without_what_may_be_content() -> None:
    with capture_logs() as lines:
        await poisoned()

    (stall,) = [line for line in lines if line["event"] == "policy.stalled"]
    assert {key: stall[key] for key in ("policy", "workspace", "after", "error")} == {
        "policy": "louder",
        "workspace": HOME,
        "after": 5,
        "error": "ValueError",
    }


async def test_when_its_code_is_mended_it_goes_on_and_repeats_nothing() -> None:
    place = await poisoned()
    healed.append(True)

    await place.process().worker.run_once()

    assert await place.titles() == ["Paint", "Paint", "Paint!", "Hello ada", "Hello bea"]
    assert set((await place.at()).values()) == {place.head}
    assert not any(position.stalled for position in (await place.positions()).values())


async def test_a_refused_answer_is_counted_said_and_not_sent_again() -> None:
    async def unknown(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
        for task in (ascend.TaskId.derive("nowhere"), T):
            yield Reaction(ascend.PrioritiseTask(task_id=task, priority=ascend.Priority.LOW), name=task)

    place = await a_place(Policy("refused", {TaskStarted: unknown}))
    store = place.process()
    await send(store, START)

    with capture_logs() as lines:
        for _ in range(3):
            await store.worker.run_once()

    assert [(line["event"], line["rule"]) for line in loud(lines)] == [("policy.refused", "NoSuchTask")]
    assert (store.policies.counts.refused, store.policies.counts.applied) == (1, 1)
    assert await place.at() == {"refused": place.head}


@pytest.mark.parametrize("error", [Contention, ProjectionBehind, OutcomeUnknown])
async def test_an_answer_that_could_not_be_sent_is_sent_at_the_next_look(
    error: type[ascend.AscendError], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await a_place()
    store = place.process()
    execute, fails = store.commands.execute, [True]

    async def failing(request: Request) -> ascend.Receipt:
        if fails and request.actor != ADA:
            fails.clear()
            raise error
        return await execute(request)

    monkeypatch.setattr(store.commands, "execute", failing)
    await send(store, START)
    await store.worker.run_once()
    assert await place.titles() == ["Paint"]
    assert not any(position.stalled for position in (await place.positions()).values())

    await store.worker.run_once()

    assert await place.titles() == ["Paint", "Paint!"]


async def test_an_answer_for_which_the_store_failed_once_is_sent_in_the_same_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = await a_place()
    store = place.process()
    execute, fails = store.commands.execute, [True]

    async def failing(request: Request) -> ascend.Receipt:
        if fails and request.actor != ADA:
            fails.clear()
            raise ascend.StoreUnavailable("no answer")
        return await execute(request)

    monkeypatch.setattr(store.commands, "execute", failing)
    await send(store, START)

    await store.worker.run_once()

    assert await place.titles() == ["Paint", "Paint!"]


async def test_a_policy_that_answers_otherwise_now_does_not_answer_again() -> None:
    """The first version's answer was applied; then the process died, and a new version came."""
    place = await a_place(LOUDER)
    store = place.process()
    await send(store, START)
    begun = (await place.positions())["louder"]
    await store.worker.run_once()
    positions = TablePolicyPositions(place.tables)
    await positions.move((await place.positions())["louder"], begun)

    async def other(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
        yield Reaction(ascend.EditTask(task_id=started.task_id, title="Other"), name="louder")

    await place.running(Policy("louder", {TaskStarted: other})).worker.run_once()

    assert await place.titles() == ["Paint", "Paint!"]
    assert await place.at() == {"louder": place.head}


async def test_where_another_commit_stands_than_the_one_that_was_answered_it_stalls() -> None:
    place = await a_place(LOUDER)
    positions = TablePolicyPositions(place.tables)
    await send(place.process(), paint("other"))
    await place.process().worker.run_once()
    now = (await place.positions())["louder"]
    await positions.move(now, PolicyPosition(HOME, "louder", now.position, "another"))
    await send(place.process(), START)

    await place.process().worker.run_once()

    assert (await place.positions())["louder"].stalled.startswith("LogDiverged")
    assert await place.titles() == ["Paint", "Paint"]


async def test_hints_of_items_that_were_rebuilt_meanwhile_move_nothing() -> None:
    place = await a_place()
    store = place.process()

    async def rebuilt(assigned: TaskAssigned, context: PolicyContext) -> AsyncGenerator[Reaction]:
        if (await store.views.state()).epochs == {}:
            await place.process().rebuild("feed")
            await store.current.ask(store.views.state)
        yield Reaction(ascend.StartTask(task_id=assigned.task_id), name="start")

    store = place.running(Policy("greet", {TaskAssigned: rebuilt}))
    await send(store, ASSIGN)
    begun = (await place.at())["greet"]

    await store.worker.run_once(most=100)
    after_one = (await place.at())["greet"]
    await store.worker.run_once()

    assert (after_one, (await place.at())["greet"]) == (begun, place.head)


async def test_an_unreadable_commit_stalls_the_policies_that_stand_before_it() -> None:
    """Another process, newer than this one, has rendered it."""
    place = await a_place()
    for command in (START, paint("other")):
        await send(place.running(), command)
    await place.running().worker.run_once()
    started = keys.commit_key(HOME, 5)
    item = await place.tables.get(Table.EVENTS, started)
    assert item is not None
    newer = Item(started, {**item.attributes, "format": "json/9"})
    await place.tables.put(Table.EVENTS, newer, Equals({"id": item.attributes["id"]}))

    done = await place.process().worker.run_once()

    assert done.stalled == ()
    assert {position.stalled.partition(":")[0] for position in (await place.positions()).values()} == {
        "UpgradeRequired"
    }
    assert set((await place.at()).values()) == {4}


async def test_a_policy_that_stalls_far_behind_reads_one_commit_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    place = await poisoned()
    for n in range(20):
        await send(place.process(), paint(n))
    await place.process().worker.run_once()
    store = place.process()
    commits, read = store.log.commits, list[int]()

    async def counted(workspace: WorkspaceId, first: int, limit: int, **how: Any) -> Sequence[Commit]:
        answer = await commits(workspace, first, limit, **how)
        read.append(len(answer))
        return answer

    monkeypatch.setattr(store.log, "commits", counted)
    await store.worker.run_once()

    assert (await place.at())["louder"] == 5
    assert max(read) == 2  # with the one that it stands at
