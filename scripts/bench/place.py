"""The place of a run's stores: a kind of store, and a folder or an endpoint for new ones."""

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from dynamodb_local import dynamodb_local, environment

NAMES = {"memory": "memory", "sqlite": "SQLite", "dynamodb": "DynamoDB Local"}


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of store, and the folder of its files or the endpoint of its tables. The environment holds the credentials."""

    kind: str
    root: str = ""

    def url(self, name: str) -> str:
        """Return the URL of the store with this name. It lies beside the others of this place."""
        match self.kind:
            case "memory":
                return f"memory://{name}"
            case "sqlite":
                return f"sqlite:///{self.root}/{name}.db"
            case _:
                return f"dynamodb://{name}?region=eu-west-1&endpoint_url={self.root}"


@contextmanager
def running_emulator(kind: str) -> Generator[str]:
    """Run what stores of this kind need for the length of the block. Yield the endpoint, empty if there is none.

    Raises `Unavailable` if DynamoDB Local is needed and cannot be run.
    """
    if kind != "dynamodb":
        yield ""
        return
    with dynamodb_local() as endpoint:
        yield endpoint


@contextmanager
def empty_place(kind: str, endpoint: str) -> Generator[tuple[Place, dict[str, str]]]:
    """Yield a place without stores, and the environment of the processes that use it."""
    if kind == "dynamodb":
        yield Place(kind, endpoint), dict(os.environ) | environment(endpoint)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Place(kind, folder), dict(os.environ)
