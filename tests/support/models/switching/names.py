"""The values of the model: builds, generations, records, the state of the store, and what is logged and rendered."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

LEASE, LATE, END, FREE = 40, 150, 2_600, 1 << 30
"""In calls: how long a process may act on what it knows; the latest write after a read; the end of a run; no bound."""
LIFE = 2 * LATE
"""The life of a tombstone, from when it gets its end."""
PROJECTIONS = ("A", "B", "H")
"""A has an item for each entity by its group, B one by its name, H a line for each event."""

GUARDS = {
    # building at a position
    "one start": "the starts item of a workspace is replaced only if it is as it was read",
    "own start": "whoever builds takes the start from the starts item, not the head",
    "shared start": "a new start is not beyond what the shared builds hold",
    "virgin starts": "a virgin workspace gets entries in the starts item, too",
    "skip start": "no batch writes a change at or before the start of a build",
    "elsewhere": "no batch writes what another generation has rendered",
    "fresh epoch": "a rebuild takes an epoch that was never used",
    "lines": "the lines of events at or before the start are written",
    "dead snapshots": "snapshots of deleted entities are written, too",
    "commands": "the commands up to the start are recorded",
    "cursor last": "the cursor moves after its chunk is written",
    "look again": "a builder leaves alone what another generation has built meanwhile",
    "build limit": "a builder starts no write long after it read the records",
    "late limit": "a batch starts no write long after it read the record",
    "end after": "a tombstone gets its end only after the record has moved past it",
    # parked entities
    "take over": "a generation that begins takes over what is parked in the builds that it shares",
    "pass parked": "what a generation further ahead has parked is parked here, until a change beyond that one",
    "parked holds": "a record with parked entities holds the rest of its builds",
    "later change": "only a change after the position at which an entity is parked un-parks it",
    "retry keys": "a retry names the keys that it writes before it writes them",
    "retry furthest": "a retry writes only where no generation that shares the build has rendered more",
    "render before": "whoever un-parks an entity removes what its state before renders, too: a retry may be writing it",
    # switching
    "lead": "the leader is written first",
    "newborn": "in a new workspace the leader is begun first",
    "begin bound": "no generation begins beyond the leader",
    "second look": "a worker checks lease and bound again before it writes",
    "learn wait": "after an announcement a lease passes before anything is built",
    "level head": "before a switch the announced generation has rendered each head",
    "whole state": "the state is replaced only if nothing in it has changed",
    "ask": "while a switch is at hand, each answer asks for the state",
    "at hand wait": "a lease passes between at hand and the switch",
    "lease": "what a process knows of the state is good for a lease",
    "lead after": "after a switch the previous generation follows",
    "retire wait": "a lease and the time of a late write pass between retiring and pruning",
    "prune limit": "nothing is pruned long after the state was read",
    "settle": "for a lease after a switch the state stays as it is",
    "withdraw": "a withdrawn generation is first no more at hand, and a lease later not announced",
    "turn": "an answer belongs to the number of an announcement, not only to a generation",
    "turn after": "switched there and back again counts as a switch",
    "prune level": "a record goes only when those that share a build with it have come as far",
    # deployments
    "at hand first": "new code reads the announced generation only when it is at hand",
    "both": "new code answers once the current generation of the old code is as far",
    "both after": "the same after the switch, for a lease",
    "announce once": "a worker announces only code that never was announced before",
    "old alive": "a worker switches only if no worker of other code has been alive for a lease",
    "look fresh": "a worker switches only soon after it has looked at the other workers",
}
"""What a run can do without. Most show damage within some thousand seeds when taken away."""


class Damage(Exception):
    """Something that must hold does not."""


class Build(NamedTuple):
    projection: str
    version: int
    epoch: int


class Builds(NamedTuple):
    """A generation. `code` knows the versions of its builds."""

    code: int
    builds: tuple[Build, ...]


class Op(NamedTuple):
    """An event about one entity. `state` is its group and name afterwards; None: deleted."""

    entity: int
    state: tuple[str, str] | None


class Key(NamedTuple):
    """The key of an item: the text is a group, a name, or empty for a line. The number is an entity, or a position."""

    text: str
    number: int


class Item(NamedTuple):
    position: int
    value: str | None
    """None: a tombstone."""


class ParkedAt(NamedTuple):
    """An entity that a build cannot render since a position, with the keys of its last good items."""

    position: int
    keys: frozenset[Key]


class Snapshot(NamedTuple):
    position: int
    state: tuple[str, str] | None


@dataclass(frozen=True, eq=False, slots=True)
class Checkpoint:
    """The record of a generation in a workspace. It is replaced, never changed."""

    generation: Builds
    incarnation: int
    starts: Mapping[Build, int]
    start: int
    todo: tuple[Build, ...]
    is_built: bool
    rendered: int = 0
    folded: int = 0
    cursor: int = 0
    leads: int = 0
    parked: Mapping[tuple[Build, int], ParkedAt] = field(default_factory=dict[tuple[Build, int], ParkedAt])


@dataclass(frozen=True, eq=False, slots=True)
class Generations:
    """The state item of the store. It is replaced, never changed."""

    current: Builds
    number: int = 0
    announced: Builds | None = None
    announcements: int = 0
    previous: Builds | None = None
    at_hand: bool = False
    taken_back: bool = False
    epochs: Mapping[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    """The highest epoch that was ever used, by projection and version. What was never announced is not in it."""

    @property
    def live(self) -> set[Builds]:
        return {named for named in (self.current, self.announced, self.previous) if named is not None}

    @property
    def is_deployment(self) -> bool:
        return self.announced is not None and self.announced.code != self.current.code


T = TypeVar("T")
Task = Generator[int, None, T]
"""It yields before every call to the store, the number of calls to pause after it."""
