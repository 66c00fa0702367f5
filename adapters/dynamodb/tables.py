"""The tables in Amazon DynamoDB: `<prefix>-events` and `<prefix>-views` (created by `setup`).

    call ──▶ checks ──▶ request (pure, `requests`) ──▶ client ──▶ reply ──▶ checks, items (pure, `replies`)
                                                           └──▶ error, translated (`errors`)

One call sends one request. Two send more: `batch_get`, one for each 100 keys and again for unprocessed keys, and `put_all`,
one for each 25 puts to the views (`bulk`), and again for what these did not settle.
The client retries a request that got no answer. If a put had succeeded the first time, its retry is `Blocked` by the
put's own item.
"""

import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import anyio
from aiobotocore.client import AioBaseClient
from botocore.exceptions import ClientError

from ascend.adapters.dynamodb import replies, requests
from ascend.adapters.dynamodb.bulk import BulkWriter, KnownVerbs
from ascend.adapters.dynamodb.client import open_clients
from ascend.adapters.dynamodb.errors import code_of, translate_errors
from ascend.adapters.dynamodb.hints import Clients, StreamHints
from ascend.adapters.dynamodb.parser import refuse_broken_replies
from ascend.adapters.dynamodb.setup import Definition, check_table, create_table
from ascend.adapters.dynamodb.statements import CheckedPut, Verb
from ascend.adapters.table.conditions import Blocked, Condition, Equals, check_condition
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put, check_different_keys
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage, ValuesPage, check_scan
from ascend.adapters.table.typed import check_key, key_from_typed, to_typed
from ascend.adapters.url_text import describe_url
from ascend.domain.errors import StoreClosed, StoreUnavailable
from ascend.domain.runtime.concurrency import AT_ONCE, for_each
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.retry import delays
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints, NoHints

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

log = Log("ascend.store")
BATCH_RETRIES = 8
"""The number of replies to one batch without a single item, after which the store counts as unavailable."""


@asynccontextmanager
async def open_dynamodb(
    prefix: str, region: str | None = None, endpoint_url: str | None = None, *, thin: bool = True
) -> AsyncGenerator["DynamoTables", None]:
    """Open the tables of this prefix with a client of their own, for as long as the block runs (see `open_client`).

    `thin=False`: aiobotocore sends every request.
    """
    async with open_clients(region, endpoint_url, thin=thin) as (client, streams):
        tables = DynamoTables(client, prefix, streams=streams)
        try:
            yield tables
        finally:
            tables.close()


