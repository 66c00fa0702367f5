"""Units and correctness: what each store sends, what it costs, and what it did when something went wrong.

They run through the proxy, which counts, and which can lose the reply to a write. Nothing here is timed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from bench.metering import WRITES, Meter

from bench_peers.process import Running
from bench_peers.sizes import Sizes
from bench_peers.speed import LONG

SAMPLE = 20
"""Appends whose units are counted."""
Found = dict[str, Any]


def count_units(store: Running, meter: Meter, at_once: int) -> Found:
    """Return the units of an append alone, of many at once and of three in one call, and of a read event.

    `at_once` senders may share a write: 1 where each append is a write of its own.
    """
    counted: Found = {}
    for senders in sorted({1, at_once}):
        spent, _ = spend(meter, partial(store.ask, "append", at_once=senders), max(SAMPLE, senders))
        counted[f"append, {senders} at once"] = spent
    spent, requests = spend(meter, partial(store.ask, "three"), SAMPLE)
    meter.clear()
    events = store.ask("read", stream=LONG)["events"]
    return counted | {
        "three in one call": spent,
        "requests of three in one call": requests,
        "a read event": meter.read_units / max(1, events),
    }


def spend(meter: Meter, ask: Callable[..., object], count: int) -> tuple[float, dict[str, float]]:
    """Return the write units and the requests of one piece of work.

    They are the difference between `count` pieces and twice as many: the first piece may set something up.
    """
    units: list[float] = []
    requests: list[Counter[str]] = []
    for pieces in (count, 2 * count):
        meter.clear()
        ask(count=pieces)
        units.append(meter.write_units)
        requests.append(Counter({name: number for name, number in meter.requests.items() if name in WRITES}))
    more = {name: (number - requests[0][name]) / count for name, number in requests[1].items()}
    return (units[1] - units[0]) / count, {name: number for name, number in more.items() if number}


def streams_by_length(sizes: Sizes) -> dict[int, str]:
    """Return the streams of different lengths. Another process fills them, so that this one begins cold."""
    return {length: f"length{length}" for length in sizes.streams} | {sizes.read_back: LONG}


def count_units_by_length(store: Running, meter: Meter, sizes: Sizes) -> list[Found]:
    """Return the units of a command in streams of different lengths: the first one of a process, and the next one."""
    rows: list[Found] = []
    for length, stream in streams_by_length(sizes).items():
        for name in ("first", "next"):
            meter.clear()
            told = store.ask("act", stream=stream, title="Measure", id=f"{stream} {name}")["told"]
            units = {"write_units": meter.write_units, "read_units": meter.read_units}
            rows.append({"length": length, "command": name, "told": told, **units})
    return rows


def check(store: Running, meter: Meter | None, sizes: Sizes) -> Found:
    """Return what the store did. Without a meter there is no reply that could be lost."""
    found: Found = {"taken place": take_a_place_twice(store), "duplicate": send_twice(store)}
    if meter is not None:
        found["lost reply"] = lose_a_reply(store, meter)
    found["read back"] = {"written": sizes.read_back, "read": store.ask("read", stream=LONG)["events"]}
    return found


def take_a_place_twice(store: Running) -> Found:
    """Append at version 1 of a stream twice, with different events, as two processes that do not know of each other."""
    told = [store.ask("put", stream="taken", version=1, title=title)["told"] for title in ("first", "second")]
    return {"told": told, "stored": stored(store, "taken", ["first", "second"])}


def send_twice(store: Running) -> Found:
    """Send one command twice, as a sender does that did not keep the first answer."""
    told = [store.ask("act", stream="duplicate", title="once", id="duplicate")["told"] for _ in range(2)]
    return {"told": told, "stored": stored(store, "duplicate", ["once"])}


def lose_a_reply(store: Running, meter: Meter) -> Found:
    """Lose the reply to a command's write, and send the command again if its sender was told of an error."""
    store.ask("act", stream="lost", title="before", id="before")
    meter.clear()
    meter.losing = 1
    told = [store.ask("act", stream="lost", title="once", id="lost")["told"]]
    lost = meter.lost
    meter.clear()
    if told != ["ok"]:
        told.append(store.ask("act", stream="lost", title="once", id="lost")["told"])
    return {"lost": lost, "told": told, "stored": stored(store, "lost", ["once"])}


def stored(store: Running, stream: str, titles: Sequence[str]) -> Mapping[str, int]:
    """Return how many events of each title the stream holds."""
    found: list[str] = store.ask("titles", stream=stream)["titles"]
    return {title: found.count(title) for title in titles}
