"""Workspace size: a warm command and each query, in workspaces of 100 to 100,000 events. Uses `events` and `commands`.

`to_smallest` is the CPU beside that of the smallest workspace in the same turn. All workspaces have the same people, Things and
comments, and more than a page of everything; the further events are tasks.

DynamoDB Local reads the items of a partition that stand before a prefix, which the service does not. So `tasks` takes longer there
the more items stand before its lines, and its client, whose caches are cold after the wait, takes more CPU for the same calls.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import ascend
from ascend.projections.queries import Queries
from bench.figure import TakeTurn
from bench.measuring import Quantities, Turn, stopwatch
from bench.place import Place
from bench.raw import measure_puts, open_raw
from bench.replaying import send_in_batches
from bench.sizes import Sizes
from bench.work import ACTOR, create_workspace, send_commands, warm_up

PAGE = 10
OF_A_KIND = PAGE + 2
"""Things, comments and assigned tasks of each workspace: more than a page."""
Ask = Callable[[Queries, "Sample"], Awaitable[object]]


@dataclass(slots=True)
class Sample:
    """A workspace and some entities of it."""

    workspace: ascend.WorkspaceId
    house: ascend.ThingId = field(default_factory=lambda: ascend.new_id(ascend.ThingId))
    chore: ascend.TaskId = field(default_factory=lambda: ascend.new_id(ascend.TaskId))

    def commands(self) -> Sequence[ascend.Command]:
        """Return the commands that fill a workspace with more than a page of everything."""
        commands: list[ascend.Command] = [
            ascend.CreateThing(thing_id=self.house, name="House"),
            ascend.CreateTask(task_id=self.chore, title="Chore", about=(self.house,)),
        ]
        for number in range(OF_A_KIND):
            thing, task = ascend.new_id(ascend.ThingId), ascend.new_id(ascend.TaskId)
            comment = ascend.new_id(ascend.CommentId)
            commands += [
                ascend.CreateThing(thing_id=thing, name=f"Room {number}", parent=self.house),
                ascend.CreateTask(task_id=task, title=f"Task {number}"),
                ascend.AssignTask(task_id=task, users=(ACTOR,)),
                ascend.PostComment(comment_id=comment, task_id=self.chore, text=f"Comment {number}"),
            ]
        return commands


QUERIES: Mapping[str, Ask] = {
    "feed": lambda q, _: q.feed(ACTOR, viewer=ACTOR, limit=PAGE),
    "workspace": lambda q, s: q.workspace(s.workspace, viewer=ACTOR),
    "members": lambda q, s: q.members(s.workspace, viewer=ACTOR, limit=PAGE),
    "task": lambda q, s: q.task(s.workspace, s.chore, viewer=ACTOR),
    "tasks": lambda q, s: q.tasks(s.workspace, viewer=ACTOR, limit=PAGE),
    "tasks by status": lambda q, s: q.tasks_by_status(s.workspace, ascend.Status.OPEN, viewer=ACTOR, limit=PAGE),
    "thing": lambda q, s: q.thing(s.workspace, s.house, viewer=ACTOR),
    "children": lambda q, s: q.children(s.workspace, s.house, viewer=ACTOR, limit=PAGE),
    "subtree": lambda q, s: q.subtree(s.workspace, s.house, viewer=ACTOR, limit=PAGE),
    "comments": lambda q, s: q.comments(s.workspace, s.chore, viewer=ACTOR, limit=PAGE),
    "history": lambda q, s: q.history(s.workspace, viewer=ACTOR, limit=PAGE),
}


@asynccontextmanager
async def prepare(place: Place, sizes: Sizes) -> AsyncGenerator[TakeTurn]:
    async with ascend.open_store(place.url("sizes"), create=True) as store, open_raw(place) as raw:
        await warm_up(store)
        samples = {events: await fill_workspace(store, events, sizes.at_once) for events in sizes.events}

        async def take_turn() -> Turn:
            put, rows = await measure_puts(raw, sizes.commands), dict[str, Quantities]()
            for events, sample in samples.items():
                measured = await measure_workspace(store, sample, sizes.commands)
                rows |= {f"{name}, {events:,} events": took for name, took in measured.items()}
            add_ratios(rows, f", {sizes.events[0]:,} events")
            return Turn(put, rows)

        yield take_turn


async def fill_workspace(store: ascend.Store, events: int, at_once: int) -> Sample:
    """Create a workspace with so many events, and render it."""
    sample = Sample(await create_workspace(store))
    commands = sample.commands()
    for command in commands:
        await store.execute(sample.workspace, command, actor=ACTOR)
    await send_in_batches(store, sample.workspace, max(0, events - 1 - len(commands)), at_once)
    await store.worker_for([sample.workspace]).run_once()
    return sample


async def measure_workspace(store: ascend.Store, sample: Sample, count: int) -> dict[str, Quantities]:
    """Measure a command and each query. A worker runs in between, so that each turn begins alike."""
    await send_commands(store, sample.workspace, 1)
    async with stopwatch() as watch:
        await send_commands(store, sample.workspace, count)
    rows = {"a command": watch.for_each_of(count)}
    await store.worker_for([sample.workspace]).run_once()
    for name, ask in QUERIES.items():
        await ask(store.queries, sample)
        async with stopwatch() as watch:
            for _ in range(count):
                await ask(store.queries, sample)
        rows[name] = watch.for_each_of(count)
    return rows


def add_ratios(rows: Mapping[str, Quantities], smallest: str) -> None:
    """Add to each row its CPU beside that of the same row of the smallest workspace."""
    for name, row in rows.items():
        row["to_smallest"] = row["cpu_ms"] / rows[name.partition(", ")[0] + smallest]["cpu_ms"]
