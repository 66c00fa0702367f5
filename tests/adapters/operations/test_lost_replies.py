"""Operators' jobs send a write again until the store answers, for about half a minute."""

import pytest

from ascend.adapters.operations.lost_replies import write_until_answered
from ascend.adapters.table.conditions import Blocked
from ascend.domain.errors import StoreUnavailable
from ascend.testing import FakeEnvironment


async def test_a_write_without_an_answer_is_sent_six_times_with_growing_waits() -> None:
    environment = FakeEnvironment()
    sent: list[float] = []

    async def lose_reply() -> Blocked | None:
        sent.append(round(environment.elapsed(), 1))
        raise StoreUnavailable

    with pytest.raises(StoreUnavailable):
        await write_until_answered(environment, lose_reply)
    assert sent == [0.0, 0.1, 0.5, 2.1, 8.5, 34.1]
