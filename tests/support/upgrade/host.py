"""A host of processes: opens stores by name, and does with them what it is told. Any release of Ascend can run it.

    PYTHONPATH=WHEEL:tests python -m support.upgrade.host

reads one JSON object a line from its input, and answers with one line each:

    {"process": "sender", "do": "open", "url": "sqlite:///life.db"}      {"answer": null}
    {"process": "sender", "do": "send", "sent": {…}}                     {"answer": {"position": 7, …}}
"""

import json
import sys
from contextlib import AsyncExitStack
from typing import Any, NoReturn

import anyio
import structlog
from anyio.to_thread import run_sync
from support.upgrade.asking import ask_everything
from support.upgrade.commands import to_command

import ascend


class Host:
    """Open stores by name. Each of them is what one process of a fleet has: its own cache, worker and limits."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._stores: dict[str, ascend.Store] = {}

    async def do(self, process: str, do: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer, or the error's class and message."""
        try:
            return {"answer": await getattr(self, do)(process, **arguments)}
        except ascend.AscendError as error:
            return {"error": type(error).__name__, "message": str(error)}

    async def open(self, process: str, url: str, create: bool = False) -> None:
        self._stores[process] = await self._stack.enter_async_context(ascend.open_store(url, create=create))

    async def send(self, process: str, sent: dict[str, Any]) -> dict[str, Any]:
        receipt = await self._stores[process].execute(
            ascend.WorkspaceId(sent["workspace"]),
            to_command(sent["command"], sent["fields"]),
            actor=ascend.UserId(sent["actor"]),
            command_id=ascend.CommandId(sent["id"]),
        )
        return {"position": receipt.position, "events": receipt.events, "repeated": receipt.repeated}

    async def work(self, process: str) -> list[str]:
        """Run the worker once. Return the workspaces that stall."""
        return list((await self._stores[process].worker.run_once()).stalled)

    async def status(self, process: str, workspace: str) -> dict[str, Any]:
        found = [status async for status in self._stores[process].status() if status.workspace == workspace]
        return {"head": found[0].head, "rendered": found[0].rendered, "stalled": found[0].stalled}

    async def ask(self, process: str, workspace: str) -> dict[str, Any]:
        return await ask_everything(self._stores[process], [ascend.WorkspaceId(workspace)])

    async def differences(self, process: str) -> list[str]:
        return [str(difference) for difference in (await self._stores[process].verify()).differences]

    async def digest(self, process: str) -> str:
        return (await self._stores[process].digest())[0]


async def serve() -> None:
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr)
    )  # the answers have the output for themselves
    async with AsyncExitStack() as stack:
        host = Host(stack)
        while line := await run_sync(sys.stdin.readline):
            answer = await host.do(**json.loads(line))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def run() -> NoReturn:
    anyio.run(serve)
    raise SystemExit


if __name__ == "__main__":
    run()
