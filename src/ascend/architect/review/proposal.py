"""A proposal: the entities that somebody wants to store, how they relate, and the questions that people will ask.

    entity: note
    attributes: {text: 300, day: {type: date, changes: false}}
    patterns: [{question: One note, by: [id]}]

A file describes one entity, or a list of `entities`. Numbers may be left out: the review asks for them and assumes a value.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ascend.architect.review.proposal_checks import check_entities
from ascend.architect.review.proposal_parts import (
    ID,
    USER,
    WORKSPACE,
    Count,
    ProposedAttribute,
    ProposedEntity,
    ProposedRelationship,
    Question,
    Section,
    ValueType,
    Word,
)

__all__ = [
    "ID",
    "USER",
    "WORKSPACE",
    "Proposal",
    "ProposedAttribute",
    "ProposedEntity",
    "ProposedRelationship",
    "Question",
    "ValueType",
]


class Proposal(Section):
    name: Word | None = None
    """The name of the feature: of its module and its application."""
    entities: Annotated[tuple[ProposedEntity, ...], Field(min_length=1, max_length=20)]
    workspaces: Count | None = None
    """The number of tenants."""
    tables: Literal["single", "several"] | None = None
    """For a program without event sourcing: one table for all entities, or one for each."""
    transactions: bool | None = None
    """True if entities of several kinds change together, in one step."""

    @model_validator(mode="after")
    def check(self) -> Self:
        check_entities(self.entities)
        return self

    @property
    def title(self) -> str:
        return self.name or self.entities[0].entity

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of entities that the proposal describes."""
        return tuple(entity.entity for entity in self.entities)

    def find_entity(self, kind: str) -> ProposedEntity:
        return next(entity for entity in self.entities if entity.entity == kind)
