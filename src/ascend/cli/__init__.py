"""The command line: `ascend [--store URL] [--as USER] [--json] COMMAND …`. Needs the extra: pip install 'ascend[cli]'.

exit code   0 done   1 `verify`, `doctor` or `schema check` found something, or a workspace stalls
            2 usage or invalid input   3 refused by a rule, not allowed, not found
            4 the store is missing, another, unavailable or closed to us   70 a defect of ascend (`--debug` shows where)
            74 the output cannot be written   130 interrupted   141 nobody reads the output any more
"""

import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

EXTRA = frozenset({"ijson", "rich", "typer", "yaml"})
Run = Callable[[Sequence[str]], int]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits the process. `arguments` are those of the process unless given."""
    run = load()
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def load() -> Run:
    """What runs a command line, and gives its exit code. Exits the process where that cannot be."""
    open_streams()
    try:
        from ascend.cli.app import run  # noqa: PLC0415  only who asks for the command line needs its extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        stop(2, "the command line needs an extra, which is not installed: pip install 'ascend[cli]'")
    return run


def open_streams() -> None:
    """Where the caller closed a stream, a file of ours would take its number, and be written to in its stead."""
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]  so it is after `2>&-`
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123  as long as the process
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        stop(74, "standard output is closed: send it to a file, or to /dev/null")


def stop(code: int, message: str) -> NoReturn:
    print(f"ascend: {message}", file=sys.stderr)
    sys.exit(code)
