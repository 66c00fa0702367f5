"""A program that never outlives the process that started it, not even when that one is killed with SIGKILL.

    owner ──pipe──▶ lifeline ──parent death signal──▶ program

The lifeline is a small process of its own. It kills the program when the pipe closes, which the kernel does however
the owner ends, or when it finds that it has another parent (something forked from the owner may hold the pipe open).
Should the lifeline itself be killed, the kernel kills the program (on Linux; elsewhere there is no such signal).
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

GLANCE = 0.25  # seconds between two looks at the parent and the program
PATIENCE = 10.0  # seconds to wait for the lifeline to end before it is killed
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


@contextmanager
def running(command: Sequence[str], output: IO[bytes], cwd: str | None = None) -> Generator[subprocess.Popen[bytes]]:
    """Run `command` in folder `cwd` for the length of the block, its output going to a file; yields the lifeline.

    The lifeline ends with the program's exit code when the program ends by itself.
    """
    lifeline = subprocess.Popen(
        [sys.executable, "-I", str(Path(__file__).resolve()), str(os.getpid()), *command],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        start_new_session=True,  # Ctrl-C is for the owner, who may still need the program while it cleans up
    )
    try:
        yield lifeline
    finally:
        _stop(lifeline)


def _stop(lifeline: subprocess.Popen[bytes]) -> None:
    if lifeline.stdin is not None:
        lifeline.stdin.close()
    try:
        lifeline.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        lifeline.kill()
        lifeline.wait()


def _supervise(owner: int, command: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _leave)
    program = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        preexec_fn=_die_with_parent,  # noqa: PLW1509  this process has one thread
    )
    try:
        while program.poll() is None and os.getppid() == owner and not _pipe_closed():
            pass
        return program.poll() or 0
    finally:
        program.kill()
        program.wait()


def _pipe_closed() -> bool:
    readable, _, _ = select.select([sys.stdin.fileno()], [], [], GLANCE)
    return bool(readable) and os.read(sys.stdin.fileno(), 1) == b""


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(_supervise(int(sys.argv[1]), sys.argv[2:]))
