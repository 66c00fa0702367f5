"""The requests of a workload with their items, as plain data: what the second opinion on its cost computes from.

The rates are those of the workload, and the requests are those that Ascend sent for each command; units and prices are not in
it. A weight below 1 is the share of a request that serves several commands of a batch.
"""

from base64 import b64encode
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from ascend import Store
from ascend.adapters.layout.items import APPLIED_COMMAND, COMMAND_RECORD_TTL, COMMIT, REGISTRY_ENTRY
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.leases import to_lease_item, to_worker_item
from ascend.adapters.table.conditions import Blocked
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Query, TablePage
from ascend.adapters.table.typed import to_typed
from ascend.architect.cost.footprints import COMMAND_RECORDS, ONCE_A_BATCH, CostProfile
from ascend.architect.cost.idle import SAMPLE_HEARTBEAT, SAMPLE_LEASE, count_idle_requests
from ascend.architect.cost.item_names import find_type_name, find_type_of_key
from ascend.architect.cost.joins import count_joined_items, count_own_items
from ascend.architect.cost.metered_tables import MeteredPut, MeteredTables
from ascend.architect.cost.profiler import SPREAD, CostProfiler
from ascend.architect.cost.sizes import Sizes
from ascend.architect.cost.storage import PER_COMMIT, STORED_BY
from ascend.architect.cost.stream import count_shards
from ascend.architect.cost.typical_workspace import SentCommand
from ascend.architect.cost.workload import SECONDS_A_DAY, Workload
from ascend.domain.ids import WorkspaceId
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind

Json = dict[str, Any]


@dataclass(frozen=True)
class RecordedRead:
    table: Table
    keys: tuple[Key, ...]
    request: Json
    """The kind, the sizes and the consistency."""


@dataclass(frozen=True)
class RecordedPut:
    name: str
    """The item type."""
    put: Json
    """The table, and the items before and after."""


@dataclass
class RecordingTables(MeteredTables):
    """Tables that keep each request with its items. `clear` begins a new phase; `phase` is the one before."""

    own_reads: list[RecordedRead] = field(default_factory=list[RecordedRead])
    own_puts: list[RecordedPut] = field(default_factory=list[RecordedPut])
    phase: tuple[list[RecordedRead], list[RecordedPut]] = field(default_factory=lambda: ([], []))

    def clear(self) -> None:
        self.phase = self.own_reads, self.own_puts
        self.own_reads, self.own_puts = [], []
        super().clear()

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        item = await super().get(table, key, consistent=consistent)
        self.record(table, (key,), get_of([size_of(table, item)], consistent=consistent))
        return item

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        items = await super().batch_get(table, keys, consistent=consistent)
        unique = tuple(dict.fromkeys(keys))
        sizes = [size_of(table, items.get(key)) for key in unique]
        self.record(table, unique, get_of(sizes, consistent=consistent))
        return items

    async def query(self, query: Query) -> TablePage:
        page = await super().query(query)
        bytes = sum(size_of(query.table, item) for item in page.items)
        self.record(query.table, (Key(query.pk, ""),), query_of(bytes, consistent=query.consistent))
        return page

    async def _put(self, table: Table, put: Put, *, as_statement: bool) -> Blocked | None:
        item, before = put.item, await self.tables.get(table, put.item.key)
        blocked = await super()._put(table, put, as_statement=as_statement)
        assert blocked is None, "no write of the typical workspace is blocked"
        recorded = {"table": table.value, "before": to_json_item(table, before), "after": to_json_item(table, item)}
        self.own_puts.append(RecordedPut(find_type_name(MeteredPut(table, item, {}, {})), recorded))
        return blocked

    def record(self, table: Table, keys: tuple[Key, ...], request: Json) -> None:
        self.own_reads.append(RecordedRead(table, keys, request))


def to_json_item(table: Table, item: Item | None) -> Json | None:
    """Return the item as the service's JSON has it: bytes in Base64."""
    if item is None:
        return None
    typed = to_typed(table, item)[0]
    return {
        name: {"B": b64encode(value["B"]).decode()} if isinstance(value.get("B"), bytes) else value
        for name, value in typed.items()
    }


def size_of(table: Table, item: Item | None) -> int:
    return 0 if item is None else to_typed(table, item)[1]


def get_of(sizes: list[int], *, consistent: bool) -> Json:
    return {"kind": "get", "sizes": sizes, "consistent": consistent}


def query_of(bytes: float, *, consistent: bool, kind: str = "query") -> Json:
    return {"kind": kind, "bytes": bytes, "consistent": consistent}


@dataclass
class CommandUsage:
    """The requests of one command."""

    puts: list[RecordedPut]
    cold_reads: list[RecordedRead]
    worker_reads: list[RecordedRead]


