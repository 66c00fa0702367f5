"""The command line: `ascend [--store URL] [--as USER] [--json] COMMAND …`. Needs the extra: pip install 'ascend[cli]'.

exit code   0 done   1 `verify`, `doctor` or `schema check` found problems, a workspace is stalled, or `ready` is not;
                       `status` and `verify`: also if an entity is parked or a policy is stalled
            2 usage error or invalid input   3 refused by a rule, not allowed, not found
            4 the store is missing, unavailable, of another program, or denies access
            70 a defect of ascend (`--debug` shows the traceback)   74 the output cannot be written
            130 interrupted   141 the reader of the output has closed it
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import NoReturn

EXTRA = frozenset({"ijson", "rich", "typer", "yaml"})
"""The top-level modules that the extra `cli` installs."""
RunCommandLine = Callable[[Sequence[str]], int]
"""Takes the arguments and returns the exit code."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit the process. `arguments` default to those of the process."""
    run = load_command_line()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def load_command_line() -> RunCommandLine:
    """Return the function that runs a command line. Exit the process if the extra or standard output is missing."""
    check_streams()
    if any(find_spec(module) is None for module in EXTRA):
        exit_with(2, "the command line needs an extra that is not installed: pip install 'ascend[cli]'")
    from ascend.cli.app import run  # noqa: PLC0415  the extra is needed only by users of the command line

    return run


def check_streams() -> None:
    """Replace a closed standard error, and exit if standard output is closed.

    The next file that is opened would get the number of the closed stream, and output would be written into that file.
    """
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]  None after `2>&-`
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  stays open as long as the process
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        exit_with(74, "standard output is closed: send it to a file, or to /dev/null")


def exit_with(code: int, message: str) -> NoReturn:
    print(f"ascend: {message}", file=sys.stderr)
    sys.exit(code)
