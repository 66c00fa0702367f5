"""The command: `python -m bench [FIGURE …] [options]`."""

import json
import sys
from collections.abc import Sequence

from dynamodb_local import Unavailable

from bench.arguments import Run, parse
from bench.comparison import Failed, Row, compare
from bench.machine import describe_machine
from bench.place import NAMES, running_emulator


def main(arguments: Sequence[str] | None = None) -> int:
    run = parse(arguments)
    rows: list[Row] = []
    try:
        for kind in run.stores:
            rows += measure_store(run, kind)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    if run.json:
        made = {"machine": describe_machine(), "sizes": json.loads(run.sizes.to_json())}
        print(json.dumps(made | {"rows": [row.to_dict() for row in rows]}, indent=2))
    return 0 if rows else 1


def measure_store(run: Run, kind: str) -> list[Row]:
    """Measure all figures on one kind of store, and print each as soon as it is known."""
    rows: list[Row] = []
    try:
        with running_emulator(kind) as endpoint:
            for figure in run.figures:
                measured = compare(figure, kind, endpoint, run.codes, run.sizes, run.turns)
                rows += measured
                if not run.json:
                    print(*map(describe, measured), sep="\n", flush=True)
    except Unavailable as error:
        print(f"{NAMES[kind]}: not run ({error})", file=sys.stderr)
    return rows


def describe(row: Row) -> str:
    """Return one line. Ratios stand in brackets behind their number."""
    numbers = [f"{name} {value:,.3f}{_describe_ratios(row, name)}" for name, value in row.medians.items()]
    return f"{NAMES[row.store]:>15}  {row.code:<8}  {row.figure}: {row.row:<32}  {'  '.join(numbers)}"


def _describe_ratios(row: Row, name: str) -> str:
    compared = {"raw": row.ratios, "baseline": row.to_baseline}
    found = [f"{ratios[name]:.2f} × {what}" for what, ratios in compared.items() if name in ratios]
    return f" ({', '.join(found)})" if found else ""


if __name__ == "__main__":
    sys.exit(main())
