"""Explores the protocol of the workers' leases: crashes, pauses, lost and late requests, slow replies, wrong clocks.

    lease_protocol.py SEEDS [--without elapsed|lapse|fresh-read|condition|sent|remove-last|orphans|give-up]

A run has a stormy part, in which workers come, end, and sleep, and requests get lost; then a quiet one, in which one
worker reads slowly; then one worker is killed. What must hold:

    token     each write of a lease raises its token, so no two owners have the same one
    belief    no worker believes to own a lease more than `BOUND` seconds after another took it
    robbed    in the quiet part, no lease of a worker without faults is taken from it
    settled   at the end of the quiet part, each lease has one live owner, and shares differ by at most one
    taken     within `TAKEN` seconds of the kill, the same holds among the others

The code is in `ascend.projections.workers`: this program knows nothing of it.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from typing import Any

BEAT, SILENCE, BELIEF = 2.0, 5.0, 4.0
BOUND = BELIEF
TAKEN = 10.0
LEASES = tuple(f"lease {number}" for number in range(5))
STORM = 40.0
"""Until then there are faults. Their effects end with the longest sleep, 20 s later."""
SLOW, STEADY, KILL, END = 65.0, 80.0, 105.0, 116.0
"""From then on: one worker reads slowly; none does; everything is settled and one is killed; the run is over."""
GUARDS = ("elapsed", "lapse", "fresh-read", "condition", "sent", "remove-last", "orphans", "give-up")

Task = Generator[float, None, Any]
"""It yields the seconds to wait before it goes on."""


class Lost(Exception):
    """A request without an answer."""


class Damage(Exception):
    """Something that must hold does not."""


@dataclass
class World:
    dice: random.Random
    off: frozenset[str]
    now: float = 0.0
    leases: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    workers: dict[str, tuple[int, float]] = field(default_factory=dict[str, tuple[int, float]])
    """The heartbeat of each worker, and its wall clock when it was sent."""
    moved: dict[str, float] = field(default_factory=dict[str, float])
    highest: Counter[str] = field(default_factory=Counter[str])
    late: list[tuple[float, Callable[[], object]]] = field(default_factory=list[tuple[float, Callable[[], object]]])
    alive: "dict[str, Worker]" = field(default_factory=dict[str, "Worker"])
    killed: set[str] = field(default_factory=set[str])
    slow: str = ""
    """The worker that reads slowly."""

    def kill(self, id: str) -> None:
        self.alive.pop(id, None)
        self.killed.add(id)

    def call(self, effect: Callable[[], Any], *, by: str, is_read: bool = False) -> Task:
        """Send a request: it takes effect some time later, or never; the answer comes later still, or never."""
        fate = self.dice.random() if self.now < STORM else 1.0
        yield self.dice.uniform(0.01, 0.3)
        if fate < 0.05:
            yield 1.0
            raise Lost
        if fate < 0.1 and not is_read:
            self.late.append((self.now + self.dice.uniform(0, 20), effect))
            yield 1.0
            raise Lost
        answer = effect()
        is_slow = is_read and by == self.slow and self.now < STEADY
        yield self.dice.uniform(0, 6) if is_slow else self.dice.uniform(0.01, 0.3)
        if fate < 0.15:
            raise Lost
        return answer

    def write_lease(self, name: str, old: tuple[str, int] | None, owner: str) -> bool:
        stored = self.leases.get(name)
        if stored != old and "condition" not in self.off:
            return False
        new = owner, (old[1] if old else 0) + 1
        if new[1] <= self.highest[name]:
            raise Damage(f"token: {name} gets token {new[1]} again, at {self.now:.1f}")
        robbed = self.alive.get(stored[0]) if stored else None
        if SLOW < self.now < KILL and robbed and stored and owner and stored[0] not in (owner, self.slow):
            raise Damage(f"robbed: {owner} takes {name} from {stored[0]}, which is well, at {self.now:.1f}")
        self.leases[name], self.highest[name], self.moved[name] = new, new[1], self.now
        return True

    def check_beliefs(self) -> None:
        for worker in self.alive.values():
            for name in worker.believed():
                if self.leases[name][0] != worker.id and self.now - self.moved[name] > BOUND:
                    raise Damage(f"belief: {worker.id} still believes to own {name} at {self.now:.1f}")

    def check_settled(self, what: str) -> None:
        shares = Counter(dict.fromkeys(self.alive, 0))
        for name in LEASES:
            owner, _ = self.leases.get(name, ("", 0))
            if owner not in self.alive or name not in self.alive[owner].believed():
                raise Damage(f"{what}: {name} belongs to {owner or 'nobody'}, alive are {sorted(self.alive)}")
            shares[owner] += 1
        if max(shares.values()) - min(shares.values()) > 1:
            raise Damage(f"{what}: the shares are {dict(shares)}")


class Worker:
    def __init__(self, id: str, world: World) -> None:
        self.id, self.world = id, world
        self.off_by = world.dice.choice((0.0, 0.0, 3_600.0, -3_600.0))
        """Its wall clock is wrong by so many seconds."""
        self.beat, self.beaten, self.read = 0, -BELIEF, -BELIEF
        self.owned: set[str] = set()
        self.pulses: dict[str, tuple[int | None, float]] = {}

    def believed(self) -> set[str]:
        since = self.beaten if "fresh-read" in self.world.off else min(self.beaten, self.read)
        return self.owned if "lapse" in self.world.off or self.world.now < since + BELIEF else set()

    def run(self) -> Task:
        while True:
            began = self.world.now
            with suppress(Lost):
                yield from self.round()
            yield max(0.5, began + BEAT - self.world.now)

    def round(self) -> Task:
        world, sent = self.world, self.world.now
        self.beat += 1
        beat = self.beat, world.now + self.off_by
        yield from world.call(lambda: self.put_beat(beat), by=self.id)
        self.beaten = max(self.beaten, sent)
        sent = world.now
        leases, workers = yield from world.call(
            lambda: (dict(world.leases), dict(world.workers)), by=self.id, is_read=True
        )
        self.read, self.owned = sent, {name for name, (owner, _) in leases.items() if owner == self.id}
        gone = self.find_gone(leases, workers, sent)
        for name, owner in self.plan(leases, workers, gone):
            old = leases.get(name)
            self.owned.discard(name)
            written = yield from world.call(partial(world.write_lease, name, old, owner), by=self.id)
            if written:
                leases[name] = owner, 0
                self.owned |= {name} if owner else set()
        named = {owner for owner, _ in leases.values()} if "remove-last" not in world.off else set[str]()
        for id in sorted(gone & workers.keys() - named):
            yield from world.call(partial(self.remove, id, workers[id]), by=self.id)

    def put_beat(self, beat: tuple[int, float]) -> None:
        if self.world.workers.get(self.id, (0, 0.0))[0] < beat[0]:
            self.world.workers[self.id] = beat

    def remove(self, id: str, read: tuple[int, float]) -> None:
        if self.world.workers.get(id) == read:
            del self.world.workers[id]

    def find_gone(
        self, leases: dict[str, tuple[str, int]], workers: dict[str, tuple[int, float]], sent: float
    ) -> set[str]:
        if "elapsed" in self.world.off:
            mine = self.world.now + self.off_by
            return {id for id, (_, wall) in workers.items() if mine - wall > SILENCE and id != self.id}
        owners = {owner for owner, _ in leases.values() if "orphans" not in self.world.off}
        ids = set(workers) | owners
        pulses = {id: workers[id][0] if id in workers else None for id in ids - {self.id, ""}}
        now = self.world.now
        self.pulses = {
            id: self.pulses[id] if id in self.pulses and self.pulses[id][0] == beat else (beat, now)
            for id, beat in pulses.items()
        }
        judged = now if "sent" in self.world.off else sent
        return {id for id, (_, since) in self.pulses.items() if judged - since >= SILENCE}

    def plan(
        self, leases: dict[str, tuple[str, int]], workers: dict[str, tuple[int, float]], gone: set[str]
    ) -> list[tuple[str, str]]:
        """Return the leases to write, each with its next owner. An empty text gives a lease back."""
        owners = {name: leases.get(name, ("", 0))[0] for name in LEASES}
        shares = Counter(dict.fromkeys({*workers, self.id} - gone, 0))
        shares.update(owner for owner in owners.values() if owner in shares)
        free = [name for name in LEASES if owners[name] in gone | {""}]
        moves: list[tuple[str, str]] = []
        for name in free:
            taker = min(shares, key=lambda one: (shares[one], one))
            shares[taker] += 1
            moves += [(name, self.id)] if taker == self.id else []
        giver = max(shares, key=lambda one: (shares[one], one))
        if (
            not free
            and giver == self.id
            and shares[giver] - min(shares.values()) > 1
            and "give-up" not in self.world.off
        ):
            moves.append((next(name for name in LEASES if owners[name] == self.id), ""))
        return moves


def explore(seed: int, off: frozenset[str]) -> None:
    """Raise `Damage` if something that must hold does not."""
    dice = random.Random(seed)
    world = World(dice, off)
    queue: list[tuple[float, int, str, Task]] = []
    count, checked = 0, 0.0

    def schedule(at: float, id: str, task: Task) -> None:
        nonlocal count
        count += 1
        heappush(queue, (at, count, id, task))

    for number in range(dice.randint(1, 5)):
        worker = Worker(f"worker {number}", world)
        schedule(dice.uniform(0, 10), worker.id, live(worker))
    for number in range(dice.randint(0, 2)):
        worker = Worker(f"late {number}", world)
        schedule(dice.uniform(10, STORM), worker.id, live(worker))
    schedule(0, "", watch(world))
    while queue:
        at, _, id, task = heappop(queue)
        if at > END:
            return
        if world.late:
            run_late(world, at)
        world.now = max(world.now, at)
        if id in world.killed:
            continue
        if world.now >= checked + 0.25:
            checked = world.now
            world.check_beliefs()
        try:
            wait = next(task)
        except StopIteration:
            continue
        if id and world.now < STORM and dice.random() < 0.015:
            wait += dice.choice((3.0, 8.0, 20.0))  # the machine sleeps; the worker returns as a zombie
        if id and world.now < STORM and dice.random() < 0.003 and len(world.alive) > 1:
            world.kill(id)
        schedule(world.now + wait, id, task)


def live(worker: Worker) -> Task:
    worker.world.alive[worker.id] = worker
    yield from worker.run()


def run_late(world: World, at: float) -> None:
    due = sorted((late for late in world.late if late[0] <= at), key=lambda late: late[0])
    world.late = [late for late in world.late if late[0] > at]
    for when, effect in due:
        world.now = max(world.now, when)
        effect()


def watch(world: World) -> Task:
    yield SLOW
    if len(world.alive) > 1:
        world.slow = max(world.alive)
    while world.now < KILL:
        yield 0.5
    world.check_settled("settled")
    if len(world.alive) > 1:
        world.kill(world.dice.choice(sorted(world.alive)))
    yield TAKEN
    world.check_settled("taken")


def run(seeds: range, off: frozenset[str] = frozenset()) -> str:
    """Return the first damage, with its seed. Empty: none."""
    for seed in seeds:
        try:
            explore(seed, off)
        except Damage as damage:
            return f"seed {seed}: {damage}"
    return ""


if __name__ == "__main__":
    sys.stdout.write(f"{run(range(int(sys.argv[1])), frozenset(sys.argv[3:])) or 'no damage'}\n")
