"""The rows of an InvenTree dump, with the fields that the importer uses. It ignores rows of other models.

InvenTree is a Django application. A row is `{"model": "part.part", "pk": 28, "fields": {…}}`. Rows refer to other rows
by pk, and to users by name.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt


def _read_text(value: Any) -> Any:
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def _read_user(value: Any) -> Any:
    """Return the name in a natural key (a list), or the pk where the dump was made without natural keys."""
    match value:
        case []:
            return None
        case [name, *_]:
            return name
        case _:
            return value


def _as_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def format_quantity(number: Decimal) -> str:
    """Return the number without trailing zeros: `440.00000` gives "440"."""
    return f"{number.normalize():f}"


def join_texts(first: str, second: str) -> str:
    """Return both texts with a comma, or one of them where the other is empty or the same."""
    if second in {"", first}:
        return first
    return f"{first}, {second}" if first else second


def _or(default: Any) -> BeforeValidator:
    """Return a validator that reads null as this value."""
    return BeforeValidator(lambda value: default if value is None else value)


Pk = Annotated[StrictInt, Field(ge=0, lt=2**63)]
SourceText = Annotated[str, BeforeValidator(_read_text)]
UtcTime = Annotated[datetime, AfterValidator(_as_utc)]
UserReference = Annotated[str | StrictInt | None, BeforeValidator(_read_user)]
Quantity = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=38), _or(Decimal(1))]
Flag = Annotated[bool, _or(default=False)]
StatusCode = Annotated[int, _or(10)]
CustomStatus = StrictInt | None
"""The code of a status that the users of this InvenTree have added. `status` holds the built-in one that it stands for."""


class Row(BaseModel):
    """The used fields of one row."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
    )


class RawRow(Row):
    """A row of any model, as the dump writes it."""

    model: str
    pk: Any
    fields: dict[str, Any]


class AccountRow(Row):
    username: str = Field(min_length=1)
    date_joined: UtcTime | None = None


class CustomStatusRow(Row):
    """A status that the users of this InvenTree have added to a set of built-in ones."""

    reference_status: str
    """The name of the set, such as "PurchaseOrderStatus"."""
    key: StrictInt
    label: SourceText = ""
    logical_key: StrictInt | None = None
    """The built-in status that it stands for."""


class PlaceRow(Row):
    """A stock location or a part category."""

    name: SourceText = ""
    description: SourceText = ""
    parent: Pk | None = None


class PartRow(Row):
    name: SourceText = ""
    description: SourceText = ""
    notes: SourceText = ""
    keywords: SourceText = ""
    category: Pk | None = None
    ipn: SourceText = Field(default="", alias="IPN")
    revision: SourceText = ""
    units: SourceText = ""
    image: SourceText = ""
    """The path of the file in the folder of uploads."""
    variant_of: Pk | None = None
    creation_date: UtcTime | None = None
    creation_user: UserReference = None


class BomLineRow(Row):
    """A line of a bill of materials: `part` contains `sub_part`."""

    part: Pk
    sub_part: Pk
    quantity: Quantity = Decimal(1)
    reference: SourceText = ""
    note: SourceText = ""
    overage: SourceText = ""
    optional: Flag = False
    consumable: Flag = False
    inherited: Flag = False
    allow_variants: Flag = False

    def merge(self, other: "BomLineRow") -> "BomLineRow":
        """Return one line for two lines with the same two parts."""
        return BomLineRow(
            part=self.part,
            sub_part=self.sub_part,
            quantity=self.quantity + other.quantity,
            reference=join_texts(self.reference, other.reference),
            note=join_texts(self.note, other.note),
            overage=join_texts(self.overage, other.overage),
            optional=self.optional and other.optional,
            consumable=self.consumable and other.consumable,
            inherited=self.inherited and other.inherited,
            allow_variants=self.allow_variants and other.allow_variants,
        )


class StockItemRow(Row):
    part: Pk
    location: Pk | None = None
    belongs_to: Pk | None = None
    quantity: Quantity = Decimal(1)
    serial: SourceText = ""
    batch: SourceText = ""
    packaging: SourceText = ""
    notes: SourceText = ""
    status: StatusCode = 10
    status_custom_key: CustomStatus = None
    updated: UtcTime | None = None


class TrackingDeltas(Row):
    location: Pk | None = None
    stockitem: Pk | None = None


class TrackingRow(Row):
    item: Pk | None = None
    date: UtcTime
    user: UserReference = None
    deltas: Annotated[TrackingDeltas, _or(TrackingDeltas())] = TrackingDeltas()


class SupplierPartRow(Row):
    part: Pk | None = None


class OrderLineRow(Row):
    """A line of an order. A sale names a part, a purchase the supplier's part, a return the stock item."""

    order: Pk
    part: Pk | None = None
    item: Pk | None = None


class OrderRow(Row):
    """A purchase, sales or return order."""

    reference: SourceText = ""
    description: SourceText = ""
    status: StatusCode = 10
    status_custom_key: CustomStatus = None
    creation_date: UtcTime | None = None
    issue_date: UtcTime | None = None
    complete_date: UtcTime | None = None
    shipment_date: UtcTime | None = None
    target_date: date | None = None
    created_by: UserReference = None
    received_by: UserReference = None
    shipped_by: UserReference = None


class BuildRow(Row):
    reference: SourceText = ""
    title: SourceText = ""
    notes: SourceText = ""
    part: Pk | None = None
    parent: Pk | None = None
    quantity: Quantity = Decimal(1)
    status: StatusCode = 10
    status_custom_key: CustomStatus = None
    creation_date: UtcTime | None = None
    completion_date: UtcTime | None = None
    target_date: date | None = None
    issued_by: UserReference = None
    completed_by: UserReference = None
