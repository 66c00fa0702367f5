"""Provisioned capacity: the units needed at peak, and whether they cost less than on-demand requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from ascend.architect.cost.prices import HOURS, Prices

PLACES = ("events", "views", "gsi1", "gsi2")
MONTH = 30 * 86_400
"""Seconds of a month."""


@dataclass(frozen=True, slots=True)
class ProvisionedThroughput:
    """Provisioned write units or read units a second."""

    capacity: Mapping[str, int]
    """Units a second, by place."""
    used: float
    """Average share of the capacity that is used."""
    break_even: float
    """Share above which provisioned capacity is cheaper than on demand."""


@dataclass(frozen=True, slots=True)
class ProvisionedCapacity:
    writes: ProvisionedThroughput
    reads: ProvisionedThroughput
    money: float
    """Price of a month."""
    instead_of: float
    """Price of the same writes and reads on demand."""


def plan_capacity(
    writes: Mapping[str, float], reads: Mapping[str, float], polling: Mapping[str, float], peak: float, prices: Prices
) -> ProvisionedCapacity:
    """Return the capacity needed at peak, from the units of a month by place.

    The busiest second of `writes` and `reads` is `peak` times the average one; `polling` reads are constant.
    """
    written, read = sum(writes.values()), sum(reads.values()) + sum(polling.values())
    for_writes = {place: round_up_capacity(writes.get(place, 0) * peak) for place in PLACES}
    for_reads = {place: round_up_capacity(reads.get(place, 0) * peak + polling.get(place, 0)) for place in PLACES}
    write_capacity, read_capacity = sum(for_writes.values()), sum(for_reads.values())
    hourly = write_capacity * prices.write_capacity_hour + read_capacity * prices.read_capacity_hour
    return ProvisionedCapacity(
        writes=ProvisionedThroughput(for_writes, written / MONTH / write_capacity, prices.break_even_writes),
        reads=ProvisionedThroughput(for_reads, read / MONTH / read_capacity, prices.break_even_reads),
        money=hourly * HOURS,
        instead_of=prices.price_writes(written) + prices.price_reads(read),
    )


def round_up_capacity(units: float) -> int:
    """Return the units a second that amount to `units` in a month, at least 1: the least that the service sells."""
    return max(1, ceil(units / MONTH))
