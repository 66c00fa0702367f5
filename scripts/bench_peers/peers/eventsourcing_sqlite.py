"""`eventsourcing` on an SQLite file: its application recorder, below the library's aggregates.

python -S -m bench_peers.peers.eventsourcing_sqlite FOLDER TITLES
"""

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from bench_peers.peers.protocol import Server

persistence: Any = importlib.import_module("eventsourcing.persistence")
CHUNK = 100
POOL = 5
"""Connections in the library's pool: SQLite has one writer, whoever waits for it."""


class RecorderStore:
    """A recorder of `eventsourcing`, on SQLite or on DynamoDB. Its events are JSON."""

    def __init__(self, recorder: Any) -> None:
        self._recorder = recorder

    def append(self, stream: str, version: int, title: str) -> None:
        self._recorder.insert_events([store_event(stream, version, title)])

    def append_three(self, stream: str, call: int, titles: Sequence[str]) -> None:
        events = [store_event(stream, 3 * call + number, title) for number, title in enumerate(titles, 1)]
        self._recorder.insert_events(events)

    def fill(self, stream: str, titles: Sequence[str]) -> None:
        events = [store_event(stream, number, title) for number, title in enumerate(titles, 1)]
        for start in range(0, len(events), CHUNK):
            self._recorder.insert_events(events[start : start + CHUNK])

    def read(self, stream: str) -> list[str]:
        events = self._recorder.select_events(to_uuid(stream))
        return [json.loads(bytes(event.state))["title"] for event in events]

    def act(self, stream: str, title: str, id: str) -> None:  # noqa: ARG002  the library has no ids of commands
        last = self._recorder.select_events(to_uuid(stream), desc=True, limit=1)
        self.append(stream, 1 + (int(last[0].originator_version) if last else 0), title)


def to_uuid(stream: str) -> UUID:
    return uuid5(NAMESPACE_URL, stream)


def store_event(stream: str, version: int, title: str) -> Any:
    state = json.dumps({"title": title}).encode()
    return persistence.StoredEvent(to_uuid(stream), version, "bench:TaskCreated", state)


def make_store(folder: str) -> RecorderStore:
    environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": f"{folder}/eventsourcing.db"}
    recorder = persistence.InfrastructureFactory.construct(environment).application_recorder()
    with recorder.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2, "not durable"  # noqa: PLR2004  FULL
    return RecorderStore(recorder)


if __name__ == "__main__":
    store = make_store(sys.argv[1])
    Server(lambda: store, json.loads(Path(sys.argv[2]).read_text()), most_at_once=POOL).serve()
