"""Begins a generation in a workspace, and builds it at a position: fold, render what lives, write each item once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from support.models.switching.names import Build, Builds, Checkpoint, Item, Key, ParkedAt, Snapshot, Task
from support.models.switching.workspace import Views, held, merge, parked_elsewhere, render
from support.models.switching.world import Process, World, bound

CHUNK = 2
"""Units that a builder writes before it moves the cursor."""

Write = tuple[Build, Key, Item]


def begin(
    world: World,
    workspace: Views,
    generation: Builds,
    records: Mapping[Builds, Checkpoint],
    started: int,
    process: Process,
) -> Task[None]:
    """Settle the starts of the builds, then put the record."""
    yield 0
    if process.is_old:
        return
    head = workspace.log.head
    if world.has("begin bound"):
        head = min(head, bound(world, records, generation, process.known))
    shared = {one: held(records.values(), one) for one in generation.builds if is_built(records, one)}
    starts = yield from settle(world, workspace, generation, records, started, head, shared)
    if starts is None:
        return
    start = min(shared.get(one, position) for one, position in starts.items())
    todo = tuple(one for one in generation.builds if one not in shared and starts[one])
    yield 0
    if not world.is_late(started):
        parked = parked_elsewhere(records.values(), generation, 0) if world.has("take over") else {}
        new = Checkpoint(
            generation, world.new_id(), starts, start, todo, is_built=not todo and start == 0, parked=parked
        )
        world.stats["replayed"] += workspace.move(None, new) and new.is_built


def is_built(records: Mapping[Builds, Checkpoint], build: Build) -> bool:
    return any(build in record.generation.builds for record in records.values() if record.is_built)


def settle(
    world: World,
    workspace: Views,
    generation: Builds,
    records: Mapping[Builds, Checkpoint],
    started: int,
    head: int,
    shared: Mapping[Build, int],
) -> Task[Mapping[Build, int] | None]:
    """Return the starts of the builds as they stand in the starts item. What is missing there is put, all at once."""
    while True:
        yield 0
        stored = workspace.starts
        recorded = {one: start for record in records.values() for one, start in record.starts.items()}
        known = recorded | dict(stored)
        is_virgin = not records and not stored and workspace.log.head <= world.short
        pending = [known[one] for one in generation.builds if one in known and one not in shared]
        least = 0 if is_virgin else min([head, *shared.values(), *pending])
        if not world.has("shared start"):
            least = head
        starts = {one: known.get(one, least) for one in generation.builds}
        if starts.keys() <= stored.keys() or (is_virgin and not world.has("virgin starts")):
            return starts
        yield 0
        if world.is_late(started):
            return None
        if workspace.put_starts(stored, {**stored, **starts}, is_guarded=world.has("one start")):
            return starts


def build(world: World, workspace: Views, record: Checkpoint, records: Mapping[Builds, Checkpoint]) -> Task[None]:
    """Write the builds that are to do, chunk by chunk; then snapshots and commands; then the record."""
    started = world.now
    starts = dict(record.starts)
    if not world.has("own start"):
        starts |= dict.fromkeys(record.todo, workspace.log.head)
    yield 0
    todo = list(units(workspace, max(starts.values())))
    while record.cursor < len(todo):
        done = replace(record, cursor=record.cursor + CHUNK)
        done = replace(
            done, parked={**done.parked, **failing(world, workspace, todo[record.cursor : done.cursor], record)}
        )
        if not world.has("cursor last"):
            yield 0
            if not workspace.move(record, done):
                return
        alone = {one for one in record.todo if is_built_elsewhere(records, one, record) and world.has("look again")}
        writes = [
            write
            for unit in todo[record.cursor : record.cursor + CHUNK]
            for write in render_unit(world, workspace, unit, starts)
        ]
        mine = [write for write in writes if write[0] in record.todo and write[0] not in alone]
        for one, key, item in world.rng.sample(mine, len(mine)):
            yield 0
            if world.is_late(started, "build limit"):
                return
            workspace.put(one, key, item)
        if world.has("cursor last"):
            yield 0
            if not workspace.move(record, done):
                return
        yield 0
        record, records, started = done, dict(workspace.records), world.now
        if records.get(record.generation) is not record:
            return
    yield from write_snapshots(world, workspace, record, started)


def is_built_elsewhere(records: Mapping[Builds, Checkpoint], build: Build, record: Checkpoint) -> bool:
    others = {name: other for name, other in records.items() if name != record.generation}
    return is_built(others, build)


def units(workspace: Views, end: int) -> Iterator[tuple[str, int]]:
    """Yield what is written piece by piece: the lines of each event, then the items of each entity."""
    yield from (("line", position) for position in range(1, end + 1))
    yield from (("entity", entity) for entity in workspace.log.entities(0, end))


def render_unit(world: World, workspace: Views, unit: tuple[str, int], starts: Mapping[Build, int]) -> Iterator[Write]:
    kind, number = unit
    for one, start in starts.items():
        if kind == "entity" and not world.fails(one, workspace.log.state(number, start)):
            for key, value in render(one.projection, number, workspace.log.state(number, start)).items():
                yield one, key, Item(start, value)
        elif kind == "line" and one.projection == "H" and number <= start and world.has("lines"):
            yield one, Key("", number), Item(number, str(workspace.log.ops[number - 1]))


def failing(
    world: World, workspace: Views, units: Sequence[tuple[str, int]], record: Checkpoint
) -> dict[tuple[Build, int], ParkedAt]:
    """Return the entities that cannot be rendered as of the start of a build: they are parked there."""
    entities = [number for kind, number in units if kind == "entity"]
    return {
        (one, entity): ParkedAt(record.starts[one], frozenset())
        for one in record.todo
        for entity in entities
        if world.fails(one, workspace.log.state(entity, record.starts[one]))
    }


def write_snapshots(world: World, workspace: Views, record: Checkpoint, started: int) -> Task[None]:
    at, log = record.start, workspace.log
    records = dict(workspace.records)
    for entity in log.entities(0, at):
        snapshot = Snapshot(log.last(entity, at), log.state(entity, at))
        if snapshot.state is None and not world.has("dead snapshots"):
            continue
        yield 0
        if world.is_late(started, "build limit"):
            return
        workspace.put_snapshot(record.incarnation, entity, snapshot)
    if world.has("commands"):
        workspace.commands[record.incarnation] = max(workspace.commands.get(record.incarnation, 0), at)
    parked = dict(record.parked)
    if world.has("take over"):
        for name, other in parked_elsewhere(records.values(), record.generation, at).items():
            parked[name] = merge(parked.get(name), other)
    yield 0
    new = replace(record, rendered=at, folded=at, is_built=True, parked=parked)
    world.stats["built"] += workspace.move(record, new)
