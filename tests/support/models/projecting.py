"""A small model of the projection path: does any interleaving, crash or long sleep leave wrong items?

Things in a tree. The items of a Thing have its path in their key (a move changes the keys of a subtree) and the names on
its path as content. Workers are generators that yield before every call to the store; a scheduler interleaves them, stops
some for ever, and lets others sleep. Time passes: a tombstone with an end is removed once its life is over.

A worker is a process: it may leave *folded* to its next batch, and keeps the states of its last batch, as long as the
record is the one that it wrote. `GUARDS` are what a test takes away to see the damage.
"""

import random
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

GUARDS = (
    "second look",  # the record is read again after the states
    "exact record",  # warm states count only while the record is the one that this process left
    "end after record",  # a tombstone gets its end only once the record has moved past it
    "fold first",  # folded behind rendered, and not known to be written: fold before anything else
    "snapshots before folded",  # the record says *folded* only of snapshots that are written
    "deadline",  # no write later than this after the record was read
    "position",  # a write moves an item forward
    "every change",  # a batch writes each key that changed at any commit, not only the net change
)
LIFE, DEADLINE = 60, 25
"""The life of a tombstone after it got its end, and the latest write after a read: ticks of the clock."""

Id = int
State = tuple[Id | None, str]
States = dict[Id, State | None]
Path = tuple[Id, ...]
Worker = Generator[None]


@dataclass(frozen=True)
class Op:
    """An event about one Thing. `state` is None if it was deleted."""

    thing: Id
    state: State | None


@dataclass
class Stored:
    position: int
    names: tuple[str, ...] | None
    expires: int | None = None


@dataclass(frozen=True)
class Record:
    rendered: int = 0
    folded: int = 0


@dataclass
class Store:
    log: Sequence[Op]
    now: int = 0
    items: dict[Path, Stored] = field(default_factory=dict[Path, Stored])
    snapshots: dict[Id, tuple[int, State | None]] = field(default_factory=dict[Id, tuple[int, State | None]])
    record: Record = field(default_factory=Record)
    ghosts: int = 0

    def tick(self, ticks: int) -> None:
        self.now += ticks
        gone = [key for key, item in self.items.items() if item.expires is not None and item.expires < self.now]
        for key in gone:
            del self.items[key]

    def put(self, key: Path, item: Stored, *, guarded: bool) -> None:
        old = self.items.get(key)
        if not guarded or old is None or old.position < item.position:
            self.items[key] = item


def render(states: Mapping[Id, State | None]) -> dict[Path, tuple[str, ...]]:
    """Return all items. States of two moments may form a circle, or lack a parent: these render nothing."""
    items: dict[Path, tuple[str, ...]] = {}
    for thing, state in states.items():
        path, names, above = [thing], list[str](), state
        while above is not None:
            names.append(above[1])
            parent = above[0]
            if parent is None:
                items[tuple(reversed(path))] = tuple(reversed(names))
                break
            if parent in path:
                break
            path.append(parent)
            above = states.get(parent)
    return items


def make_log(rng: random.Random) -> list[Op]:
    states: dict[Id, State] = {}
    log: list[Op] = []
    for fresh in range(rng.randint(4, 14)):
        ids = sorted(states)
        kind = (
            rng.choice(
                ("create", "move", "move", "rename", "delete") if len(ids) < 4 else ("move", "move", "rename", "delete")
            )
            if ids
            else "create"
        )
        thing = fresh if kind == "create" else rng.choice(ids)
        if kind == "create":
            state: State | None = (rng.choice([None, *ids]), f"n{fresh}")
        elif kind == "rename":
            state = (states[thing][0], f"r{rng.randrange(3)}")
        elif kind == "move":
            places = [None, *(place for place in ids if thing not in above(states, place))]
            state = (rng.choice(places), states[thing][1])
        elif any(parent == thing for parent, _ in states.values()):
            continue
        else:
            state = None
        log.append(Op(thing, state))
        if state is None:
            del states[thing]
        else:
            states[thing] = state
    return log


def above(states: Mapping[Id, State], thing: Id | None) -> list[Id]:
    path: list[Id] = []
    while thing is not None:
        path.append(thing)
        thing = states[thing][0]
    return path


def replay(log: Sequence[Op]) -> tuple[dict[Path, tuple[str, ...]], dict[Path, int]]:
    """Return the items after the log, and for every key that ever was there the position of its last change."""
    states, items, positions = States(), dict[Path, tuple[str, ...]](), dict[Path, int]()
    for position, op in enumerate(log, 1):
        states[op.thing] = op.state
        after = render(states)
        positions |= {key: position for key in {*items, *after} if items.get(key) != after.get(key)}
        items = after
    return items, positions


