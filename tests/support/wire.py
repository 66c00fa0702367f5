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
from dataclasses import dataclass, field
from typing import Any

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


def listen(tables: DynamoTables) -> Wire:
    """Return a record of all requests that `tables` sends from now on."""
    wire = Wire()

    def ask_for_units(params: dict[str, Any], model: Any, **_: object) -> None:
        if model.name in READS | WRITES:
            params["ReturnConsumedCapacity"] = "TOTAL"

    def remember_table(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        body = json.loads(params["body"])
        statements = [statement["Statement"] for statement in body.get("Statements", ())]
        tables = dict.fromkeys(statement.split('"')[1] for statement in statements)
        context["wire_statements"] = tuple(statements)
        context["wire_table"] = body.get("TableName") or ",".join(body.get("RequestItems", tables))

    def record(event_name: str, parsed_response: dict[str, Any] | None, context: dict[str, Any], **_: object) -> None:
        reply = parsed_response or {}
        consumed: Any = reply.get("ConsumedCapacity", [])
        by_table: list[dict[str, float]] = [consumed] if "CapacityUnits" in consumed else consumed
        units = sum(capacity["CapacityUnits"] for capacity in by_table)
        failed = parsed_response is None or "Error" in reply
        operation, statements = event_name.rpartition(".")[2], context["wire_statements"]
        wire.sent.append(SentRequest(operation, context["wire_table"], units, failed, statements))

    events: Any = tables.client.meta.events
    events.register("before-parameter-build.dynamodb", ask_for_units)
    events.register("before-call.dynamodb", remember_table)
    events.register("response-received.dynamodb", record)
    return wire
