"""The cost of any application is estimated from the declared loads of its patterns, by the formulas of a review."""

from dataclasses import replace

import pytest
from support.applications import ACCOUNTS, KERNEL, LEDGER

from ascend.architect.check.projections import PEOPLE
from ascend.architect.cost.workload import DAYS
from ascend.architect.review.declared_loads import DeclaredCost, estimate_declared_cost
from ascend.architect.review.estimates import PRICES
from ascend.projections.life_os import LIFE_OS
from ascend.projections.read_models.history import HISTORY, HISTORY_OF_ENTITY, HISTORY_OF_WORKSPACE

COST = estimate_declared_cost(LEDGER)


def find_page(cost: DeclaredCost, query: str) -> tuple[int, int, float]:
    (page,) = (page for page in cost.patterns if page.query == query)
    return page.a_day, page.lines, page.units


def find_change(cost: DeclaredCost, item: str) -> tuple[int, int, float]:
    (change,) = (change for change in cost.items if change.item == item)
    return change.a_day, change.bytes, change.units


def test_a_page_costs_its_lines_and_the_check_of_the_membership() -> None:
    """20 lines of 400 bytes are two units of 4 KB, read consistently; the membership is one more."""
    assert find_page(COST, ACCOUNTS.query) == (1_000, 20, 2 + 1)
    assert find_page(COST, "workspace") == (2_000, 1, 1 + 1)


def test_a_page_of_a_user_is_read_by_everybody_and_eventually_consistent_from_an_index() -> None:
    assert find_page(COST, "workspaces") == (10 * PEOPLE, 5, 0.5 + 1)


def test_a_change_costs_a_write_in_the_table_and_in_each_index() -> None:
    assert find_change(COST, "AccountLine") == (100, 400, 1)
    assert find_change(COST, "InvitationLine") == (PEOPLE, 250, 1 + 1)


def test_an_item_that_several_patterns_read_is_written_once() -> None:
    """Two patterns read the members of a workspace."""
    assert [change.item for change in COST.items].count("MemberLine") == 1


def test_the_sum_is_that_of_all_pages_and_changes_of_a_month() -> None:
    reads = sum(page.units * page.a_day for page in COST.patterns) * DAYS
    writes = sum(change.units * change.a_day for change in COST.items) * DAYS

    assert COST.money["reads"] == pytest.approx(PRICES.price_reads(reads))
    assert COST.money["writes"] == pytest.approx(PRICES.price_writes(writes))
    assert COST.money["total"] == COST.money["reads"] + COST.money["writes"]


def test_the_kernel_alone_has_a_cost() -> None:
    assert 0 < estimate_declared_cost(KERNEL).money["total"] < COST.money["total"]


def test_a_pattern_that_reads_the_log_says_nothing_about_the_writes_of_an_item() -> None:
    """It is priced as a page, but commits are not read items."""
    often = replace(HISTORY_OF_WORKSPACE, load=replace(HISTORY_OF_WORKSPACE.load, writes_a_day=10**6))
    app = LIFE_OS.replacing(replace(HISTORY, version=HISTORY.version + 1, patterns=(HISTORY_OF_ENTITY, often)))

    cost = estimate_declared_cost(app)

    assert find_change(cost, "HistoryLine")[:2] == (HISTORY_OF_ENTITY.load.writes_a_day, HISTORY_OF_ENTITY.load.bytes)
    assert "history" in {page.query for page in cost.patterns}
