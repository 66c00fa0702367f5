"""The command: `python -m bench_peers [STORE …] [options]`."""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from bench.machine import describe_machine
from bench.metering import metered
from bench.titles import read_titles
from dynamodb_local import dynamodb_local, environment

import bench_peers
from bench_peers.catalog import ALL, OWN, PEERS_BY_NAME, Peer
from bench_peers.checks import check, count_units, count_units_by_length, streams_by_length
from bench_peers.environments import Unavailable
from bench_peers.process import Broken, Running, running
from bench_peers.sizes import Sizes
from bench_peers.speed import measure_turns
from bench_peers.tables import write_tables

Variables = Mapping[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    given = parse(arguments)
    sizes = Sizes(turns=given.turns, appended=given.appended, at_once=given.at_once, read_back=given.read_back)
    names = set(given.stores or PEERS_BY_NAME) | {OWN[PEERS_BY_NAME[name].kind] for name in given.stores}
    try:
        with dynamodb_local() as endpoint, tempfile.TemporaryDirectory() as folder:
            result = run([peer for peer in ALL if peer.name in names], endpoint, Path(folder), sizes)
    except Unavailable as error:
        print(f"DynamoDB Local: not run ({error})", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(json.dumps(result, indent=2) if given.json else write_tables(result))
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    default = Sizes()
    parser = argparse.ArgumentParser(
        prog="bench_peers", description=bench_peers.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stores", nargs="*", metavar="STORE", help=", ".join(PEERS_BY_NAME))
    parser.add_argument("--turns", type=int, default=default.turns)
    parser.add_argument("--appended", type=int, default=default.appended, help="events of one measurement")
    parser.add_argument("--at-once", type=to_numbers, default=default.at_once, help="numbers of senders, as 1,16,256")
    parser.add_argument("--read-back", type=int, default=default.read_back, help="events of the long stream")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.stores) - PEERS_BY_NAME.keys()):
        parser.error(f"there is no store {unknown[0]!r}; there are {', '.join(PEERS_BY_NAME)}")
    return given


def to_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def run(peers: Sequence[Peer], endpoint: str, folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Measure the stores, and return the whole result."""
    titles = folder / "titles.json"
    titles.write_text(json.dumps(read_titles()))
    variables = {peer: environment(endpoint) | {"NO_PROXY": "127.0.0.1,localhost"} for peer in peers}
    not_run: dict[str, str] = {}
    with ExitStack() as stack:
        stores: dict[Peer, Running] = {}
        for peer, reason in start_all(peers, endpoint, folder, titles, variables, stack, stores):
            not_run[peer.name] = reason
        for peer, store in stores.items():
            report(f"{peer.title}: filling streams of up to {sizes.read_back:,} events")
            for length, stream in streams_by_length(sizes).items():
                store.ask("fill", stream=stream, count=length)
        report("Turns of speed")
        speed = measure_turns(stores, sizes)
    found: dict[str, Any] = {}
    for peer in stores:
        try:
            found[peer.name] = check_peer(peer, endpoint, folder, titles, variables[peer], sizes)
        except Broken as error:
            not_run[peer.name] = f"units and checks: {error}"
    return {
        "machine": describe_machine(),
        "sizes": asdict(sizes),
        "stores": {peer.name: {"title": peer.title, "kind": peer.kind, "version": peer.version} for peer in stores},
        "not_run": not_run,
        "speed": speed,
        "checks": found,
    }


def start_all(
    peers: Sequence[Peer],
    endpoint: str,
    folder: Path,
    titles: Path,
    variables: Mapping[Peer, Variables],
    stack: ExitStack,
    stores: dict[Peer, Running],
) -> Iterator[tuple[Peer, str]]:
    """Start all stores, and yield those that cannot be run, each with the reason."""
    for peer in peers:
        place = endpoint if peer.kind == "dynamodb" else str(folder_of(peer, folder))
        try:
            stores[peer] = stack.enter_context(running(peer, place, str(titles), variables[peer]))
            stores[peer].ask("append", count=64, at_once=4)  # warms it up
        except (Unavailable, Broken) as error:
            stores.pop(peer, None)
            report(f"{peer.title}: not run ({error})")
            yield peer, str(error)


def folder_of(peer: Peer, folder: Path) -> Path:
    own = folder / peer.name
    own.mkdir(exist_ok=True)
    return own


def check_peer(
    peer: Peer, endpoint: str, folder: Path, titles: Path, variables: Variables, sizes: Sizes
) -> dict[str, Any]:
    """Count and check a store with a new process, through the proxy where it speaks with DynamoDB Local."""
    report(f"{peer.title}: units and checks")
    with ExitStack() as stack:
        if peer.kind == "sqlite":
            store = stack.enter_context(running(peer, str(folder_of(peer, folder)), str(titles), variables))
            return {"correctness": check(store, None, sizes)}
        meter = stack.enter_context(metered(endpoint))
        through = dict(variables) | {"AWS_ENDPOINT_URL_DYNAMODB": meter.url}
        store = stack.enter_context(running(peer, meter.url, str(titles), through))
        found = {"correctness": check(store, meter, sizes)}
        return found | {
            "units": count_units(store, meter, peer.at_once),
            "by_length": count_units_by_length(store, meter, sizes),
        }


def report(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def exit_on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)  # the exception leaves the `with` blocks, which end all processes


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, exit_on_sigterm)
    sys.exit(main())
