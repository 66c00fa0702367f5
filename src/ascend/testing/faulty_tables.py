"""Tables of any engine, with faults. The seed says which call fails, and how.

tables = FaultyTables(MemoryTables(), Faults(), seed=7, environment=environment)
store = ascend.Store(tables, environment)
"""

import random
from collections.abc import Awaitable, Callable, Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import anyio
from anyio.lowlevel import checkpoint

from ascend.adapters.table.conditions import Blocked, Condition, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put, check_different_keys
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage, ValuesPage, pick_values
from ascend.domain.errors import StoreUnavailable
from ascend.domain.runtime.ports import Environment
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints
from ascend.testing.delayed_reads import DelayedReads, row_of
from ascend.testing.faults import Crash, Faults
from ascend.testing.faulty_hints import FaultyHints

T = TypeVar("T")


def _ignore(text: str) -> None: ...


class FaultyTables:
    """One process's access to tables that fail. Give each process one of its own, and a seed of its own.

    `environment` measures and waits. All processes of one store share `delayed`. `note` is called with each fault in words.
    After a `Crash`, every call raises `Crash`: make new tables for the process that comes after it.
    """

    def __init__(
        self,
        tables: Tables,
        faults: Faults,
        seed: int | str,
        environment: Environment,
        delayed: DelayedReads | None = None,
        note: Callable[[str], None] = _ignore,
    ) -> None:
        self._tables = tables
        self.faults = faults
        self._crashed = anyio.Event()
        self._dice = random.Random(seed)  # noqa: S311  the same faults in every run
        self._environment = environment
        self._delayed = delayed or DelayedReads()
        self._note = note
        self._paused_until = 0.0
        self._resumed: anyio.Event | None = None
        self._scopes: list[anyio.CancelScope] = []

    # What happens to the process

    def pause(self) -> None:
        """Let every call wait until `resume`. Then the process goes on as if nothing had happened: a zombie."""
        self._resumed = self._resumed or anyio.Event()

    def resume(self) -> None:
        """Let the process go on."""
        resumed, self._resumed, self._paused_until = self._resumed, None, 0.0
        if resumed is not None:
            resumed.set()

    def crash(self) -> None:
        """End the process: every call raises `Crash` from now on."""
        self._crashed.set()
        self.resume()

    @property
    def crashed(self) -> bool:
        """True if the process has crashed."""
        return self._crashed.is_set()

    async def wait_for_crash(self) -> None:
        """Return when the process has crashed."""
        await self._crashed.wait()

    @contextmanager
    def cancellable(self) -> Generator[anyio.CancelScope]:
        """Open a scope that may be cancelled at any call inside of it."""
        with anyio.CancelScope() as scope:
            self._scopes.append(scope)
            try:
                yield scope
            finally:
                self._scopes.remove(scope)

    # The port

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        items = await self.batch_get(table, [key], consistent=consistent)
        return items.get(key)

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        """Return the items. Each part of the keys is read at another moment."""
        keys = tuple(keys)

        async def read() -> dict[Key, Item]:
            found: dict[Key, Item] = {}
            for part in self._parts(keys):
                found |= await self._tables.batch_get(table, part, consistent=consistent)
            if consistent or not self._happens(self.faults.delayed_read):
                return found
            return self._delayed.patch_items(table, keys, found, self._environment.elapsed())

        return await self._call(f"get {len(keys)} {table.value}", read, partial=len(keys) > 1)

    async def query(self, query: Query) -> TablePage:
        async def read() -> TablePage:
            page = await self._tables.query(query)
            if not query.consistent and self._happens(self.faults.delayed_read):
                page = self._delayed.patch_page(query, page, self._environment.elapsed())
            return self._end_early(query, page)

        return await self._call(f"query {query.table.value} {query.pk}", read)

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        return pick_values(await self.query(query), names)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        return await self._call(f"put {table.value} {item.key}", lambda: self._put(table, item, when))

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        """Send the puts in random order, in parts. A fault may fall between two of them."""
        check_different_keys(puts)

        async def write() -> Sequence[bool]:
            written: dict[Key, bool] = {}
            stop = self._dice.randrange(len(puts)) if len(puts) > 1 and self._happens(self.faults.partial) else None
            for number, put in enumerate(self._dice.sample(list(puts), len(puts))):
                if number == stop:
                    raise StoreUnavailable(f"{stop} of {len(puts)} puts were processed, the others were throttled")
                check()
                written[put.item.key] = await self._put(table, put.item, put.when) is None
            return [written[put.item.key] for put in puts]

        keys = ", ".join(str(put.item.key) for put in puts[:3])
        return await self._call(f"put {len(puts)} {table.value} {keys}", write)

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        async def remove() -> Blocked | None:
            before = await self._tables.get(table, key)
            blocked = await self._tables.delete(table, key, when)
            if blocked is None:
                self._hide(table, key, before)
            return blocked

        return await self._call(f"delete {table.value} {key}", remove)

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        return await self._call(f"scan {table.value}", lambda: self._tables.scan(table, after=after, limit=limit))

    def change_hints(self) -> ChangeHints:
        """Return the engine's hints, with faults."""
        return FaultyHints(self._tables.change_hints(), self.faults, self._dice, self._environment)

    async def create(self) -> None:
        await self._call("create", self._tables.create)

    async def check(self) -> None:
        await self._call("check", self._tables.check)

    async def find_damage(self) -> Sequence[str]:
        return await self._call("find_damage", self._tables.find_damage)

    # Faults

    async def _call(self, name: str, work: Callable[[], Awaitable[T]], *, partial: bool = False) -> T:
        await self._wait(name)
        self._fail(name, "lost request", self.faults.lost_request)
        self._fail(name, "throttled", self.faults.throttled)
        self._fail(name, "conflict", self.faults.conflict)
        result = await work()
        if self._happens(self.faults.crash):
            self._end(f"crashed after {name}")
        await self._wait(name)
        self._fail(name, "lost reply", self.faults.lost_reply)
        if partial:
            self._fail(name, "unprocessed keys", self.faults.partial)
        return result

    async def _wait(self, name: str) -> None:
        """Let the time pass that a call takes. Here a process is paused, is cancelled, or crashes."""
        self._check_alive()
        if self._happens(self.faults.crash):
            self._end(f"crashed before {name}")
        if self._scopes and self._happens(self.faults.cancel):
            self._note(f"cancelled in {name}")
            self._dice.choice(self._scopes).cancel()
            await checkpoint()
        if self._happens(self.faults.pause):
            seconds = self._dice.random() * self.faults.pause_seconds
            self._note(f"stands still for {seconds:.1f} s in {name}")
            self._paused_until = max(self._paused_until, self._environment.elapsed() + seconds)
        slow = self._happens(self.faults.slow)
        await self._sleep(self._dice.random() * (self.faults.slow_seconds if slow else self.faults.fast_seconds))
        while self._resumed is not None or self._environment.elapsed() < self._paused_until:
            if self._resumed is not None:
                await self._resumed.wait()
            await self._sleep(self._paused_until - self._environment.elapsed())
        self._check_alive()

    async def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            await self._environment.sleep(seconds)

    def _check_alive(self) -> None:
        if self.crashed:
            raise Crash("this process has crashed")

    def _end(self, why: str) -> None:
        self._note(why)
        self.crash()
        raise Crash(why)

    def _fail(self, name: str, fault: str, rate: float) -> None:
        if self._happens(rate):
            self._note(f"{fault}: {name}")
            raise StoreUnavailable(f"{fault}: {name}")

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self._dice.random() < rate

    def _parts(self, keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
        """Yield the keys in parts and in random order: the store promises no moment at which all of them are read."""
        if not self.faults.partial:
            yield keys
            return
        mixed, size = self._dice.sample(list(keys), len(keys)), self._dice.choice((1, 2, 100))
        for start in range(0, len(keys), size):
            yield mixed[start : start + size]

    def _end_early(self, query: Query, page: TablePage) -> TablePage:
        """Return the page, or the beginning of it, with the place where the next page begins."""
        if query.after is not None and page.items and self._happens(self.faults.empty_page):
            return TablePage((), query.after)
        if len(page.items) > 1 and self._happens(self.faults.early_end):
            items = page.items[: self._dice.randrange(1, len(page.items))]
            return TablePage(items, row_of(items[-1], query.index))
        return page

    async def _put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        before = await self._tables.get(table, item.key) if self.faults.delayed_read else None
        blocked = await self._tables.put(table, item, when)
        if blocked is None:
            self._hide(table, item.key, before)
        return blocked

    def _hide(self, table: Table, key: Key, before: Item | None) -> None:
        if self.faults.delayed_read:
            until = self._environment.elapsed() + self._dice.random() * self.faults.delay_seconds
            self._delayed.hide(table, key, before, until)
