"""A place is an empty store and the command line on it, in real processes with their output and exit codes.

Files lie in memory where the machine allows it. The tests kill processes, they do not cut the power.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import anyio
import orjson

from ascend.adapters.importers import imported_workspace

ASCEND = str(Path(sys.executable).with_name("ascend"))


@dataclass(frozen=True, slots=True)
class FinishedProcess:
    """The exit code and the output of a process."""

    code: int
    out: bytes
    err: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)


@dataclass(frozen=True, slots=True)
class Place:
    """A store and its command line."""

    url: str

    def command(self, *arguments: object) -> list[str]:
        return [ASCEND, "--store", self.url, "--json", *map(str, arguments)]

    async def run_any(self, *arguments: object) -> FinishedProcess:
        """Run the command. Return its outcome, whatever the exit code."""
        process = await anyio.run_process(self.command(*arguments), check=False)
        return FinishedProcess(process.returncode, process.stdout, process.stderr)

    async def run(self, *arguments: object) -> Any:
        """Run a command that must succeed. Return its JSON document."""
        process = await self.run_any(*arguments)
        assert process.code == 0, (arguments, process.err.decode()[-2_000:])
        return process.json

    async def digest(self) -> str:
        return str((await self.run("digest"))["digest"])

    async def heads(self) -> dict[str, int]:
        return {status["workspace"]: status["head"] for status in await self.run("status")}

    async def catch_up(self) -> None:
        await self.run("worker", "--until-caught-up")

    async def log(self, workspace: str) -> list[dict[str, Any]]:
        """Return the commits of an imported workspace, after a check that they are dense and hold no command twice."""
        commits: list[dict[str, Any]] = await self.run("history", imported_workspace(workspace))
        assert [commit["position"] for commit in commits] == list(range(1, len(commits) + 1))
        ids = [command["id"] for commit in commits for command in commit["commands"]]
        assert len(set(ids)) == len(ids)
        return commits

    async def commands_digest(self, workspace: str) -> str:
        """Return a digest of all commands of an imported workspace, in their order, whatever commits they share."""
        commands = [command for commit in await self.log(workspace) for command in commit["commands"]]
        return sha256(orjson.dumps(commands, option=orjson.OPT_SORT_KEYS)).hexdigest()


Arguments = Sequence[object]
"""The arguments of one command."""


async def run_at_once(run: Callable[..., Any], *calls: Arguments) -> list[Any]:
    """Call `run` with each of the arguments at the same time. Return the results in order."""
    results: dict[int, Any] = {}

    async def run_one(number: int, arguments: Arguments) -> None:
        results[number] = await run(*arguments)

    async with anyio.create_task_group() as group:
        for number, arguments in enumerate(calls):
            group.start_soon(run_one, number, arguments)
    return [results[number] for number in range(len(calls))]


def sqlite_place(folder: Path) -> Place:
    return Place(f"sqlite:///{folder / 'life.db'}")


def dynamodb_place(endpoint: str) -> Place:
    return Place(f"dynamodb://life?endpoint_url={endpoint}")


@contextmanager
def make_fast_folder() -> Generator[Path]:
    """Make a temporary folder, in memory if the machine has a place for it."""
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ascend-", dir=where) as folder:
        yield Path(folder)
