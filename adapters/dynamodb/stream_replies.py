"""Reads the replies of DynamoDB Streams. Pure.

DescribeStream   Shards: each with its parent, open while its range has no last sequence number; paged
GetRecords       Records: each with the keys of an item; NextShardIterator: null after the last record of the shard
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ascend.adapters.dynamodb.replies import Reply, expect_form
from ascend.adapters.layout.keys import parse_commit_key
from ascend.adapters.table.item import Key
from ascend.domain.ids import WorkspaceId


@dataclass(frozen=True, slots=True)
class StreamShard:
    """A part of a stream. It ends after some hours, or when its partition of the table splits; its children go on."""

    id: str
    parent: str | None
    is_open: bool
    """True while records may be added."""


@dataclass(frozen=True, slots=True)
class ShardPage:
    shards: Sequence[StreamShard]
    next: str | None
    """The shard after which the next page begins."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    workspaces: Sequence[WorkspaceId]
    """Workspaces of the new commits, each once."""
    last: str | None
    """The sequence number of the last record. None: the page is empty."""
    next: str | None
    """The iterator of the next page. None: the shard has ended."""


def read_shards(reply: Reply) -> ShardPage:
    """Return the page of a reply to a DescribeStream."""
    with expect_form("DescribeStream"):
        stream = reply["StreamDescription"]
        return ShardPage([_read_shard(shard) for shard in stream["Shards"]], stream.get("LastEvaluatedShardId"))


def read_iterator(reply: Reply) -> str:
    """Return the iterator of a reply to a GetShardIterator."""
    with expect_form("GetShardIterator"):
        return str(reply["ShardIterator"])


def read_records(reply: Reply) -> RecordPage:
    """Return the page of a reply to a GetRecords. A record that is not the record of a new commit counts as read."""
    with expect_form("GetRecords"):
        records: Sequence[Mapping[str, Any]] = reply["Records"]
        named = [workspace for record in records if (workspace := _read_workspace(record)) is not None]
        last = str(records[-1]["dynamodb"]["SequenceNumber"]) if records else None
        return RecordPage(tuple(dict.fromkeys(named)), last, reply.get("NextShardIterator"))


def _read_shard(shard: Mapping[str, Any]) -> StreamShard:
    sequence = shard.get("SequenceNumberRange", {})
    return StreamShard(shard["ShardId"], shard.get("ParentShardId"), "EndingSequenceNumber" not in sequence)


def _read_workspace(record: Mapping[str, Any]) -> WorkspaceId | None:
    """Return the workspace of a commit that was added; None for every other change, and for keys of somebody else."""
    if record.get("eventName") != "INSERT":
        return None
    match record["dynamodb"].get("Keys"):
        case {"pk": {"S": str(pk)}, "sk": {"S": str(sk)}}:
            return parse_commit_key(Key(pk, sk))
        case _:
            return None
