"""Fills a store with a little of everything, in every stage of being rendered. Any release of Ascend can run it.

    home     rendered, and rendered again by a rebuild of the feed
    half     rendered halfway; a finished task that recurs waits for its answer by the policies
    torn     a worker stopped between the read items and the snapshots
    moving   a worker stopped in the middle of a large move
    parked   a task that could not be rendered
    archived done with, and archived
    empty    created, never visited by a worker
    gone     erased

Times and ids come from a fake environment, so a release writes the same bytes in every run. Every command is recorded with
its answer. So the same commands can be sent again later, to another release.

    PYTHONPATH=WHEEL:tests python -m support.upgrade.filling URL OUTCOMES
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import anyio
from support.upgrade import commands
from support.upgrade.commands import ADA, Sent, to_command
from support.upgrade.commands import workspace as named

import ascend
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put
from ascend.projections.deadline import Check, send_always
from ascend.projections.limits import ProjectionLimits
from ascend.store import Limits
from ascend.testing import FakeEnvironment

BEGINNING_OF_THE_NEXT_DAY = datetime(2026, 1, 2, tzinfo=UTC)
"""The time at which others go on with the store."""
POISON = "cannot be rendered"


class Stopped(BaseException):
    """The worker's process ends here."""


class TablesUntilSnapshots:
    """Tables of a worker that stops when it is about to write its first snapshot."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        if item.key.sk.startswith("S#"):
            raise Stopped
        return await self._tables.put(table, item, when)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        written: list[bool] = []
        for put in puts:
            check()
            written.append(await self.put(table, put.item, put.when) is None)
        return written


class Filling:
    """Sends commands to one store and records the answers."""

    def __init__(self, store: ascend.Store, environment: FakeEnvironment) -> None:
        self.store = store
        self.environment = environment
        self.outcomes: list[dict[str, Any]] = []

    async def send(self, name: str, commands: Iterable[Sent]) -> None:
        for actor, kind, fields in commands:
            self.environment.advance(seconds=20)
            id = self.environment.new_id()
            sent = {"workspace": named(name), "actor": actor, "command": kind, "fields": fields, "id": id}
            self.outcomes.append(sent | await send(self.store, sent))

    async def work(self) -> None:
        await self.store.worker.run_once()

    async def stop_before_snapshots(self, name: str) -> None:
        """Let a worker stop after it has written the read items, and before it writes the snapshots."""
        tables: Any = TablesUntilSnapshots(self.store.tables)
        try:
            await ascend.Store(tables, self.environment).worker.catch_up(named(name))
        except* Stopped:
            pass

    async def stop_in_a_move(self, name: str) -> None:
        """Let a worker stop in the middle of a fan-out."""
        limits = Limits(projection=ProjectionLimits(descendants_per_chunk=2, chunks_per_step=1))
        worker = ascend.Store(self.store.tables, self.environment, limits=limits).worker
        await worker.catch_up(named(name), most=1)

    async def park(self, name: str) -> None:
        """Let a worker render with a projection that fails for one task."""
        tasks = next(part for part in ascend.LIFE_OS.projections if part.name == "tasks")
        render = next(render for kind, render in tasks.renders.items() if kind.entity == "task")

        def fail(task: Any, *context: Any) -> Any:
            if task.title == POISON:
                raise ValueError(POISON)
            return render(task, *context)

        failing = replace(tasks, renders=dict.fromkeys(tasks.renders, fail))
        app = replace(
            ascend.LIFE_OS,
            projections=tuple(failing if part is tasks else part for part in ascend.LIFE_OS.projections),
        )
        await ascend.Store(self.store.tables, self.environment, app).worker.catch_up(named(name))


async def send(store: ascend.Store, sent: dict[str, Any]) -> dict[str, Any]:
    """Send the command. Return the receipt, or the name of the refusal."""
    try:
        receipt = await store.execute(
            ascend.WorkspaceId(sent["workspace"]),
            to_command(sent["command"], sent["fields"]),
            actor=ascend.UserId(sent["actor"]),
            command_id=ascend.CommandId(sent["id"]),
        )
    except ascend.AscendError as error:
        return {"error": type(error).__name__}
    return {"position": receipt.position, "events": receipt.events, "repeated": receipt.repeated}


async def fill(store: ascend.Store, environment: FakeEnvironment) -> list[dict[str, Any]]:
    """Fill the empty store. Return all commands with their answers."""
    filling = Filling(store, environment)
    await filling.send("home", commands.home())
    await filling.send("archived", commands.archived())
    await filling.send("gone", commands.home()[:12])
    await filling.work()
    await store.rebuild("feed")
    await store.erase(named("gone"), workers_stopped=True)
    await filling.send("home", commands.later_at_home())
    await filling.send("half", commands.half())
    await filling.send("torn", commands.torn()[:-4])
    await filling.send("moving", commands.moving()[:-1])
    await filling.send("parked", commands.parked()[:-1])
    await filling.work()
    await filling.send("half", commands.other_half())
    await filling.send("torn", commands.torn()[-4:])
    await filling.send("moving", commands.moving()[-1:])
    await filling.send("parked", commands.parked()[-1:])
    await filling.stop_before_snapshots("torn")
    await filling.stop_in_a_move("moving")
    await filling.park("parked")
    await filling.send("empty", [(ADA, "CreateWorkspace", {"name": "Empty", "owner_name": "Ada"})])
    return filling.outcomes


async def main(url: str) -> list[dict[str, Any]]:
    environment = FakeEnvironment(seed=9)
    async with ascend.open_store(url, create=True, environment=environment) as store:
        return await fill(store, environment)


def run() -> NoReturn:
    url, outcomes = sys.argv[1:]
    answers = anyio.run(main, url)
    Path(outcomes).write_text("".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers))
    raise SystemExit


if __name__ == "__main__":
    run()
