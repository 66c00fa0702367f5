"""Rows of a dump onto the stage: each row is checked, and its used fields are staged."""

from datetime import datetime
from typing import Any, cast

from pydantic import ValidationError

from ascend.adapters.importers.inventree.hierarchy import Holder
from ascend.adapters.importers.inventree.rows import (
    AccountRow,
    BomLineRow,
    BuildRow,
    CustomStatusRow,
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
from ascend.adapters.importers.inventree.schema import BUILD, CATEGORY, ITEM, LOCATION, ROW_TYPES, TASKS, THINGS
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.report import Notice, Report
from ascend.adapters.importers.stage import ConflictingRecord, Stage
from ascend.adapters.importers.unusable import UnusableRecord, read_usable, unusable
from ascend.domain.errors import InvalidInput


def put_row(rows: StagedRows, report: Report, raw: Any) -> None:
    """Stage one row, if the importer uses its model. The header of the dump is no row.

    Invalid fields that the row does not need are left out, unless the report is strict.

    Raises:
        ValidationError, InvalidInput: it is no row.
        UnusableRecord: its fields are invalid, or conflict with an earlier row; the error names the row.
    """
    if not isinstance(raw, dict):
        raise InvalidInput("Input should be an object")
    if is_header(cast("dict[str, Any]", raw)):
        return
    row = RawRow.model_validate(raw)
    row_type = ROW_TYPES.get(row.model)
    if row_type is None:
        return
    label = f"{row.model} {row.pk}"
    if type(row.pk) is not int or not 0 <= row.pk < 2**63:
        raise UnusableRecord(label, "pk", "a whole number is needed")

    def left_out(name: str, reason: str) -> None:
        report.add(Notice(label, "left out", name, reason))

    try:
        fields = row_type.model_validate(row.fields) if report.strict else read_usable(row_type, row.fields, left_out)
        if isinstance(fields, TrackingRow) and fields.item is None:
            raise UnusableRecord(label, "item", "it names no stock item")
        _put(rows.stage, row.model, row.pk, fields)
    except ValidationError as error:
        raise unusable(label, error) from None
    except ConflictingRecord as error:
        raise UnusableRecord(label, "", str(error)) from None
    rows.note_times(start_time_of(fields), times_of(fields))


def is_header(raw: dict[str, Any]) -> bool:
    """Return True for the first element of an export, which says where it comes from."""
    return raw.get("metadata") is True and "model" not in raw


def _put(stage: Stage, model: str, pk: int, row: Row) -> None:
    body = row.model_dump_json()
    match row:
        case PlaceRow() | PartRow() | StockItemRow():
            _put_thing(stage, model, pk, row, body)
        case OrderRow():
            stage.put("task", TASKS.index(model), pk, None, None, body)
        case BuildRow():
            parent_rank = None if row.parent is None else TASKS.index(BUILD)
            stage.put("task", TASKS.index(BUILD), pk, parent_rank, row.parent, body)
        case _:
            _put_detail(stage, model, pk, row, body)


def _put_detail(stage: Stage, model: str, pk: int, row: Row, body: str) -> None:
    """Stage a row that becomes part of the record of another row, or a relation between two."""
    match row:
        case AccountRow():
            stage.put("account", pk, row.username, body)
        case TrackingRow():
            stage.put("tracking", row.item, round(row.date.timestamp() * 1e6), pk, body)
        case BomLineRow():
            stage.put("bom", pk, row.part, row.sub_part, body)
        case OrderLineRow():
            stage.put("line", TASKS.index(model.removesuffix("lineitem")), row.order, pk, row.part, row.item)
        case SupplierPartRow():
            stage.put("supplied", pk, row.part)
        case CustomStatusRow():
            stage.put("custom_status", row.reference_status, row.key, row.label, row.logical_key)
        case _:
            raise AssertionError(model)


def _put_thing(stage: Stage, model: str, pk: int, row: PlaceRow | PartRow | StockItemRow, body: str) -> None:
    holder = holder_of_row(model, row)
    up_rank, up_pk = (None, None) if holder is None else (THINGS.index(holder[0]), holder[1])
    part = row.part if isinstance(row, StockItemRow) else None
    stage.put("thing", THINGS.index(model), pk, up_rank, up_pk, part, body)
    if isinstance(row, PartRow) and row.image:
        stage.put("shown", row.image, pk)
    if isinstance(row, PartRow) and row.variant_of is not None:
        stage.put("variant", pk, row.variant_of)


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


def times_of(row: Row) -> list[datetime | None]:
    """Return all times at which something happened, as far as the row gives them."""
    match row:
        case OrderRow():
            return [row.creation_date, row.issue_date, row.complete_date, row.shipment_date]
        case BuildRow():
            return [row.creation_date, row.completion_date]
        case _:
            return [start_time_of(row)]


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


def holder_of(model: str, pk: int | None) -> Holder:
    return None if pk is None else (model, pk)
