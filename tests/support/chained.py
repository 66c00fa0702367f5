"""Commits that other code might have appended: whatever they hold, their hashes follow the chain."""

from dataclasses import replace

from ascend.adapters.store.commit_items import parse_position
from ascend.adapters.table.item import Item
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.chain import hash_body, hash_commit


def chained(workspace: WorkspaceId, predecessor: bytes, item: Item) -> Item:
    """Return the item with the hash that its attributes have behind the commit with the hash `predecessor`."""
    attributes = item.attributes
    id, time, format = (str(attributes[name]) for name in ("id", "time", "format"))
    body, clock = attributes["body"], attributes["clock"]
    assert isinstance(clock, int)
    body_hash = hash_body(body if isinstance(body, bytes) else str(body))
    hash = hash_commit(predecessor, workspace, parse_position(item), id, clock, time, format, body_hash)
    return replace(item, attributes={**attributes, "hash": hash})
