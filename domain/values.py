"""The values of commands and events. Every text is unicode, has a limit, and is safe to show in a line."""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NaiveDatetime,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from ascend.domain.errors import InvalidInput
from ascend.domain.text_keys import is_blank, label_key
from ascend.domain.zone_names import ZONE_NAME, name_zone

S = TypeVar("S", bound=str)

NAME_CHARACTERS = 300
TEXT_BYTES = 65_536
FEW = 20
"""The number of tags, assignees, mentions, … of one entity. Each of them costs a read item or a lookup."""

METADATA_CHARACTERS = 4_000
"""The length of one value of metadata."""
METADATA_BYTES = 49_152
"""The keys and values of one entity's metadata together.

With a description and tags of full length, an event with all of them is below `EVENT_BYTES`, and the entity's state and its
read items are below the size of an item.
"""

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,31}")
RUNS_CODE = frozenset({"javascript", "vbscript", "data"})
"""Schemes that a front end must never get as a link."""

BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that reorder the text around them (Unicode UAX #9). In a name they make one thing look like another."""


def _check_name(text: str) -> str:
    if not text.isprintable():  # it has a control character, or a harmless one such as a joiner
        _check_control_characters(text)
    if is_blank(text):
        raise PydanticCustomError("name", "a name cannot be blank")
    return text


def _check_control_characters(text: str) -> None:
    for character in text:
        if character in BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            code = f"U+{ord(character):04X}"
            raise PydanticCustomError("name", "a name cannot hold the control character {code}", {"code": code})


def _check_text(text: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise PydanticCustomError("text", "text must be unicode without lone surrogates") from None
    if size > TEXT_BYTES:
        limits = {"limit": TEXT_BYTES, "size": size}
        raise PydanticCustomError("text", "a text is at most {limit} bytes (this one: {size})", limits)
    return text


def _check_metadata(metadata: dict[str, str]) -> dict[str, str]:
    _check_distinct_labels(metadata)
    size = len("".join((*metadata, *metadata.values())).encode())
    if size > METADATA_BYTES:
        limits = {"limit": METADATA_BYTES, "size": size}
        raise PydanticCustomError(
            "metadata", "the metadata has at most {limit} bytes in all (this one: {size})", limits
        )
    return metadata


def _check_uri(text: str) -> str:
    scheme, colon, rest = text.partition(":")
    if not (colon and rest and SCHEME.fullmatch(scheme)) or scheme.lower() in RUNS_CODE:
        raise PydanticCustomError("uri", "not a URI such as https://… or s3://…")
    if any(character.isspace() or not character.isprintable() for character in text):
        raise PydanticCustomError("uri", "a URI cannot hold blanks and control characters: percent-encode them")
    return text


def _check_zone_name(name: str) -> str:
    if not ZONE_NAME.fullmatch(name):
        raise PydanticCustomError("zone", "not the name of an IANA time zone")
    return name


def check_distinct(values: tuple[S, ...]) -> tuple[S, ...]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("distinct", "the same value is given twice")
    return values


def check_distinct_tags(tags: tuple[S, ...]) -> tuple[S, ...]:
    _check_distinct_labels(tags)
    return tags


def _check_distinct_labels(labels: Iterable[str]) -> None:
    places: dict[str, int] = {}
    for place, label in enumerate(labels, start=1):
        first = places.setdefault(label_key(label), place)
        if first != place:
            message = "labels {first} and {second} look the same: leave one out"
            raise PydanticCustomError("distinct", message, {"first": first, "second": place})


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("instant", "a moment lies between the years 1 and 9999 (UTC)") from None


def _drop_fold(wall: datetime) -> datetime:
    """Return the time as it is stored: the text does not say if it is the first or the second of a time that comes twice."""
    return wall.replace(fold=0)


@dataclass(frozen=True, slots=True)
class EmptyValue:
    """Marks a type whose values can be empty. In an edit command, `None` stands for the empty one (`EditCommand`)."""

    make: Callable[[], object]


CHECKS: frozenset[Callable[..., Any]] = frozenset(
    {_check_name, _check_text, _check_metadata, _check_uri, _check_zone_name, check_distinct, check_distinct_tags}
)
"""The validators that return what they are given."""

Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS), AfterValidator(_check_name)]
Text = Annotated[str, AfterValidator(_check_text), EmptyValue(str)]
Label = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_check_name)]
Tags = Annotated[tuple[Label, ...], Field(max_length=FEW), AfterValidator(check_distinct_tags), EmptyValue(tuple)]
Metadata = Annotated[
    dict[Label, Annotated[str, Field(max_length=METADATA_CHARACTERS), AfterValidator(_check_text)]],
    Field(max_length=FEW),
    AfterValidator(_check_metadata),
    EmptyValue(dict),
]
Uri = Annotated[str, Field(max_length=2_000), AfterValidator(_check_uri)]
Amount = Annotated[Decimal, Field(max_digits=38, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""A currency code of ISO 4217."""
Instant = Annotated[AwareDatetime, AfterValidator(_to_utc)]
WallTime = Annotated[NaiveDatetime, AfterValidator(_drop_fold)]
"""What clocks and calendars on the wall show: a date and a time of day, without a zone."""
ZoneName = Annotated[str, AfterValidator(_check_zone_name)]

FOR_DIGEST = "digest"
"""The context of serialization for a command's digest. It leaves the wall time out: a sender of an earlier version, who does
not know it, may send the same command again."""


class ZonedTime(BaseModel):
    """A moment, the time zone in which people think of it, and the time on their clocks."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
    instant: Instant
    zone: ZoneName
    wall: WallTime | None = None
    """The time that people mean, on the clocks of `zone`. It stays if the rules of the zone change.

    A command may leave it out: it follows from `instant` and `zone` then. Events of versions before 0.3 do not have it.
    """

    if not TYPE_CHECKING:  # the generated signature stays visible to type checkers

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as error:
                raise InvalidInput(explain_validation_error("ZonedTime", error)) from None

        # Pydantic does not call this for a value inside a command: there, the error of the command names the field.
        __init__.__pydantic_base_init__ = True

    @classmethod
    def of(cls, moment: datetime) -> "ZonedTime":
        """Return the value for a datetime whose tzinfo has an IANA name, with the time on its clocks.

        A tzinfo of `zoneinfo`, pytz or `dateutil.tz.gettz` has such a name, and UTC of any of them.

        Raises:
            InvalidInput: the datetime has no time zone, or one without a name, such as a fixed offset.
        """
        if moment.tzinfo is None:
            raise InvalidInput(f"{moment.isoformat()} has no time zone: give the datetime a tzinfo")
        return cls(instant=moment, zone=name_zone(moment.tzinfo), wall=moment.replace(tzinfo=None))

    @model_serializer(mode="wrap")
    def _serialize(self, serialize: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        if info.context == FOR_DIGEST:
            fields.pop("wall", None)
        return fields


Due = date | ZonedTime
"""A day, in the zone of whoever reads it, or a moment."""


def is_after(start: Due, due: Due) -> bool:
    """Return True if `start` is after `due` in every time zone.

    A day begins and ends at different moments in different zones.
    """
    match start, due:
        case ZonedTime(), ZonedTime():
            return start.instant > due.instant
        case date(), date():
            return start > due
        case _:
            return (_utc_day(start) - _utc_day(due)).days > 1


def _utc_day(due: Due) -> date:
    return due.instant.date() if isinstance(due, ZonedTime) else due


def instant_text(moment: datetime) -> str:
    """Return a text that sorts by time."""
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def due_text(due: Due) -> str:
    """Return a text that sorts by time. A day comes before every moment of that day (UTC)."""
    match due:
        case ZonedTime():
            return due.instant.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
        case datetime():  # in Python, a datetime is a date; pydantic never lets one in here
            raise TypeError("a moment needs its zone: use ZonedTime.of(moment)")
        case date():
            return due.isoformat()


def explain_validation_error(name: str, error: ValidationError, optional: Container[object] = ()) -> str:
    """Return one line that names each field and its error. `optional` are the fields that may be left out."""
    problems = (
        f"{'.'.join(_show_part(part) for part in (name, *e['loc']))}: {_explain(e, optional)}"
        for e in error.errors()[:10]
    )
    return "; ".join(problems)


def _explain(error: ErrorDetails, optional: Container[object]) -> str:
    is_none = error["input"] is None and len(error["loc"]) == 1
    return "cannot be None: leave the field out" if is_none and error["loc"][0] in optional else error["msg"]


def name_faults(error: ValidationError) -> str:
    """Return one line that names each field and the kind of its fault: the same text in every process."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)[:10]
    return ", ".join(f"{'.'.join(map(_show_part, fault['loc']))} ({fault['type']})" for fault in faults)


def _show_part(part: object) -> str:
    """Return a field's name or a key of a map, safe to print: a key is the sender's text, which may hold anything."""
    text = str(part)
    return text if text.isprintable() and len(text) <= NAME_CHARACTERS else repr(text[:100])
