"""A fleet of old and new processes on one store, whose commands are remembered.

fleet = Fleet(url, old, new)
await fleet.start(fleet.old, "sender", "worker")
await fleet.send(fleet.old, "sender", "StartTask", task_id=…)
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.upgrade import commands
from support.upgrade.commands import ADA
from support.upgrade.host import Host
from support.upgrade.releases import AnyHost, start_old

import ascend

HOME, OTHER = commands.workspace("fleet"), commands.workspace("other")
PAINT, SWEEP = commands.task("fleet paint"), commands.task("fleet sweep")


@dataclass
class Fleet:
    url: str
    old: AnyHost
    new: AnyHost
    accepted: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list[Any])
    """The commands that were accepted, with their first receipts."""

    async def start(self, host: AnyHost, *processes: str, create: bool = False) -> None:
        for process in processes:
            answer = await host.do(process, "open", url=self.url, create=create)
            assert answer == {"answer": None}, answer

    async def send(self, host: AnyHost, process: str, command: str, to: str = HOME, **fields: Any) -> dict[str, Any]:
        """Send a new command of Ada's. Return the answer or the error."""
        id = ascend.new_id(ascend.CommandId)
        return await self.repeat(
            host, process, {"workspace": to, "actor": ADA, "command": command, "fields": fields, "id": id}
        )

    async def repeat(self, host: AnyHost, process: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Send a command. Return the answer or the error, and the command itself."""
        answer = await host.do(process, "send", sent=sent)
        if "answer" in answer and not answer["answer"]["repeated"]:
            self.accepted.append((sent, answer["answer"]))
        return answer | {"sent": sent}

    async def apply(self, host: AnyHost, process: str, command: str, to: str = HOME, **fields: Any) -> None:
        """Send a new command that is accepted."""
        answer = await self.send(host, process, command, to, **fields)
        assert "answer" in answer, answer

    async def ask(self, host: AnyHost, process: str, do: str, **arguments: Any) -> Any:
        answer = await host.do(process, do, **arguments)
        assert "answer" in answer, answer
        return answer["answer"]

    async def title(self, host: AnyHost, process: str, to: str = HOME) -> str:
        """Return the title of the task to paint, as the process shows it."""
        shown = await self.ask(host, process, "ask", workspace=to)
        return str(
            next(task for task in shown[to]["tasks"]["items"] if task["task"] in {PAINT, other_task(to)})["title"]
        )

    async def check_every_command(self, host: AnyHost, process: str) -> None:
        """Send every accepted command again: nothing happens, and the first receipt comes back."""
        for sent, receipt in list(self.accepted):
            again = await self.repeat(host, process, sent)
            assert again["answer"] == {**receipt, "repeated": True}, again

    async def begin(self) -> None:
        """Let the old release create two workspaces, with a task in each and one that recurs."""
        await self.start(self.old, "sender", create=True)
        await self.start(self.old, "worker", "reader")
        for workspace in (HOME, OTHER):
            await self.apply(self.old, "sender", "CreateWorkspace", workspace, name="Home", owner_name="Ada")
            await self.apply(self.old, "sender", "CreateTask", workspace, task_id=other_task(workspace), title="Paint")
        await self.apply(self.old, "sender", "CreateTask", task_id=SWEEP, title="Sweep")
        await self.apply(self.old, "sender", "ScheduleTask", task_id=SWEEP, due="2026-01-05", recurrence="FREQ=DAILY")
        assert await self.ask(self.old, "worker", "work") == []


def other_task(workspace: str) -> str:
    return PAINT if workspace == HOME else commands.task("other paint")


@asynccontextmanager
async def start_fleet(url: str, release: Path) -> AsyncGenerator[Fleet]:
    """Start a fleet on a store that the old release has begun."""
    async with AsyncExitStack() as stack:
        fleet = Fleet(url, await stack.enter_async_context(start_old(release)), Host(stack))
        await fleet.begin()
        yield fleet
