"""The comparison of a stored item with the item that the log makes."""

from collections.abc import Mapping

from ascend.adapters.layout import keys
from ascend.adapters.operations.stored_items import position_of_item, workspace_of
from ascend.adapters.operations.verified import Difference
from ascend.adapters.table.item import Item, Key, Value


def compare_items(stored: Item, expected: Item | None, latest: int) -> Difference | None:
    """Return the difference between a stored item and the expected one, or None if there is none.

    A read item or an edge may have a later position than expected, up to `latest`, if nothing else differs: a retry of a
    parked entity writes items again, and a build writes edges with the position of the child's last change.
    """
    if expected is None and "was" in stored.attributes and position_of_item(stored) <= latest:
        return None  # the rest of a parked entity, which code that renders it never parks
    if expected is None:
        return item_difference("surplus", stored)
    if content_of(stored) == content_of(expected):
        return None
    if is_of_parking(stored) and ("was" in stored.attributes) == ("was" in expected.attributes):
        return (
            None  # since when it is or was parked, and with which items, depends on what the generation has taken over
        )
    position, expected_position = position_of_item(stored), position_of_item(expected)
    if (
        (is_read_item(stored) or is_edge(stored))
        and expected_position < position <= latest
        and content_of(stored)
        == {
            **content_of(expected),
            "position": position,
        }
    ):
        return None
    if position < expected_position:
        return item_difference("stale", stored, f"at position {position}, should be at {expected_position}")
    names = sorted(name for name, value in content_of(expected).items() if content_of(stored).get(name) != value)
    return item_difference("wrong", stored, f"differs in {', '.join(names) or 'attributes it should not have'}")


def is_edge(item: Item) -> bool:
    return "there" in item.attributes


def is_of_parking(item: Item) -> bool:
    """Return True for the item of an entity that is parked, or was parked."""
    return item.key.sk.startswith(keys.PARKED_PREFIX)


def is_read_item(item: Item) -> bool:
    """Return True for a read item or its tombstone. All other items name their workspace in their keys only."""
    return "workspace" in item.attributes


def content_of(item: Item) -> Mapping[str, Value | Key]:
    """Return everything but the expiry, which depends on the time of the write."""
    return {**item.attributes, "gsi1": str(item.gsi1), "gsi2": str(item.gsi2)}


def item_difference(what: str, item: Item, detail: str = "") -> Difference:
    return Difference(what, workspace_of(item), item.key.pk, item.key.sk, detail)
