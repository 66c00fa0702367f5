"""Before a switch, each head is rendered that was read after the announced generation had begun to lead.

Until then, the current generation may be moved beyond it.
"""

from collections.abc import Collection, Mapping

import pytest
from support.deploying import NEXT, Deploying
from support.faulty import Call
from support.staged import StagedTables
from support.workers.deployments import announce

import ascend
from ascend.adapters.layout import keys
from ascend.projections.build import Generation
from ascend.projections.generation_record import GenerationRecord, find_record
from ascend.projections.workers.readiness import is_level
from ascend.projections.workers.survey import survey
from ascend.testing import ADA


def go_beyond(deploying: Deploying, home: ascend.WorkspaceId) -> StagedTables:
    """Return tables of a process whose generation leads at once, just after the current one has rendered a new name."""
    tables, renamed = StagedTables(deploying.tables), list[ascend.Receipt]()

    async def rename_before_it_leads(call: Call) -> None:
        target = (await deploying.state()).announced
        if renamed or target is None or call.keys != (keys.record_key(home, target.id),) or not call.is_write:
            return
        record = find_record(await deploying.old.views.records(home), target)
        if record is not None and record.is_built and not record.leads:
            renamed.append(await deploying.old.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA))
            await deploying.old.worker.generation()
            await deploying.old.worker.projector.step(home, deploying.old.current.state.current)

    tables.before = rename_before_it_leads
    return tables


async def find_rendered(deploying: Deploying, home: ascend.WorkspaceId) -> tuple[int, int]:
    """Return how far the announced and the current generation are rendered."""
    state, records = await deploying.state(), await deploying.old.views.records(home)
    assert state.announced is not None
    announced, current = find_record(records, state.announced), find_record(records, state.current)
    assert announced is not None
    assert current is not None
    assert announced.leads == state.announcements
    return announced.rendered, current.rendered


async def test_a_deployment_is_not_at_hand_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    deploying = Deploying()
    (home,) = await deploying.fill(1)
    new = ascend.Store(go_beyond(deploying, home), deploying.environment, NEXT)
    await new.worker.deployment.announce()
    watcher, read = deploying.open(NEXT), deploying.new.log.last_position

    async def last_position(workspace: ascend.WorkspaceId) -> int:
        head = await read(workspace)
        await new.worker.catch_up(workspace)
        return head

    monkeypatch.setattr(watcher.log, "last_position", last_position)
    is_at_hand = await is_level(watcher.log, watcher.views, await deploying.state(), deploying.environment)

    announced, current = await find_rendered(deploying, home)
    assert current == 2  # it went beyond the announced one
    assert announced >= current or not is_at_hand


async def test_a_rebuild_does_not_switch_before_it() -> None:
    deploying = Deploying()
    (home,) = await deploying.fill(1)

    await ascend.Store(go_beyond(deploying, home), deploying.environment).rebuild()

    assert (await deploying.open(ascend.LIFE_OS).queries.workspace(home, viewer=ADA)).card.name == "Ours"


async def test_a_rebuild_that_goes_on_does_not_take_a_workspace_for_built_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deploying = Deploying()
    (home,) = await deploying.fill(1)
    builder = ascend.Store(go_beyond(deploying, home), deploying.environment)
    state = await announce(builder, lambda state: state.afresh(["feed"]))
    assert state.announced is not None
    target, operator = state.announced, deploying.open(ascend.LIFE_OS)
    read = operator.views.records_of

    async def records_of(
        workspaces: Collection[ascend.WorkspaceId], generation: Generation, *, consistent: bool
    ) -> Mapping[ascend.WorkspaceId, GenerationRecord]:
        if generation == target:
            await builder.worker.catch_up(home, target)
        return await read(workspaces, generation, consistent=consistent)

    monkeypatch.setattr(operator.views, "records_of", records_of)
    (surveyed,) = await survey(operator.log, operator.views, state, target)

    announced, current = await find_rendered(deploying, home)
    assert current == 2
    assert announced >= current or not surveyed.is_built
