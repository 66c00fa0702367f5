"""A worker that is frozen inside a write: others are told in time that nothing was written, and go on afterwards."""

import os
import signal
import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
import pytest
from anyio.to_thread import run_sync
from support.conformance.processes import start_script
from support.workers.house import following

import ascend
from ascend.adapters.sqlite import file as sqlite_file
from ascend.testing import ADA, HOME

LIMIT = 0.3
FROZEN_WORKER = """
import os, signal, sqlite3, sys
import anyio, ascend

class Freezing(sqlite3.Connection):
    commits = 0

    def execute(self, statement, *values):
        if statement == "COMMIT":
            Freezing.commits += 1
            if Freezing.commits == 8:  # after its application, heartbeat and leases: in the midst of a batch
                os.kill(os.getpid(), signal.SIGSTOP)
        return super().execute(statement, *values)

connect = sqlite3.connect
sqlite3.connect = lambda *values, **named: connect(*values, **{**named, "factory": Freezing})

async def follow(url):
    async with ascend.open_store(url) as store:
        await store.worker.follow()

anyio.run(follow, sys.argv[1])
"""


@pytest.fixture(autouse=True)
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", LIMIT)


@contextmanager
def started(url: str) -> Generator[subprocess.Popen[str]]:
    """Run a worker that stops inside a transaction."""
    process = start_script(FROZEN_WORKER, url)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def wait_until_stopped(process: subprocess.Popen[str]) -> None:
    _, status = await run_sync(os.waitpid, process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "the worker ended"


@asynccontextmanager
async def behind_a_frozen_worker(path: Path) -> AsyncGenerator[tuple[ascend.Store, subprocess.Popen[str]]]:
    """Give a store with 20 commits, and the process of a worker that holds the lock of the file for ever."""
    url = f"sqlite:///{path}/store.db"
    async with ascend.open_store(url, create=True) as store:
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        for number in range(19):
            await add_task(store, number)
        with started(url) as process:
            await wait_until_stopped(process)
            yield store, process


async def add_task(store: ascend.Store, number: int) -> ascend.Receipt:
    task = ascend.TaskId.derive(str(number))
    command = ascend.CreateTask(task_id=task, title=f"Task {number}")
    return await store.execute(HOME, command, actor=ADA, command_id=ascend.CommandId.derive(str(number)))


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGCONT])
async def test_others_are_told_in_time_and_go_on_when_it_is_killed_or_continued(
    tmp_path: Path, end: signal.Signals
) -> None:
    async with behind_a_frozen_worker(tmp_path) as (store, process):
        for _ in range(2):
            with anyio.fail_after(10 * LIMIT), pytest.raises(ascend.StoreBusy, match="nothing was written"):
                await add_task(store, 19)

        async with following(store.worker):
            await anyio.sleep(3 * LIMIT)  # it lives on without a single write
            process.send_signal(end)
            receipt = await add_task(store, 19)
            await store.wait_for(receipt, seconds=20)

        assert (receipt.position, receipt.repeated) == (21, False)
        await store.worker.run_once()  # the other one may have ended in the midst of a batch
        verified = await store.verify()
        assert (verified.clean, verified.lag) == (True, 0)


async def test_while_it_is_frozen_everything_can_be_read(tmp_path: Path) -> None:
    async with behind_a_frozen_worker(tmp_path) as (store, _):
        assert (await store.log.head(HOME)).position == 20
        assert [status.workspace async for status in store.status()] == [HOME]
