"""What a workload costs, as tables for people."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TypeVar

from ascend.adapters.cli.printing import Column, Printer, counted
from ascend.adapters.schema.capacity import Capacity, Side
from ascend.adapters.schema.cost import Report
from ascend.adapters.schema.cost_reads import PatternCost
from ascend.adapters.schema.cost_writes import CommandCost, ProjectionCost
from ascend.adapters.schema.workload import Workload

L = TypeVar("L", CommandCost, ProjectionCost, PatternCost)

COMMANDS: Sequence[Column[CommandCost]] = (
    Column("write units of a command", 24, lambda one: one.command),
    Column("   a day", 8, lambda one: number(one.a_day, 8)),
    Column("  log", 5, lambda one: number(one.log, 5)),
    Column(" items", 6, lambda one: number(one.items, 6)),
    Column("indexes", 7, lambda one: number(one.indexes, 7)),
    Column("engine", 6, lambda one: number(one.engine, 6)),
    Column("share", 5, lambda one: number(one.share, 5)),
    Column("read units", 10, lambda one: number(one.reads, 10)),
    Column("$ a month", 9, lambda one: money(one.money)),
)
PROJECTIONS: Sequence[Column[ProjectionCost]] = (
    Column("projection", 24, lambda one: one.projection),
    Column("write units a month", 19, lambda one: number(one.writes, 19)),
    Column("in indexes", 10, lambda one: number(one.indexes, 10)),
    Column("stored, GB", 10, lambda one: number(one.gigabytes, 10, 3)),
    Column("$ a month", 9, lambda one: money(one.money)),
)
PATTERNS: Sequence[Column[PatternCost]] = (
    Column("query", 24, lambda one: one.query),
    Column("pages a day", 11, lambda one: number(one.a_day, 11)),
    Column("lines", 5, lambda one: number(one.lines, 5)),
    Column("read units: page", 16, lambda one: number(one.page, 16)),
    Column("joined", 6, lambda one: number(one.joined, 6)),
    Column("$ a month", 9, lambda one: money(one.money)),
)


async def show(printer: Printer, workload: Workload, report: Report) -> None:
    if printer.json:
        printer.document({"workload": workload.model_dump(), "report": report})
        return
    people = counted(workload.sizes.workspace.people, "person", "people")
    workspaces = counted(workload.workspaces, "workspace")
    printer.text(
        f"{workspaces} of {people}, in {report.region}; prices of {report.prices.date}: {report.prices.source}"
    )
    await table(printer, COMMANDS, report.commands)
    await table(printer, PROJECTIONS, report.projections)
    await table(printer, PATTERNS, report.patterns)
    printer.text("")
    for line in (*bill(report), "", *capacity(report.provisioned)):
        printer.text(line)


async def table(printer: Printer, columns: Sequence[Column[L]], lines: Iterable[L]) -> None:
    """The dearest first."""

    async def rows() -> AsyncIterator[L]:
        for line in sorted(lines, key=lambda one: one.money, reverse=True):
            yield line

    printer.text("")
    await printer.listing(columns, rows())


def bill(report: Report) -> list[str]:
    sums = {
        "writes": f"{report.writes:,.0f} write units",
        "reads": f"{report.reads:,.0f} read units",
        "looks": f"{report.looks:,.0f} read units of workers that look whether there is something to do",
        "storage": f"{report.gigabytes:,.3f} GB, and {report.grows:,.3f} more each month",
        "recovery": "point-in-time recovery of the events",
        "stream": "readers of the stream",
        "total": "",
    }
    return [f"on demand, a month: {name:<9}{money(report.money[name])}  {what}".rstrip() for name, what in sums.items()]


def capacity(one: Capacity) -> list[str]:
    better = "provisioned capacity" if one.money < one.instead_of else "on demand"
    return [
        f"provisioned, a month:{money(one.money)}  in place of{money(one.instead_of)}: {better} is cheaper",
        f"  writes a second: {side(one.writes)}",
        f"  reads a second: {side(one.reads)}",
    ]


def side(one: Side) -> str:
    places = ", ".join(f"{place} {units:,}" for place, units in one.capacity.items())
    return f"{places}; {one.used:.1%} of it would be used, and it breaks even at {one.break_even:.1%}"


def number(value: float, width: int, digits: int = 1) -> str:
    """Whole ones without digits."""
    return f"{value:{width},.0f}" if float(value).is_integer() else f"{value:{width},.{digits}f}"


def money(value: float) -> str:
    return f"{value:9,.2f}" if value >= 1 else f"{value:9.4f}"
