"""Runs one simulation: writers, readers, workers, and operations in one process under virtual time."""

import asyncio
import random
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import anyio

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import CommandId
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.members import AddMember
from ascend.projections.application import Application
from ascend.store import Store
from ascend.testing.faults import Faults
from ascend.testing.simulation.checks import check_all
from ascend.testing.simulation.client import Client
from ascend.testing.simulation.deploying import (
    deploy,
    find_undeployed,
    has_worker,
    next_version,
    open_current,
    withdraw_unfinished,
)
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.ledger import Order
from ascend.testing.simulation.machine import Machine
from ascend.testing.simulation.operators import SimulatedOperator
from ascend.testing.simulation.plan import SimulationPlan, draw_plan
from ascend.testing.simulation.process import Process
from ascend.testing.simulation.restoring import restore
from ascend.testing.simulation.scene import Generator
from ascend.testing.simulation.world import USERS, World
from ascend.testing.virtual_time import run_in_virtual_time

BUSY = 90.0
"""Virtual seconds after which the actors stop, whatever they have still to do."""
PRUNES = 1_000.0
"""Virtual seconds that a prune takes at most, and its operator's jobs."""
PATIENCE = 300.0
"""Virtual seconds in which the workers must have rendered everything once the faults have ended."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """One simulation that has broken no invariant."""

    seed: int
    steps: int
    commits: int
    looks: int
    """Lists that readers have read and compared."""
    operations: Sequence[str]
    """The operations that were carried out: jobs of operators, a deployment, and old code that came back."""
    digest: str
    """A number for the whole history: the same in every run of the seed."""


def simulate(
    app: Application,
    *,
    seed: int,
    commands: Generator,
    faults: Faults | None = None,
    plan: SimulationPlan | None = None,
) -> Simulated:
    """Run one simulation of an application, and check that no invariant is broken.

    `commands` makes random commands of the application. The seed decides everything else: `draw_plan` draws the parties and
    operations, unless there is a `plan`. Do not call it inside of an event loop.

    Raises:
        SimulationFailed: an invariant was broken. The message names the seed and shows the last steps of the parties.
        InvalidInput: `app` is no application, `commands` cannot be called, or an event loop is running here.
    """
    check_arguments(app, commands)
    plan = plan or draw_plan(seed, faults or Faults())
    machine = Machine(seed, plan.faults)
    try:
        return run_in_virtual_time(lambda: _run(app, commands, machine, plan))
    except Exception as error:
        raise explain(error, machine, plan, app) from error


def check_arguments(app: object, commands: object) -> None:
    """Refuse what would look like a broken invariant later."""
    if not isinstance(app, Application):
        raise InvalidInput(f"app is {app!r:.80}: pass an ascend.Application")
    if not callable(commands):
        raise InvalidInput(f"commands is {commands!r:.80}: pass a function that takes a Scene and returns a command")
    with suppress(RuntimeError):
        asyncio.get_running_loop()
        raise InvalidInput("simulate runs an event loop of its own: call it outside of any other")


def explain(error: Exception, machine: Machine, plan: SimulationPlan, app: Application) -> SimulationFailed:
    """Return the failure with its seed, the last steps of the parties concerned, and how to run it again."""
    failure = find_failure(error)
    parties = failure.parties if failure else ()
    reason = failure.reason if failure else f"{error!r}\n\n{''.join(traceback.format_exception(error))}"
    steps = "\n".join(f"  {step}" for step in machine.journal.about(*parties))
    return SimulationFailed(
        f"seed {machine.seed} of {app.name}: {reason}\n\nthe plan: {plan}\n\nthe last steps:\n{steps}\n\n"
        f"run it again: simulate(app, seed={machine.seed}, commands=…),"
        f" or python -m ascend.testing … --first {machine.seed} --seeds 1",
        *parties,
    )


def find_failure(error: BaseException) -> SimulationFailed | None:
    """Return the broken invariant among the causes of an error of a task group."""
    if isinstance(error, BaseExceptionGroup):
        causes: Sequence[BaseException] = cast("BaseExceptionGroup[BaseException]", error).exceptions
        found = (find_failure(cause) for cause in causes)
        return next((failure for failure in found if failure is not None), None)
    return error if isinstance(error, SimulationFailed) else None


async def _run(app: Application, commands: Generator, machine: Machine, plan: SimulationPlan) -> Simulated:
    dice = random.Random(f"{machine.seed}/run")  # noqa: S311  the same order of operations in every run
    world = World(machine, app, next_version(app, dice), commands)
    workspaces = [world.add_workspace() for _ in range(plan.workspaces)]
    await found_store(world)
    backup = machine.tables.copy()
    async with anyio.create_task_group() as group:
        for number in range(plan.servers):
            world.processes.append(Process(machine, f"server-{number}", app))
        for number in range(plan.workers):
            world.processes.append(Process(machine, f"worker-{number}", app, works=True))
        for process in world.processes:
            group.start_soon(process.live)
        with anyio.move_on_after(BUSY + (PRUNES if plan.prunes else 0)):
            async with anyio.create_task_group() as actors:
                for number in range(plan.writers):
                    actors.start_soon(Client(world, f"writer-{number}").write, workspaces, plan.commands)
                for number in range(plan.readers):
                    actors.start_soon(Client(world, f"reader-{number}").read, workspaces, 2 * plan.commands)
                for number, jobs in enumerate(plan.operators):
                    actors.start_soon(SimulatedOperator(world, f"operator-{number}", group).work, *jobs)
                if plan.deployment:
                    actors.start_soon(deploy, world, dice, group)
                await anyio.sleep(dice.random() * 10)
                backup = machine.tables.copy()
        await settle(world)
        group.cancel_scope.cancel()
    warm = next((process.store for process in world.processes if process.app is app and process.serves), None)
    current = (await open_current(world)).app
    await check_all(world, [app for app in (app, world.next_app) if app is current or has_worker(world, app)])
    await restore(world, plan.restore, backup, warm or Store(machine.tables, machine.environment, app))
    commits = sum(expected.head for expected in world.expected.values())
    return Simulated(
        machine.seed, machine.journal.count, commits, world.observer.looks, world.done, machine.journal.digest
    )


async def found_store(world: World) -> None:
    """Create the store and its workspaces, with some members, without any fault."""
    store = Store(world.machine.tables, world.machine.environment, world.app)
    await store.worker.generation()
    await store.ownership.read()
    await store.ownership.claim_empty_store()
    await store.policies.installation.install_in_empty_store()
    for workspace in world.expected:
        members = [AddMember(user_id=user, name=user.title()) for user in USERS[1:3]]
        for command in (CreateWorkspace(name="Home", owner_name="Ada"), *members):
            id = CommandId(world.machine.environment.new_id())
            order = world.ledger.orders[id] = Order(id, workspace, command, USERS[0])
            receipt = await store.execute(workspace, command, actor=USERS[0], command_id=id)
            world.ledger.acknowledge(order, receipt)


async def settle(world: World) -> None:
    """End the faults, and wait until the workers have rendered everything: nothing tells them to, but the store itself.

    Raises:
        SimulationFailed: they have not.
    """
    world.machine.faults = Faults.none()
    world.machine.delayed.forget()
    for process in world.processes:
        process.tables.faults = Faults.none()
        process.tables.resume()
    world.machine.note("world", "the faults end")
    await withdraw_unfinished(world)
    lagging: list[str] = []
    with anyio.move_on_after(PATIENCE):
        while lagging := await find_lagging(world):
            await anyio.sleep(1)
        return
    raise SimulationFailed(f"after {PATIENCE:g} s without faults: {'; '.join(lagging)}")


async def find_lagging(world: World) -> list[str]:
    """Return what the workers have still to do."""
    workers = [process for process in world.processes if process.works and not process.retired.is_set()]
    idle = [f"{process.name} does not run" for process in workers if not process.serves]
    return idle or await find_undeployed(world) or await world.lagging(workers)
