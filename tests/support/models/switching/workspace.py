"""One workspace: its log, its part of the views table, and the truth to compare with."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from support.models.switching.names import (
    FREE,
    LIFE,
    PROJECTIONS,
    Build,
    Builds,
    Checkpoint,
    Damage,
    Item,
    Key,
    Op,
    ParkedAt,
    Snapshot,
)

State = tuple[str, str] | None


def render(projection: str, entity: int, state: State) -> dict[Key, str]:
    if state is None or projection == "H":
        return {}
    group, name = state
    return {Key(group, entity): name} if projection == "A" else {Key(name, entity): group}


def changes(projection: str, position: int, op: Op, before: State) -> dict[Key, str | None]:
    """Return the items that a commit changes, each with its new value."""
    if projection == "H":
        return {Key("", position): str(op)}
    was, now = render(projection, op.entity, before), render(projection, op.entity, op.state)
    return {key: now.get(key) for key in {**was, **now} if was.get(key) != now.get(key)}


class Log:
    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.changed: dict[int, list[int]] = {}
        """The positions at which each entity changed."""
        self.truth: dict[str, dict[Key, list[Item]]] = {name: {} for name in PROJECTIONS}

    @property
    def head(self) -> int:
        return len(self.ops)

    def append(self, op: Op) -> None:
        before = self.state(op.entity, self.head)
        self.ops.append(op)
        self.changed.setdefault(op.entity, []).append(self.head)
        for name in PROJECTIONS:
            for key, value in changes(name, self.head, op, before).items():
                self.truth[name].setdefault(key, []).append(Item(self.head, value))

    def last(self, entity: int, end: int) -> int:
        """Return the position of the last change up to `end`; 0 if there is none."""
        return next((position for position in reversed(self.changed.get(entity, ())) if position <= end), 0)

    def state(self, entity: int, end: int) -> State:
        last = self.last(entity, end)
        return self.ops[last - 1].state if last else None

    def entities(self, start: int, end: int) -> list[int]:
        return sorted({op.entity for op in self.ops[start:end]})

    def living(self) -> list[int]:
        return [entity for entity in sorted(self.changed) if self.state(entity, self.head) is not None]

    def first_at(self, projection: str, key: Key, value: str | None, least: int) -> int | None:
        """Return the first position, from `least` on, at which the key held the value; None if it never did since."""
        history = [Item(0, None), *self.truth[projection].get(key, ())]
        ends = [*(item.position for item in history[1:]), FREE]
        return next(
            (
                max(item.position, least)
                for item, end in zip(history, ends, strict=True)
                if item.value == value and end > least
            ),
            None,
        )


class Views:
    """What is stored about one workspace. Each method is one call."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.records: Mapping[Builds, Checkpoint] = MappingProxyType({})
        self.starts: Mapping[Build, int] = MappingProxyType({})
        """The starts item: replaced as a whole."""
        self.items: dict[Build, dict[Key, Item]] = defaultdict(dict)
        self.ends: dict[tuple[Build, Key], int] = {}
        """The times at which tombstones are removed, in order."""
        self.snapshots: dict[int, dict[int, Snapshot]] = defaultdict(dict)
        self.commands: dict[int, int] = {}
        """The position up to which commands are recorded, by incarnation."""
        self.ever_parked: set[int] = set()
        """Entities that were parked at any time: their items may be old, and get later positions."""

    def value(self, build: Build, key: Key) -> str | None:
        item = self.items[build].get(key)
        return None if item is None else item.value

    def put(self, build: Build, key: Key, item: Item) -> bool:
        old = self.items[build].get(key)
        if old is not None and old.position >= item.position:
            return False
        self.items[build][key] = item
        self.ends.pop((build, key), None)
        for record in self.records.values():
            if build in record.generation.builds:
                self.check(record, build, key)
        return True

    def end(self, build: Build, key: Key, position: int, now: int) -> None:
        """Give a tombstone its end, if it still stands as it was put."""
        if self.items[build].get(key) == (position, None):
            self.ends.pop((build, key), None)
            self.ends[build, key] = now + LIFE

    def expire(self, now: int) -> None:
        """Remove what has come to its end; nothing else is looked at."""
        while self.ends and next(iter(self.ends.values())) < now:
            build, key = next(iter(self.ends))
            del self.ends[build, key]
            self.items[build].pop(key, None)

    def put_snapshot(self, incarnation: int, entity: int, snapshot: Snapshot) -> None:
        if self.snapshot(incarnation, entity).position < snapshot.position:
            self.snapshots[incarnation][entity] = snapshot

    def snapshot(self, incarnation: int, entity: int) -> Snapshot:
        return self.snapshots[incarnation].get(entity, Snapshot(0, None))

    def put_starts(self, old: Mapping[Build, int], new: Mapping[Build, int], *, is_guarded: bool) -> bool:
        if self.starts is not old and is_guarded:
            return False
        self.starts = MappingProxyType(dict(new))
        return True

    def remove_record(self, record: Checkpoint) -> None:
        if self.records.get(record.generation) is record:
            self.records = {name: other for name, other in self.records.items() if other is not record}

    def move(self, old: Checkpoint | None, new: Checkpoint) -> bool:
        """Replace the record if it still is `old`, and check that nothing is claimed that is not there."""
        if self.records.get(new.generation) is not old:
            return False
        self.records = {**self.records, new.generation: new}
        self.ever_parked |= {entity for _, entity in new.parked}
        if old is None or old.rendered != new.rendered or old.parked.keys() - new.parked.keys():
            for build in new.generation.builds:
                for key in {*self.log.truth[build.projection], *self.items[build]}:
                    self.check(new, build, key)
        if old is None or old.folded != new.folded:
            self.check_folded(new)
        return True

    def check(self, record: Checkpoint, build: Build, key: Key) -> None:
        if (build, key.number) in record.parked:
            return
        if self.log.first_at(build.projection, key, self.value(build, key), record.rendered) is None:
            raise Damage("a build holds less than its record claims")

    def check_folded(self, record: Checkpoint) -> None:
        for entity in self.log.entities(0, record.folded):
            position, state = self.snapshot(record.incarnation, entity)
            if position < self.log.last(entity, record.folded) or state != self.log.state(entity, position):
                raise Damage("a snapshot is missing or wrong")
        if self.commands.get(record.incarnation, 0) < record.folded:
            raise Damage("a command would be taken for new")


