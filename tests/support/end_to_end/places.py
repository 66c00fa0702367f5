"""A store in a place of its own, and the command line as whoever types it sees it: real processes, their words and exits.

Files lie in memory where the machine has such a place: what is killed here are processes, not the power.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import orjson

from ascend.adapters.importers import imported_workspace

ASCEND = str(Path(sys.executable).with_name("ascend"))


@dataclass(frozen=True, slots=True)
class Done:
    """A process that has ended."""

    code: int
    out: bytes
    err: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)


@dataclass(frozen=True, slots=True)
class Place:
    url: str

    def command(self, *arguments: object) -> list[str]:
        return [ASCEND, "--store", self.url, "--json", *map(str, arguments)]

    async def ends(self, *arguments: object) -> Done:
        """What the command came to, well or not."""
        done = await anyio.run_process(self.command(*arguments), check=False)
        return Done(done.returncode, done.stdout, done.stderr)

    async def run(self, *arguments: object) -> Any:
        """The JSON document of a command that ends well."""
        done = await self.ends(*arguments)
        assert done.code == 0, (arguments, done.err.decode()[-2_000:])
        return done.json

    async def digest(self) -> str:
        return str((await self.run("digest"))["digest"])

    async def heads(self) -> dict[str, int]:
        return {one["workspace"]: one["head"] for one in await self.run("status")}

    async def catch_up(self) -> None:
        await self.run("worker", "--until-caught-up")

    async def log(self, workspace: str) -> list[dict[str, Any]]:
        """The commits of an imported workspace, which are dense, and hold no command twice."""
        commits: list[dict[str, Any]] = await self.run("history", imported_workspace(workspace))
        assert [commit["position"] for commit in commits] == list(range(1, len(commits) + 1))
        sent = [command["id"] for commit in commits for command in commit["commands"]]
        assert len(set(sent)) == len(sent)
        return commits


Job = Sequence[object]
"""The arguments of one command."""


async def at_once(run: Callable[..., Any], *jobs: Job) -> list[Any]:
    """What each of the jobs came to, all of them running side by side."""
    results: dict[int, Any] = {}

    async def one(number: int, job: Job) -> None:
        results[number] = await run(*job)

    async with anyio.create_task_group() as group:
        for number, job in enumerate(jobs):
            group.start_soon(one, number, job)
    return [results[number] for number in range(len(jobs))]


def sqlite(folder: Path) -> Place:
    return Place(f"sqlite:///{folder / 'life.db'}")


def dynamodb(endpoint: str) -> Place:
    return Place(f"dynamodb://life?endpoint_url={endpoint}")


@contextmanager
def quick_folder() -> Generator[Path]:
    memory = Path("/dev/shm")
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ascend-", dir=where) as folder:
        yield Path(folder)
