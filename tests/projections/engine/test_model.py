"""The model of the projection path: as designed it is never damaged, and without most of its guards it is."""

import pytest
from support.models.projecting import GUARDS, simulate


def test_no_history_of_the_model_leaves_damage() -> None:
    assert [seed for seed in range(2_000) if simulate(seed)] == []


@pytest.mark.parametrize("guard", GUARDS)
def test_a_model_without_one_of_its_guards_is_damaged(guard: str) -> None:
    assert any(is_damaged(seed, frozenset({guard})) for seed in range(3_000)), guard


def is_damaged(seed: int, off: frozenset[str]) -> bool:
    try:
        return bool(simulate(seed, off))
    except KeyError:  # an item at a key that the log never gives
        return True
