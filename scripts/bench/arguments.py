"""The arguments of the command line."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bench
from bench.catalog import FIGURES
from bench.comparison import BASELINE, THIS
from bench.place import NAMES
from bench.sizes import Sizes

TURNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A checked command line."""

    figures: Sequence[str]
    stores: Sequence[str]
    codes: Mapping[str, Path]
    """The checkouts whose code is measured, by the name in the result."""
    sizes: Sizes
    turns: int
    json: bool


def parse(arguments: Sequence[str] | None) -> Run:
    """Return the checked command line. Nonsense ends the process with exit code 2 and a line that says what is wrong."""
    given = _parser().parse_args(arguments)
    default = Sizes()
    return Run(
        figures=given.figures or list(FIGURES),
        stores=given.store or ["sqlite", "dynamodb"],
        codes={"this": THIS} | ({BASELINE: given.baseline} if given.baseline else {}),
        sizes=Sizes(
            commands=given.commands or default.commands,
            workspaces=given.workspaces or default.workspaces,
            workers=given.workers or default.workers,
            seconds=given.seconds or default.seconds,
            samples=given.samples or default.samples,
            at_once=given.at_once or default.at_once,
            replayed=given.replayed or default.replayed,
            events=given.events or default.events,
            loaded=given.loaded or default.loaded,
        ),
        turns=given.turns,
        json=given.json,
    )


def _parser() -> argparse.ArgumentParser:
    default = Sizes()
    parser = argparse.ArgumentParser(
        prog="bench", description=bench.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figures", nargs="*", type=_figure, metavar="FIGURE", help=", ".join(FIGURES))
    parser.add_argument("--store", action="append", choices=list(NAMES), help="may be given several times")
    parser.add_argument("--commands", type=_count, help=f"of a turn (default {default.commands})")
    parser.add_argument("--workspaces", type=_counts, help="numbers of workspaces, as 100,1000")
    parser.add_argument("--workers", type=_counts, help="numbers of workers, as 1,4")
    parser.add_argument("--seconds", type=_seconds, help="of watching idle workers, or of waiting")
    parser.add_argument("--samples", type=_count, help="commits whose visibility is measured in a turn")
    parser.add_argument("--at-once", type=_count, help=f"commands at once (default {default.at_once})")
    parser.add_argument("--replayed", type=_count, help=f"events that are replayed (default {default.replayed})")
    parser.add_argument("--events", type=_counts, help="numbers of events of a workspace, as 100,1000")
    parser.add_argument("--loaded", type=_count, help=f"commands that are imported (default {default.loaded})")
    parser.add_argument(
        "--turns", type=_count, default=TURNS, help=f"at least {TURNS} for a figure that others may read"
    )
    parser.add_argument("--baseline", type=_checkout, metavar="DIR", help="a checkout whose code is measured as well")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    return parser


def _figure(text: str) -> str:
    if text not in FIGURES:
        raise argparse.ArgumentTypeError(f"there is no figure {text!r}; there are {', '.join(FIGURES)}")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def _counts(text: str) -> tuple[int, ...]:
    return tuple(_count(part) for part in text.split(","))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def _checkout(text: str) -> Path:
    path = Path(text).resolve()
    if not (path / "src" / "ascend" / "__init__.py").is_file():
        raise argparse.ArgumentTypeError(f"{text} is no checkout of Ascend: it has no src/ascend/__init__.py")
    return path
