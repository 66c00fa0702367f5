"""A stream that follows a test's script, in the time of a fake environment: shards split, end, are trimmed and throttled.

    stream = ScriptedStream(environment)
    stream.open("a")
    stream.at(5, lambda: stream.split("a", "b", "c"))     done when the first request after second 5 arrives
    stream.commit("b", HOME, second=6)
    stream.until = 60                                      the request after this second raises `TheEnd`

It answers the four requests that hints send, as the service does, and keeps a list of them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from ascend.adapters.layout import keys
from ascend.domain.ids import WorkspaceId
from ascend.testing import FakeEnvironment

ITERATOR_SECONDS = 900
"""Seconds after which an iterator expires."""
Record = dict[str, Any]


class TheEnd(Exception):
    """The script is over."""


@dataclass
class ScriptedShard:
    id: str
    parent: str | None = None
    records: list[Record] = field(default_factory=list[Record])
    is_open: bool = True
    trimmed: int = 0
    """The number of records that are gone."""
    empty_pages: int = 0
    """Pages without records that come before the next one with records."""


@dataclass
class Sent:
    second: float
    operation: str
    shard: str = ""


def make_record(sequence: int, item_keys: object, event: str = "INSERT") -> Record:
    return {"eventName": event, "dynamodb": {"SequenceNumber": str(sequence), "Keys": item_keys}}


def commit_keys(workspace: WorkspaceId, position: int) -> object:
    key = keys.commit_key(workspace, position)
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


class ScriptedStream:
    """Takes the place of both clients."""

    def __init__(self, environment: FakeEnvironment, *, page: int = 100) -> None:
        self.environment = environment
        self.page = page
        self.until = 60.0
        self.arn: str | None = "arn:stream/1"
        """None: the stream is off."""
        self.shards: dict[str, ScriptedShard] = {}
        self.sent: list[Sent] = []
        self.failures: dict[tuple[str, str], list[str]] = {}
        self.reply: Callable[[Record], Record] = lambda reply: reply
        """Changes the replies to GetRecords."""
        self._script: list[tuple[float, Callable[[], object]]] = []
        self._sequence = 0

    # The script

    def open(self, *ids: str, parent: str | None = None) -> None:
        for id in ids:
            self.shards[id] = ScriptedShard(id, parent)

    def split(self, parent: str, *children: str) -> None:
        self.shards[parent].is_open = False
        self.open(*children, parent=parent)

    def at(self, second: float, action: Callable[[], object]) -> None:
        self._script.append((second, action))
        self._script.sort(key=lambda line: line[0])

    def add(self, shard: str, item_keys: object, event: str = "INSERT") -> None:
        self._sequence += 1
        self.shards[shard].records.append(make_record(self._sequence, item_keys, event))

    def commit(self, shard: str, workspace: WorkspaceId, *, second: float | None = None) -> None:
        if second is None:
            self.add(shard, commit_keys(workspace, 1))
        else:
            self.at(second, lambda: self.commit(shard, workspace))

    def fail(self, operation: str, *codes: str, shard: str = "") -> None:
        """Answer the next requests with these errors. An empty code: the request is answered."""
        self.failures.setdefault((operation, shard), []).extend(codes)

    def count(self, operation: str) -> int:
        return Counter(sent.operation for sent in self.sent)[operation]

    # The requests

    async def describe_table(self, TableName: str) -> Record:  # noqa: N803  the client's names
        self._enter("describe_table")
        if self.arn is None:
            return {"Table": {"LatestStreamArn": "arn:stream/the one that was turned off"}}
        return {"Table": {"StreamSpecification": {"StreamEnabled": True}, "LatestStreamArn": self.arn}}

    async def describe_stream(self, StreamArn: str, ExclusiveStartShardId: str | None = None) -> Record:  # noqa: N803
        self._enter("describe_stream")
        self._find_stream(StreamArn)
        ids = list(self.shards)
        start = 0 if ExclusiveStartShardId is None else ids.index(ExclusiveStartShardId) + 1
        chosen = ids[start : start + self.page]
        description: Record = {"Shards": [self._describe(self.shards[id]) for id in chosen]}
        if start + self.page < len(ids):
            description["LastEvaluatedShardId"] = chosen[-1]
        return {"StreamDescription": description}

    async def get_shard_iterator(
        self,
        StreamArn: str,  # noqa: N803
        ShardId: str,  # noqa: N803
        ShardIteratorType: str,  # noqa: N803
        SequenceNumber: str | None = None,  # noqa: N803
    ) -> Record:
        self._enter("get_shard_iterator", ShardId)
        self._find_stream(StreamArn)
        shard = self._find_shard(ShardId)
        if SequenceNumber is not None:
            numbers = [record["dynamodb"]["SequenceNumber"] for record in shard.records]
            return {"ShardIterator": self._make_iterator(shard, numbers.index(SequenceNumber) + 1)}
        place = shard.trimmed if ShardIteratorType == "TRIM_HORIZON" else len(shard.records)
        return {"ShardIterator": self._make_iterator(shard, place)}

    async def get_records(self, ShardIterator: str, Limit: int) -> Record:  # noqa: N803
        arn, id, place, made = ShardIterator.split("|")
        self._enter("get_records", id)
        self._find_stream(arn)
        shard, start = self._find_shard(id), int(place)
        if self.environment.elapsed() - float(made) > ITERATOR_SECONDS:
            raise make_error("ExpiredIteratorException")
        if start < shard.trimmed:
            raise make_error("TrimmedDataAccessException")
        if shard.empty_pages:
            shard.empty_pages -= 1
            return {"Records": [], "NextShardIterator": self._make_iterator(shard, start)}
        end = min(start + Limit, len(shard.records))
        reply: Record = {"Records": shard.records[start:end]}
        if shard.is_open or end < len(shard.records):
            reply["NextShardIterator"] = self._make_iterator(shard, end)
        return self.reply(reply)

    def _enter(self, operation: str, shard: str = "") -> None:
        now = self.environment.elapsed()
        while self._script and self._script[0][0] <= now:
            self._script.pop(0)[1]()
        self.sent.append(Sent(now, operation, shard))
        if now > self.until:
            raise TheEnd
        failures = self.failures.get((operation, shard)) or self.failures.get((operation, ""))
        if failures and (code := failures.pop(0)):
            raise make_error(code)

    def _find_stream(self, arn: str) -> None:
        if arn != self.arn:
            raise make_error("ResourceNotFoundException")

    def _find_shard(self, id: str) -> ScriptedShard:
        if id not in self.shards:
            raise make_error("ResourceNotFoundException")
        return self.shards[id]

    def _make_iterator(self, shard: ScriptedShard, place: int) -> str:
        return f"{self.arn}|{shard.id}|{place}|{self.environment.elapsed()}"

    def _describe(self, shard: ScriptedShard) -> Record:
        sequence = {"StartingSequenceNumber": "1"} | ({} if shard.is_open else {"EndingSequenceNumber": "2"})
        parent = {} if shard.parent is None else {"ParentShardId": shard.parent}
        return {"ShardId": shard.id, "SequenceNumberRange": sequence, **parent}


def make_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "as the script says"}}, "a request")
