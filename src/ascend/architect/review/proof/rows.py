"""Made-up entities of a proposal. They share few values, so that keys that are too short collide.

The same proposal gives the same rows in every run.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from ascend.architect.review.key_texts import Scalar
from ascend.architect.review.proposal import (
    USER,
    AttributeType,
    Proposal,
    ProposedAttribute,
    ProposedEntity,
    ProposedRelationship,
)
from ascend.domain.ids import UserId
from ascend.testing.environment import FakeEnvironment

USERS = tuple(map(UserId, ("ada", "ben", "eve@example.org")))
WORKSPACES = 2
ROWS = 9
"""Entities of each kind in each workspace, at first."""
TEXTS = ("Box 2", "Box 10", "box 2", "a#b", "Äpfel", "50 %", "zebra", "Box", "日本")
NUMBERS = (-3, 0, 2, 10, 10, 999_999_999_999)
DAYS = tuple(date(2030, 1, day) for day in (1, 2, 2, 15, 31))
MOMENTS = tuple(datetime(2030, 1, day, hour, tzinfo=UTC) for day, hour in ((1, 8), (1, 8), (2, 0), (15, 23)))
RANKS = ("a", "am", "b", "n", "nn", "z")


@dataclass(frozen=True, slots=True)
class End:
    """One other end of a relationship, and its place in the order that a user chose."""

    kind: str
    id: str
    rank: str


@dataclass(frozen=True, slots=True)
class Row:
    """An entity."""

    workspace: str
    kind: str
    id: str
    values: Mapping[str, Scalar] = field(hash=False)
    ends: Mapping[str, tuple[End, ...]] = field(hash=False)


@dataclass
class Maker:
    """Makes rows of a proposal, and changes them."""

    proposal: Proposal
    environment: FakeEnvironment
    dice: random.Random
    outsiders: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of kinds that the proposal does not describe."""

    def make_rows(self, workspace: str) -> list[Row]:
        """Return the entities of a workspace. An entity of a hierarchy stands below one that was made before it."""
        rows: list[Row] = []
        for entity in self.proposal.entities:
            for _ in range(ROWS):
                self.environment.advance(seconds=1)
                rows.append(self.make_row(entity, workspace, rows))
        return [
            replace(row, ends={**row.ends, **self.make_ends(self.proposal.find_entity(row.kind), row, rows)})
            for row in rows
        ]

    def make_row(self, entity: ProposedEntity, workspace: str, others: Sequence[Row]) -> Row:
        used = {name: {row.values[name] for row in others if row.kind == entity.entity} for name in entity.attributes}
        values = {name: self.make_value(attribute, used[name]) for name, attribute in entity.attributes.items()}
        return Row(workspace, entity.entity, self.environment.new_id(), values, {})

    def make_value(self, attribute: ProposedAttribute, used: set[Scalar]) -> Scalar:
        if attribute.optional and self.dice.random() < 0.3:  # noqa: PLR2004
            return None
        value = self.pick_value(attribute)
        if attribute.unique:
            while value in used:
                value = self.pick_value(attribute, extra=len(used) + self.dice.randrange(10**6))
        return value

    def pick_value(self, attribute: ProposedAttribute, extra: int = 0) -> Scalar:
        match attribute.type:
            case AttributeType.TEXT:
                return self.dice.choice(TEXTS) + (str(extra) if extra else "")
            case AttributeType.NUMBER:
                return self.dice.choice(NUMBERS) + extra
            case AttributeType.FLAG:
                return self.dice.random() < 0.5  # noqa: PLR2004
            case AttributeType.DATE:
                return self.dice.choice(DAYS) + timedelta(days=extra % 10**5)
            case AttributeType.INSTANT:
                return self.dice.choice(MOMENTS) + timedelta(microseconds=extra)
            case AttributeType.CREATED:
                return self.environment.now()
            case AttributeType.CHOICE:
                return self.dice.choice(attribute.values or ("",))

    def make_ends(self, entity: ProposedEntity, row: Row, rows: Sequence[Row]) -> dict[str, tuple[End, ...]]:
        return {relationship.name: self.pick_ends(relationship, row, rows) for relationship in entity.relationships}

    def pick_ends(self, relationship: ProposedRelationship, row: Row, rows: Sequence[Row]) -> tuple[End, ...]:
        if relationship.is_single:
            least = 0 if relationship.optional else 1
            count = max(least, self.dice.randrange(2))
        else:
            count = self.dice.randrange(min(relationship.each or 2, 3) + 1)
        found = {end for _ in range(count) if (end := self.pick_end(relationship, row, rows)) is not None}
        ranks = self.dice.sample(RANKS, len(found))
        return tuple(End(kind, id, rank) for (kind, id), rank in zip(sorted(found), ranks, strict=True))

    def pick_end(self, relationship: ProposedRelationship, row: Row, rows: Sequence[Row]) -> tuple[str, str] | None:
        kind = self.dice.choice(relationship.to)
        if kind == USER:
            return kind, self.dice.choice(USERS)
        if kind not in self.proposal.kinds:
            pool = self.outsiders.setdefault(kind, [self.environment.new_id() for _ in range(3)])
            return kind, self.dice.choice(pool)
        known = [other.id for other in rows if other.kind == kind and (kind != row.kind or other.id < row.id)][:4]
        return (kind, self.dice.choice(known)) if known else None

    def change(self, row: Row, rows: Sequence[Row]) -> Row:
        """Return the row with other values where they may change."""
        entity = self.proposal.find_entity(row.kind)
        fresh = self.make_row(entity, row.workspace, rows)
        ends = self.make_ends(entity, row, rows)
        values = {
            name: fresh.values[name] if spec.changes else row.values[name] for name, spec in entity.attributes.items()
        }
        kept = {
            r.name: ends[r.name] if r.changes or not r.is_single else row.ends[r.name] for r in entity.relationships
        }
        return replace(row, values=values, ends=kept)
