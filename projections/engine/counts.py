"""Counts: how many live read items there are under each name, in the record of a generation.

They move in the one conditional write that moves *rendered* (or the cursor of a fan-out): exactly once, at no cost.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from ascend.domain.errors import UpgradeRequired
from ascend.projections.item import ReadItem

NAMES = 100
"""In one workspace, at most: all of them stand in the record."""
NAME_CHARACTERS = 50


def counted(items: Iterable[ReadItem]) -> Counter[str]:
    """How many of them count under which name."""
    names = (item.counted for item in items)
    return Counter(name for name in names if name is not None)


def plus(counts: Mapping[str, int], more: Mapping[str, int]) -> Mapping[str, int]:
    """Without those that come to nothing. Raises `UpgradeRequired` where a projection counts under ever new names.

    That stalls the workspace: which entity would have to be parked depends on all that this generation counts, and what
    is parked must not depend on the company that a projection keeps.
    """
    sums = Counter(counts)
    sums.update(more)
    left = {name: count for name, count in sorted(sums.items()) if count}
    if len(left) > NAMES:
        raise UpgradeRequired(f"projections count under more than {NAMES} names, {', '.join(left)[:200]}, …")
    return left


def check_name(item: ReadItem) -> None:
    name = item.counted
    if name is not None and not 0 < len(name) <= NAME_CHARACTERS:
        raise ValueError(f"a {type(item).__name__} counts under a name of 1 to {NAME_CHARACTERS} characters")
