"""Given policies that are installed, when something happens, then a worker answers it, once."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import anyio
import pytest
from support.policies.given import ASSIGN, HURRY, LOUDER, START, Place, SayLouder, T, a_place, greeting
from support.scenario import BEA
from support.staged import paint, send

import ascend
from ascend import Policy, PolicyContext, Reaction
from ascend.domain.ids import OPERATOR_USER, POLICIES, CommandId
from ascend.domain.runtime.reaction import reaction_id
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.task import TaskEdited, TaskStarted
from ascend.projections.limits import PolicyLimits
from ascend.testing import ADA, HOME


async def answers(place: Place) -> list[CommandRecord]:
    return [record for commit in await place.log() for record in commit.records if record.actor == POLICIES]


async def test_an_event_is_answered_by_a_command_of_the_systems_own_user() -> None:
    place = await a_place()
    store = place.process()
    sent = CommandId(place.environment.new_id())
    await store.execute(HOME, START, actor=ADA, command_id=sent, correlation="spring")

    await store.worker.run_once()

    (answer,), cause = await answers(place), (await place.log())[-2]
    assert await place.titles() == ["Paint", "Paint!"]
    assert (answer.causation, answer.correlation) == (sent, "spring")
    assert answer.command_id == reaction_id("louder", cause.id, 0, "louder")
    assert (await store.queries.task(HOME, T, viewer=ADA)).title == "Paint!"  # the answer is projected, too


async def test_an_answer_happens_once_however_often_workers_look() -> None:
    place = await a_place()
    store = place.process()
    await send(store, START)

    for _ in range(3):
        await store.worker.run_once()
        await place.process().worker.run_once()

    assert await place.titles() == ["Paint", "Paint!"]
    assert set((await place.at()).values()) == {place.head}


async def test_an_event_may_have_several_answers_each_with_a_name() -> None:
    place = await a_place()
    store = place.process()
    await send(store, ASSIGN)
    cause = (await place.log())[-1]

    await store.worker.run_once()

    assert await place.titles() == ["Paint", "Hello ada", "Hello bea"]
    assert [answer.command_id for answer in await answers(place)] == [
        reaction_id("greet", cause.id, 0, user) for user in (ADA, BEA)
    ]


async def test_what_policies_do_is_answered_like_all_else() -> None:
    place = await a_place(LOUDER, HURRY)
    store = place.process()
    await send(store, START)

    await store.worker.run_once()

    assert (await store.queries.task(HOME, T, viewer=ADA)).priority is ascend.Priority.URGENT
    assert (await place.tags())[-3:] == ["task.started", "task.edited", "task.prioritised"]
    assert store.policies.counts.applied == 2


async def test_a_policy_that_answers_itself_for_ever_ends_the_look_all_the_same() -> None:
    async def again(edited: TaskEdited, context: PolicyContext) -> AsyncGenerator[Reaction]:
        yield Reaction(SayLouder(task_id=edited.task_id), name="again")

    place = await a_place(LOUDER, Policy("again", {TaskEdited: again}))
    await send(place.process(), START)

    outcome = await place.process().worker.run_once()

    assert len(await answers(place)) == PolicyLimits().rounds_per_pass
    assert outcome.unfinished == (HOME,)


async def test_a_follower_goes_on_at_once_after_an_answer() -> None:
    place = await a_place()
    store = ascend.Store(
        place.tables, app=replace(ascend.LIFE_OS, policies=place.policies)
    )  # its clock is the machine's
    receipt = await send(store, START)

    async with anyio.create_task_group() as group:
        group.start_soon(store.worker.follow, 3_600)
        await store.wait_for(replace(receipt, position=receipt.position + 1), seconds=30)  # the answer
        group.cancel_scope.cancel()


async def test_an_event_of_no_interest_only_moves_the_position() -> None:
    place = await a_place()
    store = place.process()
    await send(store, paint("other"))

    await store.worker.run_once()

    assert await answers(place) == []
    assert await place.at() == {"louder": place.head, "greet": place.head}


async def test_what_is_not_rendered_is_not_answered() -> None:
    place = await a_place()
    store = place.process()
    for command in (paint("other"), START):
        await send(store, command)

    answered = await store.policies.run(HOME, store.current.generation, place.head - 1)

    assert (answered.has_more, await answers(place)) == (False, [])
    assert set((await place.at()).values()) == {place.head - 1}


async def test_a_policy_sees_what_its_event_did() -> None:
    seen: list[str] = []

    async def look(edited: TaskEdited, context: PolicyContext) -> AsyncGenerator[Reaction]:
        card = await context.queries.task(context.workspace, edited.task_id, viewer=ascend.OPERATOR)
        seen.append(card.title)
        if not seen:
            yield Reaction(SayLouder(task_id=edited.task_id), name="never")

    place = await a_place(Policy("look", {TaskEdited: look}))
    await send(place.process(), ascend.EditTask(task_id=T, title="Draw"))

    await place.process().worker.run_once()

    assert seen == ["Draw"]


async def test_a_policy_that_is_behind_catches_up_in_bounded_steps() -> None:
    place = await a_place(commits_per_step=2)
    store = place.process()
    for name in range(7):
        await send(store, paint(name))
    await send(store, START)
    await store.worker.catch_up(HOME)  # it runs no policy: what is rendered is read again

    await store.worker.run_once(most=100)
    after_one = await place.at()
    await store.worker.run_once()

    assert set(after_one.values()) == {place.head - 7}  # two commits
    assert set((await place.at()).values()) == {place.head}
    assert len(await answers(place)) == 1


async def test_a_step_ends_behind_the_commit_with_which_enough_was_sent() -> None:
    place = await a_place(reactions_per_step=2)
    store = place.process()
    for command in (START, ASSIGN, paint("other"), ascend.CompleteTask(task_id=T)):
        await send(store, command)
    begun = (await place.at())["greet"]

    await store.worker.run_once(most=100)

    assert {name: position - begun for name, position in (await place.at()).items()} == {"louder": 4, "greet": 2}


async def test_a_long_answer_to_one_event_is_given_in_turns() -> None:
    """A follower's pass is bounded. It begins the answer anew, and commands sent before have no second effect."""
    closed: list[int] = []

    async def shout(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
        number = 0
        try:
            for number in range(8):
                yield Reaction(SayLouder(task_id=started.task_id), name=str(number))
        finally:
            closed.append(number)

    place = await a_place(Policy("shout", {TaskStarted: shout}), commands_per_turn=3)
    store = place.process()
    await send(store, START)
    begun, looks = place.head, list[int]()

    for _ in range(4):
        await store.worker.run_once(most=100)
        looks.append(place.head - begun)

    assert looks == [3, 6, 8, 8]
    assert closed == [2, 5, 7]
    assert (await place.titles())[-1] == "Paint" + 8 * "!"
    assert set((await place.at()).values()) == {place.head}


@pytest.mark.parametrize(
    "limit", [{"unfinished_answers": 1}, {"unfinished_answers": 0}, {"commands_per_unfinished_answer": 4}]
)
async def test_more_long_answers_than_a_process_remembers_come_to_their_end(limit: dict[str, int]) -> None:
    """An answer that cannot be remembered is not begun anew for ever: it is sent at once. Beside it, a policy stalls."""

    async def shout(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
        for number in range(8):
            yield Reaction(SayLouder(task_id=started.task_id), name=str(number))

    async def fail(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
        yield Reaction(ascend.StartTask(task_id=ascend.TaskId("no id")), name="never")

    policies = [Policy(name, {TaskStarted: shout}) for name in ("one", "two", "three")]
    place = await a_place(Policy("bad", {TaskStarted: fail}), *policies, commands_per_turn=3, **limit)
    store = place.process()
    await send(store, START)

    for _ in range(4):
        await store.worker.run_once(most=100)

    assert (await place.titles())[-1] == "Paint" + 24 * "!"
    assert {name for name, at in (await place.at()).items() if at == place.head} == {"one", "two", "three"}


async def test_commands_without_effect_take_turns_too_and_are_not_sent_again() -> None:
    async def fuss(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
        for number in range(8):
            yield Reaction(ascend.StartTask(task_id=started.task_id), name=str(number))

    place = await a_place(Policy("fuss", {TaskStarted: fuss}), commands_per_turn=3)
    store = place.process()
    await send(store, START)
    sent = list[int]()

    for _ in range(4):
        await store.worker.run_once(most=100)
        sent.append(store.policies.counts.nothing)

    assert sent == [3, 6, 8, 8]
    assert set((await place.at()).values()) == {place.head}


async def test_an_answer_that_is_too_large_stops_no_other() -> None:
    async def swell(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
        text = "\x01" * 65_000  # six bytes each, as they are stored
        yield Reaction(ascend.CreateTask(task_id=greeting(BEA), title="Large", description=text), name="large")
        yield Reaction(SayLouder(task_id=started.task_id), name="louder")

    place = await a_place(Policy("swell", {TaskStarted: swell}))
    store = place.process()
    await send(store, START)

    await store.worker.run_once()

    assert await place.titles() == ["Paint", "Paint!"]
    assert store.policies.counts.refused == 1
    assert set((await place.at()).values()) == {place.head}


async def test_who_catches_up_with_everything_gives_a_long_answer_at_once() -> None:
    place = await a_place(commands_per_turn=1)
    store = place.process()
    await send(store, ASSIGN)

    await store.worker.run_once()

    assert await place.titles() == ["Paint", "Hello ada", "Hello bea"]


@pytest.mark.parametrize("user", [POLICIES, OPERATOR_USER])
async def test_nobody_outside_is_one_of_the_systems_own_users(user: ascend.UserId) -> None:
    place = await a_place()

    with pytest.raises(ascend.InvalidInput, match=user):
        await place.process().execute(HOME, START, actor=user)


@pytest.mark.parametrize("name", ["", "Loud", "a#b", "a b", "é", "a" * 65])
def test_a_policys_name_can_stand_in_a_key(name: str) -> None:
    with pytest.raises(ascend.InvalidInput):
        Policy(name, {})
