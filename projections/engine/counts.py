"""Counts: the number of live read items under each name, kept in the record of a generation.

The counts change in the one conditional write that moves *rendered* (or the cursor of a fan-out): exactly once, at no
extra cost.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from ascend.domain.errors import UpgradeRequired
from ascend.projections.item import ReadItem

NAMES = 100
"""Names that one workspace may count under, at most: all of them are stored in the record."""
NAME_CHARACTERS = 50


def count_items(items: Iterable[ReadItem]) -> Counter[str]:
    """Count the items by the name under which they count. Items that count under no name are left out."""
    counts = Counter[str]()
    count_into(counts, items)
    return counts


def count_into(counts: Counter[str], items: Iterable[ReadItem], change: int = 1) -> None:
    """Add the change to the count of each item's name."""
    for item in items:
        if (name := item.counted) is not None:
            counts[name] += change


def add_counts(counts: Mapping[str, int], more: Mapping[str, int]) -> Mapping[str, int]:
    """Add both counts, without names that count nothing.

    Raises `UpgradeRequired` where projections count under too many names. That stalls the workspace instead of parking
    an entity: the choice of the entity would depend on all that this generation counts, but whether an entity is parked
    must not depend on the other projections of a generation.
    """
    sums = Counter(counts)
    sums.update(more)
    nonzero = {name: count for name, count in sorted(sums.items()) if count}
    if len(nonzero) > NAMES:
        raise UpgradeRequired(f"projections count under more than {NAMES} names, {', '.join(nonzero)[:200]}, …")
    return nonzero


def check_count_name(item: ReadItem) -> None:
    """Raise `ValueError` if the name under which the item counts is empty or too long."""
    name = item.counted
    if name is not None and not 0 < len(name) <= NAME_CHARACTERS:
        raise ValueError(f"a {type(item).__name__} counts under a name of 1 to {NAME_CHARACTERS} characters")
