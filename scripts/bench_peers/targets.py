"""The table of `make bench --json`: each figure, beside raw work of the same turns."""

from collections.abc import Mapping
from typing import Any

from bench.place import NAMES

from bench_peers.tables import Result, table

FIGURES = ("commands", "at-once", "latency", "replaying", "loading", "workspace-size", "queries", "importing")
"""The figures of the page, in this order. Others may stand in the result."""
SHOWN = {
    "to_raw_at_16": "{:.2f} × raw puts at 16 (rate)",
    "to_smallest": "{:.2f} × the smallest workspace (CPU)",
    "to_its_imports": "{:.2f} × its imports (CPU)",
    "units": "{:.3f} units",
    "events_a_commit": "{:.0f} events a commit",
    "seconds": "{:.1f} s in all",
    "commands": "{:,.0f} commands",
}
"""Quantities that are no ratio to the raw row, and how they are shown."""
RATIOS = {"cpu_ms": "CPU", "a_second": "rate", "p99_ms": "p99"}


def bench_table(result: Result) -> str:
    rows = sorted(
        (row for row in result["rows"] if row["figure"] in FIGURES and row["row"] != "raw" and row["code"] == "this"),
        key=lambda row: FIGURES.index(row["figure"]),
    )
    header = ["figure", "store", "work", "beside raw", "beside the baseline", "also"]
    return table(header, (describe_row(row) for row in rows))


def describe_row(row: Mapping[str, Any]) -> list[str]:
    also = [text.format(row["medians"][name]) for name, text in SHOWN.items() if name in row["medians"]]
    return [
        f"`{row['figure']}`",
        NAMES[row["store"]],
        row["row"],
        describe_ratios(row["ratios"]) if row["store"] != "memory" else "–",
        describe_ratios(row["to_baseline"]),
        ", ".join(also) or "–",
    ]


def describe_ratios(ratios: Mapping[str, float]) -> str:
    return ", ".join(f"{ratios[name]:.2f} × {word}" for name, word in RATIOS.items() if name in ratios) or "–"
