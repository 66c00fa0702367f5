"""Operators, and workers of new code: they announce, drive to the switch, withdraw, go back, retire and prune."""

from support.models.switching.names import LATE, LEASE, PROJECTIONS, Build, Builds, Damage, Generations, Task
from support.models.switching.worker import step
from support.models.switching.workspace import Views
from support.models.switching.world import Process, World

PATIENCE = 100
"""Looks at a generation that only other code can build."""


def operate(world: World, process: Process) -> Task[None]:
    while True:
        yield world.rng.randint(1, 300)
        state, chance = world.state, world.rng.random()
        yield 0
        if state.announced is not None:
            if chance < 0.15:
                yield from withdraw(world, state)
            elif (yield from drive(world, process, state.announcements)):
                yield from switch(world, state.announcements)
            continue
        if world.has("settle"):
            yield LEASE + 1  # nobody announces or retires before every process has learned of the last switch
        if state.previous is not None and chance < 0.25:
            if world.write_state(state, previous=None):
                yield from prune(world)
            continue
        target = choose(world, process, state, chance)
        is_announced = target != state.current and world.announce(state, target)
        if is_announced and (yield from drive(world, process, state.announcements + 1)):
            yield from switch(world, state.announcements + 1)


def choose(world: World, process: Process, state: Generations, chance: float) -> Builds:
    """Return what to announce: the way back, of everything or of some; or new builds."""
    now, before = state.current, state.previous
    if before is not None and chance < 0.55:
        if chance < 0.4 or before.code != now.code:
            return before
        return now._replace(
            builds=tuple(world.rng.choice(pair) for pair in zip(now.builds, before.builds, strict=True))
        )
    code = now.code if process.code is None else process.code
    if now.code != code:
        return of_code(world, state, code)
    afresh = world.rng.sample(PROJECTIONS, world.rng.randint(1, 3))
    return now._replace(
        builds=tuple(next_epoch(world, state, one) if one.projection in afresh else one for one in now.builds)
    )


def next_epoch(world: World, state: Generations, build: Build) -> Build:
    highest = state.epochs.get((build.projection, build.version), -1)
    return build._replace(epoch=1 + (highest if world.has("fresh epoch") else build.epoch))


def of_code(world: World, state: Generations, code: int) -> Builds:
    """Return the generation of a code: what it shares with the current one, and new builds of the rest."""
    shared = {(one.projection, one.version): one for one in state.current.builds}
    return Builds(
        code,
        tuple(
            shared.get((name, version)) or next_epoch(world, state, Build(name, version, -1))
            for name, version in world.versions[code].items()
        ),
    )


def withdraw(world: World, state: Generations) -> Task[None]:
    assert state.announced is not None
    if state.at_hand and world.has("withdraw"):  # nobody begins to read it; a lease later, nobody does
        if not world.write_state(state, at_hand=False, taken_back=True):
            return
        state = world.state
    if state.taken_back:
        yield LEASE + 1
    if world.write_state(state, announced=None, at_hand=False, taken_back=False) and state.announced is not None:
        world.left.add(state.announced.code)


def drive(world: World, process: Process, number: int) -> Task[bool]:
    """Drive an announced generation until it is at hand. Anyone may begin it anew, at any time. False: it is not."""
    if world.has("learn wait"):
        yield LEASE + 1
    for workspace in world.workspaces:
        if workspace.log.ops and not (yield from push(world, process, workspace, number, None)):
            return False
    for workspace in world.workspaces:
        yield 0
        head = workspace.log.head
        if not world.has("level head"):
            current = workspace.records.get(world.state.current)
            head = current.rendered if current else 0
        if not (yield from push(world, process, workspace, number, head)):
            return False
    yield 0
    state = world.state
    if state.announcements != number or state.announced is None or state.taken_back:
        return False
    yield 0
    return state.at_hand or world.write_state(state, at_hand=True)


