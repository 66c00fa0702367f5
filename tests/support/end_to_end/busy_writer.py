"""A writer that may be killed at any moment: it keeps a journal of what it sends, and goes on from there when it is started again.

busy_writer.py URL JOURNAL SEED     sends commands to the shared workspaces until it is killed

A line of the journal is the number of a command before it is sent, its answer, or the seconds until it was visible.
"""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import orjson

import ascend
from ascend import CommandId, TaskId, WorkspaceId

OWNER = ascend.UserId("ada")
WORKSPACES: Sequence[WorkspaceId] = [WorkspaceId.derive("crowd", str(number)) for number in range(4)]
LOOKED_AT = 3
"""After every third command, the writer waits until it is visible."""
VISIBLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Sent:
    """A command of one writer, a function of the writer's seed and the command's number."""

    workspace: WorkspaceId
    id: CommandId
    command: ascend.Command


def sent_by(seed: str, number: int) -> Sent:
    """Return the command with this number: tasks are created, assigned and completed in turn."""
    task = TaskId.derive("crowd", seed, str(number // 3))
    command: ascend.Command = (
        ascend.CreateTask(task_id=task, title=f"{seed} {number}"),
        ascend.AssignTask(task_id=task, users=(OWNER,)),
        ascend.CompleteTask(task_id=task),
    )[number % 3]
    workspace = random.Random(f"{seed} {number // 3}").choice(WORKSPACES)
    return Sent(workspace, CommandId.derive("crowd", seed, str(number)), command)


async def send(store: ascend.Store, sent: Sent) -> ascend.Receipt:
    """Send the command until there is an answer. It is safe to send it again: its id stays the same."""
    while True:
        try:
            return await store.execute(sent.workspace, sent.command, actor=OWNER, command_id=sent.id)
        except (ascend.OutcomeUnknown, ascend.Contention, ascend.StoreUnavailable, ascend.ProjectionBehind):
            await anyio.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Journal:
    """The file in which one writer notes what it does."""

    path: Path

    def note(self, **line: object) -> None:
        with self.path.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield the complete lines: the last one may be cut by a kill."""
        for line in self.path.read_bytes().split(b"\n")[:-1] if self.path.exists() else ():
            yield orjson.loads(line)

    def next_number(self) -> int:
        """Return the number of the first command without an answer."""
        return max((line["number"] + 1 for line in self.lines() if "position" in line), default=0)


async def write(url: str, journal: Journal, seed: str) -> None:
    async with ascend.open_store(url) as store:
        number = journal.next_number()
        while True:
            sent = sent_by(seed, number)
            journal.note(number=number, sending=True)
            receipt = await send(store, sent)
            journal.note(number=number, position=receipt.position, events=receipt.events)
            if number % LOOKED_AT == 0:
                journal.note(number=number, visible=await measure_visibility(store, receipt))
            number += 1


async def measure_visibility(store: ascend.Store, receipt: ascend.Receipt) -> float | None:
    """Return the seconds until the command is visible. None: it is not visible in time."""
    began = time.monotonic()
    try:
        await store.wait_for(receipt, seconds=VISIBLE_SECONDS)
    except ascend.NotVisibleYet:
        return None
    return time.monotonic() - began


if __name__ == "__main__":
    _, url, path, seed = sys.argv
    anyio.run(write, url, Journal(Path(path)), seed)
