"""The requests of followers when nothing happens, each second, as functions of the workers, workspaces and shards.

sweep      the registry shard by shard, and checks of its workspaces: no oftener than the period, no faster than the pace
leases     a heartbeat and a look at all leases, of each worker
stream     reads of each shard, by the one worker that holds its lease; more of them for a while after a record

A test runs real followers in virtual time and compares (`tests/architect/cost/test_idle_follower.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from ascend.adapters.layout.generation_items import RECORD
from ascend.adapters.layout.items import COMMIT, REGISTRY_ENTRY
from ascend.adapters.layout.keys import SHARDS
from ascend.adapters.layout.policy_items import POLICY_POSITION
from ascend.adapters.store.leases import to_lease_item, to_worker_item
from ascend.adapters.table.item import Table
from ascend.architect.cost.capacity import MONTH
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.stream import count_shards
from ascend.architect.cost.units import MISSING, count_query_units, count_write_units, measure_item
from ascend.architect.cost.workload import Workload
from ascend.projections.generation_state import LEASE
from ascend.projections.workers.checks import AT_ONCE
from ascend.projections.workers.follower import PER_SECOND, PERIOD
from ascend.projections.workers.lease_keeper import BEAT
from ascend.projections.workers.lease_records import Heartbeat, Lease

WORKER_ID = "0" * 36
SAMPLE_LEASE = Lease("sweep-0123456789ab#shardId-00000001414562045508-2bac9cd2", WORKER_ID, 1_000)
SAMPLE_HEARTBEAT = Heartbeat(WORKER_ID, 1_000_000, frozenset({"hints-0123456789ab", "sweep-0123456789ab"}), ())


@dataclass(frozen=True, slots=True)
class IdleRequests:
    """The requests that all workers together send in a second when nothing happens."""

    checks: float
    """Workspaces that the sweep checks: one Query each, and a hundredth of two BatchGets."""
    turns: float
    """Registry shards whose workspaces are listed for the sweep: at least one Query each."""
    epochs: float
    """Reads of the epochs."""
    beats: float
    """Heartbeats: one put, and one Query of all leases, each."""


@dataclass(frozen=True, slots=True)
class IdleUnits:
    """The units of idle workers, of a month."""

    reads: dict[str, float]
    """Read units by place."""
    writes: dict[str, float]
    """Write units by place."""


def count_idle_requests(workers: int, workspaces: int, pause: float) -> IdleRequests:
    """Count the requests of a second. The workers share the registry shards evenly; each keeps the pace for its own ones."""
    sweeps = [count_sweep_requests(shards, workspaces / SHARDS, max(PERIOD, pause)) for shards in share_out(workers)]
    return IdleRequests(
        checks=sum(sweep.checks for sweep in sweeps),
        turns=sum(sweep.turns for sweep in sweeps),
        epochs=sum(sweep.epochs for sweep in sweeps),
        beats=workers / BEAT,
    )


def share_out(workers: int) -> Iterator[int]:
    """Yield the number of registry shards of each worker that sweeps."""
    for number in range(min(workers, SHARDS)):
        yield (SHARDS - number - 1) // workers + 1


def count_sweep_requests(shards: int, workspaces: float, period: float) -> IdleRequests:
    """Count the requests of one worker that sweeps so many shards, with so many workspaces each.

    One round through its shards takes as long as the pace says, and at least the period. While a round is under way, the
    epochs are read as soon as they are stale.
    """
    busy = shards * workspaces / PER_SECOND
    cycle = max(period, busy)
    chunks = shards * min(workspaces, ceil(workspaces / AT_ONCE))  # a shard may have no workspace at all
    epochs = min(chunks, 1 + busy / LEASE)
    return IdleRequests(
        checks=shards * workspaces / cycle,
        turns=shards / cycle,
        epochs=min(epochs / cycle, 1 / LEASE),
        beats=0,
    )


def sum_idle_units(workload: Workload, profile: CostProfile) -> IdleUnits:
    """Return the units of a month that workers spend when nothing happens."""
    worker = workload.worker
    requests = count_idle_requests(worker.processes, workload.workspaces, worker.pause)
    entries = workload.workspaces / SHARDS * profile.item_bytes[REGISTRY_ENTRY.name]
    check = profile.check_reads
    events = requests.checks * (check.get(COMMIT.name, 0) + check.get(POLICY_POSITION.name, 0))
    events += requests.turns * count_query_units(entries, consistent=False)
    views = requests.checks * check.get(RECORD.name, 0) + requests.epochs * MISSING
    views += requests.beats * count_lease_units(worker.processes, count_shards(workload, profile))
    beats = requests.beats * count_write_units(measure_item(Table.VIEWS, to_worker_item(SAMPLE_HEARTBEAT)))
    return IdleUnits(
        reads={Table.EVENTS.value: MONTH * events, Table.VIEWS.value: MONTH * views},
        writes={Table.VIEWS.value: MONTH * beats},
    )


def count_lease_units(workers: int, shards: int) -> float:
    """Return the units of one look at all leases and heartbeats, which is a consistent Query."""
    leases = (SHARDS + shards) * measure_item(Table.VIEWS, to_lease_item(SAMPLE_LEASE))
    return count_query_units(
        leases + workers * measure_item(Table.VIEWS, to_worker_item(SAMPLE_HEARTBEAT)), consistent=True
    )
