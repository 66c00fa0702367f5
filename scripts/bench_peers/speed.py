"""Speed: the stores take turns. Every ratio is that of one turn, beside raw puts of the same turn."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from bench_peers.catalog import OWN, Peer
from bench_peers.process import Running
from bench_peers.sizes import Sizes

LONG = "long"
"""The stream that is read back."""
Figures = dict[str, dict[str, float]]
"""Quantities by the work that was measured."""
RAW = "raw"


def measure_turns(stores: Mapping[Peer, Running], sizes: Sizes) -> list[dict[str, Any]]:
    """Return a row for each store and work: medians, and medians of the ratios to the same turn's raw puts."""
    turns = [take_turn(stores, sizes) for _ in range(sizes.turns)]
    return [row for name in turns[0] for row in summarise(name, turns)]


def take_turn(stores: Mapping[Peer, Running], sizes: Sizes) -> dict[str, Figures]:
    """Return the figures of each store, by name. Raw puts are sent by the process of Ascend."""
    turn: dict[str, Figures] = {}
    for peer, store in stores.items():
        if peer.name in OWN.values():
            turn[raw_name(peer.kind)] = measure_appends(store, "raw", sizes)
        turn[peer.name] = measure_appends(store, "append", sizes)
        turn[peer.name]["three in one call"] = with_rate(store.ask("three", count=max(1, sizes.appended // 8)))
        read = store.ask("read", stream=LONG)
        turn[peer.name]["read"] = with_rate({name: read[name] for name in ("cpu_ms", "wall_ms")})
    for peer in stores:
        add_ratios(turn[peer.name], turn[raw_name(peer.kind)])
        compare_with_ascend(turn[peer.name], turn[OWN[peer.kind]])
    return turn


def raw_name(kind: str) -> str:
    return f"{RAW}-{kind}"


def measure_appends(store: Running, verb: str, sizes: Sizes) -> Figures:
    figures: Figures = {}
    for at_once in sizes.at_once:
        count = max(sizes.appended, at_once)
        figures[append_name(at_once)] = with_rate(store.ask(verb, count=count, at_once=at_once))
    return figures


def append_name(at_once: int) -> str:
    return f"append, {at_once} at once"


def with_rate(took: Mapping[str, float]) -> dict[str, float]:
    return {**took, "a_second": 1_000 / took["wall_ms"] if took["wall_ms"] else 0.0}


def add_ratios(figures: Figures, raw: Figures) -> None:
    """Add the rate beside the best of raw puts up to 16 at once, and the CPU beside that of one raw put at a time."""
    rates = [quantities["a_second"] for name, quantities in raw.items() if name in map(append_name, (1, 4, 16))]
    alone = next(iter(raw.values()))["cpu_ms"]
    for quantities in figures.values():
        quantities["rate_to_raw"] = quantities["a_second"] / max(rates)
        quantities["cpu_to_raw"] = quantities["cpu_ms"] / alone


def compare_with_ascend(figures: Figures, ascend: Figures) -> None:
    """Add the rate of Ascend with the most senders beside each rate here, and the CPU of Ascend's read event."""
    most = max(quantities["a_second"] for name, quantities in ascend.items() if name.startswith("append"))
    for quantities in figures.values():
        quantities["ascend_rate"] = most / quantities["a_second"]
    figures["read"]["ascend_cpu"] = ascend["read"]["cpu_ms"] / figures["read"]["cpu_ms"]


def summarise(name: str, turns: Sequence[Mapping[str, Figures]]) -> list[dict[str, Any]]:
    return [
        {
            "store": name,
            "work": work,
            "turns": len(turns),
            **{quantity: median(turn[name][work][quantity] for turn in turns) for quantity in quantities},
        }
        for work, quantities in turns[0][name].items()
    ]
