"""What DynamoDB Local says of each request: its units by place, and the item that was put."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import from_typed


@dataclass(frozen=True, slots=True)
class Put:
    table: Table
    item: Item
    units: Mapping[str, float]
    """By place: the table's name, `gsi1`, `gsi2`."""


@dataclass
class Recorder:
    puts: list[Put] = field(default_factory=list[Put])
    reads: float = 0.0

    def clear(self) -> None:
        self.puts.clear()
        self.reads = 0.0


def record(tables: DynamoTables) -> Recorder:
    """Of all that `tables` sends from now on."""
    recorder = Recorder()

    def ask(params: dict[str, Any], model: Any, **_: object) -> None:
        if model.name in {"PutItem", "GetItem", "BatchGetItem", "Query"}:
            params["ReturnConsumedCapacity"] = "INDEXES"

    def remember(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["recorded"] = json.loads(params["body"])

    def hear(event_name: str, parsed_response: dict[str, Any] | None, context: dict[str, Any], **_: object) -> None:
        operation, reply = event_name.rpartition(".")[2], parsed_response or {}
        consumed: Any = reply.get("ConsumedCapacity", [])
        if operation == "PutItem" and "CapacityUnits" in consumed:
            sent = context["recorded"]
            table = Table(sent["TableName"].rpartition("-")[2])
            recorder.puts.append(Put(table, from_typed(sent["Item"]), by_place(table, consumed)))
        elif consumed:
            each: list[dict[str, float]] = [consumed] if "CapacityUnits" in consumed else consumed
            recorder.reads += sum(one["CapacityUnits"] for one in each)

    events: Any = tables.client.meta.events
    events.register("before-parameter-build.dynamodb", ask)
    events.register("before-call.dynamodb", remember)
    events.register("response-received.dynamodb", hear)
    return recorder


def by_place(table: Table, consumed: dict[str, Any]) -> dict[str, float]:
    indexes = consumed.get("GlobalSecondaryIndexes", {})
    return {table.value: consumed["Table"]["CapacityUnits"]} | {
        name: units["CapacityUnits"] for name, units in indexes.items()
    }
