"""The workers: one batch after another, of each generation that the state names and the code knows."""

from collections.abc import Mapping
from dataclasses import replace

from support.models.switching.builder import begin, build
from support.models.switching.names import (
    LEASE,
    Build,
    Builds,
    Checkpoint,
    Generations,
    Item,
    Key,
    Op,
    ParkedAt,
    Snapshot,
    Task,
)
from support.models.switching.workspace import State, Views, changes, held, merge, parked_elsewhere, render
from support.models.switching.world import Process, World, bound

Changes = dict[tuple[Build, Key], Item]
ParkedEntries = dict[tuple[Build, int], ParkedAt]


def work(world: World, process: Process, *, until_idle: bool = False) -> Task[None]:
    while True:
        is_busy = False
        for workspace in world.rng.sample(world.workspaces, len(world.workspaces)):
            for place in range(3):  # who leads goes first
                if process.is_old:
                    yield 0
                    process.learn()
                known = process.known
                generation = (known.announced, known.current, known.previous)[place]
                is_chosen = until_idle or world.rng.random() < 0.7
                if generation is not None and workspace.log.ops and process.can(generation) and is_chosen:
                    is_busy |= yield from step(world, workspace, generation, process)
        if until_idle and not is_busy:
            return
        if not is_busy:
            yield world.rng.choice((5, 20, 80))


def beat(world: World, worker: int, code: int) -> Task[None]:
    """A worker's heartbeat."""
    while True:
        yield LEASE // 4
        world.beat(worker, code)


def step(world: World, workspace: Views, generation: Builds, process: Process) -> Task[bool]:
    """Do one piece of work of a generation. Return True if there was something to do."""
    yield 0
    records, started, known = dict(workspace.records), world.now, process.known
    mine = records.get(generation)
    if process.is_old or generation not in known.live:
        return True  # what is known must still be good when the record is read
    if mine is None:
        if bound(world, records, generation, known) == 0:
            return False  # in a new workspace, the leader is begun first
        yield from begin(world, workspace, generation, records, started, process)
    elif not mine.is_built:
        yield from build(world, workspace, mine, records)
    elif mine.folded < mine.rendered:
        yield from fold(world, workspace, mine, started)
    else:
        return (yield from Batch(world, workspace, mine, started, process).run(records, known))
    return True


