"""The verbs of every store, as JSON lines: a request on standard input, its answer on standard output. Standard library only.

{"verb": "append", "count": 200, "at_once": 16}       append to 16 streams of its own, one event after the other in each
{"verb": "three", "count": 50}                        append three events in one call, so many times
{"verb": "fill", "stream": "s", "count": 20000}       append to one stream, as fast as this store does
{"verb": "read", "stream": "s"}                       read and decode the whole stream
{"verb": "titles", "stream": "s"}                     the titles of its events
{"verb": "put", "stream": "s", "version": 2, …}       append an event at a version, free or not
{"verb": "act", "stream": "s", "title": "…", "id": …} a command: read the stream, append after its end, with the store's own retries
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle
from typing import Any, Protocol

Answer = dict[str, Any]


class Store(Protocol):
    """A store, as one thread uses it. A version is the number of an event in its stream, from 1."""

    def append(self, stream: str, version: int, title: str) -> None: ...

    def append_three(self, stream: str, call: int, titles: Sequence[str]) -> None:
        """Append three events to a stream that has `call` times three."""
        ...

    def fill(self, stream: str, titles: Sequence[str]) -> None:
        """Append to an empty stream."""
        ...

    def read(self, stream: str) -> list[str]:
        """Return the titles of all events of the stream, in order."""
        ...

    def act(self, stream: str, title: str, id: str) -> None:
        """Append after the end of the stream, in the way of the store's documentation."""
        ...


def set_aside_garbage() -> None:
    """Collect what earlier requests have left, and let no collection look at what lives: it is not work of the next one."""
    gc.collect()
    gc.freeze()


class Server:
    """Answers requests. `make_store` makes one for each thread, because not every client may be shared.

    There are at most `most_at_once` threads: more senders would only wait for each other.
    """

    def __init__(self, make_store: Callable[[], Store], titles: Sequence[str], *, most_at_once: int = 64) -> None:
        self._make_store = make_store
        self._stores = [make_store()]
        self._titles = cycle(titles)
        self._most = most_at_once
        self._runs = count()

    def serve(self) -> None:
        """Answer until the input ends."""
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            set_aside_garbage()
            verb: Callable[..., Answer] = getattr(self, f"do_{request.pop('verb')}")
            print(json.dumps(verb(**request)), flush=True)

    def do_append(self, count: int, at_once: int) -> Answer:
        at_once = min(at_once, self._most)
        while len(self._stores) < at_once:
            self._stores.append(self._make_store())
        run, each = self._new_name(), count // at_once
        work = [(number, [next(self._titles) for _ in range(each)]) for number in range(at_once)]

        def append(number: int, titles: Sequence[str]) -> None:
            for version, title in enumerate(titles, 1):
                self._stores[number].append(f"{run}-{number}", version, title)

        with ThreadPoolExecutor(at_once) as threads:
            return measure(each * at_once, lambda: [*threads.map(append, *zip(*work, strict=True))])

    def _new_name(self) -> str:
        """Return a name that no other process uses."""
        return f"{os.getpid()}-{next(self._runs)}"

    def do_three(self, count: int) -> Answer:
        stream = self._new_name()
        calls = [[next(self._titles) for _ in range(3)] for _ in range(count)]

        def append() -> None:
            for call, titles in enumerate(calls):
                self._stores[0].append_three(stream, call, titles)

        return measure(3 * count, append)

    def do_fill(self, stream: str, count: int) -> Answer:
        titles = [next(self._titles) for _ in range(count)]
        return measure(count, lambda: self._stores[0].fill(stream, titles))

    def do_read(self, stream: str) -> Answer:
        found: list[str] = []
        took = measure(1, lambda: found.extend(self._stores[0].read(stream)))
        return {name: number / max(1, len(found)) for name, number in took.items()} | {"events": len(found)}

    def do_titles(self, stream: str) -> Answer:
        return {"titles": self._stores[0].read(stream)}

    def do_put(self, stream: str, version: int, title: str) -> Answer:
        return told(lambda: self._stores[0].append(stream, version, title))

    def do_act(self, stream: str, title: str, id: str) -> Answer:
        return told(lambda: self._stores[0].act(stream, title, id))


def measure(events: int, work: Callable[[], object]) -> Answer:
    """Return the milliseconds of CPU (all threads of this process) and of time for one event."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu_ms": cpu * 1_000 / events, "wall_ms": wall * 1_000 / events}


def told(work: Callable[[], object]) -> Answer:
    """Return the answer that the caller got: "ok", or the name of the error."""
    try:
        work()
    except Exception as error:  # noqa: BLE001  every store has errors of its own
        return {"told": type(error).__name__}
    return {"told": "ok"}
