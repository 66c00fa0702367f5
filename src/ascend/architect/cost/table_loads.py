"""The load of each table of a store, on average and in the busiest second, and its billing."""

from collections.abc import Iterator, Mapping

from ascend.adapters.layout.table_specs import TABLES
from ascend.architect.cost.capacity import MONTH, PlaceDemand
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.idle import sum_idle_units
from ascend.architect.cost.prices import FREE_GIGABYTES, GIGABYTE, Prices
from ascend.architect.cost.reads import sum_read_units
from ascend.architect.cost.scaling import Demand
from ascend.architect.cost.storage import sum_stored_bytes
from ascend.architect.cost.table_billing import TableBilling, TableLoad, choose_billing
from ascend.architect.cost.workload import Workload
from ascend.architect.cost.writes import sum_by_place, sum_write_units

Units = Mapping[str, float]
"""Units of a month, by place."""


def bill_tables(workload: Workload, profile: CostProfile, prices: Prices) -> tuple[TableBilling, ...]:
    """Choose the billing of each table of the store."""
    return tuple(choose_billing(load, prices, workload.scaling) for load in find_loads(workload, profile))


def find_loads(workload: Workload, profile: CostProfile) -> Iterator[TableLoad]:
    """Yield the load of each table. Idle workers need the same in each second; the rest has a peak."""
    busiest, idle = workload.at_peak(), sum_idle_units(workload, profile)
    writes, peak_writes = (sum_by_place(sum_write_units(each, profile)) for each in (workload, busiest))
    reads, peak_reads = (sum_read_units(each, profile) for each in (workload, busiest))
    stored = sum_by_place(sum_stored_bytes(workload, profile))
    free = float(FREE_GIGABYTES if workload.free_storage else 0)
    for spec in TABLES:
        places = (spec.table.value, *(index.name for index in spec.indexes))
        gigabytes = sum(stored.get(place, 0) for place in places) / GIGABYTE
        demands = {
            place: PlaceDemand(
                find_demand(place, writes, peak_writes, idle.writes), find_demand(place, reads, peak_reads, idle.reads)
            )
            for place in places
        }
        yield TableLoad(spec.table.value, demands, gigabytes, min(free, gigabytes))
        free -= min(free, gigabytes)


def find_demand(place: str, month: Units, busiest: Units, constant: Units) -> Demand:
    """Return the units a second at a place, with `constant` units of a month in addition."""
    always = constant.get(place, 0)
    return Demand((month.get(place, 0) + always) / MONTH, (busiest.get(place, 0) + always) / MONTH)