def push(world: World, process: Process, workspace: Views, number: int, head: int | None) -> Task[bool]:
    """Work until the announced generation leads, or has rendered the head. False: given up, or no longer announced."""
    for _ in range(PATIENCE):
        yield 0
        process.learn()
        target = process.known.announced
        if process.known.announcements != number or target is None:
            return False
        yield 0
        record = workspace.records.get(target)
        if record is not None and (record.leads == number if head is None else record.rendered >= head):
            return True
        if head == 0:
            return True
        if process.can(target):
            yield from step(world, workspace, target, process)
        else:
            yield 10
    return False


def switch(world: World, number: int) -> Task[None]:
    """Switch to the announced generation, a lease after it is at hand."""
    yield 0
    state = world.state
    if world.has("at hand wait"):
        yield LEASE + 1
    if state.is_deployment:
        yield world.rng.randint(0, 400)  # both are read
    yield 0
    if state.at_hand and state.announcements == number and state.announced is not None:
        write_switch(world, state, state.announced)


def write_switch(world: World, state: Generations, to: Builds) -> bool:
    is_written = world.write_state(
        state, current=to, number=state.announcements, previous=state.current, announced=None, at_hand=False
    )
    if is_written and to.code != state.current.code:
        world.left.add(state.current.code)
        world.stats["deployed"] += 1
    world.stats["switched"] += is_written
    return is_written


# Workers of new code


def deploy(world: World, process: Process, code: int) -> Task[None]:
    """Announce the worker's code where it never was announced; drive it; switch once nobody works with other code."""
    while True:
        yield world.rng.randint(5, 100)
        yield 0
        process.learn()
        state = process.known
        if state.current.code == code:
            continue
        if state.announced is None:
            yield from announce_code(world, state, code)
        elif state.announced.code == code and (yield from drive(world, process, state.announcements)):
            yield from switch_alone(world, state.announcements, code)


def announce_code(world: World, state: Generations, code: int) -> Task[None]:
    is_known = all((name, version) in state.epochs for name, version in world.versions[code].items())
    if is_known and world.has("announce once"):
        return
    if world.has("settle"):
        yield LEASE + 1
    yield 0
    if world.announce(state, of_code(world, state, code)):
        world.stats["announced by workers"] += 1
        if code in world.left:
            raise Damage("a worker takes back what an operator did")


def switch_alone(world: World, number: int, code: int) -> Task[None]:
    yield 0
    state = world.state
    before, looked = dict(world.pulse), world.now
    yield LEASE + 1
    after, looked = dict(world.pulse), world.now
    alive = [id for id, pulse in after.items() if pulse[0] != code and pulse != before.get(id)]
    if alive and world.has("old alive"):
        return
    yield 0
    if world.now - looked > LEASE and world.has("look fresh"):
        return
    is_due = state.at_hand and state.announcements == number
    if is_due and state.announced is not None and write_switch(world, state, state.announced):
        world.stats["switched by workers"] += 1
        world.check_nobody_is_left(code)


def prune(world: World) -> Task[None]:
    if world.has("retire wait"):
        yield LEASE + LATE + 1
    yield 0
    started, live = world.now, world.state.live
    for workspace in world.workspaces:
        yield from prune_records(world, workspace, live, started)
        kept = {build for generation in (*live, *workspace.records) for build in generation.builds}
        for build in [one for one in workspace.items if one not in kept]:
            for key in list(workspace.items[build]):
                yield 0
                if world.is_late(started, "prune limit"):
                    return
                workspace.items[build].pop(key, None)
        while True:
            yield 0
            old = workspace.starts
            yield 0
            new = {one: start for one, start in old.items() if one in kept}
            if world.is_late(started, "prune limit"):
                return
            if workspace.put_starts(old, new, is_guarded=world.has("one start")):
                break
    world.stats["pruned"] += 1


def prune_records(world: World, workspace: Views, live: set[Builds], started: int) -> Task[None]:
    for record in [one for name, one in workspace.records.items() if name not in live]:
        yield 0
        if world.is_late(started, "prune limit"):
            return
        builds = set(record.generation.builds)
        sharing = [one for name, one in workspace.records.items() if name in live and builds & {*name.builds}]
        if not world.has("prune level") or all(one.rendered >= record.rendered for one in sharing):
            workspace.remove_record(record)
