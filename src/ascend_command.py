"""The entry point of the command `ascend`. It imports almost nothing, so that Ctrl-C during the other imports is quiet.

The module lies beside the package: importing any part of the package imports all public names of `ascend` first,
which takes some time.
"""

import atexit
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NoReturn

INTERRUPTED = 130
COLLECT_AFTER = 100_000
"""New objects after which the collector of cyclic garbage looks for some among them: about as many as a worker's batch makes.

Nearly all of them live until the batch is written, and then go by themselves.
"""


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
    """Return the function that runs a command line. From then on, the collector leaves alone what the imports have made.

    This process belongs to the command line. A library does not touch the collector: that is up to the application.
    """
    gc.disable()
    from ascend.cli import load_command_line  # noqa: PLC0415  imported only after the signal handler is set

    run = load_command_line()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    gc.enable()
    return run


def exit_interrupted(_signal: int, _frame: object) -> NoReturn:
    """Exit at once. Nothing needs cleaning up, and an exception would surface in the middle of an import."""
    with suppress(OSError):
        os.write(2, b"ascend: interrupted\n")
    os._exit(INTERRUPTED)
