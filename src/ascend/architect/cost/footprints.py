"""The footprint of each command: the capacity units and the bytes that its commit and its projection use."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ascend.adapters.layout.generation_items import EPOCHS, RECORD
from ascend.adapters.layout.items import APPLIED_COMMAND, COMMAND_PACK, COMMIT, REGISTRY_ENTRY
from ascend.adapters.layout.policy_items import INSTALLED_POLICIES, POLICY_POSITION
from ascend.adapters.table.item import Table
from ascend.architect.cost.item_names import find_type_name
from ascend.architect.cost.metered_tables import MeteredPut
from ascend.architect.cost.packs import share_of_record

ONCE_A_BATCH = frozenset(
    item_type.name for item_type in (COMMIT, RECORD, POLICY_POSITION, REGISTRY_ENTRY, EPOCHS, INSTALLED_POLICIES)
)
"""Item types that a worker reads and writes once for all commands of a batch."""
COMMAND_RECORDS = frozenset({APPLIED_COMMAND.name, COMMAND_PACK.name})
"""Item types of command records: those of a batch share packs."""
RECORD_WRITES = 2
"""Writes of the generation record in a batch: *rendered*, then *folded*. A fan-out writes its cursor in addition."""

ItemPlace = tuple[str, str]
"""An item type, by name, and a place: `events`, `views`, `gsi1`, `gsi2`."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """The capacity units and the bytes of one command."""

    writes: Mapping[ItemPlace, float]
    """Write units of the commit, and of the items that only this command writes."""
    shared_writes: Mapping[ItemPlace, float]
    """Write units that all commands of a batch share: the generation record, command records, positions of policies."""
    bytes: Mapping[ItemPlace, float]
    """Growth of the stored bytes."""
    cold_reads: float
    """Read units of a sender with an empty workspace cache. A sender with a warm cache reads nothing."""
    reads: Mapping[str, float]
    """Read units of the worker for this command alone, by item type."""
    shared_reads: Mapping[str, float]
    """Read units of the worker that all commands of a batch share, by item type."""
    is_fan_out: bool
    """True for a command that changes a whole subtree and so has a batch of its own."""
    is_packed: bool
    """True if the command's record shares a pack with those of its batch: its id holds a time. Ids of policies do not."""

    def compute_share(self, item_type: str, batch: float) -> float:
        """Return the command's share of what a batch of so many commands reads or writes once."""
        if self.is_fan_out and item_type in {RECORD.name, COMMIT.name, APPLIED_COMMAND.name}:
            return 1
        if item_type == APPLIED_COMMAND.name:
            return share_of_record(batch) if self.is_packed else 1
        return 1 / batch


@dataclass(frozen=True, slots=True)
class CostProfile:
    """The footprints of all commands and the sizes of all items, measured in one typical workspace."""

    footprints: Mapping[str, Footprint]
    """By name of the command."""
    item_bytes: Mapping[str, int]
    """Bytes of an item, by its type."""
    check_reads: Mapping[str, float]
    """Read units of one check of a workspace by the sweep of a follower, by item type."""


def build_footprint(puts: Iterable[MeteredPut], reads: Mapping[str, float], cold_reads: float) -> Footprint:
    """Build the footprint from the puts of a command and its projection, and from the worker's reads by item type."""
    writes, shared_writes, bytes = (defaultdict[ItemPlace, float](float) for _ in range(3))
    is_packed = True
    for put in puts:
        name = find_type_name(put)
        units_of = shared_writes if is_shared(name) else writes
        is_packed = is_packed and (name != APPLIED_COMMAND.name or put.item.expires is not None)
        for place, units in put.units.items():
            units_of[name, place] += units
        for place, growth in put.bytes.items():
            bytes[name, place] += growth
    return Footprint(
        writes=writes,
        shared_writes=shared_writes,
        bytes=bytes,
        cold_reads=cold_reads,
        reads={name: units for name, units in reads.items() if name not in ONCE_A_BATCH},
        shared_reads={name: units for name, units in reads.items() if name in ONCE_A_BATCH},
        is_fan_out=shared_writes[RECORD.name, Table.VIEWS.value] > RECORD_WRITES,
        is_packed=is_packed,
    )


def is_shared(item_type: str) -> bool:
    """Return True if the commands of a batch share the writes of such items."""
    return item_type in COMMAND_RECORDS or (item_type in ONCE_A_BATCH and item_type != COMMIT.name)
