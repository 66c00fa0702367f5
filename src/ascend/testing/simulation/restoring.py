"""Restores a backup at the end of a simulation."""

import anyio

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.domain.errors import (
    CommandFromTheFuture,
    LogDiverged,
    Refusal,
)
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.store import Store
from ascend.testing.simulation.checks import check_all
from ascend.testing.simulation.deploying import open_current
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.ledger import Order, Refused
from ascend.testing.simulation.plan import Restore
from ascend.testing.simulation.world import USERS, World

RESTORED_AFTER = 6 * 60.0
"""Seconds that a restore takes at least. A warm process asks for the head again after five minutes."""


async def restore(world: World, what: Restore, backup: MemoryTables, warm: Store) -> None:
    """Bring the tables back to a backup. What is lost is reported, nothing is silently wrong, and a rebuild mends it.

    Raises:
        SimulationFailed: something is silently wrong.
    """
    if what is Restore.NOTHING:
        return
    await anyio.sleep(RESTORED_AFTER)
    world.machine.note("operator", f"restores {what.value}")
    world.machine.tables.restore(backup, *(Table if what is Restore.BOTH else (Table.EVENTS,)))
    world.forget_log()
    world.ledger.forget_after({workspace: (await world.read(workspace)).head for workspace in world.expected})
    if what is Restore.EVENTS:
        await check_divergence_is_reported(world, warm)
    store = await open_current(world)
    await store.withdraw()  # nobody goes on with a rebuild or a deployment that was not finished
    if what is Restore.EVENTS:
        await store.rebuild()
    outcome = await store.worker.run_once()
    if outcome.stalled:
        raise SimulationFailed(f"stalled after the restore: {outcome.stalled}", *outcome.stalled)
    await check_all(world, [store.app])


async def check_divergence_is_reported(world: World, warm: Store) -> None:
    """Check that workers and commands refuse the workspaces whose views are ahead of the log."""
    store = Store(world.machine.tables, world.machine.environment, world.app)
    await store.worker.generation()
    diverged: list[WorkspaceId] = []
    for workspace in world.expected:
        rendered, _ = await world.positions(store, store.current.generation, workspace)
        if rendered > (await world.read(workspace)).head:
            diverged.append(workspace)
    outcome = await store.worker.run_once()
    if set(outcome.stalled) != set(diverged):
        raise SimulationFailed(f"the worker reports {outcome.stalled} instead of {diverged}", *diverged)
    for workspace in diverged:
        await check_decides_rightly(world, warm, workspace)
        await check_refuses(world, store, workspace)


async def check_decides_rightly(world: World, warm: Store, workspace: WorkspaceId) -> None:
    """Send a command through a process that was running before the restore. If it answers, the ledger checks the answer.

    It may answer where its cache ends before the place at which the restored log ends: then it has read the log itself.
    """
    scene = await world.draw_scene(world.machine.dice, workspace)
    id = CommandId(world.machine.environment.new_id())
    order = world.ledger.orders[id] = Order(id, workspace, world.generator(scene), USERS[0])
    now, low = warm.environment.now(), (await world.read(workspace)).head
    world.ledger.begin_send(order)
    try:
        receipt = await warm.execute(workspace, order.command, actor=order.actor, command_id=id)
    except (LogDiverged, CommandFromTheFuture):  # its wall clock may be wrong
        return
    except Refusal as refusal:
        times = now, warm.environment.now()
        world.ledger.refused.append(Refused(order, refusal.rule, low, low, times, world.ledger.end_send(order)))
    else:
        world.ledger.acknowledge(order, receipt)


async def check_refuses(world: World, store: Store, workspace: WorkspaceId) -> None:
    """Check that a process that has just started refuses every command to this workspace, and appends nothing."""
    scene = await world.draw_scene(world.machine.dice, workspace)
    try:
        receipt = await store.execute(workspace, world.generator(scene), actor=USERS[0])
    except LogDiverged:
        return
    except Refusal as refusal:
        raise SimulationFailed(f"a diverged log was read as if it were right: {refusal}", workspace) from refusal
    raise SimulationFailed(f"a commit was appended to a diverged log: {receipt}", workspace)
