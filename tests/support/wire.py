"""Records every request that a DynamoDB engine sends (retries included), with its table and the units it consumed.

    wire = listen(tables)                       records from here on, and requests the consumed capacity
    await tables.put(…)
    assert wire.summary() == {"PutItem": 1}
    assert (wire.write_units, wire.read_units) == (1, 0)

moto reports wrong units: assert units on DynamoDB Local. A failed condition reports no units, although it is billed; nor do
statements, which cost the units of the same puts: send puts one by one (`send_single_puts`) where units are counted.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from ascend.adapters.dynamodb.connections import SharedConnections
from ascend.adapters.dynamodb.statements import Verb
from ascend.adapters.dynamodb.tables import DynamoTables

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
WRITES = frozenset({"PutItem", "DeleteItem"})


@dataclass(frozen=True, slots=True)
class SentRequest:
    operation: str
    table: str
    units: float
    failed: bool = False
    statements: tuple[str, ...] = ()
    """The statements of a BatchExecuteStatement."""


@dataclass(slots=True)
class Wire:
    sent: list[SentRequest] = field(default_factory=list[SentRequest])

    def clear(self) -> None:
        self.sent.clear()

    def summary(self) -> dict[str, int]:
        """Return the number of requests by operation."""
        return dict(Counter(request.operation for request in self.sent))

    @property
    def read_units(self) -> float:
        return sum(request.units for request in self.sent if request.operation in READS)

    @property
    def write_units(self) -> float:
        return sum(request.units for request in self.sent if request.operation in WRITES)


def no_delay(*_: object) -> float:
    """Replace what computes a wait between two attempts."""
    return 0.0


def send_single_puts(tables: DynamoTables) -> None:
    """Let `put_all` send a put for each item, as where the service refuses statements. Puts report their units."""
    tables._known_verbs.refused |= {*Verb}  # pyright: ignore[reportPrivateUsage]


Send = Callable[[Any], Awaitable[Any]]
"""From an HTTP request to its response."""


def intercept(tables: DynamoTables, deliver: Callable[[Send, Any], Awaitable[Any]]) -> None:
    """Let `deliver(send, request)` send every request of the client of `tables`, retries included."""
    client: Any = tables.client
    connections = client._endpoint.http_session
    name = "deliver" if isinstance(connections, SharedConnections) else "send"
    setattr(connections, name, partial(deliver, getattr(connections, name)))


def ask_for_units(tables: DynamoTables, *, level: str = "TOTAL") -> None:
    """Let every read and every single write ask for its units."""
    tables._send = _AskingClient(tables._send, level)  # pyright: ignore[reportPrivateUsage]


def read_operation(request: Any) -> str:
    target = request.headers["X-Amz-Target"]
    return (target.decode() if isinstance(target, bytes) else str(target)).rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class _AskingClient:
    client: Any
    level: str

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        asks = name in {"get_item", "batch_get_item", "query", "scan", "put_item", "delete_item"}
        return partial(self._call, found) if asks else found

    async def _call(self, call: Callable[..., Awaitable[Any]], **request: Any) -> Any:
        return await call(**request | {"ReturnConsumedCapacity": self.level})


def listen(tables: DynamoTables) -> Wire:
    """Return a record of all requests that `tables` sends from now on."""
    wire = Wire()

    async def deliver(send: Send, request: Any) -> Any:
        reply: dict[str, Any] = {}
        failed = True
        try:
            response = await send(request)
            reply, failed = read_reply(await response.content), response.status_code != 200
            return response
        finally:
            wire.sent.append(_describe(request, reply, failed=failed))

    ask_for_units(tables)
    intercept(tables, deliver)
    return wire


def read_reply(content: bytes) -> dict[str, Any]:
    """Return the reply, empty if it is none of DynamoDB's."""
    try:
        return dict(orjson.loads(content))
    except ValueError:
        return {}


def _describe(request: Any, reply: dict[str, Any], *, failed: bool) -> SentRequest:
    body = json.loads(request.body)
    statements = tuple(statement["Statement"] for statement in body.get("Statements", ()))
    tables = dict.fromkeys(statement.split('"')[1] for statement in statements)
    table = body.get("TableName") or ",".join(body.get("RequestItems", tables))
    consumed: Any = reply.get("ConsumedCapacity", [])
    by_table: list[dict[str, float]] = [consumed] if "CapacityUnits" in consumed else consumed
    units = sum(capacity["CapacityUnits"] for capacity in by_table)
    return SentRequest(read_operation(request), table, units, failed, statements)
