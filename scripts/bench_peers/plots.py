"""The plots of a result, as SVG files: the same result gives the same bytes.

matplotlib is pinned in scripts/plots.lock, and is installed into a folder of the user's cache (`python -m bench_peers.page`).
"""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench_peers.tables import Result

RAW = "raw-dynamodb"
SIZE = (7.0, 4.2)
"""Inches."""
SETTINGS = {"svg.hashsalt": "ascend", "svg.fonttype": "none", "font.family": "sans-serif", "path.simplify": False}
MARKERS = "osD^vXP"


def draw_plots(result: Result, folder: Path) -> list[Path]:
    """Draw all plots into the folder, and return their files."""
    matplotlib: Any = importlib.import_module("matplotlib")
    matplotlib.use("svg")
    matplotlib.rcParams.update(SETTINGS)
    lines = {
        "throughput.svg": (throughput(result), "senders at once", "events a second"),
        "units.svg": (units(result), "events in the stream", "units of a command (written + read)"),
    }
    return [draw(folder / name, *content) for name, content in lines.items()]


def throughput(result: Result) -> dict[str, dict[int, float]]:
    """Return events a second by the number of senders, for raw puts and for each store on DynamoDB Local."""
    titles = {RAW: "raw puts"} | titles_on_dynamodb(result)
    lines: dict[str, dict[int, float]] = {title: {} for title in titles.values()}
    for row in result["speed"]:
        if row["work"].startswith("append, ") and row["store"] in titles:
            lines[titles[row["store"]]][int(row["work"].split()[1])] = row["a_second"]
    return lines


def units(result: Result) -> dict[str, dict[int, float]]:
    """Return the units of a warm command by the length of its stream. A command that failed has none."""
    titles = titles_on_dynamodb(result)
    return {
        titles[name]: {
            row["length"]: row["write_units"] + row["read_units"]
            for row in found["by_length"]
            if row["command"] == "next" and row["told"] == "ok"
        }
        for name, found in result["checks"].items()
        if "by_length" in found
    }


def titles_on_dynamodb(result: Result) -> dict[str, str]:
    return {name: store["title"] for name, store in result["stores"].items() if store["kind"] == "dynamodb"}


def draw(file: Path, lines: Mapping[str, Mapping[int, float]], x: str, y: str) -> Path:
    pyplot: Any = importlib.import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(figsize=SIZE, layout="constrained")
    for marker, (title, points) in zip(MARKERS, lines.items(), strict=False):
        axes.plot(points.keys(), points.values(), marker=marker, label=title)
    axes.set(xscale="log", yscale="log", xlabel=x, ylabel=y)
    ticks = sorted({number for points in lines.values() for number in points})
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return file
