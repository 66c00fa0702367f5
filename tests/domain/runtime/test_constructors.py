"""What is read without validation equals what is validated, and what cannot be read so is validated."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, Self

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PrivateAttr,
    StringConstraints,
    computed_field,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema, from_json, to_json
from support.any_event import any_event
from support.samples import EVENTS

import ascend
from ascend.domain.event import Event
from ascend.domain.ids import Id, Ref, TaskId, UserId
from ascend.domain.runtime.body import encode_event
from ascend.domain.runtime.constructors import NOT_AS_WRITTEN, find_constructor
from ascend.domain.values import Due, EmptyValue, WallTime
from ascend.projections.life_os import LIFE_OS
from ascend.testing import NOON

pytestmark = pytest.mark.needs_optimisation("constructors")
T = TaskId.derive("t")


class Fact(Event):
    def touches(self) -> tuple[Ref, ...]:
        return (Ref("fact", "f"),)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1


class Mixed(Enum):
    ONE = 1
    TWO = "two"


class Point(NamedTuple):
    x: int
    owner: UserId


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    colours: tuple[Colour, ...] = ()


class Whole(Fact, tag="whole"):
    """Every type that has a constructor."""

    text: str
    number: int
    flag: bool = False
    task: TaskId = T
    colour: Colour = Colour.RED
    size: Size | None = None
    mixed: Mixed = Mixed.ONE
    day: date | None = None
    sum: Decimal = Decimal(0)
    due: Due | None = None
    wall: WallTime | None = None
    seen: ascend.Instant | None = None
    tags: ascend.Tags = ()
    metadata: ascend.Metadata = {}
    place: Point | None = None
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    by_user: dict[UserId, Colour] = {}
    lines: tuple[tuple[str, ...], ...] = ()
    either: Part | str | int | None = None
    made: tuple[str, ...] = Field(default_factory=lambda: ("made",))
    amount: ascend.Amount | None = None
    currency: Annotated[str, Field(pattern="^[A-Za-z№]")] = "EUR"
    limited: Annotated[str, Field(max_length=5), EmptyValue(str)] = ""

    @cached_property
    def shout(self) -> str:
        return self.text.upper()


def read(event: Event) -> tuple[Any, Any]:
    """Return the stored event as the constructor builds it, and as validation does."""
    stored: tuple[str, int, str, dict[str, Any]] = from_json(encode_event(event))
    fields = {**stored[3], "at": stored[2]}
    construct = find_constructor(type(event))
    assert construct is not None
    return construct(fields), type(event).model_validate(fields)


def check_same(event: Event) -> None:
    constructed, validated = read(event)
    assert constructed == validated == event
    assert repr(constructed) == repr(validated)
    assert types_in(constructed) == types_in(validated)
    assert names_in(constructed) == names_in(validated)
    assert constructed.model_fields_set == validated.model_fields_set
    assert (constructed.__pydantic_extra__, constructed.__pydantic_private__) == (None, None)
    data = event.model_dump(mode="json", exclude={"at"}, exclude_none=True)
    assert encode_event(event) == to_json([event.tag, event.version, event.at, data])  # as every release has stored it
    assert encode_event(constructed) == encode_event(validated) == encode_event(event)
    assert hash_of(constructed) == hash_of(validated) == hash_of(event)
    assert constructed.touched_refs == event.touched_refs


def names_in(event: Any) -> list[str]:
    """Return the names of the attributes, in their order."""
    return list(event.__dict__)


def types_in(value: Any) -> Any:
    """Return the types of the value and of all that it holds."""
    kind: Any = getattr(value, "__class__")  # noqa: B009  a type checker would narrow it
    if isinstance(value, BaseModel):
        return kind, [types_in(part) for part in vars(value).values()]
    if kind is dict:
        return kind, [types_in(pair) for pair in value.items()]
    return kind, [types_in(part) for part in value] if issubclass(kind, tuple) else []


def hash_of(event: Event) -> object:
    try:
        return hash(event)
    except TypeError:  # it holds a dict
        return "unhashable"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.tag)
def test_every_event_of_the_life_os_is_constructed_as_it_is_validated(event: Event) -> None:
    check_same(event)


KINDS: list[type[Event]] = [*LIFE_OS.model.events.values(), Whole]
ANY_EVENT = st.one_of([any_event(kind) for kind in KINDS])


@settings(max_examples=300)
@for_all(ANY_EVENT)
def test_any_event_is_constructed_as_it_is_validated(event: Event) -> None:
    check_same(event)


@for_all(any_event(Whole))
def test_any_event_with_fields_of_every_type_is_constructed_as_it_is_validated(event: Event) -> None:
    check_same(event)


def test_constructed_events_share_no_default_that_can_be_changed() -> None:
    """Such an event was written before the field was added."""
    construct = find_constructor(Whole)
    assert construct is not None
    first, second = (construct({"at": "2026-01-01T00:00:00Z", "text": "a", "number": 1}) for _ in range(2))
    assert first == second == Whole(at=datetime(2026, 1, 1, tzinfo=UTC), text="a", number=1)
    assert first.metadata is not second.metadata


def test_an_event_that_is_changed_after_it_was_read_is_no_other_event() -> None:
    constructed, validated = read(Whole(at=NOON, text="a", number=1))
    assert constructed.shout == "A"
    assert constructed.model_copy(update={"text": "b"}) == validated.model_copy(update={"text": "b"})
    with pytest.raises(ValueError, match="frozen"):
        constructed.text = "b"


class Validated(Fact, tag="validated"):
    text: str

    @field_validator("text")
    @classmethod
    def strip(cls, text: str) -> str:
        return text.strip()


class ModelValidated(Fact, tag="model"):
    text: str

    @model_validator(mode="after")
    def look(self) -> "ModelValidated":
        return self


class Serialized(Fact, tag="serialized"):
    text: str

    @field_serializer("text")
    def write(self, text: str) -> str:
        return text.upper()


class WhollySerialized(Fact, tag="wholly"):
    text: str

    @model_serializer
    def write(self) -> dict[str, Any]:
        return {"text": self.text}


class Computed(Fact, tag="computed"):
    text: str

    @computed_field  # type: ignore[prop-decorator]
    @property
    def more(self) -> str:
        return self.text


class Private(Fact, tag="private"):
    text: str
    _seen: int = PrivateAttr(default=0)


class Aliased(Fact, tag="aliased"):
    text: str = Field(alias="txt")


class WithSettings(Fact, tag="settings"):
    model_config = ConfigDict(str_to_lower=True)
    text: str


class Open(Fact, tag="open"):
    model_config = ConfigDict(extra="allow")
    text: str


class AfterInit(Fact, tag="after"):
    text: str

    def model_post_init(self, context: object, /) -> None: ...


class WithInit(Fact, tag="init"):
    text: str

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)


class OwnValidation(Fact, tag="own"):
    text: str

    @classmethod
    def model_validate(cls, *args: Any, **options: Any) -> Any:
        return super().model_validate(*args, **options)


class OwnDump(Fact, tag="dump"):
    text: str

    def model_dump(self, **options: Any) -> dict[str, Any]:
        return super().model_dump(**options)


class ValidatedDefault(Fact, tag="default"):
    text: str
    day: date = Field(default="2026-01-01", validate_default=True)


class FromOthers(Fact, tag="others"):
    text: str
    more: str = Field(default_factory=lambda data: data["text"])


class Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    children: "tuple[Node, ...]" = ()


class Lax(BaseModel):
    """It ignores fields that it does not know."""


class SchemaId(Id):
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(lambda text: cls(text.lower()), core_schema.str_schema())


class SchemaTuple(NamedTuple):
    text: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())


class OddId(Id):
    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, text.lower())


def holding(kind: Any) -> type[Event]:
    return type("Holding", (Fact,), {"__annotations__": {"text": kind}}, tag="holding")


class Text(StrEnum):
    ONE = "1"


class Number(IntEnum):
    ONE = 1


OTHERS = [
    *(
        Validated,
        ModelValidated,
        Serialized,
        WhollySerialized,
        Computed,
        Private,
        Aliased,
        WithSettings,
        Open,
        AfterInit,
    ),
    *(WithInit, OwnValidation, OwnDump, FromOthers, ValidatedDefault),
    *(holding(kind) for kind in (float, Any, object, bytes, list[str], set[str], timedelta, AwareDatetime, datetime)),
    *(
        holding(kind)
        for kind in (
            Node,
            Lax,
            OddId,
            SchemaId,
            SchemaTuple,
            str | date,
            int | Decimal,
            bool | Decimal,
            int | Text,
            bool | Number,
            UserId | TaskId,
            Part | dict[str, str],
            Literal["a"],
        )
    ),
    *(holding(kind) for kind in (tuple[str, int], dict[int, float], tuple[str | float, ...])),
    *(holding(Annotated[str, mark]) for mark in (AfterValidator(str.strip), BeforeValidator(str.strip))),
    holding(Annotated[str, StringConstraints(to_lower=True)]),
    holding(tuple[Annotated[str, AfterValidator(str.lower)], ...]),
]


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: f"{kind.__name__} {kind.model_fields['text'].annotation}")
def test_what_could_be_read_differently_without_validation_has_no_constructor(kind: type[Event]) -> None:
    assert find_constructor(kind) is None


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: data.pop(name)


def changed(**fields: Any) -> Callable[[dict[str, Any]], object]:
    return lambda data: data.update(fields)


def test_an_event_of_every_kind_is_constructed() -> None:
    assert find_constructor(Whole) is not None


@pytest.mark.parametrize(
    "damage",
    [
        without("text"),
        without("number"),
        changed(new=1),
        changed(text=None),
        changed(text=1),
        changed(number="1"),
        changed(number=1.5),
        changed(flag=1),
        changed(colour="green"),
        changed(size=2),
        changed(day="soon"),
        changed(sum="much"),
        changed(at="2026-01-01T00:00:00"),
        changed(at="yesterday"),
        changed(wall="2026-01-01T00:00:00Z"),
        changed(tags="diy"),
        changed(metadata=[]),
        changed(place=["x"]),
        changed(part={"name": 1}),
        changed(parts=[{"nam": ""}]),
        changed(by_user={"ada": "green"}),
        changed(either=[]),
    ],
)
def test_a_constructor_notices_what_is_missing_unknown_or_of_another_type(damage: Callable[..., object]) -> None:
    construct = find_constructor(Whole)
    assert construct is not None
    data = {"at": "2026-01-01T00:00:00Z", "text": "a", "number": 1}
    construct(data)
    damage(data)
    with pytest.raises(NOT_AS_WRITTEN):
        construct(data)


def test_an_instant_that_is_not_in_utc_is_left_to_validation() -> None:
    construct = find_constructor(Whole)
    assert construct is not None
    with pytest.raises(NOT_AS_WRITTEN):
        construct({"at": "2026-01-01T00:00:00+02:00", "text": "a", "number": 1})
