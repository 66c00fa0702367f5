"""Processes that carry promises to each other: what one was shown or promised, the others must show from then on.

carried_promises.py write URL SHARED NAME APP     creates and completes tasks until it is killed
carried_promises.py read  URL SHARED NAME APP     waits for commands of others, and lists, until it is killed

All of them append to the file SHARED, and read what others have appended. A task is shown at level 1 while it is open, and at
level 2 when it is done. A reader notes each listing in the file SHARED.NAME, with the tasks that it lacked.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import orjson

import ascend
from ascend import CommandId, TaskId, WorkspaceId
from ascend.cli.applications import load_application

OWNER = ascend.UserId("ada")
WORKSPACES = [WorkspaceId.derive("carried", str(number)) for number in range(3)]
PAUSE = 0.1
UNANSWERED = (ascend.OutcomeUnknown, ascend.Contention, ascend.StoreUnavailable, ascend.ProjectionBehind)
Levels = dict[tuple[str, str], int]
"""The least level at which each task of a workspace is shown."""


def append(path: Path, **line: object) -> None:
    with path.open("ab", buffering=0) as file:
        file.write(orjson.dumps(line) + b"\n")


def read_lines(path: Path, start: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the complete lines from an offset on, each with the offset after it."""
    with path.open("rb") as file:
        file.seek(start)
        while (line := file.readline()).endswith(b"\n"):
            yield file.tell(), orjson.loads(line)


async def write(store: ascend.Store, shared: Path, name: str) -> None:
    """Create a task and complete it, again and again."""
    number = 0
    while True:
        workspace, task = WORKSPACES[number % len(WORKSPACES)], ascend.new_id(TaskId)
        for level, command in (
            (1, ascend.CreateTask(task_id=task, title=name)),
            (2, ascend.CompleteTask(task_id=task)),
        ):
            receipt = await send(store, workspace, command)
            append(shared, workspace=workspace, receipt=receipt.position, levels={str(task): level})
            await anyio.sleep(PAUSE)
        number += 1


async def send(store: ascend.Store, workspace: WorkspaceId, command: ascend.Command) -> ascend.Receipt:
    id = ascend.new_id(CommandId)
    while True:
        try:
            return await store.execute(workspace, command, actor=OWNER, command_id=id)
        except UNANSWERED:
            await anyio.sleep(PAUSE)


class Reader:
    """One process that reads. It knows what all of them were shown and promised."""

    def __init__(self, store: ascend.Store, shared: Path, name: str) -> None:
        self.store = store
        self.shared = shared
        self.journal = shared.with_suffix(f".{name}")
        self._offset = 0
        self._least: Levels = {}
        self._sent: list[dict[str, Any]] = []
        """Commands with receipts that this process has not waited for."""

    async def run(self) -> None:
        while True:
            try:
                await self._wait_for_one()
                await self._list(random.choice(WORKSPACES))
            except (ascend.NotReady, ascend.NotVisibleYet, ascend.StoreUnavailable) as error:
                append(self.journal, error=type(error).__name__)
                await anyio.sleep(PAUSE)

    def _catch_up(self) -> None:
        """Take in what the other processes have noted."""
        for offset, line in read_lines(self.shared, self._offset):
            self._offset = offset
            if "receipt" in line:
                self._sent.append(line)
            else:
                self._raise(line)

    def _raise(self, line: dict[str, Any]) -> None:
        for task, level in line["levels"].items():
            place = line["workspace"], task
            self._least[place] = max(level, self._least.get(place, 0))

    async def _wait_for_one(self) -> None:
        """Wait for the last command of another process: from then on, it is promised to everybody."""
        self._catch_up()
        if self._sent:
            line = self._sent.pop()
            self._sent.clear()
            receipt = ascend.Receipt(WorkspaceId(line["workspace"]), ascend.new_id(CommandId), line["receipt"], 1)
            await self.store.wait_for(receipt, seconds=30)
            append(self.shared, workspace=line["workspace"], levels=line["levels"])

    async def _list(self, workspace: WorkspaceId) -> None:
        """List all tasks, and compare them with what was shown before the listing began."""
        self._catch_up()
        least = {task: level for (place, task), level in self._least.items() if place == workspace}
        lines = [
            line
            async for line in ascend.all_items(
                lambda cursor: self.store.queries.tasks(workspace, viewer=OWNER, limit=100, cursor=cursor)
            )
        ]
        shown = {str(line.task): 1 + (line.status is ascend.Status.DONE) for line in lines}
        lacking = {task: level for task, level in least.items() if shown.get(task, 0) < level}
        append(self.journal, lines=len(lines), compared=len(least), lacking=lacking)
        more = {task: level for task, level in shown.items() if level > least.get(task, 0)}
        if more:
            append(self.shared, workspace=workspace, levels=more)


async def run(role: str, url: str, shared: str, name: str, app: str) -> None:
    async with ascend.open_store(url, app=load_application(app)) as store:
        if role == "write":
            await write(store, Path(shared), name)
        await Reader(store, Path(shared), name).run()


if __name__ == "__main__":
    _, role, url, shared, name, app = sys.argv
    anyio.run(run, role, url, shared, name, app)
