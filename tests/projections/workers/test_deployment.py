"""A deployment: new code announces its generation, brings it to hand, and switches when nobody needs the old code."""

from dataclasses import replace

import pytest
from support.deploying import NEXT, Deploying

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.domain.ids import OPERATOR_USER
from ascend.domain.runtime.request import Request
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.projections.generation_record import StoredState
from ascend.projections.workers.deployment import Deployment
from ascend.projections.workers.switching import SETTLED
from ascend.testing import ADA


def make_deployment(store: ascend.Store, looks: list[bool]) -> Deployment:
    """Return the deployment of the store's code. It sees a worker of old code at those looks that are True."""

    async def is_old_code_alive() -> bool:
        return looks.pop(0)

    return Deployment(store.log, store.views, store.current, is_old_code_alive)


async def test_one_pass_of_a_worker_of_new_code_brings_its_generation_to_hand() -> None:
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    server = deploying.open(NEXT)
    with pytest.raises(ascend.NotReady):
        await server.queries.workspace(home, viewer=ADA)

    await deploying.new.worker.run_once()

    state = await deploying.state()
    assert (state.at_hand, deploying.new.current.knows(state.announced)) == (True, True)
    assert deploying.old.current.knows(state.current)
    assert (await server.queries.workspace(home, viewer=ADA)).card.name == "Home"


async def test_a_pass_of_old_code_names_the_workspaces_in_which_new_code_goes_first() -> None:
    deploying = Deploying()
    home, _, erased = await deploying.fill()
    await deploying.new.worker.run_once()
    await deploying.old.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)
    id = ascend.CommandId(deploying.environment.new_id())
    erase = Request(workspace=erased, command=EraseWorkspace(), actor=OPERATOR_USER, command_id=id)
    await deploying.old.commands.execute(erase)  # what is left of it is still there

    behind = await deploying.old.worker.run_once()
    await deploying.new.worker.run_once()
    done = await deploying.old.worker.run_once()

    assert (behind.unfinished, done.unfinished) == ((home,), ())
    assert [status.lag async for status in deploying.old.status() if status.workspace == home] == [0]


@pytest.mark.parametrize(("looks", "is_switched"), [([False, False], True), ([False, True], False), ([True], False)])
async def test_a_worker_switches_only_after_two_looks_a_lease_apart(looks: list[bool], *, is_switched: bool) -> None:
    deploying = Deploying()
    await deploying.fill()
    await deploying.new.worker.run_once()
    before, looked = deploying.environment.elapsed(), len(looks)

    assert await make_deployment(deploying.new, looks).advance() is is_switched

    assert deploying.new.current.knows((await deploying.state()).current) is is_switched
    assert looks == []
    assert deploying.environment.elapsed() - before == (SETTLED if looked > 1 else 0)


