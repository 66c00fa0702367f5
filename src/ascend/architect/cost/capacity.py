"""The throughput of one table and its indexes, and its price: on demand, and provisioned with auto scaling."""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.architect.cost.prices import HOURS, ClassPrices
from ascend.architect.cost.scaling import Demand, ScaledCapacity, Scaling, scale_capacity

MONTH = HOURS * 3_600
"""Seconds of a month."""
SCALING_ALARMS = 4
"""Alarms that auto scaling makes for the reads, and for the writes, of a table or index: for a high and a low share of use,
and for a capacity that somebody else has changed, upwards and downwards."""


@dataclass(frozen=True, slots=True)
class PlaceDemand:
    """The demand of a table or of an index."""

    writes: Demand
    reads: Demand


@dataclass(frozen=True, slots=True)
class PlaceCapacity:
    """The provisioned capacity of a table or of an index."""

    writes: ScaledCapacity
    reads: ScaledCapacity


def plan_capacity(demands: Mapping[str, PlaceDemand], scaling: Scaling) -> dict[str, PlaceCapacity]:
    """Return the provisioned capacity of a table and its indexes, by place."""
    return {
        place: PlaceCapacity(scale_capacity(demand.writes, scaling), scale_capacity(demand.reads, scaling))
        for place, demand in demands.items()
    }


def price_on_demand(demands: Mapping[str, PlaceDemand], prices: ClassPrices) -> float:
    """Return dollars a month for the units that are used."""
    writes = sum(demand.writes.average for demand in demands.values()) * MONTH
    reads = sum(demand.reads.average for demand in demands.values()) * MONTH
    return (writes * prices.million_writes + reads * prices.million_reads) / 1_000_000


def price_provisioned(capacity: Mapping[str, PlaceCapacity], prices: ClassPrices, alarm: float | None) -> float | None:
    """Return dollars a month for the capacity and for the alarms of auto scaling. None: a price is not known.

    `alarm` is the price of one alarm; if it is not known, the alarms are left out.
    """
    if prices.write_capacity_hour is None or prices.read_capacity_hour is None:
        return None
    writes = sum(place.writes.unit_hours for place in capacity.values()) * prices.write_capacity_hour
    reads = sum(place.reads.unit_hours for place in capacity.values()) * prices.read_capacity_hour
    return writes + reads + 2 * SCALING_ALARMS * len(capacity) * (alarm or 0)
