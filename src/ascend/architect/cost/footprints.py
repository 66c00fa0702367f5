"""What each command writes and reads, found by doing it: on a store in memory whose tables count.

    stage ─▶ for each deed: a fresh process sends it (cold) ─▶ a worker passes ─▶ puts and reads, by item type and place

So a formula cannot drift from the code: what a projection writes, and how large it is, is what it wrote here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from ascend import Store
from ascend.adapters.layout.catalog import item_types, type_of
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.items import COMMIT, EPOCHS, INSTALLED_POLICIES, POLICY_POSITION, RECORD, REGISTRY_ENTRY
from ascend.adapters.layout.template import FIELD, parser
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Item, Key, Table
from ascend.architect.cost.metered_tables import Meter, Put, Read
from ascend.architect.cost.typical_workspace import OWNER, Deed, Deeds
from ascend.architect.cost.units import size
from ascend.architect.cost.workload import Sizes
from ascend.architect.sample import QuietEnvironment
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.domain.runtime.request import Request
from ascend.projections.workers.worker import BATCHES

TYPES = item_types()
ONCE_A_BATCH = frozenset(
    one.name for one in (COMMIT, RECORD, POLICY_POSITION, REGISTRY_ENTRY, EPOCHS, INSTALLED_POLICIES)
)
"""What a worker reads and moves once for all commands of a batch."""

COMPLETES = frozenset({"AssignTask", "ScheduleTask", "PrioritiseTask"})
"""They give a Task what a typical one has."""

SPREAD = 0.1
"""Sizes are averages: an item is up to so much smaller or larger than the one that is made here."""
MOVES = 2
"""Of the record in a batch: *rendered*, then *folded*. In a fan-out, its cursor moves as well."""

Where = tuple[str, str]
"""An item type by name, and a place: `events`, `views`, `gsi1`, `gsi2`."""
Units = partial(defaultdict[Where, float], float)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Of one command."""

    writes: Mapping[Where, float]
    """Units of its commit, and of the items that are its own."""
    shared: Mapping[Where, float]
    """Units that all commands of a batch share: the moves of the record and of the policies' positions."""
    bytes: Mapping[Where, float]
    """How much more is stored afterwards."""
    cold: float
    """Read units of a process that does not know the workspace; of one that does: none."""
    reads: Mapping[str, float]
    """Read units of the worker, by item type: its own."""
    batch: Mapping[str, float]
    """Read units of the worker that all commands of a batch share."""
    alone: bool
    """It changes a whole subtree, and so has a batch of its own."""

    def share(self, kind: str, batch: float) -> float:
        """Of what is read or moved once for a batch of so many commands."""
        return 1 if self.alone and kind in {RECORD.name, COMMIT.name} else 1 / batch


@dataclass(frozen=True, slots=True)
class Lived:
    """What a typical workspace came to."""

    footprints: Mapping[str, Footprint]
    """By name of the command."""
    sizes: Mapping[str, int]
    """Bytes of an item, by its type."""
    idle: Mapping[str, float]
    """Read units of a worker's look at one workspace in which nothing happened (the registry's: for all of them)."""


@dataclass
class Life:
    sizes: Sizes
    meter: Meter = field(default_factory=lambda: Meter(MemoryTables(), SPREAD))
    environment: QuietEnvironment = field(default_factory=QuietEnvironment)
    footprints: dict[str, Footprint] = field(default_factory=dict[str, Footprint])
    bytes: dict[str, int] = field(default_factory=dict[str, int])

    async def run(self) -> Lived:
        home, deeds = WorkspaceId(self.environment.new_id()), Deeds(self.sizes, self.environment.new_id)
        with_policies, without = Store(self.meter, self.environment), Store(self.meter, self.environment, policies=())
        await with_policies.worker.run_once()  # the policies are installed from here on
        await self.do(with_policies, home, (deeds.created(), OWNER), {})
        for command in deeds.before():
            await with_policies.execute(home, command, actor=OWNER)
        await with_policies.worker.run_once()
        idle = await self.look(with_policies)
        for deed in deeds.deeds():
            await self.do(with_policies, home, deed, idle)
        bare = await self.look(without)
        for deed in deeds.reactions():
            await self.do(without, home, deed, bare)
        return Lived(self.footprints, self.bytes, idle)

    async def look(self, store: Store) -> dict[str, float]:
        """Read units by item type of a look at all workspaces; puts stay on the meter."""
        self.meter.clear()
        await store.worker.run_once(most=BATCHES)
        return read_by_type(self.meter.reads)

    async def do(self, store: Store, home: WorkspaceId, deed: Deed, idle: Mapping[str, float]) -> None:
        """Counts a command where it is the first of its type."""
        command, actor = deed
        self.meter.clear()
        request = Request(workspace=home, command=command, actor=actor, command_id=CommandId(self.environment.new_id()))
        receipt = await Store(self.meter, self.environment).commands.execute(request)
        if not receipt.events:
            raise AssertionError(f"{command!r} changes nothing")
        cold, appended = sum(read.units for read in self.meter.reads), list(self.meter.puts)
        reads = await self.look(store)
        puts = [*appended, *self.meter.puts]
        more = {name: reads.get(name, 0) - idle.get(name, 0) for name in reads}
        self.count(type(command).__name__, puts, footprint(puts, more, cold))

    def count(self, command: str, puts: Iterable[Put], one: Footprint) -> None:
        """The first of its type; what it wrote is as large as such an item is."""
        if self.footprints.setdefault(command, one) is not one:
            return
        for put in puts:
            name = name_of(put)
            if is_whole(put.item) and (name not in self.bytes or command in COMPLETES):
                self.bytes[name] = max(self.bytes.get(name, 0), size(put.table, put.item))


def footprint(puts: Iterable[Put], reads: Mapping[str, float], cold: float) -> Footprint:
    writes, shared, bytes = Units(), Units(), Units()
    for put in puts:
        name = name_of(put)
        own = name == COMMIT.name or name not in ONCE_A_BATCH
        for place, units in put.units.items():
            (writes if own else shared)[name, place] += units
        for place, more in put.bytes.items():
            bytes[name, place] += more
    return Footprint(
        writes=writes,
        shared=shared,
        bytes=bytes,
        cold=cold,
        reads={name: units for name, units in reads.items() if name not in ONCE_A_BATCH},
        batch={name: units for name, units in reads.items() if name in ONCE_A_BATCH},
        alone=shared[RECORD.name, Table.VIEWS.value] > MOVES,
    )


def is_whole(item: Item) -> bool:
    """No tombstone of a read item."""
    return "workspace" not in item.attributes or "data" in item.attributes


def name_of(put: Put) -> str:
    return type_of(put.table, put.item, TYPES).name


def read_by_type(reads: Iterable[Read]) -> dict[str, float]:
    """Of what was asked for together, each key has the same share."""
    found = defaultdict[str, float](float)
    for read in reads:
        for key in read.keys:
            found[name_of_key(read.table, key)] += read.units / len(read.keys)
    return dict(found)


@lru_cache(maxsize=4_096)
def name_of_key(table: Table, key: Key) -> str:
    """Of a partition alone: the type that fits most closely."""
    found = (one for one in TYPES if one.table is table and lies(one, key))
    return max(found, key=lambda one: len(FIELD.sub("", one.key.pk))).name


def lies(one: ItemType, key: Key) -> bool:
    if key.sk:
        return one.key.matches(key)
    templates = (template for template in (one.key, one.gsi1, one.gsi2) if template is not None)
    return any(parser(template.pk).fullmatch(key.pk) for template in templates)
