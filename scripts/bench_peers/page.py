"""Write the tables and plots of docs/reference/peers.md: `python -m bench_peers.page [PEERS.json] [BENCH.json]`.

A result that is given is kept in docs/reference/results, from where the page can be written again. In the page, each table stands
between two comments; the text around is written by hand.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench_peers.environments import matplotlib_packages
from bench_peers.tables import (
    Result,
    correctness_table,
    lead_table,
    length_table,
    machine_line,
    not_run_lines,
    ratio_table,
    speed_table,
    units_table,
    versions_line,
)
from bench_peers.targets import bench_table

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGE = REFERENCE / "peers.md"
RESULTS = REFERENCE / "results"
DRAW = "import sys; from pathlib import Path; from bench_peers.page import draw; draw(Path(sys.argv[1]))"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench_peers.page", description="Write the tables and plots of the page.")
    parser.add_argument("peers", nargs="?", type=Path, help="a result of `make bench-peers`; without it: the last one")
    parser.add_argument("bench", nargs="?", type=Path, help="a result of `make bench`; without it: the last one")
    for name, given in vars(parser.parse_args(arguments)).items():
        if given is not None:
            keep_result(name, json.loads(given.read_text()))
    PAGE.write_text(fill_page(PAGE.read_text(), read_result("peers"), read_result("bench")))
    paths = os.pathsep.join([str(Path(__file__).parents[1]), str(matplotlib_packages())])
    subprocess.run(
        [sys.executable, "-S", "-c", DRAW, str(REFERENCE)], env=os.environ | {"PYTHONPATH": paths}, check=True
    )
    return 0


def keep_result(name: str, result: Mapping[str, Any]) -> None:
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(round_numbers(result), indent=1, ensure_ascii=False) + "\n")


def read_result(name: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text())
    return result


def round_numbers(value: Any) -> Any:
    """Return the value with four digits of each number: there is no more in them."""
    match value:
        case float():
            return float(f"{value:.4g}")
        case dict():
            return {name: round_numbers(part) for name, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
        case list():
            return [round_numbers(part) for part in value]  # pyright: ignore[reportUnknownVariableType]
        case _:
            return value


def fill_page(page: str, peers: Result, bench: Result) -> str:
    """Return the page with the tables of these results."""
    for name, text in write_parts(peers, bench).items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        page, count = re.subn(f"{begin}\n.*?{end}", lambda _: f"{begin}\n{text}\n{end}", page, flags=re.DOTALL)  # noqa: B023
        assert count == 1, f"the page has no place for {name}"
    return page


def write_parts(peers: Result, bench: Result) -> dict[str, str]:
    """Return the generated parts of the page, by name."""
    turns = int(peers["sizes"]["turns"])
    return {
        "peers: run": f"{machine_line(peers, turns)} Versions: {versions_line(peers)}.\n\n{not_run_lines(peers)}".strip(),
        "peers: correctness": f"\n{correctness_table(peers)}\n",
        "peers: units": f"\n{units_table(peers)}\n",
        "peers: units by length": f"\n{length_table(peers)}\n",
        "peers: speed on DynamoDB Local": f"\n{speed_table(peers, 'dynamodb')}\n\n{ratio_table(peers, 'dynamodb')}\n",
        "peers: speed on SQLite": f"\n{speed_table(peers, 'sqlite')}\n\n{ratio_table(peers, 'sqlite')}\n",
        "peers: Ascend beside them": f"\n{lead_table(peers)}\n",
        "bench: run": machine_line(bench, max(row["turns"] for row in bench["rows"])),
        "bench: figures": f"\n{bench_table(bench)}\n",
    }


def draw(reference: Path) -> None:
    """Draw the plots. This runs in a process that has matplotlib, and nothing else of this project's environment."""
    from bench_peers.plots import draw_plots  # noqa: PLC0415  the page needs no matplotlib

    draw_plots(read_result("peers"), reference)


if __name__ == "__main__":
    sys.exit(main())
