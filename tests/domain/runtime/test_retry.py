from itertools import islice

import pytest

from ascend.domain.runtime.retry import delays


def test_each_delay_is_twice_the_one_before_up_to_the_longest() -> None:
    assert list(islice(delays(0.1, 0.5), 5)) == [0.1, 0.2, 0.4, 0.5, 0.5]


@pytest.mark.parametrize("retries", [0, 1, 4])
def test_there_is_one_delay_for_each_retry(retries: int) -> None:
    assert len(list(delays(1, 8, count=retries))) == retries


def test_a_first_delay_over_the_longest_is_cut() -> None:
    assert list(delays(3, 2, count=2)) == [2, 2]


def test_delays_may_grow_faster() -> None:
    assert [round(delay, 3) for delay in delays(0.1, 25.6, count=5, factor=4)] == [0.1, 0.4, 1.6, 6.4, 25.6]
