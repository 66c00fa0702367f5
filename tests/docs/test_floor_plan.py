"""CONTRIBUTING lists the rooms of the floor plan in the order that the import contracts declare."""

import re

import pytest
from structure import declared_layers
from support.paths import ROOT

ROW = re.compile(r"^\| `(ascend[\w.]*)` \| (.*) \|$", re.MULTILINE)
REMARK = re.compile(r" \([^)]*\)")
ROOM = re.compile(r"`(\w+)`")

ROWS: dict[str, str] = dict(ROW.findall((ROOT / "CONTRIBUTING.md").read_text()))


def rooms_on_the_page(container: str) -> list[set[str]]:
    """Return the rooms of a container, from the lowest to the highest. Rooms of one layer form a set."""
    return [set(ROOM.findall(layer)) for layer in REMARK.sub("", ROWS[container]).split(" · ")]


@pytest.mark.parametrize("container", sorted(declared_layers()))
def test_the_page_lists_the_declared_rooms_in_their_order(container: str) -> None:
    declared = [set(layer) for layer in reversed(declared_layers()[container])]

    assert rooms_on_the_page(container) == declared
