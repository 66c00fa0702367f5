"""What the service charges, in US dollars, by region. Data with its source and date; every price can be overridden.

Free tiers are left out: the sums are of what a bill comes to when something else has used them up.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ascend.domain.errors import InvalidInput

Price = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, le=1_000, allow_inf_nan=False)]
HOURS = 730
"""Of a month, as the service counts them."""
GIGABYTE = 10**9


class Prices(BaseModel):
    """Units and gigabyte months."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    source: str
    date: str
    """When the source said so."""
    million_writes: Positive
    """Write request units, on demand."""
    million_reads: Positive
    write_capacity_hour: Positive
    """One write a second, provisioned for an hour."""
    read_capacity_hour: Positive
    storage: Price
    recovery: Price
    """Point-in-time recovery."""
    million_stream_reads: Price | None = None
    """None: not known of this region."""

    def writes(self, units: float) -> float:
        return units / 1_000_000 * self.million_writes

    def reads(self, units: float) -> float:
        return units / 1_000_000 * self.million_reads

    def stream(self, reads: float) -> float:
        if reads and self.million_stream_reads is None:
            raise InvalidInput("the price of reading streams is not known of this region: give `million_stream_reads`")
        return reads / 1_000_000 * (self.million_stream_reads or 0)

    @property
    def break_even_writes(self) -> float:
        """The share of provisioned capacity that must be used, on average, for it to be as cheap as on demand."""
        return self.write_capacity_hour / (3_600 * self.million_writes / 1_000_000)

    @property
    def break_even_reads(self) -> float:
        return self.read_capacity_hour / (3_600 * self.million_reads / 1_000_000)


class Override(BaseModel):
    """Prices of your own, in place of those of the region."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    million_writes: Positive | None = None
    million_reads: Positive | None = None
    write_capacity_hour: Positive | None = None
    read_capacity_hour: Positive | None = None
    storage: Price | None = None
    recovery: Price | None = None
    million_stream_reads: Price | None = None


REGIONS = TypeAdapter(dict[str, Prices]).validate_json(Path(__file__).with_suffix(".json").read_bytes())


def prices_of(region: str, override: Override) -> Prices:
    own = override.model_dump(exclude_none=True)
    said = {"source": f"given, beside {REGIONS[region].source}"} if own else {}
    return REGIONS[region].model_copy(update=own | said)
