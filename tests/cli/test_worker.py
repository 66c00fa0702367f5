"""The worker as a process follows until a signal stops it."""

import os
import signal
import subprocess
import time
from pathlib import Path

import anyio
import pytest
from support.cli.command_line import find_program, run_process
from support.cli.filled_store import ADA, HOME

import ascend


async def rename_home(url: str, name: str) -> None:
    async with ascend.open_store(url) as store:
        await store.execute(HOME, ascend.RenameWorkspace(name=name), actor=ADA)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_follows_until_a_signal_stops_it(url: str, stop: signal.Signals) -> None:
    command = [find_program(), "--store", url, "worker"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stderr is not None
            assert worker.stderr.readline().startswith("Following")
            anyio.run(rename_home, url, "Our home")
            wait_for_name(url, "Our home")
            worker.send_signal(stop)
            out, err = worker.communicate(timeout=20)
        finally:
            worker.kill()

    assert (worker.returncode, out, err) == (0, "", "Stopped.\n")


def wait_for_name(url: str, name: str) -> None:
    deadline = time.monotonic() + 20
    while name not in run_process("--store", url, "workspaces").out:
        assert time.monotonic() < deadline


def test_a_closed_pipe_is_not_an_error(url: str) -> None:
    for command in ("history Home", "--json history Home", "tree Home", "--help"):
        read, write = os.pipe()
        os.close(read)
        with subprocess.Popen(
            [find_program(), "--store", url, *command.split()], stdout=write, stderr=subprocess.PIPE
        ) as running:
            os.close(write)
            _, err = running.communicate(timeout=60)

        assert (running.returncode, err) == (141, b"")


def test_an_interrupted_import_prints_one_line(url: str, tmp_path: Path) -> None:
    """The file is a pipe that stays open, so the import is stopped in its middle."""
    pipe = tmp_path / "endless"
    os.mkfifo(pipe)
    command = [find_program(), "--store", url, "import", "github", str(pipe), "--workspace", "W"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as importing, pipe.open("wb") as end:
        end.write(b"[")
        end.flush()
        time.sleep(0.5)
        importing.send_signal(signal.SIGINT)
        end.write(b" " * 1_000)
        end.close()
        _, err = importing.communicate(timeout=20)

    assert (importing.returncode, err.splitlines()) == (130, [b"ascend: interrupted"])
