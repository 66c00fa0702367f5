"""aett on DynamoDB: its commit store.

python -S -m bench_peers.peers.aett_dynamodb ENDPOINT TITLES
"""

import importlib
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from bench_peers.peers.protocol import Server

eventstore: Any = importlib.import_module("aett.eventstore")
storage: Any = importlib.import_module("aett.storage.synchronous.dynamodb.commit_store")
management: Any = importlib.import_module("aett.storage.synchronous.dynamodb.persistence_management")
REGION, TENANT = "us-east-1", "bench"
_ids = count()


class AettStore:
    """aett's commit store. A commit holds one event or three, as JSON without a type of its own."""

    def __init__(self) -> None:
        self._commits = storage.CommitStore(eventstore.TopicMap(), region=REGION)

    def append(self, stream: str, version: int, title: str) -> None:
        self._commits.commit(make_commit(stream, version, version, [title]))

    def append_three(self, stream: str, call: int, titles: Sequence[str]) -> None:
        self._commits.commit(make_commit(stream, call + 1, 3 * (call + 1), titles))

    def fill(self, stream: str, titles: Sequence[str]) -> None:
        for version, title in enumerate(titles, 1):
            self.append(stream, version, title)

    def read(self, stream: str) -> list[str]:
        return [event.body["title"] for commit in self._commits.get(TENANT, stream) for event in commit.events]

    def act(self, stream: str, title: str, id: str) -> None:
        commits = list(self._commits.get(TENANT, stream))
        sequence, revision = (commits[-1].commit_sequence, commits[-1].stream_revision) if commits else (0, 0)
        self._commits.commit(make_commit(stream, sequence + 1, revision + 1, [title], uuid5(NAMESPACE_URL, id)))


def make_commit(stream: str, sequence: int, revision: int, titles: Sequence[str], id: UUID | None = None) -> Any:
    return eventstore.Commit(
        tenant_id=TENANT,
        stream_id=stream,
        stream_revision=revision,
        commit_id=id or uuid5(NAMESPACE_URL, f"commit {next(_ids)}"),
        commit_sequence=sequence,
        commit_stamp=datetime.now(UTC),  # noqa: TID251  this is no part of Ascend
        headers={},
        events=[eventstore.EventMessage(body={"title": title}, headers=None) for title in titles],
        checkpoint_token=0,
    )


if __name__ == "__main__":
    management.PersistenceManagement(region=REGION).initialize()
    Server(AettStore, json.loads(Path(sys.argv[2]).read_text())).serve()
