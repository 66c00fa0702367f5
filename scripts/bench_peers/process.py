"""A running store: JSON lines to its process and back."""

import json
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from bench_peers.catalog import Peer, clean_environment


class Broken(Exception):
    """The process of a store has ended without an answer."""


class Running:
    """A store that answers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, verb: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer. Raises `Broken` if there is none."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"verb": verb, **arguments}) + "\n")
        self._process.stdin.flush()
        return self.answer(verb)

    def answer(self, verb: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise Broken(f"it ended during {verb!r} (exit code {self._process.wait()})")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def running(peer: Peer, place: str, titles: str, variables: Mapping[str, str]) -> Generator[Running]:
    """Run a store at an endpoint or in a folder, for the length of the block. `titles` is a file.

    Raises:
        Unavailable: it cannot be installed.
        Broken: it does not start, or its process ends.
    """
    command, paths = peer.start()
    with subprocess.Popen(
        [*command, place, titles],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment() | dict(variables) | dict(paths),
    ) as process:
        try:
            store = Running(process)
            store.answer("start")
            yield store
        finally:
            process.kill()
