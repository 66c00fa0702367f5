"""Made-up entities of a proposal. They share few values, so that keys that are too short collide.

The same proposal gives the same rows in every run.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar, cast

from ascend.architect.review.key_texts import Scalar
from ascend.architect.review.proposal import (
    USER,
    Proposal,
    ProposedAttribute,
    ProposedEntity,
    ProposedRelationship,
    ValueType,
)
from ascend.domain.ids import UserId
from ascend.testing.environment import FakeEnvironment

USERS = tuple(map(UserId, ("ada", "ben", "eve@example.org")))
WORKSPACES = 2
ROWS = 9
"""Entities of each kind in each workspace, at first."""
TEXTS = ("Box 2", "Box 10", "box 2", "a#b", "Äpfel", "50 %", "zebra", "Box", "日本")
NUMBERS = (-20, -3, 0, 2, 10, 10, 999_999_999_999)
DAYS = tuple(
    date(*day) for day in ((2029, 12, 15), (2030, 1, 1), (2030, 1, 2), (2030, 1, 2), (2030, 1, 31), (2030, 2, 1))
)
MOMENTS = tuple(datetime.combine(day, time(hour), UTC) for day in DAYS[2:] for hour in (0, 23))
Pool = tuple[Scalar, ...]
T = TypeVar("T", bound=Scalar)
RANKS = ("a", "am", "b", "n", "nn", "z")


@dataclass(frozen=True, slots=True)
class End:
    """One other end of a relationship, and its place in the order that a user chose."""

    kind: str
    id: str
    rank: str


@dataclass(frozen=True, slots=True)
class EntityRow:
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
    outsiders: list[str] = field(default_factory=list[str])
    """Ids of entities that the proposal does not describe. The same ids for each kind: only the kind tells them apart."""
    bags: dict[tuple[str, Pool], list[Scalar]] = field(default_factory=dict[tuple[str, Pool], list[Scalar]])
    """Values that an attribute has not had yet."""

    def make_rows(self, workspace: str) -> list[EntityRow]:
        """Return the entities of a workspace. An entity of a hierarchy stands below one that was made before it."""
        rows: list[EntityRow] = []
        self.outsiders = [self.environment.new_id() for _ in range(3)]
        for entity in self.proposal.entities:
            for _ in range(ROWS):
                self.environment.advance(seconds=1)
                rows.append(self.make_row(entity, workspace, rows))
        return [
            replace(row, ends={**row.ends, **self.make_ends(self.proposal.find_entity(row.kind), row, rows)})
            for row in rows
        ]

    def make_row(self, entity: ProposedEntity, workspace: str, others: Sequence[EntityRow]) -> EntityRow:
        used = {name: {row.values[name] for row in others if row.kind == entity.entity} for name in entity.attributes}
        values = {name: self.make_value(name, attribute, used[name]) for name, attribute in entity.attributes.items()}
        return EntityRow(workspace, entity.entity, self.environment.new_id(), values, {})

    def make_value(self, name: str, attribute: ProposedAttribute, used: set[Scalar]) -> Scalar:
        if attribute.optional and self.dice.random() < 0.3:  # noqa: PLR2004
            return None
        value = self.pick_value(name, attribute)
        if attribute.unique:
            while value in used:
                value = self.pick_value(name, attribute, extra=len(used) + self.dice.randrange(10**6))
        return value

    def pick_value(self, name: str, attribute: ProposedAttribute, extra: int = 0) -> Scalar:
        match attribute.type:
            case ValueType.TEXT:
                return self.draw(name, TEXTS) + (str(extra) if extra else "")
            case ValueType.NUMBER:
                return self.draw(name, NUMBERS) + extra
            case ValueType.FLAG:
                return self.dice.random() < 0.5  # noqa: PLR2004
            case ValueType.DATE:
                return self.draw(name, DAYS) + timedelta(days=extra % 10**5)
            case ValueType.INSTANT:
                return self.draw(name, MOMENTS) + timedelta(microseconds=extra)
            case ValueType.CREATED:
                return self.environment.now()
            case ValueType.CHOICE:
                return self.draw(name, attribute.values or ("",))

    def draw(self, name: str, pool: tuple[T, ...]) -> T:
        """Return a value of the pool. An attribute gets each of them before one comes again, so that none is left out."""
        bag = self.bags.setdefault((name, pool), [])
        if not bag:
            bag += self.dice.sample(pool, len(pool))
        return cast("T", bag.pop())

    def make_ends(
        self, entity: ProposedEntity, row: EntityRow, rows: Sequence[EntityRow]
    ) -> dict[str, tuple[End, ...]]:
        return {relationship.name: self.pick_ends(relationship, row, rows) for relationship in entity.relationships}

    def pick_ends(
        self, relationship: ProposedRelationship, row: EntityRow, rows: Sequence[EntityRow]
    ) -> tuple[End, ...]:
        if relationship.is_single:
            least = 0 if relationship.optional else 1
            count = max(least, self.dice.randrange(2))
        else:
            count = self.dice.randrange(min(relationship.each or 2, 3) + 1)
        found = {end for _ in range(count) if (end := self.pick_end(relationship, row, rows)) is not None}
        ranks = self.dice.sample(RANKS, len(found))
        return tuple(End(kind, id, rank) for (kind, id), rank in zip(sorted(found), ranks, strict=True))

    def pick_end(
        self, relationship: ProposedRelationship, row: EntityRow, rows: Sequence[EntityRow]
    ) -> tuple[str, str] | None:
        kind = self.dice.choice(relationship.to)
        if kind == USER:
            return kind, self.dice.choice(USERS)
        if kind not in self.proposal.kinds:
            return kind, self.dice.choice(self.outsiders)
        known = [other.id for other in rows if other.kind == kind and (kind != row.kind or other.id < row.id)][:4]
        return (kind, self.dice.choice(known)) if known else None

    def change(self, row: EntityRow, rows: Sequence[EntityRow]) -> EntityRow:
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