@dataclass
class Process:
    """A worker process, with what it remembers between two batches."""

    store: Store
    rng: random.Random
    off: frozenset[str]
    record: Record | None = None
    """The record as this process left it."""
    written: int = 0
    """The position up to which it wrote snapshots."""
    states: States = field(default_factory=dict[Id, State | None])

    def run(self) -> Worker:
        while True:
            yield
            record, read_at = self.store.record, self.store.now
            known = self.record == record or ("exact record" in self.off and self.record is not None)
            folded = max(record.folded, self.written) if known else record.folded
            if folded < record.rendered and "fold first" not in self.off:
                if (yield from self.write_snapshots(folded, record.rendered, read_at)):
                    self.states, self.written = {}, record.rendered
                    yield from self.move(record, Record(record.rendered, record.rendered))
                continue
            if record.rendered == len(self.store.log):
                if folded > record.folded:
                    yield from self.move(record, Record(record.rendered, folded))
                return
            yield from self.batch(record, folded, read_at, warm=known and self.rng.random() < 0.5)

    def batch(self, record: Record, folded: int, read_at: int, *, warm: bool) -> Worker:
        store, off, start = self.store, self.off, record.rendered
        end = min(len(store.log), start + self.rng.randint(1, 4))
        states = dict(self.states) if warm else {}
        missing = sorted({op.thing for op in store.log[:end]} - states.keys())
        for thing in self.rng.sample(missing, len(missing)):
            yield
            states[thing] = store.snapshots.get(thing, (0, None))[1]
        if missing and "second look" not in off:
            yield
            if store.record != record:
                return
        changes, states = self.follow(states, start, end)
        for key, item in self.rng.sample(sorted(changes.items()), len(changes)):
            yield
            if self.is_too_late(read_at):
                return
            if item.names is None and "end after record" in off:
                item.expires = store.now + LIFE
            store.put(key, item, guarded="position" not in off)
        yield
        early = "snapshots before folded" in off
        moved = Record(end, end if early else folded)
        if store.record != record:
            return
        store.record = moved
        yield from self.end_tombstones(changes)
        if not (yield from self.write_snapshots(start, end, read_at)):
            return
        self.record, self.written, self.states = moved, end, states
        if self.rng.random() < 0.5:
            yield from self.move(moved, Record(end, end))

    def follow(self, states: States, start: int, end: int) -> tuple[dict[Path, Stored], States]:
        """Return what changes at the commits of the batch, and the states after it."""
        before = first = render(states)
        changes: dict[Path, Stored] = {}
        for position in range(start + 1, end + 1):
            op = self.store.log[position - 1]
            states = {**states, op.thing: op.state}
            after = render(states)
            for key in {**before, **after}:
                if before.get(key) != after.get(key):
                    changes[key] = Stored(position, after.get(key))
            before = after
        if "every change" in self.off:
            changes = {key: item for key, item in changes.items() if item.names != first.get(key)}
        return changes, states

    def end_tombstones(self, changes: Mapping[Path, Stored]) -> Worker:
        for key, change in changes.items():
            if change.names is None:
                yield
                stored = self.store.items.get(key)
                if stored is not None and stored.position == change.position:
                    self.store.items[key] = Stored(change.position, None, self.store.now + LIFE)

    def write_snapshots(self, start: int, end: int, read_at: int) -> Generator[None, None, bool]:
        """Return True if all are written."""
        last = {op.thing: (position, op.state) for position, op in enumerate(self.store.log[:end], 1)}
        for thing, (position, state) in last.items():
            if position > start:
                yield
                if self.is_too_late(read_at):
                    return False
                if self.store.snapshots.get(thing, (0, None))[0] < position:
                    self.store.snapshots[thing] = (position, state)
        return True

    def move(self, old: Record, new: Record) -> Worker:
        yield
        if self.store.record == old:
            self.store.record = new
            self.record = new

    def is_too_late(self, read_at: int) -> bool:
        return "deadline" not in self.off and self.store.now - read_at > DEADLINE


def simulate(seed: int, off: frozenset[str] = frozenset()) -> str:
    """Run one history. Return what is wrong in the end; empty if nothing is."""
    rng = random.Random(seed)
    store = Store(make_log(rng))

    def start() -> Worker:
        return Process(store, random.Random(rng.random()), off).run()

    live = [start() for _ in range(rng.randint(2, 4))]
    asleep: list[Worker] = []
    stops, pace = rng.randint(0, 8), rng.choice((0.02, 0.2))
    while live:
        worker = rng.choice(live)
        chance = rng.random()
        if stops and chance < 0.05:
            stops -= 1
            live.remove(worker)
            if rng.random() < 0.5:
                asleep.append(worker)
            live.append(start())
        elif asleep and chance < 0.12:
            live.append(asleep.pop())
        elif chance < 0.12 + pace:
            store.tick(rng.choice((1, 10, 20, 40, 80)))
        for _ in range(rng.choice((1, 1, 1, 5, 20))):
            if worker in live and next(worker, "end") == "end":
                live.remove(worker)
        store.tick(rng.choice((0, 0, 1)))
    for worker in asleep:
        for _ in worker:
            pass
    return find_damage(store, end=Process(store, rng, off).run())


def find_damage(store: Store, end: Worker) -> str:
    for _ in end:  # one more, undisturbed
        pass
    expected, positions = replay(store.log)
    if store.record != Record(len(store.log), len(store.log)):
        return "the record is not complete"
    if {key: item.names for key, item in store.items.items() if item.names is not None} != expected:
        return "wrong items"
    if any(positions[key] != item.position for key, item in store.items.items()):
        return "wrong positions"
    last = {op.thing: op.state for op in store.log}
    return "" if {thing: state for thing, (_, state) in store.snapshots.items()} == last else "wrong snapshots"
