"""The worker as a process: it follows until it is told to stop."""

import os
import signal
import subprocess
import time
from pathlib import Path

import anyio
import pytest
from support.cli.given import ADA, HOME, process, program

import ascend


async def rename(url: str, name: str) -> None:
    async with ascend.open_store(url) as store:
        await store.execute(HOME, ascend.RenameWorkspace(name=name), actor=ADA)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_follows_until_it_is_told_to_stop(url: str, stop: signal.Signals) -> None:
    command = [program(), "--store", url, "worker"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stderr is not None
            assert worker.stderr.readline().startswith("Following")
            anyio.run(rename, url, "Our home")
            wait_for(url, "Our home")
            worker.send_signal(stop)
            out, err = worker.communicate(timeout=20)
        finally:
            worker.kill()

    assert (worker.returncode, out, err) == (0, "", "Stopped.\n")


def wait_for(url: str, name: str) -> None:
    deadline = time.monotonic() + 20
    while name not in process("--store", url, "workspaces").out:
        assert time.monotonic() < deadline


def test_a_reader_who_leaves_is_no_error(url: str) -> None:
    for command in ("history Home", "--json history Home", "tree Home", "--help"):
        read, write = os.pipe()
        os.close(read)
        with subprocess.Popen(
            [program(), "--store", url, *command.split()], stdout=write, stderr=subprocess.PIPE
        ) as done:
            os.close(write)
            _, err = done.communicate(timeout=60)

        assert (done.returncode, err) == (141, b"")


def test_an_interrupt_is_one_line(url: str, tmp_path: Path) -> None:
    """Stopped in the middle, by a file that never ends."""
    pipe = tmp_path / "endless"
    os.mkfifo(pipe)
    command = [program(), "--store", url, "import", "github", str(pipe), "--workspace", "W"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as importing, pipe.open("wb") as end:
        end.write(b"[")
        end.flush()
        time.sleep(0.5)
        importing.send_signal(signal.SIGINT)
        end.write(b" " * 1_000)
        end.close()
        _, err = importing.communicate(timeout=20)

    assert (importing.returncode, err.splitlines()) == (130, [b"ascend: interrupted"])
