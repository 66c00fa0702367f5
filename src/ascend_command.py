"""The entry point of the command `ascend`. It imports almost nothing, so that Ctrl-C during the other imports is quiet.

The module lies beside the package: importing any part of the package imports all public names of `ascend` first,
which takes some time.
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
    """Run the command line and exit the process."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # ignored, as under `nohup`: leave it so
        sys.exit(import_command_line()(sys.argv[1:]))
    signal.signal(signal.SIGINT, exit_interrupted)
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)  # a late Ctrl-C must not kill a finished process
    run = import_command_line()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = run(sys.argv[1:])
    signal.signal(signal.SIGINT, exit_interrupted)
    sys.exit(code)


def import_command_line() -> Callable[[Sequence[str]], int]:
    from ascend.cli import load_command_line  # noqa: PLC0415  imported only after the signal handler is set

    return load_command_line()


def exit_interrupted(_signal: int, _frame: object) -> NoReturn:
    """Exit at once. Nothing needs cleaning up, and an exception would surface in the middle of an import."""
    with suppress(OSError):
        os.write(2, b"ascend: interrupted\n")
    os._exit(INTERRUPTED)
