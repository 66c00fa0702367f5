"""What a design review asks of a proposal: uneven load, a table that is cold, what a state of few entities costs."""

from typing import Any

import pytest

from ascend.architect.review.proposal import Proposal
from ascend.architect.review.review import Review, review_proposal
from ascend.cli.schema.review_page import render_review

ORDER: dict[str, Any] = {
    "entity": "purchase",
    "attributes": {
        "placed_at": "created",
        "title": 40,
        "status": {"values": ["placed", "paid"], "share": {"paid": 0.01}},
    },
    "relationships": [{"name": "shop", "to": ["thing"], "each": 1, "changes": False, "of_one": 100}],
    "writes_a_day": 4_000,
    "peak_writes": 10,
    "items": 100_000,
    "in_a_year": 465_000,
}
ONE = {"question": "One", "by": ["id"]}
PAID = {"question": "Paid ones", "only": "paid", "order": "placed_at"}
OF_SHOP = {"question": "Of a shop", "by": ["shop"], "reads_a_day": 10, "page": 20}


def review(*patterns: dict[str, Any], workspaces: int = 20, **changed: Any) -> Review:
    entity = ORDER | {"patterns": list(patterns)} | changed
    return review_proposal(Proposal.model_validate({"workspaces": workspaces, "entities": [entity]}))


def find_risk(shown: Review, name: str, where: str = "") -> str:
    return next((f"{risk.said}; {risk.todo}" for risk in shown.risks if risk.name == name and where in risk.where), "")


def test_a_load_that_is_cool_only_if_it_is_even_is_a_risk() -> None:
    busy = review(OF_SHOP | {"peak_reads": 1_000})
    calm = review(OF_SHOP | {"peak_reads": 100})

    assert "spread evenly over 1,000 partitions" in find_risk(busy, "uneven load")
    assert "if one takes them all, 3,000, and one partition takes 3,000" in find_risk(busy, "uneven load")
    assert find_risk(calm, "uneven load") == ""


def test_a_load_that_a_new_table_does_not_take_is_a_risk() -> None:
    assert "a new table on demand takes 4,000 at first" in find_risk(review(ONE, peak_writes=1_000), "cold table")
    assert find_risk(review(ONE, peak_writes=500), "cold table") == ""


def test_a_hot_index_is_said_to_throttle_the_table() -> None:
    by_title = {"question": "By title", "order": "title"}
    shown = review(ONE, by_title, peak_writes=400)

    assert "throttles the writes to the table" in find_risk(shown, "write-hot key", "gsi1")


def test_a_job_that_asks_one_workspace_after_another_heats_no_partition_more_because_there_are_many() -> None:
    job = {"question": "Job", "everywhere": True, "order": "title", "peak_reads": 1}

    assert find_risk(review(job, workspaces=100_000), "read-hot key") == ""


def test_an_index_of_a_state_through_which_all_pass_costs_an_entry_and_a_removal_of_each() -> None:
    """1,000 purchases a day are placed and then paid: 2,000 index writes in 4,000 changes, though 1 % are paid at any time."""
    shown = review(ONE, PAID)

    assert shown.items[0].index_units == pytest.approx(0.5)
    assert shown.bill.views.index_writes == pytest.approx(2_000 * 30 * 0.625 / 10**6, rel=0.01)


def test_an_item_of_its_own_for_a_moving_order_costs_a_tombstone_as_well() -> None:
    by_title = {"question": "By title", "by": ["shop"], "order": "title"}
    (choice,) = (one for one in review(ONE, by_title).trade_offs if one.choice == "index or second item")

    assert ": 2 write units a change" in choice.chosen
    assert ": 3 write units a change" in choice.against


def test_the_price_of_an_index_counts_both_writes_of_a_moving_entry() -> None:
    by_title = {"question": "By title", "by": ["shop"], "order": "title", "reads_a_day": 0, "page": 20}
    shown = review(ONE, by_title)

    assert shown.items[0].projections["ALL"] == pytest.approx(shown.bill.views.index_writes)


def test_a_value_that_no_entity_has_costs_nothing_and_breaks_nothing() -> None:
    status = {"values": ["placed", "paid"], "share": {"placed": 1}, "changes": False}
    shown = review(ONE, PAID, attributes=ORDER["attributes"] | {"status": status})

    assert shown.items[0].index_units == 0


def test_the_money_of_all_workspaces_is_shown() -> None:
    shown = review(ONE)

    assert any(f"(${shown.bill.total * 20:,.2f} for 20 workspaces)" in line for line in render_review(shown))


def test_an_example_of_an_exact_text_has_the_text_as_it_is_stored() -> None:
    page = "\n".join(render_review(review({"question": "Of a title", "by": ["title"]})))

    assert "#box 2" in page
    assert "box 12" not in page
