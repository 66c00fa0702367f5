"""A proposal: an entity that somebody wants to keep, what it is related to, and what will be asked about it.

Numbers may be left out: a review asks for them, and goes on with an assumption.
"""

from typing import Annotated, Self, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
Count = Annotated[int, Field(ge=0, le=10**12)]
Bytes = Annotated[int, Field(ge=1, le=400 * 1_024)]

ID, USER, WORKSPACE = "id", "user", "workspace"
RESERVED = frozenset({ID, USER, WORKSPACE, "only"})


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attribute(Part):
    bytes: Bytes
    """On average."""
    changes: bool = True
    """After the entity was made."""


class Relationship(Part):
    """What an entity points at: `each` of it at so many, one of those is pointed at by `of_one`."""

    name: Word
    to: Annotated[tuple[Word, ...], Field(min_length=1, max_length=10)]
    each: Annotated[int, Field(ge=1, le=10**6)] | None = None
    of_one: Count | None = None

    @property
    def is_user(self) -> bool:
        return self.to == (USER,)


class Question(Part):
    """An access pattern."""

    question: Sentence
    by: tuple[Word, ...] = ()
    """What is known when it is asked: `id`, `workspace`, names of relationships and attributes. Nothing: all of them."""
    shows: Word | None = None
    """A relationship, where what it leads to is wanted; else the entities themselves."""
    order: Word | None = None
    """An attribute."""
    descending: bool = False
    only: Word | None = None
    """A few of them, by a word: `open`."""
    deep: bool = False
    """With all that is below: of a relationship to the entity itself."""
    across: bool = False
    """In all workspaces: for a user."""
    consistent: bool | None = None
    """Whether who has just changed it must see that."""
    reads_a_day: Count | None = None
    page: Annotated[int, Field(ge=1, le=1_000)] | None = None

    @property
    def is_get(self) -> bool:
        """One entity is asked for."""
        return self.by == (ID,) and self.shows is None


class Proposal(Part):
    entity: Word
    attributes: Annotated[dict[Word, Attribute], Field(min_length=1, max_length=100)]
    relationships: Annotated[tuple[Relationship, ...], Field(max_length=20)] = ()
    patterns: Annotated[tuple[Question, ...], Field(min_length=1, max_length=50)]
    writes_a_day: Count | None = None
    items: Count | None = None
    """In a workspace, now."""
    in_a_year: Count | None = None

    @field_validator("attributes", mode="before")
    @classmethod
    def a_number_is_bytes(cls, said: object) -> object:
        """`title: 60` is short for `title: {bytes: 60}`."""
        if not isinstance(said, dict):
            return said
        named = cast("dict[str, object]", said)
        return {name: {"bytes": one} if isinstance(one, int) else one for name, one in named.items()}

    @model_validator(mode="after")
    def every_name_is_known(self) -> Self:
        relations = {one.name for one in self.relationships}
        if (
            twice := (relations | self.attributes.keys()) & (RESERVED | {self.entity})
            or relations & self.attributes.keys()
        ):
            raise PydanticCustomError("name", "{name} cannot be the name of an attribute or relationship here", {
                "name": min(twice),
            })  # fmt: skip
        for number, one in enumerate(self.patterns):
            self.check(number, one, relations)
        return self

    def check(self, number: int, one: Question, relations: set[str]) -> None:
        known = relations | self.attributes.keys() | {ID, WORKSPACE}
        strange = [name for name in one.by if name not in known]
        strange += [name for name in (one.shows,) if name is not None and name not in relations]
        strange += [name for name in (one.order,) if name is not None and name not in self.attributes]
        if strange:
            self.refuse(number, one, f"{strange[0]} is no attribute or relationship of {self.entity}")
        asked = [found for name in one.by if (found := self.relationship(name))]
        if one.deep and not any(self.entity in relation.to for relation in asked):
            self.refuse(number, one, f"what is below is asked by a relationship to {self.entity} itself")
        if one.across and not any(relation.is_user for relation in asked):
            self.refuse(number, one, "what crosses workspaces is asked for a user: name a relationship to user in `by`")
        if len(asked) > 1:
            self.refuse(number, one, "two relationships at once: ask by one, and filter what comes by the other")

    def refuse(self, number: int, one: Question, said: str) -> None:
        where = {"question": one.question, "said": said, "at": ("patterns", number)}
        raise PydanticCustomError("pattern", "{question}: {said}", where)

    def relationship(self, name: str | None) -> Relationship | None:
        return next((one for one in self.relationships if one.name == name), None)

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.attributes.values())