class ClosedClient:
    """Replaces the client of a closed store. The closed client itself would fail like a network, and be retried."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> NoReturn:
        raise StoreClosed(f"dynamodb://{self._prefix}")


class DynamoTables:
    """Both tables of one store. The caller owns the clients; from now on, they refuse replies whose checksum does not match.

    `streams` is a client of the service `dynamodbstreams`, with retries of its own turned off. Without one there are no
    hints: workers find changes by asking every workspace in turn.
    `stream=False` is for tables without consumers (benchmarks): they are created and checked without a stream.
    """

    def __init__(
        self, client: "DynamoDBClient", prefix: str, *, streams: AioBaseClient | None = None, stream: bool = True
    ) -> None:
        for given in (client, *(() if streams is None else (streams,))):
            refuse_broken_replies(given)
        self.client = client
        self._prefix = prefix
        self._send: Any = client  # requests are plain values, not the client's typed ones
        self._clients = None if streams is None else Clients(client, streams)
        self._known_verbs = KnownVerbs()
        self._names = {table: f"{prefix}-{table.value}" for table in Table}
        self._definitions = [Definition(table, name, stream=stream) for table, name in self._names.items()]

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        check_key(key)
        request = requests.build_get(self._names[table], key, consistent=consistent)
        with translate_errors(self._describe(table)):
            return replies.read_item(await self._send.get_item(**request), key)

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        for key in keys:
            check_key(key)
        unique = list(dict.fromkeys(keys))
        items: dict[Key, Item] = {}
        for start in range(0, len(unique), requests.BATCH_KEYS):
            async for item in self._read_batch(table, unique[start : start + requests.BATCH_KEYS], consistent):
                items[item.key] = item
        return items

    async def query(self, query: Query) -> TablePage:
        request = requests.build_query(self._names[query.table], query)
        with translate_errors(self._describe(query.table)):
            return replies.read_query(await self._send.query(**request), query)

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        request = requests.build_values_query(self._names[query.table], query, names)
        with translate_errors(self._describe(query.table)):
            return replies.read_values(await self._send.query(**request), query, names)

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        return await self._put(table, _check_put(table, Put(item, when)))

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        check_different_keys(puts)
        checked = [_check_put(table, put) for put in puts]
        written, refused = dict[int, bool](), frozenset[Verb]()
        if table is Table.VIEWS and len(checked) > 1:  # nobody may change commits by statements
            writer = BulkWriter(self._send, self._names[table], self._describe(table), self._known_verbs)
            written, refused = await writer.write(checked, check)

        async def put(number: int) -> None:
            check()
            written[number] = await self._put(table, checked[number]) is None

        rest = [number for number in range(len(checked)) if number not in written]
        await for_each(rest, put, limit=min(len(rest), AT_ONCE))
        if new := self._known_verbs.refuse(refused):  # it took the puts
            verbs = sorted(verb.value for verb in new)
            log.warning("bulk_writes.refused", table=self._names[table], statements=verbs)
        return [written[number] for number in range(len(checked))]

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        check_key(key)
        check_condition(when)
        request = requests.build_delete(self._names[table], key, when)
        return await self._write(table, key, when, self._send.delete_item, request)

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        check_scan(after, limit)
        with translate_errors(self._describe(table)):
            return replies.read_scan(await self._send.scan(**requests.build_scan(self._names[table], after, limit)))

    def change_hints(self) -> ChangeHints:
        if self._clients is None:
            return NoHints()
        return StreamHints(self._clients, self._names[Table.EVENTS])

    async def create(self) -> None:
        for definition in self._definitions:
            with translate_errors(self._describe(definition.table)):
                await create_table(self._send, definition)

    async def check(self) -> None:
        for definition in self._definitions:
            with translate_errors(self._describe(definition.table)):
                await check_table(self._send, definition)

    async def find_damage(self) -> Sequence[str]:
        return ()

    def close(self) -> None:
        self._send = ClosedClient(self._prefix)
        if self._clients is not None:
            self._clients.closed = f"dynamodb://{self._prefix}"

    async def _put(self, table: Table, put: CheckedPut) -> Blocked | None:
        request = requests.build_put(self._names[table], put.typed, put.when)
        return await self._write(table, key_from_typed(put.typed), put.when, self._send.put_item, request)

    async def _write(
        self, table: Table, key: Key, when: Condition, send: Callable[..., Awaitable[Any]], request: requests.Request
    ) -> Blocked | None:
        with translate_errors(self._describe(table)):
            try:
                replies.check_written(await send(**request))
            except ClientError as error:
                if code_of(error) != "ConditionalCheckFailedException":
                    raise
                return Blocked(replies.read_blocking_item(dict(error.response), key, when))
        return None

    async def _read_batch(self, table: Table, keys: list[Key], consistent: bool) -> AsyncIterator[Item]:
        """Yield the items of up to 100 keys. Replies may leave keys unprocessed (16 MB, throttling): ask again.

        A reply without items is followed by a wait. Raises: StoreUnavailable after `BATCH_RETRIES` waits.
        """
        name, waits = self._names[table], delays(0.1, 2, count=BATCH_RETRIES)
        while keys:
            with translate_errors(self._describe(table)):
                reply = await self._send.batch_get_item(**requests.build_batch_get(name, keys, consistent=consistent))
                items, keys = replies.read_batch(reply, name, set(keys))
            for item in items:
                yield item
            if items or not keys:
                continue
            if (delay := next(waits, None)) is None:
                raise StoreUnavailable(f"{self._describe(table)} leaves a batch read unprocessed: read less at once")
            await anyio.sleep(random.uniform(0, delay))  # noqa: S311  jitter

    def _describe(self, table: Table) -> str:
        return f"table {self._names[table]} at {describe_url(self.client.meta.endpoint_url)}"


def _check_put(table: Table, put: Put) -> CheckedPut:
    """Raises: LimitExceeded, InvalidInput."""
    typed, size = to_typed(table, put.item)
    check_condition(put.when)
    return CheckedPut(typed, size, put.when, put.is_new)
