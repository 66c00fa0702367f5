"""Run a program that never outlives its owner, the process that started it, even if the owner is killed with SIGKILL.

    owner ──pipe──▶ lifeline ──parent death signal──▶ program

The lifeline is a small process of its own. It kills the program in two cases: the pipe closes, which the kernel does however
the owner ends, or the lifeline gets another parent (a process that was forked from the owner may hold the pipe open). If the
lifeline itself is killed, the kernel kills the program. This holds on Linux; other systems have no such signal.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

POLL_INTERVAL = 0.25  # seconds between two checks of the parent and the program
STOP_TIMEOUT = 10.0  # seconds that the lifeline has to end before it is killed
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


@contextmanager
def running(command: Sequence[str], output: IO[bytes], cwd: str | None = None) -> Generator[subprocess.Popen[bytes]]:
    """Run `command` in the folder `cwd` for the length of the block, with its output in a file. Yield the lifeline process.

    If the program ends by itself, the lifeline ends with the program's exit code.
    """
    lifeline = subprocess.Popen(
        [sys.executable, "-I", str(Path(__file__).resolve()), str(os.getpid()), *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        start_new_session=True,  # Ctrl-C goes to the owner only, because its cleanup may still need the program
    )
    try:
        yield lifeline
    finally:
        _stop(lifeline)


def _stop(lifeline: subprocess.Popen[bytes]) -> None:
    if lifeline.stdin is not None:
        lifeline.stdin.close()
    try:
        lifeline.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        lifeline.kill()
        lifeline.wait()


def _supervise(owner: int, command: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _exit_on_sigterm)
    program = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        preexec_fn=_kill_with_parent,  # noqa: PLW1509  this process has one thread
    )
    try:
        while program.poll() is None and os.getppid() == owner and not _pipe_closed():
            pass
        return program.poll() or 0
    finally:
        program.kill()
        program.wait()


def _pipe_closed() -> bool:
    readable, _, _ = select.select([sys.stdin.fileno()], [], [], POLL_INTERVAL)
    return bool(readable) and os.read(sys.stdin.fileno(), 1) == b""


def _exit_on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _kill_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(_supervise(int(sys.argv[1]), sys.argv[2:]))
