"""Fill a store with made-up rows, through commands and the worker, as a program does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import ascend
from ascend.architect.review.design import Design, DesignedItem
from ascend.architect.review.needs import find_hierarchy
from ascend.architect.review.proof.application import ProofApplication
from ascend.architect.review.proof.faults import Fault
from ascend.architect.review.proof.fields import find_value
from ascend.architect.review.proof.rows import USERS, WORKSPACES, End, EntityRow, Maker
from ascend.architect.review.proof.stored import to_text

DELETED = 2
"""Entities of each kind in each workspace that are deleted."""


@dataclass
class Filler:
    """Writes rows, changes and deletes some, and keeps those that are left."""

    store: ascend.Store
    design: Design
    built: ProofApplication
    maker: Maker
    rows: list[EntityRow] = field(default_factory=list[EntityRow])
    faults: list[Fault] = field(default_factory=list[Fault])

    async def fill(self) -> None:
        for _ in range(WORKSPACES):
            await self.fill_workspace(ascend.WorkspaceId(self.maker.environment.new_id()))

    async def fill_workspace(self, home: ascend.WorkspaceId) -> None:
        owner, *members = USERS
        await self.store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=owner)
        for member in members:
            await self.store.execute(home, ascend.AddMember(user_id=member, name="Member"), actor=owner)
        first = self.maker.make_rows(home)
        await self.put(home, [(row, None) for row in first])
        await self.store.worker.run_once()
        second = self.change_some(first)
        pairs = [(new, old) for old, new in zip(first, second, strict=True) if new is not old]
        self.faults += find_moved_keys(self.design, pairs)
        await self.put(home, pairs)
        gone = self.pick_unused(second)
        await self.put(home, [(None, row) for row in gone])
        await self.store.worker.run_once()
        self.rows += [row for row in second if row not in gone]

    def change_some(self, rows: Sequence[EntityRow]) -> list[EntityRow]:
        """Return the rows with every other one of each kind changed. A row of a hierarchy moves, too."""
        changed: list[EntityRow] = []
        for number, row in enumerate(rows):
            chosen = sum(known.kind == row.kind for known in rows[:number]) % 2 == 1
            changed.append(self.maker.change(row, rows) if chosen else row)
        return changed

    def pick_unused(self, rows: Sequence[EntityRow]) -> list[EntityRow]:
        """Return some rows at which no other row points."""
        pointed = {end.id for row in rows for ends in row.ends.values() for end in ends}
        free = [row for row in rows if row.id not in pointed]
        kinds = self.design.proposal.kinds
        return [row for kind in kinds for row in [row for row in free if row.kind == kind][:DELETED]]

    async def put(self, home: ascend.WorkspaceId, changes: Sequence[tuple[EntityRow | None, EntityRow | None]]) -> None:
        """Write pairs of a row as it is from now on and as it was."""
        if rows := tuple(self.describe(new, old) for new, old in changes):
            await self.store.execute(home, self.built.make_command(rows), actor=USERS[0])

    def describe(self, new: EntityRow | None, old: EntityRow | None) -> tuple[str, str, str, tuple[str, ...]]:
        """Return the kind, the id and the content of a row, and the parents that gain or lose it."""
        row = new or old
        assert row is not None, "a change has a row before or after"
        parent = find_hierarchy(self.design.proposal.find_entity(row.kind))
        before, after = (
            {end.id for end in version.ends[parent]} if version and parent else set[str]() for version in (old, new)
        )
        return row.kind, row.id, to_text(new), tuple(sorted(before ^ after))


def find_moved_keys(design: Design, pairs: Sequence[tuple[EntityRow, EntityRow]]) -> Iterator[Fault]:
    """Yield a fault for each item whose key in the table changes with its entity: an index is the place for that."""
    for item in design.items:
        if any(row.kind == item.entity and has_moved(design, item, row, old) for row, old in pairs):
            yield Fault(item.name, f"the key of a {item.name} in the table changes when its entity changes")


def has_moved(design: Design, item: DesignedItem, new: EntityRow, old: EntityRow) -> bool:
    """Return True if a line that stays, because its other ends stay, has another key in the table."""
    entity = design.get_entity(item)
    kept = [
        [(end, other) for end in new.ends[name] for other in old.ends[name] if is_same(end, other)] for name in item.per
    ]
    for ends in product(*kept):
        keys = [
            [
                find_value(
                    entity, field, row, {name: pair[version] for name, pair in zip(item.per, ends, strict=True)}, ""
                )
                for field in item.table.fields
            ]
            for version, row in enumerate((new, old))
        ]
        if keys[0] != keys[1]:
            return True
    return False


def is_same(end: End, other: End) -> bool:
    return (end.kind, end.id) == (other.kind, other.id)
