"""Turns of one figure, with one process for each code. The codes alternate turn by turn."""

import json
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench.measuring import Quantities, Turn
from bench.place import empty_place
from bench.sizes import Sizes

SCRIPTS = Path(__file__).parents[1]
THIS = SCRIPTS.parent
RAW, BASELINE = "raw", "baseline"


class Failed(Exception):
    """A process that measures has ended without a result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the result: medians of all turns, and the medians of the ratios within the same turn."""

    figure: str
    store: str
    code: str
    row: str
    turns: int
    medians: Quantities
    ratios: Quantities
    """By the quantity of the bare store."""
    to_baseline: Quantities
    """By the quantity of the baseline's code; empty if there is none, and for the baseline itself."""

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def compare(
    figure: str, kind: str, endpoint: str, codes: Mapping[str, Path], sizes: Sizes, turns: int
) -> Sequence[Row]:
    """Measure the figure with each code, turn by turn. Raises `Failed` if a process ends early."""
    taken: dict[str, list[Turn]] = {code: [] for code in codes}
    with ExitStack() as stack:
        children = {
            code: stack.enter_context(_running_child(figure, kind, endpoint, path, sizes))
            for code, path in codes.items()
        }
        for _ in range(turns):
            for code, child in children.items():
                taken[code].append(_take_turn(child, f"{figure} of the code {code}"))
    rows: list[Row] = []
    for code, measured in taken.items():
        rows += summarise(figure, kind, code, measured, taken.get(BASELINE, []) if code != BASELINE else [])
    return rows


def summarise(figure: str, store: str, code: str, turns: Sequence[Turn], baseline: Sequence[Turn] = ()) -> list[Row]:
    """Return a row for the bare store and one for each row of the turns."""
    raw = [turn.raw for turn in turns]
    rows: list[Row] = []
    for name in (RAW, *turns[0].rows):
        measured = [_find(turn, name) for turn in turns]
        rows.append(
            Row(
                figure=figure,
                store=store,
                code=code,
                row=name,
                turns=len(turns),
                medians={quantity: median(row[quantity] for row in measured) for quantity in measured[0]},
                ratios={} if name == RAW else _ratios(measured, raw),
                to_baseline=_ratios(measured, [_find(turn, name) for turn in baseline]),
            )
        )
    return rows


def _find(turn: Turn, row: str) -> Quantities:
    """Return a row of the turn. It is empty if the baseline's code has no such row."""
    return turn.raw if row == RAW else turn.rows.get(row, {})


def _ratios(measured: Sequence[Quantities], others: Sequence[Quantities]) -> Quantities:
    """Return the median of the ratios of each turn, for the quantities that both sides have."""
    if not others:
        return {}
    common = [name for name in measured[0] if all(other.get(name) for other in others)]
    return {
        name: median(own[name] / other[name] for own, other in zip(measured, others, strict=True)) for name in common
    }


@contextmanager
def _running_child(
    figure: str, kind: str, endpoint: str, code: Path, sizes: Sizes
) -> Generator["subprocess.Popen[str]"]:
    """Run a process that has prepared the figure, with the code of the checkout at `code`."""
    with empty_place(kind, endpoint) as (place, environment):
        command = [sys.executable, "-m", "bench.child", figure, place.kind, place.root, sizes.to_json()]
        paths = {"PYTHONPATH": f"{code / 'src'}:{SCRIPTS}"}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment | paths
        ) as child:
            try:
                _read_line(child, f"{figure} of the code at {code}")
                yield child
            except BaseException:
                child.kill()
                raise


def _take_turn(child: "subprocess.Popen[str]", what: str) -> Turn:
    assert child.stdin is not None
    child.stdin.write("turn\n")
    child.stdin.flush()
    return Turn(**json.loads(_read_line(child, what)))


def _read_line(child: "subprocess.Popen[str]", what: str) -> str:
    assert child.stdout is not None
    if line := child.stdout.readline():
        return line
    raise Failed(f"{what} ended without a result (exit code {child.wait()}); its error stands above")
