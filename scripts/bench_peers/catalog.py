"""All stores: how each is started, and with which versions."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from node_tools import find_node

from bench_peers.environments import node_modules, pinned_version, python_packages

SCRIPTS = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"

Start = tuple[Sequence[str], Mapping[str, str]]
"""The first words of a command, and the environment variables that it needs."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A store that is measured."""

    name: str
    title: str
    kind: str
    """Its database: `dynamodb` or `sqlite`."""
    start: Callable[[], Start]
    """Installs it if necessary. Raises `Unavailable` if it cannot."""
    pinned: tuple[str, str] | None = None
    """The lock and the package that say its version. Ascend has none."""

    at_once: int = 1
    """Senders whose appends may share a write."""

    @property
    def version(self) -> str:
        return pinned_version(*self.pinned) if self.pinned else "this checkout"


def start_ascend(kind: str) -> Callable[[], Start]:
    def start() -> Start:
        paths = {"PYTHONPATH": f"{SCRIPTS.parent / 'src'}:{SCRIPTS}"}
        return [sys.executable, "-m", "bench_peers.peers.ascend_store", kind], paths

    return start


def start_python(lock: str, module: str) -> Callable[[], Start]:
    """Run a module with the packages of a lock, and without those of this project's environment."""

    def start() -> Start:
        paths = {"PYTHONPATH": f"{SCRIPTS}:{python_packages(lock)}"}
        return [sys.executable, "-S", "-m", f"bench_peers.peers.{module}"], paths

    return start


def start_node(file: str) -> Callable[[], Start]:
    def start() -> Start:
        return [str(find_node()), str(PEERS / file)], {"NODE_PATH": str(node_modules())}

    return start


ALL = (
    Peer("ascend", "Ascend", "dynamodb", start_ascend("dynamodb"), at_once=256),
    Peer("castore", "Castore", "dynamodb", start_node("castore.cjs"), ("node", "@castore/core")),
    Peer(
        "event-store-adapter-js",
        "event-store-adapter-js",
        "dynamodb",
        start_node("event_store_adapter.cjs"),
        ("node", "event-store-adapter-js"),
    ),
    Peer(
        "eventsourcing-dynamodb",
        "eventsourcing-dynamodb",
        "dynamodb",
        start_python("eventsourcing-dynamodb", "eventsourcing_dynamodb"),
        ("eventsourcing-dynamodb", "eventsourcing-dynamodb"),
    ),
    Peer("aett", "aett", "dynamodb", start_python("aett", "aett_dynamodb"), ("aett", "aett")),
    Peer("ascend-sqlite", "Ascend on SQLite", "sqlite", start_ascend("sqlite")),
    Peer(
        "eventsourcing",
        "eventsourcing on SQLite",
        "sqlite",
        start_python("eventsourcing", "eventsourcing_sqlite"),
        ("eventsourcing", "eventsourcing"),
    ),
)
PEERS_BY_NAME: Mapping[str, Peer] = {peer.name: peer for peer in ALL}
OWN = {"dynamodb": "ascend", "sqlite": "ascend-sqlite"}
"""Ascend's own name for each database."""


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what is meant for another Python or for the real AWS."""
    left_out = ("PYTHON", "AWS_", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
