"""Stubs: what an erasure puts in place of anything in a log. Nothing here decodes what it erases.

A stub keeps the slot, so that no late writer can fill it. A stub of a chained commit also keeps its place in the chain: the
hash, and all that the hash is made of except the body, of which it keeps the hash.
"""

import re

from ascend.adapters.store.commit_items import ID_TEXT, parse_hash, parse_time, readable_clock
from ascend.adapters.table.item import Item, Value
from ascend.domain.errors import Damaged
from ascend.domain.runtime.chain import hash_body
from ascend.domain.runtime.decoding import FORMAT_TEXT

ERASED = "erased/2"
"""The format of a stub that keeps its place in the chain: `of` is the format that its commit had."""
ERASED_UNCHAINED = "erased/1"
"""The format of a stub of a commit from before the chain of hashes, or of what could not be read."""
TIME_TEXT = re.compile(r"[0-9T:.+-]{10,40}")


def is_stub(item: Item) -> bool:
    """Return True for a stub of either format."""
    return item.attributes.get("format") in (ERASED, ERASED_UNCHAINED)


def to_stub(item: Item) -> Item:
    """Return the stub of any item in the log. It keeps no text of the content. The stub of a stub is the same stub."""
    stored = item.attributes
    id = stored.get("id")
    kept: dict[str, Value] = {
        "id": id if isinstance(id, str) and ID_TEXT.fullmatch(id) else "",
        "clock": readable_clock(stored),
    }
    try:
        chained = _chained_parts(item)
    except Damaged:
        return Item(item.key, {**kept, "format": ERASED_UNCHAINED})
    return Item(item.key, {**kept, **chained, "format": ERASED})


def _chained_parts(item: Item) -> dict[str, Value]:
    """Return the attributes that keep the place in the chain. Raises: Damaged if the item has none."""
    stored = item.attributes
    was_stub = stored.get("format") == ERASED
    of, time, body = stored.get("of" if was_stub else "format"), stored.get("time"), stored.get("body")
    parse_time(stored)
    if not isinstance(of, str) or not FORMAT_TEXT.fullmatch(of) or not TIME_TEXT.fullmatch(str(time)):
        raise Damaged("its format or its time is none")
    if not was_stub and not isinstance(body, str | bytes):
        raise Damaged("its body is no text")
    body_hash = (
        parse_hash(stored, "body_hash") if was_stub else hash_body(body if isinstance(body, bytes) else str(body))
    )
    return {"time": time, "of": of, "body_hash": body_hash, "hash": parse_hash(stored)}
