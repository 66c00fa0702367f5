"""What idle followers are estimated to cost is what real ones do: on the memory engine, in virtual time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import anyio
import pytest
from support.workers.house import create_many

import ascend
from ascend.adapters.layout.generation_items import EPOCHS
from ascend.adapters.layout.items import COMMIT, REGISTRY_ENTRY
from ascend.adapters.layout.lease_items import LEASE, WORKER
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.architect.cost.capacity import MONTH
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.idle import count_idle_requests, share_out, sum_idle_units
from ascend.architect.cost.item_names import find_type_name, find_type_of_key
from ascend.architect.cost.metered_tables import MeteredPut, MeteredRead, MeteredTables
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.workload import Workload
from ascend.projections.workers.worker import PAUSE
from ascend.testing import VirtualEnvironment, run_in_virtual_time

FEW_PERCENT = 0.03
WARM_UP, SECONDS = 31.3, 120.0


@dataclass(frozen=True)
class Measured:
    """The requests of a second by item type, and the units of a second by table."""

    reads: Mapping[str, float]
    puts: Mapping[str, float]
    read_units: Mapping[str, float]
    write_units: Mapping[str, float]


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


def follow_idly(workers: int, workspaces: int, pause: float) -> Measured:
    """Let followers of several processes run in a store in which nothing happens."""
    measured: list[Measured] = []

    async def main() -> None:
        tables = MeteredTables(MemoryTables())
        environment = VirtualEnvironment()  # one for all, so that no two workers have the same id
        stores = [ascend.Store(tables, environment) for _ in range(workers)]
        await create_many(stores[0], workspaces)
        await stores[0].worker.run_once()
        async with anyio.create_task_group() as group:
            for store in stores:
                group.start_soon(store.worker.follow, pause)
            await anyio.sleep(WARM_UP)
            tables.clear()
            await anyio.sleep(SECONDS)
            measured.append(measure(tables.reads, tables.puts))
            group.cancel_scope.cancel()

    run_in_virtual_time(main)
    return measured[0]


def measure(reads: Iterable[MeteredRead], puts: Iterable[MeteredPut]) -> Measured:
    counts, put_counts, read_units, write_units = (defaultdict[str, float](float) for _ in range(4))
    for read in reads:
        counts[find_type_of_key(read.table, read.keys[0]).replace(WORKER.name, LEASE.name)] += 1
        read_units[read.table.value] += read.units
    for put in puts:
        put_counts[find_type_name(put)] += 1
        for place, units in put.units.items():
            write_units[place] += units
    return Measured(*(per_second(counted) for counted in (counts, put_counts, read_units, write_units)))


def per_second(counted: Mapping[str, float]) -> dict[str, float]:
    return {name: count / SECONDS for name, count in counted.items()}


@pytest.mark.parametrize(
    ("workers", "workspaces", "pause"),
    [(1, 16, PAUSE), (1, 400, PAUSE), (3, 400, PAUSE), (10, 160, PAUSE), (1, 80, 30.0)],
)
def test_idle_followers_cost_what_the_estimate_says(
    profile: CostProfile, workers: int, workspaces: int, pause: float
) -> None:
    """Few workspaces, as fast as the pace says, several workers, more workers than registry shards, a longer pause."""
    worker = {"processes": workers, "pause": pause, "shards": 1}  # memory has one shard of hints
    requests = count_idle_requests(workers, workspaces, pause)
    units = sum_idle_units(Workload.model_validate({"workspaces": workspaces, "worker": worker}), profile)

    measured = follow_idly(workers, workspaces, pause)

    assert measured.reads[COMMIT.name] == pytest.approx(requests.checks, rel=FEW_PERCENT)
    assert measured.reads[REGISTRY_ENTRY.name] == pytest.approx(requests.turns, rel=FEW_PERCENT)
    assert measured.reads[LEASE.name] == pytest.approx(requests.beats, rel=FEW_PERCENT)
    assert measured.puts == pytest.approx({WORKER.name: requests.beats}, rel=FEW_PERCENT)
    assert measured.reads[EPOCHS.name] <= requests.epochs * (1 + FEW_PERCENT)
    for table in Table:
        estimated = units.reads[table.value] / MONTH
        assert measured.read_units[table.value] == pytest.approx(estimated, rel=FEW_PERCENT), table
    assert measured.write_units == pytest.approx(
        {place: count / MONTH for place, count in units.writes.items()}, rel=FEW_PERCENT
    )


def test_the_workers_share_the_registry_shards_evenly() -> None:
    assert [list(share_out(workers)) for workers in (1, 3, 5, 8, 9)] == [
        [8], [3, 3, 2], [2, 2, 2, 1, 1], [1] * 8, [1] * 8,
    ]  # fmt: skip
