"""A recorder of the requests to DynamoDB Local: the units of each by place, and the item that was put."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import from_typed


@dataclass(frozen=True, slots=True)
class RecordedPut:
    table: Table
    item: Item
    units: Mapping[str, float]
    """Units by place: the table's name, `gsi1`, `gsi2`."""


@dataclass
class Recorder:
    puts: list[RecordedPut] = field(default_factory=list[RecordedPut])
    reads: float = 0.0
    """Read units."""

    def clear(self) -> None:
        self.puts.clear()
        self.reads = 0.0

    def add(self, operation: str, reply: dict[str, Any], sent: dict[str, Any]) -> None:
        """Add the units of one reply; `sent` is the body of its request."""
        consumed: Any = reply.get("ConsumedCapacity", [])
        if operation == "PutItem" and "CapacityUnits" in consumed:
            table = Table(sent["TableName"].rpartition("-")[2])
            self.puts.append(RecordedPut(table, from_typed(sent["Item"]), split_by_place(table, consumed)))
        elif consumed:
            of_tables: list[dict[str, float]] = [consumed] if "CapacityUnits" in consumed else consumed
            self.reads += sum(of_table["CapacityUnits"] for of_table in of_tables)


def record(tables: DynamoTables) -> Recorder:
    """Return a recorder of all requests that `tables` sends from now on."""
    recorder = Recorder()

    def ask_for_units(params: dict[str, Any], model: Any, **_: object) -> None:
        if model.name in {"PutItem", "GetItem", "BatchGetItem", "Query"}:
            params["ReturnConsumedCapacity"] = "INDEXES"

    def keep_body(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
        context["recorded"] = json.loads(params["body"])

    def add_reply(
        event_name: str, parsed_response: dict[str, Any] | None, context: dict[str, Any], **_: object
    ) -> None:
        recorder.add(event_name.rpartition(".")[2], parsed_response or {}, context.get("recorded", {}))

    events: Any = tables.client.meta.events
    events.register("before-parameter-build.dynamodb", ask_for_units)
    events.register("before-call.dynamodb", keep_body)
    events.register("response-received.dynamodb", add_reply)
    return recorder


def split_by_place(table: Table, consumed: dict[str, Any]) -> dict[str, float]:
    indexes = consumed.get("GlobalSecondaryIndexes", {})
    units_of_indexes = {name: units["CapacityUnits"] for name, units in indexes.items()}
    return {table.value: consumed["Table"]["CapacityUnits"]} | units_of_indexes