class Batch:
    def __init__(self, world: World, workspace: Views, record: Checkpoint, started: int, process: Process) -> None:
        self.world, self.workspace, self.record = world, workspace, record
        self.started, self.process = started, process

    def run(self, records: dict[Builds, Checkpoint], known: Generations) -> Task[bool]:
        world, workspace, record = self.world, self.workspace, self.record
        yield 0
        most = bound(world, records, record.generation, known)
        end = min(workspace.log.head, most, record.rendered + world.rng.randint(1, 4))
        leads = mark(record, records, known)
        if end <= record.rendered:
            if leads == record.leads:
                return False
            yield 0
            return workspace.move(record, replace(record, leads=leads))
        states = yield from self.load(end)
        yield 0
        records = dict(workspace.records)
        if records.get(record.generation) is not record or not self.may_write(records, end):
            return True
        changed, parked = self.follow(states, end, records)
        if (yield from self.put(changed, records)):
            yield from self.finish(changed, replace(record, rendered=end, leads=leads, parked=parked))
        return True

    def may_write(self, records: dict[Builds, Checkpoint], end: int) -> bool:
        """The second look: whoever writes must know, now, whom it must not pass."""
        if not self.world.has("second look"):
            return True
        process = self.process
        return not process.is_old and bound(self.world, records, self.record.generation, process.known) >= end

    def load(self, end: int) -> Task[dict[int, State]]:
        states: dict[int, State] = {}
        for entity in self.workspace.log.entities(self.record.rendered, end):
            yield 0
            states[entity] = self.workspace.snapshot(self.record.incarnation, entity).state
        return states

    def follow(
        self, states: dict[int, State], end: int, records: Mapping[Builds, Checkpoint]
    ) -> tuple[Changes, ParkedEntries]:
        """Return every key that changes at any commit, with its last state; and what is parked afterwards."""
        changed: Changes = {}
        parked = dict(self.record.parked)
        if self.world.has("pass parked"):
            others = parked_elsewhere(records.values(), self.record.generation, self.record.rendered + 1)
            parked |= {name: merge(parked.get(name), other) for name, other in others.items()}
        for position in range(self.record.rendered + 1, end + 1):
            op = self.workspace.log.ops[position - 1]
            for one in self.record.generation.builds:
                new = self.compare(parked, one, position, op, states[op.entity])
                changed |= {(one, key): Item(position, value) for key, value in new.items()}
            states[op.entity] = op.state
        return changed, parked

    def compare(
        self, parked: ParkedEntries, one: Build, position: int, op: Op, before: State
    ) -> Mapping[Key, str | None]:
        """Return the items of a build that a commit changes. Park the entity where it fails, un-park it where it does not."""
        name = one, op.entity
        old = parked.get(name)
        if old is not None and position <= old.position and self.world.has("later change"):
            return {}
        if self.world.fails(one, op.state):
            self.workspace.ever_parked.add(op.entity)  # it may be un-parked within this batch
            parked[name] = old or ParkedAt(position, frozenset(render(one.projection, op.entity, before)))
            return {}
        if old is None:
            return changes(one.projection, position, op, before)
        del parked[name]
        gone = {*old.keys}
        if self.world.has("render before") and not self.world.fails(one, before):
            gone |= render(one.projection, op.entity, before).keys()
        return dict.fromkeys(sorted(gone)) | render(one.projection, op.entity, op.state)

    def put(self, changed: Changes, records: Mapping[Builds, Checkpoint]) -> Task[bool]:
        world, record = self.world, self.record
        holding = [other for other in records.values() if world.has("parked holds") or not other.parked]
        elsewhere = {one: held(holding, one, record.generation) for one in record.generation.builds}
        for (one, key), item in world.rng.sample(list(changed.items()), len(changed)):
            is_held = item.position <= elsewhere[one] and world.has("elsewhere")
            if is_held or (item.position <= record.starts[one] and world.has("skip start")):
                continue
            yield 0
            if world.is_late(self.started):
                return False
            self.workspace.put(one, key, item)
            if item.value is None and not world.has("end after"):
                self.workspace.end(one, key, item.position, world.now)
        yield 0
        return True

    def finish(self, changed: Changes, moved: Checkpoint) -> Task[None]:
        """Move the record; then end the tombstones, those of others included, and write the snapshots."""
        if not self.workspace.move(self.record, moved):
            return
        for (one, key), item in changed.items():
            if item.value is None and self.workspace.items[one].get(key) == item:
                yield 0
                if self.world.is_late(self.started):
                    return
                self.workspace.end(one, key, item.position, self.world.now)
        yield from fold(self.world, self.workspace, moved, self.started)


def mark(mine: Checkpoint, records: Mapping[Builds, Checkpoint], known: Generations) -> int:
    """Return the number under which a record leads: it does as soon as it has reached the current one."""
    current = records.get(known.current)
    is_level = current is None or mine.rendered >= current.rendered
    return known.announcements if mine.generation == known.announced and is_level else mine.leads


def fold(world: World, workspace: Views, record: Checkpoint, started: int) -> Task[None]:
    """Write the snapshots from *folded* to *rendered*, then *folded*."""
    log, life = workspace.log, record.incarnation
    for entity in log.entities(record.folded, record.rendered):
        yield 0
        position, state = workspace.snapshot(life, entity)
        for later in (one for one in log.changed[entity] if position < one <= record.rendered):
            if later > record.folded:
                position, state = later, log.ops[later - 1].state
        yield 0
        if world.is_late(started):
            return
        workspace.put_snapshot(life, entity, Snapshot(position, state))
    workspace.commands[life] = max(workspace.commands.get(life, 0), record.rendered)
    yield 0
    workspace.move(record, replace(record, folded=record.rendered))
