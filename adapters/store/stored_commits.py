"""Converts commits to items and back, and checks that each follows the one before it. Pure.

commit   id, clock, time, format, body, hash                     format "json/2"; without `hash` in "json/1"
stub     id, clock, time, format, hash, of, body_hash            "erased/2", in place of a chained commit
         id, clock, format                                       "erased/1", in place of a commit from before the chain
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Value
from ascend.domain.errors import Damaged, LogDiverged
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.chain import START_HASH, hash_body, hash_commit, hash_unchained, is_chained
from ascend.domain.runtime.commit import FORMAT, UNCHAINED, Commit, decode, format_time
from ascend.domain.runtime.model import Model

ERASED = "erased/2"
"""The format of a stub that keeps its place in the chain: `of` is the format that its commit had."""
ERASED_UNCHAINED = "erased/1"
"""The format of a stub of a commit from before the chain of hashes."""
STUBS = (ERASED, ERASED_UNCHAINED)


@dataclass(frozen=True, slots=True)
class StoredCommit:
    """A commit as it is stored, without its events decoded."""

    workspace: WorkspaceId
    position: int
    id: str
    clock: int
    time: str
    format: str
    body: str | bytes
    hash: bytes
    of: str = ""
    """The format that the commit of a stub had."""
    body_hash: bytes = b""
    """The hash of the body that the commit of a stub had."""

    @property
    def is_stub(self) -> bool:
        return self.format in STUBS

    def had_hash(self, hash: bytes) -> bool:
        """Return True if this is the commit that had this hash when it was read before (see `Commit.had_hash`)."""
        return hash in (self.hash, hash_unchained(self.workspace, self.position, self.id))

    def follows(self, predecessor: bytes) -> bool:
        """Return True if the commit is as it was written behind the commit with this hash."""
        if self.format == ERASED_UNCHAINED:
            return True
        if not is_chained(self.hash):
            return not is_chained(predecessor)
        body_hash = self.body_hash if self.is_stub else hash_body(self.body)
        format = self.of if self.is_stub else self.format
        stored = self.id, self.clock, self.time, format, body_hash
        return self.hash == hash_commit(predecessor, self.workspace, self.position, *stored)


def to_item(commit: Commit, body: str) -> Item:
    attributes: dict[str, Value] = {
        "id": commit.id,
        "clock": commit.clock,
        "time": format_time(commit.time),
        "format": FORMAT,
        "body": body,
        "hash": commit.hash,
    }
    return Item(keys.commit_key(commit.workspace, commit.position), attributes)


def to_stub(item: Item) -> Item:
    """Return the stub of a commit. It keeps the id and the slot, so that no late writer can fill the slot, and the hash.

    It reads no event: what cannot be decoded can be erased.
    """
    stored = item.attributes
    kept = {name: stored[name] for name in ("id", "clock") if name in stored}
    hash, body, format = stored.get("hash"), stored.get("body"), stored.get("format")
    if not isinstance(hash, bytes) or not isinstance(body, str | bytes) or not isinstance(format, str):
        return Item(item.key, {**kept, "format": ERASED_UNCHAINED})
    chained: dict[str, Value] = {"time": stored.get("time"), "of": format, "body_hash": hash_body(body), "hash": hash}
    return Item(item.key, {**kept, **chained, "format": ERASED})


def parse_stored(workspace: WorkspaceId, item: Item) -> StoredCommit:
    """Return the commit of an item, without its events decoded.

    Raises:
        Damaged: the item is no commit.
    """
    stored, position = item.attributes, parse_position(item)
    try:
        id, clock, format = _text(stored["id"]), parse_clock(item), _text(stored["format"])
        if format == ERASED_UNCHAINED:
            link = hash_unchained(workspace, position, id)
            return StoredCommit(workspace, position, id, clock, "", format, "", link)
        time = _text(stored["time"])
        if format == ERASED:
            of, body_hash = _text(stored["of"]), _bytes(stored["body_hash"])
            hash = _bytes(stored["hash"])
            return StoredCommit(workspace, position, id, clock, time, format, "", hash, of, body_hash)
        hash = hash_unchained(workspace, position, id) if format == UNCHAINED else _bytes(stored["hash"])
        return StoredCommit(workspace, position, id, clock, time, format, _body(stored["body"]), hash)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"workspace {workspace}, position {position}: {error!r}") from error


def to_commit(model: Model, stored: StoredCommit) -> Commit:
    """Return the commit with its events decoded.

    Raises:
        UpgradeRequired: this code does not know the commit's format, or one of its events.
        Damaged: the body is not what a commit holds.
    """
    workspace, position, id, clock = stored.workspace, stored.position, stored.id, stored.clock
    if stored.is_stub:
        time = datetime.fromtimestamp(clock / 1_000, UTC)
        return Commit(workspace, position, id, clock, time, (), stored.hash, is_stub=True)
    time = datetime.fromisoformat(stored.time).astimezone(UTC)
    return Commit(workspace, position, id, clock, time, decode(model, stored.format, stored.body), stored.hash)


def follow(
    workspace: WorkspaceId, first: int, items: Iterable[Item], predecessor: bytes | None = None
) -> Iterator[StoredCommit]:
    """Yield the commits of items that begin at position `first`, each checked against the one before it.

    `predecessor` is the hash of the commit before the first one; None if it is not known, and then the first one is not
    checked.

    Raises:
        LogDiverged: a position is missing.
        Damaged: an item is no commit, or not as it was written.
    """
    before = START_HASH if first == 1 else predecessor
    for position, item in enumerate(items, first):
        check_position(workspace, item, position)
        stored = parse_stored(workspace, item)
        if before is not None and not stored.follows(before):
            raise Damaged(
                f"workspace {workspace}, position {position}: its hash does not match its content and predecessor"
            )
        before = stored.hash
        yield stored


def parse_position(item: Item) -> int:
    return int(item.key.sk)


def parse_clock(item: Item) -> int:
    clock = item.attributes["clock"]
    if not isinstance(clock, int):
        raise TypeError(f"the clock is {clock!r}")
    return clock


def check_position(workspace: WorkspaceId, item: Item, expected: int) -> None:
    """Raises: LogDiverged if the item has another position than expected."""
    if parse_position(item) != expected:
        raise LogDiverged(f"the log of {workspace} has a gap at {expected}")


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text was expected, not {value!r}")
    return value


def _bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"bytes were expected, not {value!r}")
    return value


def _body(value: Value) -> str | bytes:
    return value if isinstance(value, bytes) else _text(value)