class UsageRecorder(CostProfiler):
    """Runs each command once, as the profiler does, and keeps its requests."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__(sizes, RecordingTables(MemoryTables(), SPREAD))
        self.commands: dict[str, CommandUsage] = {}
        self.check_reads: list[RecordedRead] = []
        """The reads of the sweep for one workspace."""

    @property
    def recording(self) -> RecordingTables:
        assert isinstance(self.tables, RecordingTables)
        return self.tables

    async def check(self, store: Store, home: WorkspaceId) -> dict[str, float]:
        units = await super().check(store, home)
        self.check_reads = list(self.recording.own_reads)
        return units

    async def measure(self, store: Store, home: WorkspaceId, sent: SentCommand) -> None:
        await super().measure(store, home, sent)
        cold_reads, appended = self.recording.phase
        worker_reads, written = self.recording.own_reads, self.recording.own_puts
        usage = CommandUsage([*appended, *written], list(cold_reads), list(worker_reads))
        self.commands.setdefault(type(sent[0]).__name__, usage)


async def record_usage(workload: Workload) -> tuple[CostProfile, Json]:
    """Return the measured profile, and the usage of the workload."""
    recorder = UsageRecorder(workload.sizes)
    profile = await recorder.run()
    return profile, UsageOf(workload, recorder, profile).describe()


@dataclass
class UsageOf:
    workload: Workload
    recorder: UsageRecorder
    profile: CostProfile

    def describe(self) -> Json:
        workload = self.workload
        return {
            "region": workload.region,
            "free_storage": workload.free_storage,
            "stream_reads": workload.stream_reads + self.count_stream_reads(),
            "kept": workload.backups.kept,
            "exports": workload.backups.exports,
            "restores": workload.backups.restores,
            "insights": {"events": workload.insights.events.value, "views": workload.insights.views.value},
            "alarm_metrics": 16 if workload.alarms else 0,
            "scaling": workload.scaling.model_dump(),
            "puts": list(self.list_puts()),
            "reads": [*self.list_command_reads(), *self.list_page_reads()],
            "idle_reads": list(self.list_idle_reads()),
            "heartbeats": list(self.list_heartbeats()),
            "stored": list(self.list_stored()),
        }

    def find_rates(self, name: str) -> tuple[float, float]:
        """Return a command's rate a day, and in the busiest second."""
        a_day = self.workload.commands_a_day[name]
        return a_day, self.workload.peak_commands.get(name, a_day * self.workload.peak / SECONDS_A_DAY)

    def find_share(self, name: str, item_type: str) -> float:
        """Return the share of a request that the command causes."""
        if item_type not in ONCE_A_BATCH | COMMAND_RECORDS:
            return 1
        return self.profile.footprints[name].compute_share(item_type, self.workload.commands_of_a_batch)

    def list_puts(self) -> Iterator[Json]:
        for name in self.workload.commands_a_day:
            a_day, peak = self.find_rates(name)
            for each in self.recorder.commands[name].puts:
                share = 1 if each.name == COMMIT.name else self.find_share(name, each.name)
                yield each.put | {"spread": SPREAD, "a_day": share * a_day, "peak": share * peak}

    def list_command_reads(self) -> Iterator[Json]:
        for name in self.workload.commands_a_day:
            a_day, peak = self.find_rates(name)
            usage = self.recorder.commands[name]
            weighted = [(read, self.workload.cold, "views") for read in usage.cold_reads]
            weighted += [(read, self.find_read_share(name, read), read.table.value) for read in usage.worker_reads]
            for read, weight, place in weighted:
                yield read.request | {"place": place, "a_day": weight * a_day, "peak": weight * peak}
            further = 1 - self.find_share(name, COMMIT.name)
            bytes = sum(size_of_typed(each.put["after"]) for each in usage.puts if each.name == COMMIT.name)
            for consistent in (True, False):  # the policies read the log as well, and the projections eventually
                page = query_of(bytes, consistent=consistent, kind="rest of a page")
                yield page | {"place": "events", "a_day": further * a_day, "peak": further * peak}

    def find_read_share(self, name: str, read: RecordedRead) -> float:
        shares = [self.find_share(name, find_type_of_key(read.table, key)) for key in read.keys]
        return sum(shares) / len(shares)

    def list_page_reads(self) -> Iterator[Json]:
        for pattern in LIFE_OS.catalog.patterns:
            a_day = self.workload.reads_a_day[pattern.query]
            peak = self.workload.peak_reads.get(pattern.query, a_day * self.workload.peak / SECONDS_A_DAY)
            for place, request in self.list_requests(pattern):
                yield request | {"place": place, "a_day": a_day, "peak": peak}

    def list_requests(self, pattern: Pattern[Any]) -> Iterator[tuple[str, Json]]:
        """Yield the requests of one page with the place that they read."""
        lines, sizes = self.workload.count_lines(pattern), self.profile.item_bytes
        own = sizes.get(pattern.item.__name__, pattern.load.bytes)
        if pattern.kind is RequestKind.LOG:
            yield "events", query_of(lines * self.average_commit(), consistent=True)
        elif pattern.kind is RequestKind.GET:
            yield "views", get_of([own] * count_own_items(pattern, lines), consistent=True)
        else:
            place = f"gsi{pattern.index}" if pattern.index else "views"
            yield place, query_of(count_own_items(pattern, lines) * own, consistent=pattern.index is None)
        home = self.workload.sizes.workspace.model_copy(update={"of_a_user": self.workload.memberships_of_a_user})
        for item_type, count in count_joined_items(
            pattern, lines, self.workload.sizes.model_copy(update={"workspace": home})
        ):
            yield "views", get_of([sizes[item_type]] * count, consistent=True)

    def average_commit(self) -> float:
        rates = self.workload.commands_a_day
        total = 0.0
        for name, rate in rates.items():
            puts = self.recorder.commands[name].puts
            total += rate * sum(size_of_typed(each.put["after"]) for each in puts if each.name == COMMIT.name)
        return total / sum(rates.values())

    def list_idle_reads(self) -> Iterator[Json]:
        """Yield the reads of workers when nothing happens. The rates are those that real followers are held to."""
        worker = self.workload.worker
        rates = count_idle_requests(worker.processes, self.workload.workspaces, worker.pause)
        for read in self.recorder.check_reads:
            yield read.request | {"place": read.table.value, "a_day": rates.checks * SECONDS_A_DAY}
        entries = self.workload.workspaces / 8 * self.profile.item_bytes[REGISTRY_ENTRY.name]
        yield query_of(entries, consistent=False) | {"place": "events", "a_day": rates.turns * SECONDS_A_DAY}
        yield get_of([0], consistent=True) | {"place": "views", "a_day": rates.epochs * SECONDS_A_DAY}
        leases = [SAMPLE_LEASE] * (8 + count_shards(self.workload, self.profile))
        bytes = sum(size_of(Table.VIEWS, to_lease_item(lease)) for lease in leases)
        bytes += worker.processes * size_of(Table.VIEWS, to_worker_item(SAMPLE_HEARTBEAT))
        yield query_of(bytes, consistent=True) | {"place": "views", "a_day": rates.beats * SECONDS_A_DAY}

    def list_heartbeats(self) -> Iterator[Json]:
        beat = to_json_item(Table.VIEWS, to_worker_item(SAMPLE_HEARTBEAT))
        yield {
            "table": "views",
            "before": beat,
            "after": beat,
            "spread": 0,
            "a_day": self.workload.worker.processes * 43_200,
        }

    def count_stream_reads(self) -> float:
        """Return the requests of workers in a day: two a second and shard, and 20 more after each commit and position."""
        records = 0.0
        for put in self.list_puts():
            records += put["a_day"] * (put["table"] == "events") * ceil_kilobytes(put["after"])
        shards = count_shards(self.workload, self.profile)
        return 2 * shards * SECONDS_A_DAY + min(20 * records, 2 * shards * SECONDS_A_DAY)

    def list_stored(self) -> Iterator[Json]:
        workload, rates = self.workload, self.workload.commands_a_day
        entity = {*PER_COMMIT, *ONCE_A_BATCH, APPLIED_COMMAND.name}
        for kind, names in STORED_BY.items():
            for name in names:
                yield from self.list_growth(name, getattr(workload.stored, kind), leave_out=entity)
        yield from self.list_growth("AddMember", workload.sizes.workspace.people, leave_out=entity)
        a_day = sum(rates.values()) / workload.workspaces
        commits = workload.stored.commits
        for name, rate in rates.items():
            part = rate / sum(rates.values())
            yield from self.list_growth(name, part * commits, keep=PER_COMMIT)
            records = min(commits, a_day * COMMAND_RECORD_TTL.days)
            yield from self.list_growth(name, part * records, keep={APPLIED_COMMAND.name})

    def list_growth(
        self, name: str, times: float, *, keep: Collection[str] | None = None, leave_out: Collection[str] = ()
    ) -> Iterator[Json]:
        for each in self.recorder.commands[name].puts:
            if each.name not in leave_out and (keep is None or each.name in keep):
                yield each.put | {"times": times * self.workload.workspaces}


def size_of_typed(item: Json) -> int:
    """Return the size of a typed item of texts and numbers, as the second opinion computes it."""
    from recompute_bill import item_size  # noqa: PLC0415  only for pages of the log

    return item_size(item)


def ceil_kilobytes(item: Json) -> int:
    return -(-size_of_typed(item) // 1_024)
