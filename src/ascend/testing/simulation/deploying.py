"""Deployments while a simulation runs: new code beside the old, old code that comes back, and what must be true in the end."""

import random
from dataclasses import replace

import anyio

from ascend.projections.application import Application
from ascend.store import Store
from ascend.testing.simulation.process import Process
from ascend.testing.simulation.world import World


def next_version(app: Application, dice: random.Random) -> Application:
    """Return the application that a deployment brings: some of its projections have a higher version."""
    changed = dice.sample(list(app.projections), dice.randint(1, len(app.projections)))
    projections = [
        replace(projection, version=projection.version + 1) if projection in changed else projection
        for projection in app.projections
    ]
    return replace(app, projections=tuple(projections))


async def deploy(world: World, dice: random.Random, group: anyio.abc.TaskGroup) -> None:
    """Start a worker of the new code, wait until it has built its items, then start servers of the new code.

    It comes to a store on which a worker of the old code has begun. Otherwise nobody could tell which code is the new one.
    """
    with world.operation():
        await anyio.sleep(dice.random() * 10)
        while (await world.views.state()).state is None:
            await anyio.sleep(1)
        worker = start_process(world, "new-worker", world.next_app, group, works=True)
        while not (worker.serves and await is_ready(world)):
            await anyio.sleep(1)
        start_process(world, "new-server", world.next_app, group).note("serves the new code")
        await anyio.sleep(dice.random() * 10)
        world.done.append("deployment")
        if dice.random() < 0.5:
            await retire_old_code(world, dice, group)


async def retire_old_code(world: World, dice: random.Random, group: anyio.abc.TaskGroup) -> None:
    """End all processes of the old code, so that workers of the new code switch. Later, old code may come back."""
    for process in world.processes:
        if process.app is world.app:
            process.retired.set()
    await anyio.sleep(20 + dice.random() * 20)
    if dice.random() < 0.5:
        world.done.append("old code")
        ensure_old_worker(world, group)
        start_process(world, "old-server", world.app, group).note("serves the old code again")
        await anyio.sleep(dice.random() * 10)


def start_process(
    world: World, name: str, app: Application, group: anyio.abc.TaskGroup, *, works: bool = False
) -> Process:
    process = Process(world.machine, name, app, works=works)
    world.processes.append(process)
    group.start_soon(process.live)
    return process


def ensure_old_worker(world: World, group: anyio.abc.TaskGroup) -> None:
    """Start a worker of the old code if there is none any more."""
    if not has_worker(world, world.app):
        start_process(world, "old-worker", world.app, group, works=True).note("works again")


def has_worker(world: World, app: Application) -> bool:
    return any(process.works and process.app is app and not process.retired.is_set() for process in world.processes)


def open_store(world: World, app: Application) -> Store:
    """Open the store by this code, without faults."""
    return Store(world.machine.tables, world.machine.environment, app)


async def open_current(world: World) -> Store:
    """Open the store by the code whose items queries read."""
    state = await world.read_state()
    stores = [open_store(world, app) for app in (world.app, world.next_app)]
    return next(store for store in stores if store.current.knows(state.current))


async def is_ready(world: World) -> bool:
    """Return True if the new code may be read."""
    return (await open_store(world, world.next_app).ready()).is_ready


async def find_undeployed(world: World) -> list[str]:
    """Return what workers of the new code have still to do, unless an operator has taken their generation back."""
    state, new = await world.read_state(), open_store(world, world.next_app).current
    await new.ask(world.views.state)
    if not has_worker(world, world.next_app) or new.knows(state.current):
        return []
    if state.announced is None:
        return ["the new code is not announced"] if new.is_new() else []
    if not state.at_hand:
        return ["the new code is not at hand"]
    return [] if has_worker(world, world.app) else ["the new code is not current"]


async def withdraw_unfinished(world: World) -> None:
    """Withdraw a rebuild or a roll-back that its operator has left unfinished: it would hold up a deployment."""
    state = await world.read_state()
    store = await open_current(world)
    if state.announced is not None and (store.current.knows(state.announced) or state.announced == state.previous):
        await store.withdraw()
        world.machine.note("operator", "withdraws what is unfinished")
