"""Converts commits to items and back, and checks that each follows the one before it. Pure.

commit   id, clock, time, format, body, hash                     format "json/2", or "json+zlib/2" where the body is
                                                                 compressed; without `hash` in "json/1"
stub     id, clock, time, format, hash, of, body_hash            "erased/2", in place of a chained commit
         id, clock, format                                       "erased/1", in place of anything else
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ascend.adapters.layout import keys
from ascend.adapters.store.commit_items import (
    check_position,
    clock_time,
    name_commit,
    parse_clock,
    parse_hash,
    parse_id,
    parse_position,
    parse_time,
)
from ascend.adapters.store.stubs import ERASED_UNCHAINED, is_stub
from ascend.adapters.table.item import Item, Value
from ascend.domain.errors import Damaged, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.body import UNCHAINED, Body
from ascend.domain.runtime.chain import START_HASH, hash_body, hash_commit, hash_unchained, is_chained
from ascend.domain.runtime.commit import Commit, format_time
from ascend.domain.runtime.decoding import check_format, decode
from ascend.domain.runtime.model import Model


@dataclass(frozen=True, slots=True)
class StoredCommit:
    """A commit or a stub as it is stored, without its events decoded."""

    workspace: WorkspaceId
    position: int
    id: str
    clock: int
    time: datetime
    time_text: str
    format: str
    """The format of the commit; for a stub, the format that its commit had."""
    body: Value
    """None in a stub."""
    body_hash: bytes
    hash: bytes
    stub: str = ""
    """The format of the stub. Empty for a commit."""
    is_proved: bool = False
    """True if whoever holds it has compared its hash with its content and its predecessor: it is as it was written."""

    def follows(self, predecessor: bytes) -> bool:
        """Return True if the commit is as it was written behind the commit with this hash."""
        if self.stub == ERASED_UNCHAINED:
            return True  # it proves nothing: it may stand for a commit that nobody could read
        if not is_chained(self.hash):
            return not is_chained(predecessor)
        stored = self.id, self.clock, self.time_text, self.format, self.body_hash
        return self.hash == hash_commit(predecessor, self.workspace, self.position, *stored)


def to_item(commit: Commit, body: Body) -> Item:
    attributes: dict[str, Value] = {
        "id": commit.id,
        "clock": commit.clock,
        "time": format_time(commit.time),
        "format": body.format,
        "body": body.content,
        "hash": commit.hash,
    }
    return Item(keys.commit_key(commit.workspace, commit.position), attributes)


def parse_stored(workspace: WorkspaceId, item: Item) -> StoredCommit:
    """Return the commit of an item, without its events decoded.

    Raises:
        UpgradeRequired: a later version of the code wrote it.
        Damaged: it is not as any version writes it.
    """
    return _parse_at(workspace, parse_position(item), item, is_proved=False)


def _parse_at(workspace: WorkspaceId, position: int, item: Item, *, is_proved: bool) -> StoredCommit:
    try:
        if is_stub(item):
            return _parse_stub(workspace, position, item)
        return _parse_commit(workspace, position, item, is_proved=is_proved)
    except (Damaged, UpgradeRequired) as error:
        raise name_commit(error, workspace, position) from error


def _parse_commit(workspace: WorkspaceId, position: int, item: Item, *, is_proved: bool) -> StoredCommit:
    stored = item.attributes
    format, body = stored.get("format"), stored.get("body")
    check_format(format)
    id, clock, time = parse_id(stored), parse_clock(stored), parse_time(stored)
    if not isinstance(body, str | bytes):
        raise Damaged("its body is no text")
    hash = hash_unchained(workspace, position, id) if format == UNCHAINED else parse_hash(stored)
    texts = str(stored["time"]), str(format)
    return StoredCommit(workspace, position, id, clock, time, *texts, body, hash_body(body), hash, is_proved=is_proved)


def _parse_stub(workspace: WorkspaceId, position: int, item: Item) -> StoredCommit:
    stored, stub = item.attributes, str(item.attributes["format"])
    id, clock = parse_id(stored), parse_clock(stored)
    if stub == ERASED_UNCHAINED:
        hash = hash_unchained(workspace, position, id)
        return StoredCommit(workspace, position, id, clock, clock_time(clock), "", "", None, b"", hash, stub)
    texts = str(stored["time"]), str(stored["of"])
    hashes = parse_hash(stored, "body_hash"), parse_hash(stored)
    return StoredCommit(workspace, position, id, clock, parse_time(stored), *texts, None, *hashes, stub)


def to_commit(model: Model, stored: StoredCommit, *, validate: bool = False) -> Commit:
    """Return the commit with its events decoded. `validate`: validate them, even if it is proved that they are as written.

    Raises:
        UpgradeRequired: this code does not know one of the events.
        Damaged: the body is not what a commit holds.
    """
    place = stored.workspace, stored.position, stored.id, stored.clock, stored.time
    if stored.stub:
        return Commit(*place, (), stored.hash, is_stub=True)
    try:
        records = decode(model, stored.format, stored.body, as_written=stored.is_proved and not validate)
    except (Damaged, UpgradeRequired) as error:
        raise name_commit(error, stored.workspace, stored.position) from error
    return Commit(*place, records, stored.hash)


def follow(
    workspace: WorkspaceId, first: int, items: Iterable[Item], predecessor: bytes | None = None
) -> Iterator[StoredCommit]:
    """Yield the commits of items that begin at position `first`, each checked against the one before it.

    `predecessor` is the hash of the commit before the first one; None if it is not known, and then the first one is not
    checked.

    Raises:
        UpgradeRequired: a later version of the code wrote a commit.
        Damaged: a position is missing, or an item is no commit, or not as it was written.
    """
    before = START_HASH if first == 1 else predecessor
    for position, item in enumerate(items, first):
        check_position(item, position)
        stored = _parse_at(workspace, position, item, is_proved=before is not None)
        if before is not None and not stored.follows(before):
            fault = Damaged("its hash does not match its content and its predecessor")
            raise name_commit(fault, workspace, position)
        before = None if stored.stub == ERASED_UNCHAINED else stored.hash  # it may stand for a chained commit
        yield stored
