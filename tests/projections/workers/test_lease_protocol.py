"""The model of the lease protocol holds for thousands of seeds, and shows the damage where one of its guards is missing."""

import pytest
from support.models.lease_protocol import GUARDS, run

DAMAGED = {
    "elapsed": (0, "robbed"),
    "lapse": (0, "belief"),
    "fresh-read": (8, "belief"),
    "condition": (5, "token"),
    "sent": (132, "robbed"),
    "remove-last": (0, "taken"),
    "orphans": (349, "settled"),
    "give-up": (0, "settled"),
}
"""For each guard: a seed that shows the damage without it, and what is damaged."""


def test_no_order_of_faults_breaks_the_protocol() -> None:
    assert run(range(1_000)) == ""


@pytest.mark.parametrize("guard", GUARDS)
def test_the_protocol_breaks_without(guard: str) -> None:
    seed, broken = DAMAGED[guard]

    assert run(range(seed, seed + 1), frozenset({guard})).startswith(f"seed {seed}: {broken}")
