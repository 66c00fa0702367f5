"""The rows of an InvenTree dump that are imported, with what is used of them. Other models are passed over.

InvenTree is a Django application: `{"model": "part.part", "pk": 28, "fields": {…}}`, references by pk, users by name.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt


def _text(value: Any) -> Any:
    return "" if value is None else str(value) if isinstance(value, int | float) else value


def _user(value: Any) -> Any:
    """A natural key (a list with the user's name), or the pk where the dump was made without such."""
    match value:
        case []:
            return None
        case [name, *_]:
            return name
        case _:
            return value


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def plain(number: Decimal) -> str:
    """`440.00000` as 440."""
    return f"{number.normalize():f}"


def joined(one: str, other: str) -> str:
    return one if other in {"", one} else f"{one}, {other}" if one else other


Pk = Annotated[StrictInt, Field(ge=0, lt=2**63)]
Text = Annotated[str, BeforeValidator(_text)]
Moment = Annotated[datetime, AfterValidator(_utc)]
User = Annotated[str | StrictInt | None, BeforeValidator(_user)]
Quantity = Annotated[Decimal, Field(allow_inf_nan=False)]


class Fields(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, validate_by_name=True, validate_by_alias=True
    )


class Row(Fields):
    model: str
    pk: Any
    fields: dict[str, Any]


class Account(Fields):
    username: str = Field(min_length=1)
    date_joined: Moment | None = None


class Place(Fields):
    """A stock location or a part category."""

    name: str
    description: Text = ""
    parent: Pk | None = None


class Part(Fields):
    name: str
    description: Text = ""
    notes: Text = ""
    keywords: Text = ""
    category: Pk | None = None
    ipn: Text = Field(default="", alias="IPN")
    revision: Text = ""
    units: Text = ""
    image: Text = ""
    """Where the file lies, below the folder of uploads."""
    variant_of: Pk | None = None
    creation_date: Moment | None = None
    creation_user: User = None


class BomLine(Fields):
    """Of a bill of materials: what a part is made of."""

    part: Pk
    sub_part: Pk
    quantity: Quantity = Decimal(1)
    reference: Text = ""
    note: Text = ""
    overage: Text = ""
    optional: bool = False
    consumable: bool = False
    inherited: bool = False
    allow_variants: bool = False

    def and_also(self, other: "BomLine") -> "BomLine":
        """Both in one, where two lines name the same two parts."""
        return BomLine(
            part=self.part,
            sub_part=self.sub_part,
            quantity=self.quantity + other.quantity,
            reference=joined(self.reference, other.reference),
            note=joined(self.note, other.note),
            overage=joined(self.overage, other.overage),
            optional=self.optional and other.optional,
            consumable=self.consumable and other.consumable,
            inherited=self.inherited and other.inherited,
            allow_variants=self.allow_variants and other.allow_variants,
        )


class Item(Fields):
    part: Pk
    location: Pk | None = None
    belongs_to: Pk | None = None
    quantity: Quantity = Decimal(1)
    serial: Text = ""
    batch: Text = ""
    packaging: Text = ""
    notes: Text = ""
    status: int = 10
    updated: Moment | None = None


class Deltas(Fields):
    location: Pk | None = None
    stockitem: Pk | None = None


class Tracking(Fields):
    item: Pk
    date: Moment
    user: User = None
    deltas: Annotated[Deltas, BeforeValidator(lambda value: {} if value is None else value)] = Deltas()


class SupplierPart(Fields):
    part: Pk | None = None


class Line(Fields):
    """Of an order: `part` (for a purchase: the supplier's) or, of a return, the stock item."""

    order: Pk
    part: Pk | None = None
    item: Pk | None = None


class Order(Fields):
    """A purchase, sales or return order."""

    reference: str
    description: Text = ""
    status: int
    creation_date: Moment | None = None
    issue_date: Moment | None = None
    complete_date: Moment | None = None
    shipment_date: Moment | None = None
    target_date: date | None = None
    created_by: User = None
    received_by: User = None
    shipped_by: User = None


class Build(Fields):
    reference: str
    title: Text = ""
    notes: Text = ""
    part: Pk
    parent: Pk | None = None
    quantity: Quantity = Decimal(1)
    status: int
    creation_date: Moment | None = None
    completion_date: Moment | None = None
    target_date: date | None = None
    issued_by: User = None
    completed_by: User = None
