"""A rank sorts between its neighbours, and moving one thing changes its own rank only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascend import InvalidInput, LimitExceeded, rank_between
from ascend.domain.ranks import RANK_CHARACTERS


@given(st.lists(st.integers(min_value=0, max_value=10**6), max_size=120))
def test_ranks_keep_the_order_in_which_things_were_put(places: list[int]) -> None:
    ranks: list[str] = []
    for place in places:
        at = place % (len(ranks) + 1)
        ranks.insert(at, rank_between(ranks[at - 1] if at else None, ranks[at] if at < len(ranks) else None))

    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


@pytest.mark.parametrize("is_at_the_end", [True, False])
def test_a_thousand_things_at_one_end_need_short_ranks(is_at_the_end: bool) -> None:
    rank = rank_between(None, None)
    for _ in range(1_000):
        rank = rank_between(rank, None) if is_at_the_end else rank_between(None, rank)

    assert len(rank) < 60


def test_the_room_between_two_neighbours_ends_with_an_error_that_says_what_to_do() -> None:
    with pytest.raises(LimitExceeded, match="move one of the neighbours"):
        fill_one_place("i", "j")


def fill_one_place(low: str, high: str) -> None:
    for turn in range(RANK_CHARACTERS * 6):
        middle = rank_between(low, high)
        assert len(middle) <= RANK_CHARACTERS
        low, high = (middle, high) if turn % 2 else (low, middle)


@pytest.mark.parametrize(
    ("before", "after"), [("b", "a"), ("a", "a"), ("", None), ("a0", None), ("A", None), (None, "a#")]
)
def test_what_is_no_rank_or_out_of_order_is_refused(before: str | None, after: str | None) -> None:
    with pytest.raises(InvalidInput):
        rank_between(before, after)
