"""The store with its workspaces, the clock, and what a process knows of the generations."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from support.models.switching.names import (
    END,
    FREE,
    LATE,
    LEASE,
    PROJECTIONS,
    Build,
    Builds,
    Checkpoint,
    Damage,
    Generations,
    Key,
)
from support.models.switching.workspace import Log, Views


class World:
    def __init__(self, rng: random.Random, off: frozenset[str]) -> None:
        self.rng, self.off, self.now = rng, off, 0
        self.new_id = count(1).__next__
        self.stats: Counter[str] = Counter()
        self.workspaces = [Views(Log()) for _ in range(rng.choice((1, 1, 2)))]
        self.short = rng.choice((0, 3, 10))
        """A virgin workspace whose log is not longer than this is replayed by ordinary batches."""
        self.is_deploying = rng.random() < 0.4
        changed = rng.sample(PROJECTIONS, rng.randint(1, 3))
        self.versions = [dict.fromkeys(PROJECTIONS, 0), {name: int(name in changed) for name in PROJECTIONS}]
        """The version of each projection, by code."""
        first = Builds(0, tuple(Build(name, 0, 0) for name in PROJECTIONS))
        self.state = Generations(first, epochs={(name, 0): 0 for name in PROJECTIONS})
        self.left: set[int] = set()
        """Codes that an operator has switched away from, or withdrawn."""
        self.pulse: dict[int, tuple[int, int, int, int]] = {}
        """By worker: its code, the number of its heartbeat, when it was last heard, since when it was alive all the time."""
        self.changed, self.busy = 0, FREE
        """When the state changed last, and when to write something because of that."""
        self.late = rng.choice((0, 0, 600, 1200, END))
        """When the last workspace is written to for the first time."""
        self.mended = rng.choice((0, rng.randint(0, END), END))
        """When the code can render all states."""
        self.seen: list[dict[tuple[str, Key], int]] = [{} for _ in self.workspaces]
        """What readers hand each other: the position of which each key has been shown, by workspace."""

    def fails(self, build: Build, state: tuple[str, str] | None) -> bool:
        """Return True if the code cannot render a state, at present."""
        return self.now < self.mended and build.projection == "A" and state is not None and state[1] == "r2"

    def has(self, guard: str) -> bool:
        return guard not in self.off

    def is_late(self, started: int, guard: str = "late limit") -> bool:
        return self.has(guard) and self.now - started > LATE

    def write_state(self, old: Generations, **new: Any) -> bool:
        """Replace the state if it is as it was read: one call."""
        is_same = self.state is old if self.has("whole state") else self.state.current == old.current
        if is_same:
            self.state, self.changed = replace(old, **new), self.now
            self.busy = self.now + self.rng.randint(0, LEASE) if self.rng.random() < 0.7 else FREE
        return is_same

    def announce(self, old: Generations, target: Builds) -> bool:
        used = {(build.projection, build.version): build.epoch for build in target.builds}
        epochs = {line: max(old.epochs.get(line, 0), used.get(line, 0)) for line in {**old.epochs, **used}}
        is_written = self.write_state(old, announced=target, announcements=old.announcements + 1, epochs=epochs)
        self.stats["announced"] += is_written
        return is_written

    def beat(self, worker: int, code: int) -> None:
        _, number, heard, since = self.pulse.get(worker, (code, 0, self.now, self.now))
        self.pulse[worker] = code, number + 1, self.now, self.now if self.now - heard > LEASE else since

    def check_nobody_is_left(self, code: int) -> None:
        """Check that no worker of other code has been alive for two leases: its readers would be refused."""
        for other, _, heard, since in self.pulse.values():
            if other != code and self.now - heard <= LEASE and self.now - since > 2 * LEASE:
                raise Damage("a worker switches while old code is at work")


class Process:
    """What the readers and workers of one process know of the state, and since when. `code` None: it knows all code."""

    def __init__(self, world: World, code: int | None = 0) -> None:
        self.world, self.code = world, code
        self.known = world.state
        self.learned, self.changed = -FREE, world.now

    def learn(self) -> None:
        """Ask for the state: one call."""
        old, new = self.known, self.world.state
        by_number = self.world.has("turn after")
        if self.learned < 0 or (old.number != new.number if by_number else old.current != new.current):
            self.changed = self.world.now
        self.known, self.learned = new, self.world.now

    @property
    def is_old(self) -> bool:
        return self.learned < 0 or (self.world.has("lease") and self.world.now - self.learned > LEASE)

    def can(self, generation: Builds | None) -> bool:
        return generation is not None and self.code in (None, generation.code)

    def turn(self) -> tuple[Builds, int] | None:
        """Return the generation to read, with its number: back again, it is not the same turn. None: not ready."""
        known, by_number = self.known, self.world.has("turn")
        if self.can(known.current):
            return known.current, known.number if by_number else 0
        if known.announced is None or not self.can(known.announced):
            return None
        is_ready = known.at_hand or not self.world.has("at hand first")
        return (known.announced, known.announcements if by_number else 0) if is_ready else None

    def follower(self, generation: Builds) -> Builds | None:
        """Return the generation of other code that may still be read elsewhere, and is behind this one."""
        known = self.known
        if generation != known.current:
            return known.current if self.world.has("both") else None
        if known.previous is None or known.previous.code == generation.code or not self.world.has("both after"):
            return None
        return known.previous if self.world.now - self.changed <= LEASE else None


def bound(world: World, records: Mapping[Builds, Checkpoint], generation: Builds, known: Generations) -> int:
    """Return how far a generation may be written: who leads is written first."""
    if not world.has("lead") or generation == known.announced:
        return FREE
    current = records.get(known.current)
    if generation != known.current:
        return (current.rendered if current else 0) if world.has("lead after") else FREE
    if known.announced is None:
        return FREE
    leader, mine = records.get(known.announced), records.get(generation)
    if leader is not None and leader.leads == known.announcements:
        return leader.rendered
    return FREE if (mine is not None and mine.rendered) or not world.has("newborn") else 0
