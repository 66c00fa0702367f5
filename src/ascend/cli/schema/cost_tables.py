"""The cost of a workload as tables for people."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import TypeVar

from ascend.architect.cost.bill import Bill, CostReport
from ascend.architect.cost.prices import FREE_GIGABYTES, FREE_STREAM_READS
from ascend.architect.cost.reads import PatternCost
from ascend.architect.cost.workload import Workload
from ascend.architect.cost.writes import CommandCost, ProjectionCost
from ascend.architect.review.declared_loads import ChangeEstimate, PageEstimate
from ascend.cli.schema.billing_lines import render_billing
from ascend.cli.schema.figures import format_money, format_number
from ascend.cli.terminal.printing import Column, Printer, count_noun

Cost = TypeVar("Cost", CommandCost, ProjectionCost, PatternCost, PageEstimate, ChangeEstimate)

COMMANDS: Sequence[Column[CommandCost]] = (
    Column("write units of a command", 24, lambda cost: cost.command),
    Column("   a day", 8, lambda cost: format_number(cost.a_day, 8)),
    Column("  log", 5, lambda cost: format_number(cost.log, 5)),
    Column(" items", 6, lambda cost: format_number(cost.items, 6)),
    Column("indexes", 7, lambda cost: format_number(cost.indexes, 7)),
    Column("engine", 6, lambda cost: format_number(cost.engine, 6)),
    Column("share", 5, lambda cost: format_number(cost.share, 5)),
    Column("read units", 10, lambda cost: format_number(cost.reads, 10)),
    Column("$ a month", 9, lambda cost: format_money(cost.money)),
)
PROJECTIONS: Sequence[Column[ProjectionCost]] = (
    Column("projection", 24, lambda cost: cost.projection),
    Column("write units a month", 19, lambda cost: format_number(cost.writes, 19)),
    Column("in indexes", 10, lambda cost: format_number(cost.indexes, 10)),
    Column("stored, GB", 10, lambda cost: format_number(cost.gigabytes, 10, 3)),
    Column("$ a month", 9, lambda cost: format_money(cost.money)),
)
PATTERNS: Sequence[Column[PatternCost]] = (
    Column("query", 24, lambda cost: cost.query),
    Column("pages a day", 11, lambda cost: format_number(cost.a_day, 11)),
    Column("lines", 5, lambda cost: format_number(cost.lines, 5)),
    Column("read units: page", 16, lambda cost: format_number(cost.page, 16)),
    Column("joined", 6, lambda cost: format_number(cost.joined, 6)),
    Column("$ a month", 9, lambda cost: format_money(cost.money)),
)
LABELS = {"looks": "idle workers"}
"""Labels of the bill's lines whose name in the report says too little."""
IDLE = ("looks", "heartbeats", "stream")
"""Lines of the bill for workers when nothing happens."""
ONLY_IF_USED = frozenset({"backups", "exports", "restores", "alarms", "insights"})
"""Lines of the bill that are left out where they cost nothing."""


async def print_cost(printer: Printer, workload: Workload, report: CostReport) -> None:
    if printer.json:
        printer.document({"workload": workload.model_dump(), "report": report})
        return
    people = count_noun(workload.sizes.workspace.people, "person", "people")
    workspaces = count_noun(workload.workspaces, "workspace")
    prices = report.prices
    printer.line(f"{workspaces} of {people}, in {report.region}; prices of {prices.date}: {prices.source}")
    await print_table(printer, COMMANDS, report.commands)
    await print_table(printer, PROJECTIONS, report.projections)
    await print_table(printer, PATTERNS, report.patterns)
    printer.line("")
    for line in (*render_bill(workload, report), "", *render_billing(report)):
        printer.line(line)


async def print_table(printer: Printer, columns: Sequence[Column[Cost]], costs: Iterable[Cost]) -> None:
    """Print the costs, the highest first."""

    async def rows() -> AsyncIterator[Cost]:
        for cost in sorted(costs, key=lambda cost: cost.money, reverse=True):
            yield cost

    printer.line("")
    await printer.table(columns, rows())


def render_bill(workload: Workload, report: CostReport) -> list[str]:
    free = f"the first {FREE_GIGABYTES} GB are {'free' if workload.free_storage else 'counted as used up'}"
    now = {
        "writes": f"{report.writes:,.0f} write units",
        "reads": f"{report.reads:,.0f} read units",
        "looks": f"{report.looks:,.0f} read units of workers when nothing happens: the sweep, and looks at the leases",
        "heartbeats": f"{report.heartbeats:,.0f} write units of workers when nothing happens",
        "storage": f"{report.gigabytes:,.3f} GB; the commands add {report.grows:,.3f} a month; {free}",
        "recovery": "point-in-time recovery of the events",
        "stream": f"{report.stream_reads:,.0f} reads of the stream by workers and others; {FREE_STREAM_READS:,} are free",
        "backups": "on-demand backups of the events that are kept",
        "exports": "exports of the events to S3",
        "restores": "restores of the events",
        "alarms": "metrics that the alarms of the template watch",
        "insights": "Contributor Insights",
        "total": "",
    }
    now = {name: note for name, note in now.items() if report.money[name] or name not in ONLY_IF_USED}
    year = report.in_a_year
    in_a_year = {
        "reads": f"{year.reads:,.0f} read units, of as many but longer pages",
        "storage": f"{year.gigabytes:,.3f} GB",
        "recovery": "",
        "total": "for the same number of commands and reads as now",
    }
    now_lines = render_sums("on demand, a month", report, now)
    return [*now_lines, *advise_on_idle_workers(report), "", *render_sums("in a year, a month", year, in_a_year)]


def render_sums(period: str, bill: Bill, notes: Mapping[str, str]) -> list[str]:
    return [
        f"{period}: {LABELS.get(name, name):<12}{format_money(bill.money[name])}  {note}".rstrip()
        for name, note in notes.items()
    ]


def advise_on_idle_workers(report: CostReport) -> list[str]:
    """Return a line on how to reduce what idle workers cost, if nothing costs more."""
    idle = sum(report.money[name] for name in IDLE)
    if idle < max(price for name, price in report.money.items() if name not in {*IDLE, "total"}):
        return []
    advice = "one worker is enough for a small store; `ascend worker --until-caught-up` from time to time costs only what it does"
    return [f"idle workers cost the most: {advice}"]
