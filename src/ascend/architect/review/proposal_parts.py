"""The parts of a proposal: entities with their attributes, relationships and questions."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
Value = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
Count = Annotated[int, Field(ge=0, le=10**12)]
Bytes = Annotated[int, Field(ge=1, le=400 * 1_024)]

ID, USER, WORKSPACE = "id", "user", "workspace"


class AttributeType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    """A whole number, of at most 15 digits."""
    FLAG = "flag"
    DATE = "date"
    INSTANT = "instant"
    CREATED = "created"
    """The time at which the entity was created. It never changes."""
    CHOICE = "choice"
    """One of the declared `values`."""


FIXED_BYTES: Mapping[AttributeType, int] = {
    AttributeType.NUMBER: 8,
    AttributeType.FLAG: 1,
    AttributeType.DATE: 10,
    AttributeType.INSTANT: 27,
    AttributeType.CREATED: 27,
}
"""The size of values whose type decides it."""
TEXT_BYTES = 40
"""The size of a text that does not say it."""


class Section(BaseModel):
    """A section of the proposal file. An unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProposedAttribute(Section):
    type: Annotated[AttributeType, Field(strict=False)] = AttributeType.TEXT
    size: Bytes | None = Field(default=None, alias="bytes")
    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=50)] | None = None
    """The values of a choice."""
    distinct: Annotated[int, Field(ge=1, le=10**12)] | None = None
    """The number of different values in one workspace."""
    share: dict[Value, Annotated[float, Field(gt=0, le=1)]] | None = None
    """The part of the entities that have a value of a choice or a flag. The other values are equally frequent."""
    changes: bool = True
    """True if the attribute can change after the entity is created."""
    optional: bool = False
    """True if an entity may be without it."""
    listed: bool | None = None
    """True if lists show it. None: only if it is short."""
    unique: bool = False
    """True if no two entities of a workspace may have the same value."""

    @model_validator(mode="before")
    @classmethod
    def infer_type(cls, data: object) -> object:
        """An attribute with `values` is a choice, and one of type `created` never changes."""
        if not isinstance(data, dict):
            return data
        given = cast("dict[str, object]", data)
        values = given.get("values")
        if isinstance(values, list):  # after a validator of our own, strict pydantic wants what JSON does not have
            given = {"type": "choice", **given, "values": tuple(cast("list[object]", values))}
        return given | {"changes": False} if given.get("type") == "created" else given

    @property
    def bytes(self) -> int:
        """The average size of a value."""
        longest = max((len(value) for value in self.values or ()), default=TEXT_BYTES)
        return self.size or FIXED_BYTES.get(self.type, longest)

    @property
    def cardinality(self) -> int | None:
        """The number of different values; None if it is not known."""
        known = len(self.values) if self.values else 2 if self.type is AttributeType.FLAG else None
        return self.distinct or known

    def find_share(self, values: tuple[str, ...]) -> float:
        """Return the part of the entities that have one of the values of this choice or flag."""
        known = self.share or {}
        others = max(1, (self.cardinality or len(values)) - len(known))
        return sum(known.get(value, (1 - sum(known.values())) / others) for value in values)


class ProposedRelationship(Section):
    """A relationship from an entity to others: an entity points at `each` others; `of_one` entities point at one other."""

    name: Word
    to: Annotated[tuple[Word, ...], Field(min_length=1, max_length=10)]
    each: Annotated[int, Field(ge=1, le=10**6)] | None = None
    of_one: Count | None = None
    changes: bool = True
    """True if an entity may point at another one later."""
    optional: bool = False
    """True if an entity may point at none. Only for `each: 1`; with more, none is always possible."""
    ordered: bool = False
    """True if a user chooses the order of the others."""
    when_gone: Literal["keep", "refuse", "cascade"] | None = None
    """What happens to the entity when what it points at is deleted: it stays, the deletion is refused, or it goes as well."""

    @property
    def is_user(self) -> bool:
        return self.to == (USER,)

    @property
    def is_single(self) -> bool:
        """True if there is at most one. An unknown number counts as many: an extra line costs little."""
        return self.each == 1

    @property
    def has_kinds(self) -> bool:
        """True if it can point at entities of several kinds."""
        return len(self.to) > 1


