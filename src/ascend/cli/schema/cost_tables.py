"""What a workload costs, as tables for people."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import TypeVar

from ascend.architect.cost.bill import Bill, Report
from ascend.architect.cost.capacity import Capacity, Side
from ascend.architect.cost.reads import PatternCost
from ascend.architect.cost.workload import Workload
from ascend.architect.cost.writes import CommandCost, ProjectionCost
from ascend.cli.terminal.printing import Column, Printer, counted

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


NAMES = {"looks": "idle polling"}


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
    what = {
        "writes": f"{report.writes:,.0f} write units",
        "reads": f"{report.reads:,.0f} read units",
        "looks": f"{report.looks:,.0f} read units of workers that look whether there is something to do",
        "storage": f"{report.gigabytes:,.3f} GB; the commands add {report.grows:,.3f} a month",
        "recovery": "point-in-time recovery of the events",
        "stream": "readers of the stream",
        "total": "",
    }
    year = report.in_a_year
    then = {
        "reads": f"{year.reads:,.0f} read units, of as many but longer pages",
        "storage": f"{year.gigabytes:,.3f} GB",
        "recovery": "",
        "total": "for as many commands and reads as now",
    }
    now_lines = sums("on demand, a month", report, what)
    return [*now_lines, *advice(report), "", *sums("in a year, a month", year, then)]


def sums(when: str, one: Bill, what: Mapping[str, str]) -> list[str]:
    return [
        f"{when}: {NAMES.get(name, name):<12}{money(one.money[name])}  {said}".rstrip() for name, said in what.items()
    ]


def advice(report: Report) -> list[str]:
    """What to do about polling, where nothing costs more."""
    if report.money["looks"] < max(one for name, one in report.money.items() if name != "total"):
        return []
    less = (
        "raise `worker.pause` (ten times as long costs about a tenth); a command of the same process wakes its worker"
    )
    return [f"idle polling costs the most: {less} at once"]


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
