"""Runs one history: a scheduler interleaves the tasks, puts them to sleep, and kills them; then all must be as the log says."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

from support.models.switching.names import END, LATE, LEASE, Builds, Damage, Task
from support.models.switching.operators import deploy, operate
from support.models.switching.readers import Reader, write
from support.models.switching.retry import retry, retry_all
from support.models.switching.worker import beat, work
from support.models.switching.workspace import Views
from support.models.switching.world import Process, World

Start = Callable[[], Task[None]]


class Actor:
    """A task that can be killed, and then begins anew."""

    def __init__(self, start: Start, ends: int = END + 1) -> None:
        self.start, self.ends = start, ends
        self.task, self.wakes = start(), 0


class Scheduler:
    def __init__(self, world: World, actors: list[Actor]) -> None:
        self.world, self.actors = world, actors
        self.kills = world.rng.randint(0, 6)
        self.unmended = world.mended > 0

    def run(self) -> None:
        world = self.world
        while world.now < END:
            for workspace in world.workspaces:
                workspace.expire(world.now)
            if self.unmended and world.now >= world.mended:  # with that, all processes start anew
                self.unmended = False
                for actor in self.actors:
                    actor.task = actor.start()
            ready = [actor for actor in self.actors if actor.wakes <= world.now < actor.ends]
            if ready:
                self.move(world.rng.choice(ready))
            else:
                world.now = min(actor.wakes for actor in self.actors if world.now < actor.ends)

    def move(self, actor: Actor) -> None:
        world, chance = self.world, self.world.rng.random()
        if self.kills and chance < 0.004:
            self.kills -= 1
            actor.task = actor.start()
        elif chance < 0.02:
            actor.wakes = world.now + world.rng.choice((LEASE, LATE, LATE, 3 * LATE))  # it sleeps
            return
        for _ in range(world.rng.choice((1, 1, 1, 4, 12))):
            world.now += 1
            pause = next(actor.task)
            if pause:
                actor.wakes = world.now + pause
                return


def actors(world: World) -> Iterator[Actor]:
    rng = world.rng
    codes = (0, 1, 0, 1) if world.is_deploying else (0, 0, 0, 0)
    processes = [Process(world, code) for code in codes]
    leave = rng.randint(100, END) if rng.random() < 0.6 else END + 1
    for number, (process, code) in enumerate(zip(processes[: rng.randint(2, 4)], codes, strict=False)):
        ends = leave if world.is_deploying and code == 0 else END + 1
        yield Actor(partial(work, world, process), ends)
        if world.is_deploying:
            yield Actor(partial(beat, world, number, code), ends)
            yield Actor(partial(deploy, world, process, code), ends)
    for _ in range(rng.randint(1, 2)):
        knows = rng.choice((0, 1, None)) if world.is_deploying else 0
        yield Actor(partial(start_operator, world, knows))
    yield Actor(partial(retry, world, processes[rng.randrange(2)]))
    yield from (Actor(partial(write, world, is_eager=is_eager)) for is_eager in (False, True))
    for _ in range(3):
        reader = Reader(world, processes)
        yield Actor(reader.run)


def start_operator(world: World, code: int | None) -> Task[None]:
    return operate(world, Process(world, code))


def simulate(seed: int, off: frozenset[str] = frozenset()) -> tuple[str, Counter[str]]:
    """Run one history. Return what is damaged, empty if nothing is, and what happened how often."""
    world = World(random.Random(seed), off)
    try:
        Scheduler(world, list(actors(world))).run()
        finish(world)
    except Damage as damage:
        return str(damage), world.stats
    return "", world.stats


def finish(world: World) -> None:
    """Run one worker undisturbed. Then everything live must be as the log says, with its positions."""
    world.mended = 0
    process = Process(world, None)
    steps = 0
    while steps == 0 or any(
        one.parked for views in world.workspaces for name, one in views.records.items() if name in world.state.live
    ):
        for _ in chain(work(world, process, until_idle=True), retry_all(world, process)):
            world.now += 1
            steps += 1
            if steps > 20_000:
                raise Damage("it does not converge")
    for workspace in (one for one in world.workspaces if one.log.ops):
        for generation in world.state.live:
            check_end(workspace, generation)


def check_end(workspace: Views, generation: Builds) -> None:
    log, record = workspace.log, workspace.records.get(generation)
    if record is None or not record.rendered == record.folded == log.head:
        raise Damage("it does not converge")
    for build in generation.builds:
        truth = log.truth[build.projection]
        start = 0 if build.projection == "H" else workspace.starts.get(build, record.starts[build])
        for key in {*truth, *workspace.items[build]}:
            position, value = truth[key][-1] if key in truth else (0, None)
            item = workspace.items[build].get(key)
            if workspace.value(build, key) != value:
                raise Damage("wrong items in the end")
            was_parked = build.projection == "A" and key.number in workspace.ever_parked
            if item is not None and item.position != max(position, start) and not was_parked:
                raise Damage("wrong positions in the end")
