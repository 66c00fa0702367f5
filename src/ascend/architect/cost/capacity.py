"""Provisioned capacity in place of on demand: what stands the busiest second, and when it is the cheaper of the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from ascend.architect.cost.prices import HOURS, Prices

PLACES = ("events", "views", "gsi1", "gsi2")
MONTH = 30 * 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Side:
    """Writes or reads."""

    capacity: Mapping[str, int]
    """Units a second in each place."""
    used: float
    """Share of it, on average."""
    break_even: float
    """Where more than this share is used, it is cheaper than on demand."""


@dataclass(frozen=True, slots=True)
class Capacity:
    writes: Side
    reads: Side
    money: float
    """Of a month."""
    instead_of: float
    """Money of the same writes and reads on demand."""


def provisioned(
    writes: Mapping[str, float], reads: Mapping[str, float], steady: Mapping[str, float], peak: float, prices: Prices
) -> Capacity:
    """Of units a month, by place, whose busiest second is `peak` times an average one; `steady` reads have no peak."""
    written, read = sum(writes.values()), sum(reads.values()) + sum(steady.values())
    for_writes = {place: capacity(writes.get(place, 0) * peak) for place in PLACES}
    for_reads = {place: capacity(reads.get(place, 0) * peak + steady.get(place, 0)) for place in PLACES}
    a_second = sum(for_writes.values()), sum(for_reads.values())
    hourly = a_second[0] * prices.write_capacity_hour + a_second[1] * prices.read_capacity_hour
    return Capacity(
        writes=Side(for_writes, written / MONTH / a_second[0], prices.break_even_writes),
        reads=Side(for_reads, read / MONTH / a_second[1], prices.break_even_reads),
        money=hourly * HOURS,
        instead_of=prices.writes(written) + prices.reads(read),
    )


def capacity(units: float) -> int:
    """Units a second that come to so many a month. At least 1: what the service sells."""
    return max(1, ceil(units / MONTH))
