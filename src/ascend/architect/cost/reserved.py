"""Reserved capacity: a discount on provisioned units of the Standard class, for a commitment of one or three years.

It is bought for an account and a region, in blocks of 100 units, and does nothing for a table: what is reserved is paid
whether it is provisioned or not. So only the units that are provisioned at every hour count.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/reserved-capacity.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ascend.architect.cost.prices import HOURS, Prices, ReservedPrices, TableClass
from ascend.architect.cost.table_billing import BillingMode, TableBilling

BLOCK = 100
"""Units of the smallest reservation."""


@dataclass(frozen=True, slots=True)
class ReservedOffer:
    """A reservation of the units that are provisioned at every hour."""

    years: int
    writes: int
    """Write units a second, in whole blocks."""
    reads: int
    upfront: float
    """Dollars to pay at once."""
    money: float
    """Dollars a month, the upfront payment spread over the term."""
    instead_of: float
    """Dollars a month for the same units without a reservation."""


def list_offers(tables: Iterable[TableBilling], prices: Prices) -> tuple[ReservedOffer, ...]:
    """Return what could be reserved for the tables that should be provisioned. Empty if there is no whole block."""
    return tuple(find_offers(list(tables), prices))


def find_offers(tables: list[TableBilling], prices: Prices) -> Iterator[ReservedOffer]:
    places = [
        place
        for billing in tables
        if (billing.advised.mode, billing.advised.table_class) == (BillingMode.PROVISIONED, TableClass.STANDARD)
        for place in billing.capacity.values()
    ]
    writes = sum(place.writes.least for place in places) // BLOCK
    reads = sum(place.reads.least for place in places) // BLOCK
    if writes or reads:
        yield from (price_offer(terms, writes, reads, prices) for terms in prices.reserved)


def price_offer(terms: ReservedPrices, writes: int, reads: int, prices: Prices) -> ReservedOffer:
    """Return the offer for so many blocks."""
    upfront = writes * terms.write_upfront + reads * terms.read_upfront
    hourly = writes * terms.write_hour + reads * terms.read_hour
    usual = BLOCK * (writes * prices.write_capacity_hour + reads * prices.read_capacity_hour)
    money = upfront / (12 * terms.years) + hourly * HOURS
    return ReservedOffer(terms.years, writes * BLOCK, reads * BLOCK, upfront, money, usual * HOURS)
