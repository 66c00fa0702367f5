"""A run of the mixed workload on DynamoDB Local, with the capacity units that DynamoDB Local reports for it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from support.architect.mixed import OWNER, MixedWorkload
from support.architect.recorded import record
from support.wire import send_single_puts

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.layout.catalog import find_item_type
from ascend.adapters.layout.items import COMMIT
from ascend.architect.cost.footprints import ItemPlace, is_shared
from ascend.architect.cost.item_names import TYPES
from ascend.architect.cost.profiler import LATER, visit_after_commit
from ascend.architect.cost.sizes import Sizes
from ascend.architect.cost.typical_workspace import SentCommand
from ascend.testing import FakeEnvironment

BATCH = 5
LIVES = 5
SIZES = Sizes.model_validate({"workspace": {"people": 6}, "thing": {"level": 3, "below": 2}, "comment": {"text": 250}})


@dataclass
class ReportedUnits:
    """The units that DynamoDB Local reported."""

    commands: Counter[str] = field(default_factory=Counter[str])
    """Number of commands sent, by name."""
    writes: dict[str, Counter[ItemPlace]] = field(default_factory=dict[str, Counter[ItemPlace]])
    """Write units of each command, by item type and place."""
    shared_writes: Counter[ItemPlace] = field(default_factory=Counter[ItemPlace])
    """Write units that a batch spends once."""
    cold_reads: Counter[str] = field(default_factory=Counter[str])
    """Read units of senders with an empty workspace cache, by command."""
    worker_reads: float = 0.0

    def sum_writes(self) -> Counter[ItemPlace]:
        total = Counter(self.shared_writes)
        for units in self.writes.values():
            total.update(units)
        return total


class MixedRun:
    """One run. The units of an item belong to the command whose position the item carries."""

    def __init__(self, store: ascend.Store, environment: FakeEnvironment) -> None:
        assert isinstance(store.tables, DynamoTables)
        send_single_puts(store.tables)
        self.store, self.environment, self.recorder = store, environment, record(store.tables)
        self.home = ascend.WorkspaceId(environment.new_id())
        self.command_at: dict[int, str] = {}
        self.reported = ReportedUnits()

    async def run(self) -> ReportedUnits:
        workload = MixedWorkload(SIZES, self.environment, LIVES)
        await self.store.worker.run_once()
        for command in workload.set_up():
            await self.store.execute(self.home, command, actor=OWNER)
        await self.store.worker.run_once()
        self.environment.advance(seconds=LATER)
        self.recorder.clear()
        for batch in split_into_batches(workload.commands()):
            await self.send(batch)
        self.assign_puts()
        return self.reported

    async def send(self, batch: list[SentCommand]) -> None:
        for command, actor in batch:
            name, self.recorder.reads = type(command).__name__, 0.0
            receipt = await ascend.Store(self.store.tables, self.environment).execute(self.home, command, actor=actor)
            self.command_at[receipt.position] = name
            self.reported.commands[name] += 1
            self.reported.cold_reads[name] += self.recorder.reads  # type: ignore[assignment]
        self.recorder.reads = 0.0
        await visit_after_commit(self.store, self.home)
        self.reported.worker_reads += self.recorder.reads
        self.environment.advance(seconds=LATER)

    def assign_puts(self) -> None:
        """Add the units of each recorded put to its command, or to what batches share."""
        for put in self.recorder.puts:
            name = find_item_type(put.table, put.item, TYPES).name
            if is_shared(name):
                totals = self.reported.shared_writes
            else:
                position = put.item.key.sk if name == COMMIT.name else put.item.attributes.get("position")
                command = self.command_at[int(str(position))]
                totals = self.reported.writes.setdefault(command, Counter())
            totals.update({(name, place): int(units) for place, units in put.units.items()})


def split_into_batches(commands: Iterable[SentCommand]) -> Iterator[list[SentCommand]]:
    remaining = iter(commands)
    while batch := list(islice(remaining, BATCH)):
        yield batch
