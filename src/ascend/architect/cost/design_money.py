"""The monthly money of a table that is only described: for designs that nothing has measured yet.

    money = estimate_design(DesignLoad(reads=(…,), writes=(…,), items=(…,), indexes=2))
    money.reads, money.writes, money.index_writes, money.storage, money.index_storage, money.recovery
    money.on_demand, money.provisioned, money.total

The prices and formulas are those of `ascend schema cost`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ascend.architect.cost.capacity import PlaceDemand
from ascend.architect.cost.prices import GIGABYTE, REGIONS, Prices
from ascend.architect.cost.scaling import Demand, Scaling
from ascend.architect.cost.table_billing import BillingMode, TableBilling, TableLoad, choose_billing
from ascend.architect.cost.units import OVERHEAD_BYTES
from ascend.architect.cost.workload import DAYS, SECONDS_A_DAY

PEAK = 10.0
"""Ratio of the busiest second to the average one, for requests whose peak is not given."""


@dataclass(frozen=True, slots=True)
class ReadLoad:
    """Requests of one kind that read."""

    a_day: float
    units: float
    """Read units of one request."""
    peak: float | None = None
    """Requests in the busiest second. None: `PEAK` times the average."""


@dataclass(frozen=True, slots=True)
class WriteLoad:
    """Requests of one kind that write."""

    a_day: float
    units: float
    """Write units of one request in the table."""
    index_units: float = 0.0
    """Write units of one request in all indexes together."""
    peak: float | None = None
    """Requests in the busiest second. None: `PEAK` times the average."""


@dataclass(frozen=True, slots=True)
class StoredItems:
    """Items of one kind."""

    count: float
    bytes: float
    """Size of one item, without the overhead of 100 bytes."""
    indexes: float = 0
    """Number of indexes that hold the item, on average."""
    index_bytes: float | None = None
    """Size of the item in one index. None: an index holds the whole item."""


@dataclass(frozen=True, slots=True)
class DesignLoad:
    """The load of one table with its indexes."""

    reads: tuple[ReadLoad, ...] = ()
    writes: tuple[WriteLoad, ...] = ()
    items: tuple[StoredItems, ...] = ()
    indexes: int = 0
    """Number of the table's indexes. The writes of all indexes are taken to be spread evenly."""
    recovery: bool = True
    """True if point-in-time recovery is on."""


@dataclass(frozen=True, slots=True)
class DesignMoney:
    """Dollars of a month. Reads and writes are on demand, in the Standard class."""

    reads: float
    writes: float
    index_writes: float
    storage: float
    index_storage: float
    recovery: float
    provisioned: float | None
    """Reads and writes, also of the indexes, on provisioned capacity with auto scaling. None: a price is not known."""
    billing: TableBilling
    """All choices of billing mode and table class, and the advised one."""

    @property
    def on_demand(self) -> float:
        """Reads and writes, also of the indexes, on demand: to compare with `provisioned`."""
        return self.reads + self.writes + self.index_writes

    @property
    def total(self) -> float:
        """Everything, on demand."""
        return self.on_demand + self.storage + self.index_storage + self.recovery


def estimate_design(
    load: DesignLoad, prices: Prices = REGIONS["us-east-1"], scaling: Scaling | None = None
) -> DesignMoney:
    """Estimate the money of a month. `scaling` is how provisioned capacity would follow the load."""
    table, copies = (sum(sizes) / GIGABYTE for sizes in measure_items(load.items))
    demands = {"table": PlaceDemand(find_write_demand(load.writes, 1, 0), find_read_demand(load.reads))}
    for number in range(load.indexes):
        spread = find_write_demand(load.writes, 0, 1 / load.indexes)
        demands[f"index {number + 1}"] = PlaceDemand(spread, Demand(0, 0))
    billing = choose_billing(TableLoad("table", demands, table + copies), prices, scaling or Scaling())
    provisioned = billing.find(BillingMode.PROVISIONED)
    return DesignMoney(
        reads=prices.price_reads(DAYS * sum(read.a_day * read.units for read in load.reads)),
        writes=prices.price_writes(DAYS * sum(write.a_day * write.units for write in load.writes)),
        index_writes=prices.price_writes(DAYS * sum(write.a_day * write.index_units for write in load.writes)),
        storage=table * prices.storage,
        index_storage=copies * prices.storage,
        recovery=table * prices.recovery if load.recovery else 0.0,
        provisioned=provisioned.throughput if provisioned else None,
        billing=billing,
    )


def measure_items(items: Iterable[StoredItems]) -> tuple[list[float], list[float]]:
    """Return the billed bytes of each kind of item, in the table and in the indexes."""
    table, copies = list[float](), list[float]()
    for item in items:
        entry = item.bytes if item.index_bytes is None else item.index_bytes
        table.append(item.count * (item.bytes + OVERHEAD_BYTES))
        copies.append(item.count * item.indexes * (entry + OVERHEAD_BYTES))
    return table, copies


def find_read_demand(reads: Iterable[ReadLoad]) -> Demand:
    """Return the read units a second."""
    demands = [spread_over_day(read.a_day, read.peak, read.units) for read in reads]
    return Demand(sum(demand.average for demand in demands), sum(demand.peak for demand in demands))


def find_write_demand(writes: Iterable[WriteLoad], table: float, index: float) -> Demand:
    """Return the write units a second: a share of those in the table and a share of those in the indexes."""
    demands = [
        spread_over_day(write.a_day, write.peak, table * write.units + index * write.index_units) for write in writes
    ]
    return Demand(sum(demand.average for demand in demands), sum(demand.peak for demand in demands))


def spread_over_day(a_day: float, peak: float | None, units: float) -> Demand:
    """Return the units a second of requests that come so often a day, and so often in the busiest second."""
    average = a_day / SECONDS_A_DAY
    return Demand(average * units, (average * PEAK if peak is None else peak) * units)
