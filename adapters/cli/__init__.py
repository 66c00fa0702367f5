"""The command line: `ascend [--store URL] [--as USER] [--json] COMMAND …`. Needs the extra: pip install 'ascend[cli]'.

exit code   0 done   1 `verify`, `doctor` or `schema check` found something, or a workspace stalls
            2 usage or invalid input   3 refused by a rule, not allowed, not found
            4 the store is missing, another, unavailable or closed to us   70 a defect of ascend (`--debug` shows where)
            130 interrupted   141 nobody reads the output any more
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

EXTRA = frozenset({"ijson", "rich", "typer", "yaml"})


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits the process. `arguments` are those of the process unless given."""
    try:
        from ascend.adapters.cli.app import run  # noqa: PLC0415  only who asks for the command line needs its extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        print(
            "ascend: the command line needs an extra, which is not installed: pip install 'ascend[cli]'",
            file=sys.stderr,
        )
        sys.exit(2)
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
