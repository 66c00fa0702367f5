"""Prices of DynamoDB in US dollars, by region. Each has a source and a date, and a workload can override it.

The prices leave out free tiers, except that of stream reads: an estimate assumes that something else has used them up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ascend.domain.errors import InvalidInput

Price = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)]
HOURS = 24 * 30
"""Hours of a month of 30 days, as requests are counted: with other hours, provisioned capacity would look dearer than it is."""
GIGABYTE = 10**9
FREE_GIGABYTES = 25
"""Storage of the Standard class that an account has for nothing in each region."""

FREE_STREAM_READS = 2_500_000
"""Requests to streams that are free in each month, of all readers of an account in a region."""


class TableClass(Enum):
    """The table classes. The values are those of the service."""

    STANDARD = "STANDARD"
    INFREQUENT_ACCESS = "STANDARD_INFREQUENT_ACCESS"


class ReservedPrices(BaseModel):
    """The prices of 100 capacity units that are reserved for some years: a part at once, and a part for each hour."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    years: int
    write_upfront: Price
    write_hour: Price
    read_upfront: Price
    read_hour: Price


@dataclass(frozen=True, slots=True)
class ClassPrices:
    """The prices that depend on the table class. None: not known in this region."""

    million_writes: float
    million_reads: float
    storage: float
    write_capacity_hour: float | None
    read_capacity_hour: float | None


class Prices(BaseModel):
    """The prices of one region: of capacity units, and of a gigabyte stored for a month.

    None stands for a price in this region that is not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str
    date: str
    """Date on which the source showed these prices."""
    sources: Mapping[str, str] = {}
    """The sources of the prices that `source` does not show, by their names or the beginning of their names."""
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
    ia_million_writes: Positive | None = None
    """The prices that begin with `ia_` are those of the class Standard-Infrequent Access."""
    ia_million_reads: Positive | None = None
    ia_write_capacity_hour: Positive | None = None
    ia_read_capacity_hour: Positive | None = None
    ia_storage: Price | None = None
    backup: Price | None = None
    """On-demand backups, a gigabyte kept for a month."""
    restore: Price | None = None
    """A gigabyte restored."""
    export: Price | None = None
    """A gigabyte exported to S3."""
    alarm: Price | None = None
    """One metric that an alarm of CloudWatch watches for a month."""
    insights_rule: Price | None = None
    """One rule of Contributor Insights for a month."""
    million_insights_events: Price | None = None
    reserved: tuple[ReservedPrices, ...] = ()

    def price_writes(self, units: float) -> float:
        return units / 1_000_000 * self.million_writes

    def price_reads(self, units: float) -> float:
        return units / 1_000_000 * self.million_reads

    def require(self, name: str) -> float:
        """Return a price by its name. Raises: `InvalidInput` where it is not known in this region."""
        price: float | None = getattr(self, name)
        if price is None:
            raise InvalidInput(f"the price `{name}` in this region is not known: set it under `prices`")
        return price

    def price_amount(self, name: str, amount: float) -> float:
        """Return the price of an amount. Raises: `InvalidInput` where there is an amount, and its price is not known."""
        return amount * self.require(name) if amount else 0.0

    def find_class_prices(self, table_class: TableClass) -> ClassPrices | None:
        """Return the prices of a table class. None: they are not known in this region."""
        if table_class is TableClass.STANDARD:
            hours = self.write_capacity_hour, self.read_capacity_hour
            return ClassPrices(self.million_writes, self.million_reads, self.storage, *hours)
        if self.ia_million_writes is None or self.ia_million_reads is None or self.ia_storage is None:
            return None
        hours_ia = self.ia_write_capacity_hour, self.ia_read_capacity_hour
        return ClassPrices(self.ia_million_writes, self.ia_million_reads, self.ia_storage, *hours_ia)

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
    ia_million_writes: Positive | None = None
    ia_million_reads: Positive | None = None
    ia_write_capacity_hour: Positive | None = None
    ia_read_capacity_hour: Positive | None = None
    ia_storage: Price | None = None
    backup: Price | None = None
    restore: Price | None = None
    export: Price | None = None
    alarm: Price | None = None
    insights_rule: Price | None = None
    million_insights_events: Price | None = None


REGIONS = TypeAdapter(dict[str, Prices]).validate_json(Path(__file__).with_suffix(".json").read_bytes())


def find_prices(region: str, override: PriceOverride) -> Prices:
    """Return the region's prices, with the overridden ones in their place."""
    prices, changes = REGIONS[region], override.model_dump(exclude_none=True)
    if changes:
        changes["source"] = f"given, and for the rest {prices.source}"
    return prices.model_copy(update=changes)
