"""The raw item of a commit: its key and its attributes, checked. Pure.

pk W#<workspace>   sk 0000000000000042   id, clock, time, format, …

What no version of the code writes is `Damaged`. The messages name the workspace and the position, and nothing of the
content: they are stored with a stalled workspace, and processes must write the same text for the same fault.
"""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Value
from ascend.domain.errors import Damaged, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.chain import HASH_BYTES

POSITION_TEXT = re.compile(rf"[0-9]{{{keys.WIDTH}}}")
ID_TEXT = re.compile(r"[0-9a-f-]{1,36}")
"""The ids of commits, which an erasure keeps. Other text may be content."""


def workspace_text(item: Item) -> str:
    """Return the workspace as the partition key names it."""
    return item.key.pk.partition("#")[2]


def is_position(sort_key: str) -> bool:
    """Return True if a commit can have this sort key. After the last position there must be room for an erasure."""
    return bool(POSITION_TEXT.fullmatch(sort_key)) and 0 < int(sort_key) < int(keys.LAST_POSITION)


def parse_position(item: Item) -> int:
    """Return the position of a commit. Raises: Damaged if its sort key is none."""
    if not is_position(item.key.sk):
        shown = ascii(item.key.sk[:80])
        raise Damaged(f"the log of workspace {workspace_text(item)}: the sort key {shown} is no position")
    return int(item.key.sk)


def check_position(item: Item, expected: int) -> None:
    """Raise `Damaged` if the item has another position than the expected one. Only for a consistent read."""
    if item.key.sk != keys.format_position(expected) and parse_position(item) != expected:
        raise Damaged(f"the log of workspace {workspace_text(item)} has a gap at {expected}")


@contextmanager
def naming_commit(workspace: WorkspaceId, position: int) -> Generator[None]:
    """Name the position and the workspace in an error about a commit's content."""
    try:
        yield
    except (Damaged, UpgradeRequired) as error:
        raise name_commit(error, workspace, position) from error


def name_commit(error: Damaged | UpgradeRequired, workspace: WorkspaceId, position: int) -> Damaged | UpgradeRequired:
    """Return the error about a commit's content with the position and the workspace."""
    named = type(error)(f"commit {position} of workspace {workspace}: {error.detail}")
    named.position = position
    return named


def parse_id(attributes: Mapping[str, Value]) -> str:
    """Return the id. Raises: Damaged."""
    id = attributes.get("id")
    if not isinstance(id, str):
        raise Damaged("its id is missing or no text")
    return id


def parse_clock(attributes: Mapping[str, Value]) -> int:
    """Return the clock. Raises: Damaged."""
    clock = attributes.get("clock")
    if type(clock) is not int or clock < 0:
        raise Damaged("its clock is missing or no number")
    return clock


def parse_time(attributes: Mapping[str, Value]) -> datetime:
    """Return the time. Raises: Damaged."""
    time = attributes.get("time")
    try:
        parsed = datetime.fromisoformat(time if isinstance(time, str) else "")
    except ValueError:
        raise Damaged("its time is missing or no time") from None
    if parsed.tzinfo is None:
        raise Damaged("its time has no zone")
    return parsed.astimezone(UTC)


def clock_time(clock: int) -> datetime:
    """Return the time of a clock. Raises: Damaged if no time is so far."""
    try:
        return datetime.fromtimestamp(clock / 1_000, UTC)
    except (OverflowError, ValueError, OSError):
        raise Damaged("its clock is no time") from None


def readable_clock(attributes: Mapping[str, Value]) -> int:
    """Return the clock, or 0 if it cannot be read."""
    try:
        return parse_clock(attributes)
    except Damaged:
        return 0


def parse_hash(attributes: Mapping[str, Value], name: str = "hash") -> bytes:
    """Return a hash. Raises: Damaged."""
    hash = attributes.get(name)
    if not isinstance(hash, bytes) or len(hash) != HASH_BYTES:
        raise Damaged(f"its {name} is missing or no hash")
    return hash