ONLY = "a value of a choice or a flag, or attributes with their values, is expected: `open`, or `{status: [open, done], hot: true}`"


class Question(Section):
    """An access pattern."""

    question: Sentence
    by: tuple[Word, ...] = ()
    """The known values: `id`, `workspace`, names of relationships and attributes. Empty: all entities."""
    shows: Word | None = None
    """The relationship whose other ends are wanted. None: the entities themselves are wanted."""
    order: Word | None = None
    """The attribute that sorts the page."""
    range: Word | None = None
    """The attribute of which the caller gives a first and a last value."""
    descending: bool = False
    only: Word | dict[Word, Annotated[tuple[Value, ...], Field(min_length=1, max_length=20)]] | None = None
    """A part of the entities: values of attributes, or one value that only one attribute can have."""
    deep: bool = False
    """True to read the whole subtree. Needs a relationship to the entity itself."""
    across: bool = False
    """True to read all workspaces of a user."""
    everywhere: bool = False
    """True for a job of the operator that reads all workspaces."""
    search: Word | None = None
    """The text attribute in which words are searched."""
    consistent: bool | None = None
    """True if a user must see their own change at once."""
    reads_a_day: Count | None = None
    peak_reads: Count | None = None
    """Reads in the busiest second."""
    page: Annotated[int, Field(ge=1, le=1_000)] | None = None

    @field_validator("only", mode="before")
    @classmethod
    def check_form(cls, only: object) -> object:
        """Say in one sentence what `only` can be. The values of a flag are texts from here on."""
        if not isinstance(only, dict):
            if only is None or isinstance(only, str):
                return only
            raise PydanticCustomError("only", ONLY)
        given = cast("dict[str, object]", only)
        values = {
            name: tuple(cast("list[object]", value)) if isinstance(value, list | tuple) else (value,)
            for name, value in given.items()
        }
        if not all(value and isinstance(one, str | bool) for value in values.values() for one in value or (None,)):
            raise PydanticCustomError("only", ONLY)
        return {
            name: tuple(str(one).lower() if isinstance(one, bool) else one for one in value)
            for name, value in values.items()
        }

    @property
    def is_get(self) -> bool:
        """True if the question reads one entity."""
        return ID in self.by and self.shows is None


class ProposedEntity(Section):
    entity: Word
    about: Sentence | None = None
    """What the entity is, in a sentence."""
    attributes: Annotated[dict[Word, ProposedAttribute], Field(max_length=100)] = {}
    relationships: Annotated[tuple[ProposedRelationship, ...], Field(max_length=20)] = ()
    patterns: Annotated[tuple[Question, ...], Field(max_length=50)] = ()
    writes_a_day: Count | None = None
    peak_writes: Count | None = None
    """Writes in the busiest second, in one workspace."""
    items: Count | None = None
    """Entities in a workspace now."""
    in_a_year: Count | None = None
    """Entities in a workspace in a year."""
    keep_days: Annotated[int, Field(ge=1, le=36_500)] | Literal["forever"] | None = None
    """Days after which an entity is removed, or `forever`: it is kept until somebody deletes it."""

    @field_validator("attributes", mode="before")
    @classmethod
    def expand_short_forms(cls, attributes: object) -> object:
        """Expand `title: 60` to `title: {bytes: 60}`, and `due: date` to `due: {type: date}`."""
        if not isinstance(attributes, dict):
            return attributes
        return {name: expand_attribute(value) for name, value in cast("dict[str, object]", attributes).items()}

    def find_relationship(self, name: str | None) -> ProposedRelationship | None:
        return next((relationship for relationship in self.relationships if relationship.name == name), None)

    @property
    def retention(self) -> int | None:
        """The days after which an entity is removed; None if it is kept until somebody deletes it."""
        return self.keep_days if isinstance(self.keep_days, int) else None

    @property
    def bytes(self) -> int:
        """The size of an entity's attributes."""
        return sum(attribute.bytes for attribute in self.attributes.values())


def expand_attribute(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"bytes": value}
    return {"type": value} if isinstance(value, str) else value
