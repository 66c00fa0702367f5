"""The rows of a dump on the stage.

A dump refers to rows before it gives them (tracking before items before parts). So all rows are gathered first, then read
in an order in which things can be created: parents before their children.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from ascend.adapters.importers.inventree.rows import (
    AccountRow,
    BomLineRow,
    BuildRow,
    OrderLineRow,
    OrderRow,
    PartRow,
    PlaceRow,
    RawRow,
    Row,
    StockItemRow,
    SupplierPartRow,
    TrackingRow,
)
from ascend.adapters.importers.inventree.schema import (
    BOM_LINES_IN_ORDER,
    BUILD,
    CATEGORY,
    FIND_THING,
    IMAGES_IN_ORDER,
    ITEM,
    LOCATION,
    ORDER_PARTS,
    PART,
    ROW_TYPES,
    TASK_HIERARCHY,
    TASKS,
    THING_HIERARCHY,
    THINGS,
    TRACKING_BY_TIME,
    VARIANTS_IN_ORDER,
)
from ascend.adapters.importers.stage import ConflictingRecord, Stage
from ascend.domain.errors import InvalidInput
from ascend.domain.values import explain_validation_error

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Holder = tuple[str, int] | None
"""The model and pk of the row that holds a thing, or None where the thing is at the top."""


@dataclass(slots=True)
class StagedRows:
    """The dump's rows: `put` stages one, the other methods read them in order."""

    stage: Stage
    earliest: datetime | None = None

    @property
    def beginning(self) -> datetime:
        """The earliest time in the dump. It stands in wherever a row has no time."""
        return self.earliest or EPOCH

    # Staging

    def put(self, raw: Any) -> None:
        """Stage one row, if the importer uses its model.

        Raises:
            ValidationError: it is no row.
            InvalidInput: its fields are invalid, or conflict with an earlier row; the message names the row.
        """
        if not isinstance(raw, dict):
            raise InvalidInput("Input should be an object")
        row = RawRow.model_validate(raw)
        row_type = ROW_TYPES.get(row.model)
        if row_type is None:
            return
        label = f"{row.model} {row.pk}"
        if type(row.pk) is not int or not 0 <= row.pk < 2**63:
            raise InvalidInput(f"{label}: pk: a whole number is needed")
        try:
            self._put(row.model, row.pk, row_type.model_validate(row.fields))
        except ValidationError as error:
            raise InvalidInput(explain_validation_error(label, error)) from None
        except ConflictingRecord as error:
            raise InvalidInput(f"{label}: {error}") from None

    def _put(self, model: str, pk: int, row: Row) -> None:
        self._note_time(start_time_of(row))
        body = row.model_dump_json()
        match row:
            case PlaceRow() | PartRow() | StockItemRow():
                self._put_thing(model, pk, row, body)
            case OrderRow():
                self.stage.put("task", TASKS.index(model), pk, None, None, body)
            case BuildRow():
                parent_rank = None if row.parent is None else TASKS.index(BUILD)
                self.stage.put("task", TASKS.index(BUILD), pk, parent_rank, row.parent, body)
            case _:
                self._put_detail(model, pk, row, body)

    def _put_detail(self, model: str, pk: int, row: Row, body: str) -> None:
        """Stage a row that becomes part of the record of another row, or a relation between two."""
        match row:
            case AccountRow():
                self.stage.put("account", pk, row.username, body)
            case TrackingRow():
                self.stage.put("tracking", row.item, round(row.date.timestamp() * 1e6), pk, body)
            case BomLineRow():
                self.stage.put("bom", pk, row.part, row.sub_part, body)
            case OrderLineRow():
                self.stage.put("line", TASKS.index(model.removesuffix("lineitem")), row.order, pk, row.part, row.item)
            case SupplierPartRow():
                self.stage.put("supplied", pk, row.part)
            case _:
                raise AssertionError(model)

    def _put_thing(self, model: str, pk: int, row: PlaceRow | PartRow | StockItemRow, body: str) -> None:
        holder = holder_of_row(model, row)
        up_rank, up_pk = (None, None) if holder is None else (THINGS.index(holder[0]), holder[1])
        part = row.part if isinstance(row, StockItemRow) else None
        self.stage.put("thing", THINGS.index(model), pk, up_rank, up_pk, part, body)
        if isinstance(row, PartRow) and row.image:
            self.stage.put("shown", row.image, pk)
        if isinstance(row, PartRow) and row.variant_of is not None:
            self.stage.put("variant", pk, row.variant_of)

    def _note_time(self, time: datetime | None) -> None:
        if time is not None and (self.earliest is None or time < self.earliest):
            self.earliest = time

    def arrange(self) -> None:
        """Arrange the hierarchies when all rows are staged. Raise `InvalidInput` where the rows form none."""
        THING_HIERARCHY.arrange(self.stage)
        TASK_HIERARCHY.arrange(self.stage)

    def count(self) -> int:
        """Return the number of records that the rows become."""
        return sum(self.stage.count(table) for table in ("account", "image", "thing", "task", "bill"))

    # Reading, in order

    def accounts(self) -> Iterator[tuple[int, AccountRow]]:
        for pk, body in self.stage.rows("SELECT pk, body FROM account ORDER BY pk"):
            yield pk, AccountRow.model_validate_json(body)

    def images(self) -> Iterator[tuple[str, int]]:
        """Yield each image once, with the first part that shows it."""
        yield from self.stage.rows(IMAGES_IN_ORDER)

    def things(self) -> Iterator[tuple[str, int, str]]:
        """Yield model, pk and body of each row that becomes a thing, parents before their children."""
        yield from THING_HIERARCHY.rows(self.stage)

    def tasks(self) -> Iterator[tuple[str, int, str]]:
        """Yield model, pk and body of each row that becomes a task, parents before their children."""
        yield from TASK_HIERARCHY.rows(self.stage)

    def bills(self) -> Iterator[tuple[int, BomLineRow]]:
        """Yield one merged line for each pair of parts, with the pk of the first line."""
        for _, rows in groupby(self.stage.rows(BOM_LINES_IN_ORDER), lambda row: row[:2]):
            lines = ((pk, BomLineRow.model_validate_json(body)) for _, _, pk, body in rows)
            pk, first = next(lines)
            yield pk, reduce(BomLineRow.merge, (line for _, line in lines), first)

    def variants(self) -> Iterator[tuple[int, int]]:
        """Yield the pks of each variant and its template."""
        yield from self.stage.rows(VARIANTS_IN_ORDER)

    def tracked(self, item: int) -> list[tuple[int, TrackingRow]]:
        """Return the pk and content of the item's tracking entries, by time."""
        rows = self.stage.rows(TRACKING_BY_TIME, item)
        return [(pk, TrackingRow.model_validate_json(body)) for pk, body in rows]

    def order_parts(self, model: str, order: int) -> Iterator[int]:
        """Yield the pks of the parts in an order's lines, in the order of the lines. Parts not in the file are left out."""
        for (part,) in self.stage.rows(ORDER_PARTS, TASKS.index(model), order):
            if part is not None and self.has(PART, part):
                yield part

    def has(self, model: str, pk: int) -> bool:
        return self.stage.first(FIND_THING, THINGS.index(model), pk) is not None

    def part_name(self, pk: int) -> str:
        row = self.stage.first(FIND_THING, THINGS.index(PART), pk)
        if row is None:
            raise InvalidInput(f"its part {pk} is not in the file")
        return PartRow.model_validate_json(row[0]).name

    def username(self, user: str | int | None) -> str | None:
        """Return the name for a reference to a user, which is a name or a pk."""
        if not isinstance(user, int):
            return user
        row = self.stage.first("SELECT username FROM account WHERE pk = ?", user)
        return None if row is None else str(row[0])


def start_time_of(row: Row) -> datetime | None:
    """Return the time at which the row's record begins, where the row has one."""
    match row:
        case AccountRow():
            return row.date_joined
        case PartRow() | OrderRow() | BuildRow():
            return row.creation_date
        case StockItemRow():
            return row.updated
        case TrackingRow():
            return row.date
        case _:
            return None


def holder_of(model: str, pk: int | None) -> Holder:
    return None if pk is None else (model, pk)


def holder_of_row(model: str, row: PlaceRow | PartRow | StockItemRow) -> Holder:
    match row:
        case PlaceRow():
            return holder_of(model, row.parent)
        case PartRow():
            return holder_of(CATEGORY, row.category)
        case StockItemRow():
            return item_holder(row)


def item_holder(item: StockItemRow) -> Holder:
    """Return the item that contains this one, or else its location. Sold and lost items have neither."""
    return holder_of(LOCATION, item.location) if item.belongs_to is None else holder_of(ITEM, item.belongs_to)
