"""What the command `ascend` runs first. It imports next to nothing, so that Ctrl-C while the rest is imported is quiet.

It stands beside the package: whoever imports a part of that imports all that `ascend` names first, which takes a while.
"""

import atexit
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

INTERRUPTED = 130


def main() -> NoReturn:
    """Runs the command line and exits the process."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # it is ignored, as behind `nohup`
        sys.exit(loaded()(sys.argv[1:]))
    signal.signal(signal.SIGINT, leave)
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # else it kills a process that is done but for that
    run = loaded()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = run(sys.argv[1:])
    signal.signal(signal.SIGINT, leave)
    sys.exit(code)


def loaded() -> Callable[[Sequence[str]], int]:
    from ascend.cli import load  # noqa: PLC0415  not before somebody looks after Ctrl-C

    return load()


def leave(_signal: int, _frame: object) -> NoReturn:
    """At once: there is nothing to clean up, and an exception would come out of the middle of some import."""
    with suppress(OSError):
        os.write(2, b"ascend: interrupted\n")
    os._exit(INTERRUPTED)
