"""Prices of DynamoDB in US dollars, by region. Each has a source and a date, and a workload can override it.

The prices leave out free tiers: an estimate assumes that something else has used them up.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ascend.domain.errors import InvalidInput

Price = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)]
HOURS = 730
"""Hours of a month, as the service counts them."""
GIGABYTE = 10**9


class Prices(BaseModel):
    """The prices of one region: of capacity units, and of a gigabyte stored for a month."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str
    date: str
    """Date on which the source showed these prices."""
    million_writes: Positive
    """A million write request units, on demand."""
    million_reads: Positive
    write_capacity_hour: Positive
    """One write unit a second, provisioned for an hour."""
    read_capacity_hour: Positive
    storage: Price
    recovery: Price
    """Point-in-time recovery."""
    million_stream_reads: Price | None = None
    """None where the price in this region is not known."""

    def price_writes(self, units: float) -> float:
        return units / 1_000_000 * self.million_writes

    def price_reads(self, units: float) -> float:
        return units / 1_000_000 * self.million_reads

    def price_stream_reads(self, reads: float) -> float:
        """Return the price of so many GetRecords requests. Raises: `InvalidInput` where the price is not known."""
        if reads and self.million_stream_reads is None:
            raise InvalidInput("the price of stream reads in this region is not known: set `million_stream_reads`")
        return reads / 1_000_000 * (self.million_stream_reads or 0)

    @property
    def break_even_writes(self) -> float:
        """The average share of provisioned write capacity that must be used for it to cost as much as on demand."""
        return self.write_capacity_hour / (3_600 * self.million_writes / 1_000_000)

    @property
    def break_even_reads(self) -> float:
        """The same for read capacity."""
        return self.read_capacity_hour / (3_600 * self.million_reads / 1_000_000)


class PriceOverride(BaseModel):
    """Prices that a workload sets in place of those of its region."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    million_writes: Positive | None = None
    million_reads: Positive | None = None
    write_capacity_hour: Positive | None = None
    read_capacity_hour: Positive | None = None
    storage: Price | None = None
    recovery: Price | None = None
    million_stream_reads: Price | None = None


REGIONS = TypeAdapter(dict[str, Prices]).validate_json(Path(__file__).with_suffix(".json").read_bytes())


def find_prices(region: str, override: PriceOverride) -> Prices:
    """Return the region's prices, with the overridden ones in their place."""
    prices, changes = REGIONS[region], override.model_dump(exclude_none=True)
    if changes:
        changes["source"] = f"given, and for the rest {prices.source}"
    return prices.model_copy(update=changes)
