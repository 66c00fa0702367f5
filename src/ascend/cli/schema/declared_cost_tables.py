"""The cost that the declared loads of an application amount to, as tables for people."""

from collections.abc import Sequence

from ascend.architect.check.projections import PEOPLE
from ascend.architect.review.declared_loads import ChangeEstimate, DeclaredCost, PageEstimate
from ascend.architect.review.estimates import PRICES
from ascend.cli.schema.cost_tables import print_table
from ascend.cli.schema.figures import format_money, format_number
from ascend.cli.terminal.printing import Column, Printer

PAGES: Sequence[Column[PageEstimate]] = (
    Column("query", 24, lambda page: page.query),
    Column("pages a day", 11, lambda page: format_number(page.a_day, 11)),
    Column("lines", 5, lambda page: format_number(page.lines, 5)),
    Column("read units of a page", 20, lambda page: format_number(page.units, 20)),
    Column("$ a month", 9, lambda page: format_money(page.money)),
)
CHANGES: Sequence[Column[ChangeEstimate]] = (
    Column("item", 24, lambda change: change.item),
    Column("writes a day", 12, lambda change: format_number(change.a_day, 12)),
    Column("bytes", 7, lambda change: format_number(change.bytes, 7)),
    Column("write units of a change", 23, lambda change: format_number(change.units, 23)),
    Column("$ a month", 9, lambda change: format_money(change.money)),
)
NOT_INCLUDED = (
    "not included, because no pattern declares it: the log, snapshots, joined items, storage and idle workers"
)


async def print_declared_cost(printer: Printer, cost: DeclaredCost) -> None:
    if printer.json:
        printer.document({"estimated_from": "the declared loads of the patterns", "prices": PRICES, "cost": cost})
        return
    printer.line(
        f"{cost.application}: an estimate from the loads that its patterns declare, not from a measured workload"
    )
    printer.line(f"1 workspace of {PEOPLE} people, in us-east-1; prices of {PRICES.date}: {PRICES.source}")
    await print_table(printer, PAGES, cost.patterns)
    await print_table(printer, CHANGES, cost.items)
    printer.line("")
    for name, price in cost.money.items():
        printer.line(f"on demand, a month: {name:<6}{format_money(price)}")
    printer.line(NOT_INCLUDED)
