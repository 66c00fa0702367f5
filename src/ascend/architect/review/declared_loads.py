"""The monthly cost of any application, estimated from the loads that its patterns declare. Nothing is run or measured.

reads     pages a day × (the bytes of a page's lines, and the check of the viewer's membership)
writes    writes a day of each item × its bytes, in the table and in its indexes

The formulas are those of a review. The log, snapshots, joined items, storage and idle workers are not declared, so they are
not in the sum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ascend.architect.check.projections import count_reads, count_writes, find_busiest
from ascend.architect.cost.workload import DAYS
from ascend.architect.review.estimates import PRICES, count_change_units, count_page_units
from ascend.projections.application import Application
from ascend.projections.pattern import Pattern, RequestKind


@dataclass(frozen=True, slots=True)
class PageEstimate:
    """The pages of one pattern; `money` is the price of all pages of a month."""

    query: str
    a_day: int
    lines: int
    units: float
    """Read units of one page, including the check of the viewer's membership."""
    money: float


@dataclass(frozen=True, slots=True)
class ChangeEstimate:
    """The changes of one item type; `money` is the price of all changes of a month."""

    item: str
    a_day: int
    bytes: int
    units: float
    """Write units of one change, in the table and in the indexes."""
    money: float


@dataclass(frozen=True, slots=True)
class DeclaredCost:
    """Dollars a month of one workspace, from the declared loads."""

    application: str
    patterns: tuple[PageEstimate, ...]
    items: tuple[ChangeEstimate, ...]
    """The items that a pattern reads. The other items have no declared load."""
    money: Mapping[str, float]
    """Prices of `reads` and `writes`, and their `total`."""


def estimate_declared_cost(app: Application) -> DeclaredCost:
    stored = [pattern for pattern in app.catalog.patterns if pattern.kind is not RequestKind.LOG]
    pages = tuple(map(estimate_page, app.catalog.patterns))
    changes = tuple(map(estimate_change, find_busiest(stored)))
    money = {"reads": sum(page.money for page in pages), "writes": sum(change.money for change in changes)}
    return DeclaredCost(app.name, pages, changes, money | {"total": sum(money.values())})


def estimate_page(pattern: Pattern[Any]) -> PageEstimate:
    load, a_day = pattern.load, count_reads(pattern)
    lines = 1 if pattern.kind is RequestKind.GET else min(load.page, load.items)
    units = count_page_units(lines * load.bytes, consistent=pattern.index is None)
    return PageEstimate(pattern.query, a_day, lines, units, PRICES.price_reads(units * a_day * DAYS))


def estimate_change(pattern: Pattern[Any]) -> ChangeEstimate:
    """Return the changes of the item that the pattern shows."""
    item, bytes, a_day = pattern.item, pattern.load.bytes, count_writes(pattern)
    units = count_change_units(bytes, sum(keys is not None for keys in (item.gsi1, item.gsi2)))
    return ChangeEstimate(item.__name__, a_day, bytes, units, PRICES.price_writes(units * a_day * DAYS))
