"""Operations while a simulation runs: rebuild, deploy new code beside the old, restore a backup."""

import random
from dataclasses import replace

import anyio

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.domain.errors import (
    CommandFromTheFuture,
    Contention,
    LogDiverged,
    Refusal,
    StoreUnavailable,
    UpgradeRequired,
)
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.projections.application import Application
from ascend.store import Store
from ascend.testing.simulation.checks import check_all
from ascend.testing.simulation.client import crashes_only
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.ledger import Order, Refused
from ascend.testing.simulation.plan import Restore
from ascend.testing.simulation.process import Process
from ascend.testing.simulation.world import USERS, World

RESTORED_AFTER = 6 * 60.0
"""Seconds that a restore takes at least. A warm process asks for the head again after five minutes."""


def next_version(app: Application, dice: random.Random) -> Application:
    """Return the application that a deployment brings: some of its projections have a higher version."""
    changed = dice.sample(list(app.projections), dice.randint(1, len(app.projections)))
    projections = [
        replace(projection, version=projection.version + 1) if projection in changed else projection
        for projection in app.projections
    ]
    return replace(app, projections=tuple(projections))


async def rebuild(world: World, dice: random.Random, group: anyio.abc.TaskGroup) -> None:
    """Rebuild some projections, or all. After an error or a crash, run it again."""
    await anyio.sleep(dice.random() * 10)
    process = Process(world.machine, "operator", world.app)
    group.start_soon(process.live)
    projections = list(world.app.projections)
    chosen = dice.sample(projections, dice.randint(0, len(projections)))
    names = sorted(projection.name for projection in chosen)
    world.unfinished_rebuild = True
    while True:
        try:
            with crashes_only(process):
                await process.store.rebuild(*names)
                process.note(f"has rebuilt {', '.join(names) or 'everything'}")
                world.unfinished_rebuild = False
                break
        except UpgradeRequired:
            break  # the new code is deployed
        except (StoreUnavailable, Contention) as error:
            process.note(f"rebuild: {type(error).__name__}")
        await anyio.sleep(dice.random() * 3)
    process.retired.set()


async def deploy(world: World, dice: random.Random, group: anyio.abc.TaskGroup) -> None:
    """Start a worker of the new code, wait until it has built its items, then start servers of the new code."""
    await anyio.sleep(dice.random() * 10)
    worker = Process(world.machine, "new-worker", world.next_app, works=True)
    world.processes.append(worker)
    group.start_soon(worker.live)
    while not (worker.serves and await is_ready(world)):
        await anyio.sleep(1)
    server = Process(world.machine, "new-server", world.next_app)
    world.processes.append(server)
    group.start_soon(server.live)
    server.note("serves the new code")
    if dice.random() < 0.3:
        await anyio.sleep(dice.random() * 10)
        for process in world.processes:
            if process.app is world.app:
                process.retired.set()  # without a worker of the old code, those of the new code switch


async def open_current(world: World) -> Store:
    """Open the store by the code whose items queries read."""
    old, new = (Store(world.machine.tables, world.machine.environment, app) for app in (world.app, world.next_app))
    return old if (await old.ready()).is_current else new


async def find_undeployed(world: World) -> list[str]:
    """Return what is not switched yet: without workers of the old code, those of the new code switch by themselves."""
    if not any(process.works and process.retired.is_set() for process in world.processes):
        return []
    readiness = await Store(world.machine.tables, world.machine.environment, world.next_app).ready()
    return [] if readiness.is_current else ["the new code is not current"]


async def withdraw(world: World) -> None:
    """Withdraw a rebuild that its operator has left unfinished: it holds up a deployment."""
    store = Store(world.machine.tables, world.machine.environment, world.app)
    state = (await store.views.state()).state
    if state is not None and store.current.knows(state.announced):
        await store.withdraw()
        world.machine.note("operator", "withdraws the rebuild")


async def is_ready(world: World) -> bool:
    """Return True if the new code may be read."""
    store = Store(world.machine.tables, world.machine.environment, world.next_app)
    return (await store.ready()).is_ready


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
        rendered, _ = await world.positions(store, workspace)
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
    try:
        receipt = await warm.execute(workspace, order.command, actor=order.actor, command_id=id)
    except (LogDiverged, CommandFromTheFuture):  # its wall clock may be wrong
        return
    except Refusal as refusal:
        world.ledger.refused.append(Refused(order, refusal.rule, low, low, (now, warm.environment.now())))
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
