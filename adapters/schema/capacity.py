"""Provisioned capacity in place of on demand: what stands the busiest second, and when it is the cheaper of the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from ascend.adapters.schema.prices import HOURS, Prices

PLACES = ("events", "views", "gsi1", "gsi2")
MONTH = 30 * 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Units a second in each place, for a month. `break_even`: the least share of it that must be used."""

    writes: Mapping[str, int]
    reads: Mapping[str, int]
    money: float
    instead_of: float
    """Money of the same reads and writes on demand."""
    used: float
    """Share of it that the workload uses, weighed by price."""
    break_even: float

    @property
    def is_cheaper(self) -> bool:
        return self.money < self.instead_of


def provisioned(writes: Mapping[str, float], reads: Mapping[str, float], peak: float, prices: Prices) -> Capacity:
    """Of units a month, by place, whose busiest second is `peak` times an average one."""
    capacity_writes = {place: units_a_second(writes.get(place, 0), peak) for place in PLACES}
    capacity_reads = {place: units_a_second(reads.get(place, 0), peak) for place in PLACES}
    hourly = sum(capacity_writes.values()) * prices.write_capacity_hour
    hourly += sum(capacity_reads.values()) * prices.read_capacity_hour
    money = hourly * HOURS
    demand = prices.writes(sum(writes.values())) + prices.reads(sum(reads.values()))
    return Capacity(
        writes=capacity_writes,
        reads=capacity_reads,
        money=money,
        instead_of=demand,
        used=demand * prices.break_even / money,
        break_even=prices.break_even,
    )


def units_a_second(units: float, peak: float) -> int:
    """At least 1: what the service sells."""
    return max(1, ceil(units / MONTH * peak))
