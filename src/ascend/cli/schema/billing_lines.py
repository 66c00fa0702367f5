"""How each table should be billed, as lines for people."""

from collections.abc import Iterator

from ascend.architect.cost.bill import CostReport
from ascend.architect.cost.prices import Prices, TableClass
from ascend.architect.cost.reserved import ReservedOffer
from ascend.architect.cost.scaling import Demand, ScaledCapacity
from ascend.architect.cost.table_billing import BillingMode, Choice, TableBilling
from ascend.cli.schema.figures import format_money

MODES = {BillingMode.ON_DEMAND: "on demand", BillingMode.PROVISIONED: "provisioned with auto scaling"}
CLASSES = {TableClass.STANDARD: "Standard", TableClass.INFREQUENT_ACCESS: "Standard-IA"}


def render_billing(report: CostReport) -> Iterator[str]:
    """Yield the choices for each table, the sum of what is advised, and what could be reserved."""
    for table in report.tables:
        yield from render_table(table, report.prices)
    yield f"as advised, a month:{format_money(report.as_advised)}  in place of{format_money(report.money['total'])}"
    for offer in report.reserved:
        yield describe_offer(offer)


def render_table(table: TableBilling, prices: Prices) -> Iterator[str]:
    for choice in table.choices:
        advised = "  <- advised" if choice == table.advised else ""
        yield f"{table.table}, a month: {name_choice(choice):<44}{format_money(choice.money)}{advised}"
    for side, break_even in (("writes", prices.break_even_writes), ("reads", prices.break_even_reads)):
        for place, demand in table.demands.items():
            capacity = table.capacity[place]
            units = (demand.writes, capacity.writes) if side == "writes" else (demand.reads, capacity.reads)
            yield f"  {place}, {side} a second: {describe_capacity(*units)}; it breaks even at {break_even:.1%}"
    if table.infrequent_above is not None:
        yield f"  Standard-IA is cheaper on demand above {table.infrequent_above:,.1f} GB"


def name_choice(choice: Choice) -> str:
    return f"{MODES[choice.mode]}, {CLASSES[choice.table_class]}"


def describe_capacity(demand: Demand, capacity: ScaledCapacity) -> str:
    units = f"{demand.average:,.2f}, {demand.peak:,.1f} at peak"
    return f"{units}; provisioned {capacity.least:,} to {capacity.most:,}, {capacity.used:.1%} used"


def describe_offer(offer: ReservedOffer) -> str:
    """Return the line of an offer: reserved capacity is a commitment, so it is never part of the advice."""
    units = f"{offer.writes:,} write and {offer.reads:,} read units a second"
    prices = f"{format_money(offer.money).strip()} a month in place of {format_money(offer.instead_of).strip()}"
    return f"reserved for {offer.years} years: {units}: {prices}, {offer.upfront:,.0f} of it at once; it cannot be cancelled"
