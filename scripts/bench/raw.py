"""The bare store, without Ascend's engine: the work that figures are compared with.

DynamoDB: aiobotocore with its own settings, on a table of its own without a stream. SQLite: a loop in one thread that inserts and
commits one row at a time, durably (WAL, synchronous=FULL). Memory: a dictionary.
"""

import itertools
import os
import sqlite3
import time
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

import anyio
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

from bench.measuring import Quantities, Stopwatch, stopwatch
from bench.place import Place

AT_ONCE = 16
"""Puts at once, where the store takes several."""
CONNECTIONS = 64
BODY = "x" * 500
"""Makes an item of 600 bytes, as long as a commit with one small event."""
PAGE = 1_000
_partitions = itertools.count()

Row = tuple[str, int, str]
"""A partition, a position and a body."""


class RawStore(Protocol):
    """Puts on condition that the position is free, and reads in order."""

    at_once: int
    """Puts at once that this store takes: 1 where there is one writer."""

    async def put(self, row: Row) -> None: ...

    async def read(self, partition: str) -> int:
        """Read a whole partition in order. Return the number of its rows."""
        ...


@asynccontextmanager
async def open_raw(place: Place) -> AsyncGenerator[RawStore]:
    """Open a bare store beside the stores of the place, for the length of the block."""
    match place.kind:
        case "dynamodb":
            (region,) = parse_qs(urlsplit(place.url("raw")).query)["region"]
            config = AioConfig(max_pool_connections=CONNECTIONS)
            session = AioSession()
            create: Any = session.create_client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            async with create("dynamodb", region_name=region, endpoint_url=place.root, config=config) as client:
                store = RawDynamoDB(client)
                await store.create()
                yield store
        case "sqlite":
            with closing(sqlite3.connect(f"{place.root}/raw.db", isolation_level=None)) as connection:
                yield RawSQLite(connection)
        case _:
            yield RawMemory()


class RawDynamoDB:
    at_once = AT_ONCE

    def __init__(self, client: Any) -> None:
        self._client = client
        self._table = f"raw{time.time_ns()}"

    async def create(self) -> None:
        keys = {"pk": ("HASH", "S"), "sk": ("RANGE", "N")}
        await self._client.create_table(
            TableName=self._table,
            KeySchema=[{"AttributeName": name, "KeyType": role} for name, (role, _) in keys.items()],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": type} for name, (_, type) in keys.items()],
            BillingMode="PAY_PER_REQUEST",
        )

    async def put(self, row: Row) -> None:
        partition, position, body = row
        await self._client.put_item(
            TableName=self._table,
            Item={"pk": {"S": partition}, "sk": {"N": str(position)}, "body": {"S": body}},
            ConditionExpression="attribute_not_exists(pk)",
        )

    async def read(self, partition: str) -> int:
        count, start = 0, dict[str, Any]()
        while True:
            page: Mapping[str, Any] = await self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": partition}},
                Limit=PAGE,
                **start,
            )
            count += len(page["Items"])
            if "LastEvaluatedKey" not in page:
                return count
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


class RawSQLite:
    at_once = 1

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE IF NOT EXISTS rows (pk TEXT, sk INTEGER, body TEXT, PRIMARY KEY (pk, sk)) WITHOUT ROWID",
        ):
            connection.execute(statement)

    async def put(self, row: Row) -> None:
        self._connection.execute("INSERT INTO rows VALUES (?, ?, ?)", row)  # which commits

    async def read(self, partition: str) -> int:
        statement = "SELECT pk, sk, body FROM rows WHERE pk = ? ORDER BY sk"
        return sum(1 for _ in self._connection.execute(statement, (partition,)))


class RawMemory:
    at_once = 1

    def __init__(self) -> None:
        self._rows = dict[tuple[str, int], str]()

    async def put(self, row: Row) -> None:
        partition, position, body = row
        if self._rows.setdefault((partition, position), body) is not body:
            raise KeyError(row)

    async def read(self, partition: str) -> int:
        return sum(1 for pk, _ in self._rows if pk == partition)


def make_rows(count: int) -> Iterator[Row]:
    """Make rows in a partition of their own, also if other processes use the same file."""
    partition = f"raw{os.getpid()}-{next(_partitions)}"
    return ((partition, position, BODY) for position in range(count))


async def fill_partition(raw: RawStore, count: int) -> str:
    """Put rows, and return their partition."""
    rows = list(make_rows(count))
    await put_rows(raw, rows, raw.at_once)
    return rows[0][0]


async def put_rows(raw: RawStore, rows: Iterable[Row], at_once: int) -> None:
    """Put rows, with so many on their way."""
    remaining = iter(rows)

    async def put() -> None:
        for row in remaining:
            await raw.put(row)

    if at_once == 1:
        await put()
        return
    async with anyio.create_task_group() as tasks:
        for _ in range(at_once):
            tasks.start_soon(put)


async def measure_puts(raw: RawStore, count: int) -> Quantities:
    """Measure puts that are sent one at a time."""
    rows = list(make_rows(count))
    async with stopwatch() as watch:
        for row in rows:
            await raw.put(row)
    return with_rate(watch, count)


async def measure_puts_at_once(raw: RawStore, count: int) -> Quantities:
    """Measure puts of which as many are on their way as the store takes."""
    rows = list(make_rows(count))
    async with stopwatch() as watch:
        await put_rows(raw, rows, raw.at_once)
    return with_rate(watch, count)


def with_rate(watch: Stopwatch, count: int) -> Quantities:
    """Return the milliseconds for one of `count` units of work, and how many there were in a second."""
    return watch.for_each_of(count) | {"a_second": count / watch.wall}
