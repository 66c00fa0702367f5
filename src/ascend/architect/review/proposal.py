"""A proposal: an entity that somebody wants to store, its relationships, and the questions that will be asked about it.

Numbers may be left out: the review then asks for them and assumes a value.
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


class ProposalSection(BaseModel):
    """A section of the proposal file. An unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProposedAttribute(ProposalSection):
    bytes: Bytes
    """Average size."""
    changes: bool = True
    """True if the attribute can change after the entity is created."""


class ProposedRelationship(ProposalSection):
    """A relationship from an entity to others.

    An entity points at `each` others; `of_one` entities point at the same other.
    """

    name: Word
    to: Annotated[tuple[Word, ...], Field(min_length=1, max_length=10)]
    each: Annotated[int, Field(ge=1, le=10**6)] | None = None
    of_one: Count | None = None

    @property
    def is_user(self) -> bool:
        return self.to == (USER,)


class Question(ProposalSection):
    """An access pattern."""

    question: Sentence
    by: tuple[Word, ...] = ()
    """The known values: `id`, `workspace`, names of relationships and attributes. Empty: all entities."""
    shows: Word | None = None
    """The relationship whose other ends are wanted. None: the entities themselves are wanted."""
    order: Word | None = None
    """The attribute that sorts the page."""
    descending: bool = False
    only: Word | None = None
    """A word for a subset, such as `open`."""
    deep: bool = False
    """True to read the whole subtree. Needs a relationship to the entity itself."""
    across: bool = False
    """True to read all workspaces of a user."""
    consistent: bool | None = None
    """True if a user must see their own change at once."""
    reads_a_day: Count | None = None
    page: Annotated[int, Field(ge=1, le=1_000)] | None = None

    @property
    def is_get(self) -> bool:
        """True if the question reads one entity."""
        return self.by == (ID,) and self.shows is None


class Proposal(ProposalSection):
    entity: Word
    attributes: Annotated[dict[Word, ProposedAttribute], Field(min_length=1, max_length=100)]
    relationships: Annotated[tuple[ProposedRelationship, ...], Field(max_length=20)] = ()
    patterns: Annotated[tuple[Question, ...], Field(min_length=1, max_length=50)]
    writes_a_day: Count | None = None
    items: Count | None = None
    """Entities in a workspace now."""
    in_a_year: Count | None = None
    """Entities in a workspace in a year."""

    @field_validator("attributes", mode="before")
    @classmethod
    def expand_bytes(cls, attributes: object) -> object:
        """Expand the short form: `title: 60` means `title: {bytes: 60}`."""
        if not isinstance(attributes, dict):
            return attributes
        values = cast("dict[str, object]", attributes).items()
        return {name: {"bytes": value} if isinstance(value, int) else value for name, value in values}

    @model_validator(mode="after")
    def check_names(self) -> Self:
        """Check that no name is used twice or reserved, and that every pattern uses known names."""
        relationships = {relationship.name for relationship in self.relationships}
        taken = (relationships | self.attributes.keys()) & (RESERVED | {self.entity})
        if twice := taken or relationships & self.attributes.keys():
            message = "{name} cannot be the name of an attribute or relationship here"
            raise PydanticCustomError("name", message, {"name": min(twice)})
        for number, question in enumerate(self.patterns):
            if fault := self.find_fault(question, relationships):
                where = {"question": question.question, "said": fault, "at": ("patterns", number)}
                raise PydanticCustomError("pattern", "{question}: {said}", where)
        return self

    def find_fault(self, question: Question, relationships: set[str]) -> str:
        """Return what is wrong with a question; an empty text if nothing is."""
        if unknown := self.find_unknown_names(question, relationships):
            return f"{unknown[0]} is no attribute or relationship of {self.entity}"
        by = [relationship for name in question.by if (relationship := self.find_relationship(name))]
        if question.deep and not any(self.entity in relationship.to for relationship in by):
            return f"`deep` needs a relationship to {self.entity} itself in `by`"
        if question.across and not any(relationship.is_user for relationship in by):
            return "`across` reads the workspaces of a user: name a relationship to user in `by`"
        return "two relationships in `by`: give one, and filter the result by the other" if len(by) > 1 else ""

    def find_unknown_names(self, question: Question, relationships: set[str]) -> list[str]:
        known = relationships | self.attributes.keys() | {ID, WORKSPACE}
        unknown = [name for name in question.by if name not in known]
        unknown += [name for name in (question.shows,) if name is not None and name not in relationships]
        unknown += [name for name in (question.order,) if name is not None and name not in self.attributes]
        return unknown

    def find_relationship(self, name: str | None) -> ProposedRelationship | None:
        return next((relationship for relationship in self.relationships if relationship.name == name), None)

    @property
    def bytes(self) -> int:
        """The size of an entity."""
        return sum(attribute.bytes for attribute in self.attributes.values())
