"""Heads: where the log of each workspace ends, with the hash of the chain there. Saved, they prove a log later.

ascend --json heads > HEADS.json ──▶ … ──▶ ascend verify --against HEADS.json
"""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ascend.adapters.operations.verified import Difference, log_difference
from ascend.adapters.store.commit_items import parse_position
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.stored_commits import parse_stored
from ascend.adapters.table.item import Item
from ascend.domain.errors import UnreadableLog
from ascend.domain.ids import WorkspaceId


class LogHead(BaseModel):
    """The last commit of a workspace's log at some moment."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    workspace: WorkspaceId
    position: Annotated[int, Field(ge=0)]
    hash: Annotated[str, Field(pattern="^([0-9a-f]{2})*$")]
    """The hash of the chain there, as hexadecimal text. Empty before the first commit."""
    unreadable: str = ""
    """The reason why the log could not be read, if it could not."""


async def read_heads(log: TableEventLog) -> AsyncIterator[LogHead]:
    """Yield the head of every workspace that is not erased: one request each."""
    async for workspace in log.workspaces():
        item = await log.last_item(workspace)
        yield LogHead(workspace=workspace, position=0, hash="") if item is None else to_head(workspace, item)


def to_head(workspace: WorkspaceId, item: Item) -> LogHead:
    position = parse_position(item)
    try:
        return LogHead(workspace=workspace, position=position, hash=parse_stored(workspace, item).hash.hex())
    except UnreadableLog as error:
        return LogHead(workspace=workspace, position=position, hash="", unreadable=str(error))


async def compare_head(log: TableEventLog, head: LogHead) -> Difference | None:
    """Return a difference if the commit of a saved head is not in the log any more. An erased commit keeps its hash."""
    if head.unreadable:
        detail = "this log could not be read when the heads were saved, so nothing is compared"
        return log_difference(head.workspace, head.position, detail)
    if head.position == 0:
        return None
    try:
        stored = await log.stored_at(head.workspace, head.position)
    except UnreadableLog as error:
        return log_difference(head.workspace, head.position, str(error))
    if stored is None:
        return log_difference(head.workspace, head.position, "the log ends before the saved head")
    if stored.hash.hex() != head.hash:
        return log_difference(head.workspace, head.position, "another commit than in the saved head")
    return None