async def test_a_worker_measures_what_it_announced_only_a_lease_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then, a process that knows nothing of it may go beyond it."""
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    deployment = make_deployment(deploying.new, [])
    await deployment.announce()
    await deploying.new.worker.catch_up(home)
    for status in [status async for status in deploying.new.status()]:
        await deploying.new.worker.catch_up(status.workspace)
    announced = deploying.environment.elapsed()
    on_time: list[bool] = []
    replace_state = deploying.new.views.replace_state

    async def watch(old: StoredState, new: ascend.GenerationState) -> bool:
        on_time.append(deploying.environment.elapsed() - announced >= SETTLED)
        return await replace_state(old, new)

    monkeypatch.setattr(deploying.new.views, "replace_state", watch)
    await deployment.advance()

    assert on_time == [True]
    assert (await deploying.state()).at_hand


async def test_what_is_being_withdrawn_is_not_put_at_hand_again() -> None:
    deploying = Deploying()
    await deploying.fill()
    await deploying.new.worker.run_once()
    deployment = make_deployment(deploying.new, [])

    async def tempt() -> None:
        assert not (await deploying.state()).at_hand
        assert not await deployment.advance()

    await deploying.while_it_waits(deploying.old.withdraw, tempt)

    assert (await deploying.state()).announced is None
    await deployment.advance()
    assert (await deploying.state()).announced is None, "code that was withdrawn announces nothing"


async def test_a_withdrawal_waits_a_lease_between_its_two_steps() -> None:
    deploying = Deploying()
    await deploying.fill()
    await deploying.new.worker.run_once()
    began = deploying.environment.elapsed()

    await deploying.old.withdraw()

    assert deploying.environment.elapsed() - began == SETTLED


async def test_new_code_that_changes_only_the_snapshots_is_announced() -> None:
    deploying = Deploying()
    await deploying.fill()
    changed = replace(ascend.LIFE_OS, snapshots=ascend.LIFE_OS.snapshots + 1)

    await deploying.open(changed).worker.deployment.announce()

    state = await deploying.state()
    assert state.announced is not None
    assert state.announced.builds == state.current.builds


async def test_new_code_that_only_gives_up_a_projection_is_deployed() -> None:
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    before = (await deploying.state()).current
    fewer = deploying.open(replace(ascend.LIFE_OS, projections=ascend.LIFE_OS.projections[:-1]))

    await fewer.worker.run_once()
    await fewer.switch()

    assert {*(await deploying.state()).current.builds} < {*before.builds}
    assert (await fewer.queries.workspace(home, viewer=ADA)).card.name == "Home"
    assert (await fewer.verify()).clean


async def test_old_code_does_not_drive_the_deployment_of_new_code() -> None:
    """Not even by a rebuild of the very projection that the new code has changed."""
    deploying = Deploying()
    await deploying.fill()
    await deploying.new.worker.deployment.announce()

    with pytest.raises(ascend.Contention, match="ascend withdraw"):
        await deploying.old.rebuild("feed")


@pytest.mark.parametrize("old_code_is_stalled", [True, False])
async def test_a_log_that_neither_code_can_read_does_not_hold_up_a_deployment(*, old_code_is_stalled: bool) -> None:
    """One that only the new code cannot read does: nobody would render what the old code can."""
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    end = await deploying.old.log.last_position(home)
    await deploying.tables.put(Table.EVENTS, Item(keys.commit_key(home, end + 1), {"format": "?"}), Absent())
    if old_code_is_stalled:
        await deploying.old.worker.run_once()

    await deploying.new.worker.run_once()

    assert (await deploying.state()).at_hand is old_code_is_stalled


async def test_a_deployment_is_rolled_back_while_a_worker_of_the_old_code_runs() -> None:
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    await deploying.new.worker.run_once()
    await deploying.new.switch()
    receipt = await deploying.new.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)
    await deploying.new.worker.run_once()
    with pytest.raises(ascend.NotReady):
        await deploying.open(ascend.LIFE_OS).queries.workspace(home, viewer=ADA)

    await deploying.while_it_waits(deploying.new.roll_back, deploying.old.worker.run_once)

    state = await deploying.state()
    assert (deploying.old.current.knows(state.current), state.announced) == (True, None)
    await deploying.old.wait_for(receipt)
    assert (await deploying.old.queries.workspace(home, viewer=ADA)).card.name == "Ours"
    await deploying.new.worker.run_once()
    assert (await deploying.state()) == state, "the new code announces nothing any more"


async def test_a_deployment_is_rolled_back_from_the_old_code() -> None:
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    await deploying.new.worker.run_once()
    await deploying.new.switch()

    await deploying.old.roll_back()

    assert deploying.old.current.knows((await deploying.state()).current)
    assert (await deploying.old.queries.workspace(home, viewer=ADA)).card.name == "Home"


async def test_a_roll_back_to_other_code_is_given_up_where_no_worker_of_that_code_runs() -> None:
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    await deploying.new.worker.run_once()
    await deploying.new.switch()
    await deploying.new.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)
    with pytest.raises(ascend.NotReady, match="run one"):
        await deploying.new.roll_back()

    await deploying.while_it_waits(deploying.new.roll_back, deploying.old.worker.run_once)
    assert deploying.old.current.knows((await deploying.state()).current)


@pytest.mark.parametrize(("seconds", "is_answered"), [(60, False), (660, True)])
async def test_a_process_that_starts_long_after_a_switch_does_not_wait_for_the_previous_generation(
    seconds: float, *, is_answered: bool
) -> None:
    """No worker of the old code is left, so the previous generation stays behind until it is pruned."""
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    await deploying.new.worker.run_once()
    await deploying.new.switch()
    await deploying.new.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)
    await deploying.new.worker.run_once()
    deploying.environment.advance(seconds=seconds)
    started = deploying.open(NEXT)

    if is_answered:
        assert (await started.queries.workspace(home, viewer=ADA)).card.name == "Ours"
    else:
        with pytest.raises(ascend.NotReady):
            await started.queries.workspace(home, viewer=ADA)


async def test_one_projection_is_not_rolled_back_to_other_code() -> None:
    deploying = Deploying()
    await deploying.fill()
    await deploying.new.worker.run_once()
    await deploying.new.switch()

    with pytest.raises(ascend.InvalidInput, match="all projections"):
        await deploying.new.roll_back("feed")
