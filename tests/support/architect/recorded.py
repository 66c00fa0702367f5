"""A recorder of the requests to DynamoDB Local: the units of each by place, and the item that was put."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from support.wire import Send, ask_for_units, intercept, read_operation, read_reply

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

    async def deliver(send: Send, request: Any) -> Any:
        response = await send(request)
        recorder.add(read_operation(request), read_reply(await response.content), json.loads(request.body))
        return response

    ask_for_units(tables, level="INDEXES")
    intercept(tables, deliver)
    return recorder


def split_by_place(table: Table, consumed: dict[str, Any]) -> dict[str, float]:
    indexes = consumed.get("GlobalSecondaryIndexes", {})
    units_of_indexes = {name: units["CapacityUnits"] for name, units in indexes.items()}
    return {table.value: consumed["Table"]["CapacityUnits"]} | units_of_indexes
