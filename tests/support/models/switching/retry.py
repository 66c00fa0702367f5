"""A retry: parked entities are rendered again, at the position up to which their workspace is rendered."""

from dataclasses import replace

from support.models.switching.names import Build, Checkpoint, Item, ParkedAt, Task
from support.models.switching.workspace import Views, held, render
from support.models.switching.world import Process, World


def retry(world: World, process: Process) -> Task[None]:
    while True:
        yield world.rng.randint(20, 300)
        yield 0
        process.learn()
        yield from retry_all(world, process)


def retry_all(world: World, process: Process) -> Task[None]:
    for workspace in world.workspaces:
        for generation in sorted(process.known.live):
            yield 0
            record = workspace.records.get(generation)
            if record is None or not record.is_built or not process.can(generation):
                continue
            for build, entity in sorted(record.parked):
                yield 0
                record = workspace.records.get(generation)
                if record is not None and (build, entity) in record.parked and record.folded == record.rendered:
                    yield from render_again(world, workspace, record, build, entity)


def render_again(world: World, workspace: Views, record: Checkpoint, build: Build, entity: int) -> Task[None]:
    started, parked = world.now, record.parked[build, entity]
    yield 0
    state = workspace.snapshot(record.incarnation, entity).state
    if parked.position > record.rendered or world.fails(build, state):
        return
    if held(workspace.records.values(), build) > record.rendered and world.has("retry furthest"):
        return
    items = render(build.projection, entity, state)
    keys = parked.keys | items.keys()
    if world.has("retry keys"):
        yield 0
        named = replace(record, parked={**record.parked, (build, entity): ParkedAt(parked.position, keys)})
        if not workspace.move(record, named):
            return
        record = named
    elif workspace.records.get(record.generation) is not record:
        return
    for key in sorted(keys):
        yield 0
        if world.is_late(started):
            return
        workspace.put(build, key, Item(record.rendered, items.get(key)))
    yield 0
    left = {name: one for name, one in record.parked.items() if name != (build, entity)}
    world.stats["retried"] += workspace.move(record, replace(record, parked=left))
