"""Examines a store that a release has filled, goes on with it, and reports all that it saw. Any release can run it.

PYTHONPATH=WHEEL:tests python -m support.upgrade.examining URL SENT REPORT
"""

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NoReturn

import anyio
from support.upgrade import commands
from support.upgrade.asking import ask_everything
from support.upgrade.commands import ADA, BEA
from support.upgrade.filling import BEGINNING_OF_THE_NEXT_DAY, send

import ascend
from ascend.testing import FakeEnvironment

Retry = Callable[[ascend.Store], Awaitable[None]]
NAMES = ("home", "half", "torn", "moving", "parked", "archived", "empty", "gone")
WORKSPACES = [commands.workspace(name) for name in NAMES]
NEXT: list[tuple[str, str, str, dict[str, Any]]] = [
    ("home", ADA, "RenameThing", {"thing_id": commands.thing("room"), "name": "Room again"}),
    ("home", BEA, "ReopenTask", {"task_id": commands.task("paint")}),
    ("half", ADA, "PrioritiseTask", {"task_id": commands.task("oil"), "priority": 1}),
    ("half", ADA, "StartTask", {"task_id": commands.task("wash")}),  # refused: it is done
    ("torn", BEA, "CompleteTask", {"task_id": commands.task("mend")}),
    ("moving", ADA, "RenameThing", {"thing_id": commands.thing("root"), "name": "Chest"}),
    ("parked", ADA, "EditTask", {"task_id": commands.task("odd"), "title": "Even"}),
    ("archived", ADA, "RestoreWorkspace", {}),
    ("empty", ADA, "CreateThing", {"thing_id": commands.thing("first"), "name": "First"}),
    ("gone", ADA, "RenameWorkspace", {"name": "Back"}),  # refused
]


async def leave_parked(store: ascend.Store) -> None:
    """Do nothing: the old release has no way to render a parked entity again."""


async def examine(store: ascend.Store, sent: list[dict[str, Any]], retry: Retry = leave_parked) -> dict[str, Any]:
    """Look at the store, let a worker catch up, send every recorded command again, and go on with new ones.

    `retry` renders again what is parked after the worker has caught up for the first time.
    """
    report: dict[str, Any] = {"found": await ask_everything(store, WORKSPACES)}
    await store.worker.run_once()
    await retry(store)
    report["caught up"] = await catch_up(store)
    report["again"] = [await send(store, command) for command in sent if command.get("events")]
    report["next"] = [await send(store, to_next(*command)) for command in NEXT]
    report["went on"] = await catch_up(store)
    report["shown"] = await ask_everything(store, WORKSPACES)
    return report


async def examine_rebuilt(store: ascend.Store) -> dict[str, Any]:
    """Build all read items again from the log, and look once more."""
    await store.rebuild()
    return await catch_up(store)


def to_next(name: str, actor: str, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return a command to send. Its id is derived from it, so that it is the same in every release."""
    id = ascend.CommandId.derive("next", name, kind, json.dumps(fields))
    return {"workspace": commands.workspace(name), "actor": actor, "command": kind, "fields": fields, "id": id}


async def catch_up(store: ascend.Store) -> dict[str, Any]:
    """Run a worker once. Return what the operator sees then."""
    done = await store.worker.run_once()
    verified = await store.verify()
    statuses = [status async for status in store.status()]
    return {
        "stalled": list(done.stalled),
        "positions": {one.workspace: [one.head, one.rendered, one.folded] for one in statuses},
        "parked": sorted(entity.ref.id for one in statuses for entity in one.parked),
        "differences": sorted(f"{one.what} {one.sort}" for one in verified.differences),
        "digest": list(await store.digest()),
    }


async def main(url: str, sent: list[dict[str, Any]]) -> dict[str, Any]:
    environment = FakeEnvironment(seed=10, start=BEGINNING_OF_THE_NEXT_DAY)
    async with ascend.open_store(url, environment=environment) as store:
        examined = await examine(store, sent)
        examined["rebuilt"] = await examine_rebuilt(store)
    return examined


def run() -> NoReturn:
    url, sent, report = sys.argv[1:]
    examined = anyio.run(main, url, [json.loads(line) for line in Path(sent).read_text().splitlines()])
    Path(report).write_text(json.dumps(examined, ensure_ascii=False, sort_keys=True, indent=1) + "\n")
    raise SystemExit


if __name__ == "__main__":
    run()