def held(records: Iterable[Checkpoint], build: Build, but: Builds | None = None) -> int:
    sharing = (record for record in records if build in record.generation.builds and record.generation != but)
    return max((record.rendered for record in sharing if record.is_built), default=0)


def parked_elsewhere(records: Iterable[Checkpoint], mine: Builds, least: int) -> dict[tuple[Build, int], ParkedAt]:
    """Return what generations that have rendered `least` have parked in the builds that this one shares.

    The position is the one that they have rendered: only a later change may un-park the entity here.
    """
    found: dict[tuple[Build, int], ParkedAt] = {}
    for record in (one for one in records if one.generation != mine and one.rendered >= least):
        for (build, entity), parked in record.parked.items():
            if build in mine.builds:
                new = ParkedAt(max(parked.position, record.rendered), parked.keys)
                found[build, entity] = merge(found.get((build, entity)), new)
    return found


def merge(one: ParkedAt | None, other: ParkedAt) -> ParkedAt:
    return other if one is None else ParkedAt(max(one.position, other.position), one.keys | other.keys)


def random_op(rng: random.Random, log: Log) -> Op:
    living, fresh = log.living(), 1 + max(log.changed, default=-1)
    kind = rng.choice(("create", "move", "rename", "delete")) if living else "create"
    group, name = f"g{rng.randrange(2)}", f"r{rng.randrange(3)}"
    if kind == "create":
        return Op(fresh, (group, "r0"))
    entity = rng.choice(living)
    if kind == "delete":
        return Op(entity, None)
    old = log.state(entity, log.head)
    assert old is not None
    return Op(entity, (group, old[1]) if kind == "move" else (old[0], name))
