"""Ascend itself, and raw puts: the verbs of the others, and `raw`. It runs in this project's own environment.

python -m bench_peers.peers.ascend_store KIND ENDPOINT-OR-FOLDER TITLES

A stream is a workspace, and an event is that of a `CreateTask`, so each append also checks the sender's membership.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import anyio
from bench.at_once import measure_senders
from bench.measuring import Quantities, set_aside_garbage, stopwatch
from bench.place import Place
from bench.raw import RawStore, make_rows, open_raw, put_rows
from bench.replaying import PAGE, send_in_batches
from bench.titles import titles
from bench.work import ACTOR

import ascend
from ascend.domain.tasks.task import TaskCreated
from bench_peers.peers.notes import NOTES, NoteId, WriteNotes
from bench_peers.peers.protocol import Answer

THREE = 3


class AscendServer:
    """Answers requests with two stores on the same tables: each is what one process has."""

    def __init__(self, stores: tuple[ascend.Store, ascend.Store], notes: ascend.Store, raw: RawStore) -> None:
        self._store, self._other = stores
        self._notes = notes
        self._raw = raw
        self._texts = titles()
        self._known = set[ascend.WorkspaceId]()
        self._ids = defaultdict[str, ascend.CommandId](lambda: ascend.new_id(ascend.CommandId))
        """The id of each command that a sender keeps, to send it again."""

    async def do_raw(self, count: int, at_once: int) -> Answer:
        rows = list(make_rows(count))
        async with stopwatch() as watch:
            await put_rows(self._raw, rows, at_once if self._raw.at_once > 1 else 1)
        return watch.for_each_of(count)

    async def do_append(self, count: int, at_once: int) -> Answer:
        workspace = await self._create(ascend.new_id(ascend.WorkspaceId))
        took = await measure_senders(self._store, [workspace], at_once, count // at_once)
        return {"cpu_ms": took["cpu_ms"], "wall_ms": took["wall_ms"]}

    async def do_three(self, count: int) -> Answer:
        workspace, note = ascend.new_id(ascend.WorkspaceId), ascend.new_id(NoteId)
        create = ascend.CreateWorkspace(name="Three", owner_name="Bench")
        await self._notes.execute(workspace, create, actor=ACTOR)
        async with stopwatch() as watch:
            for _ in range(count):
                texts = tuple(next(self._texts) for _ in range(THREE))
                await self._notes.execute(workspace, WriteNotes(note_id=note, texts=texts), actor=ACTOR)
        return dict(watch.for_each_of(THREE * count))

    async def do_fill(self, stream: str, count: int) -> Answer:
        workspace = await self._create(to_workspace(stream))
        await send_in_batches(self._store, workspace, count, at_once=256)
        return {}

    async def do_read(self, stream: str) -> Answer:
        took, found = await self._read(stream)
        return took | {"events": len(found)}

    async def do_titles(self, stream: str) -> Answer:
        return {"titles": (await self._read(stream))[1]}

    async def do_put(self, stream: str, version: int, title: str) -> Answer:  # noqa: ARG002  the log allocates positions
        """Send by the two processes in turn: the second one does not know of what the first one has written."""
        workspace = await self._create(to_workspace(stream))
        self._store, self._other = self._other, self._store
        return await told(lambda: self._execute(workspace, title, None))

    async def do_act(self, stream: str, title: str, id: str) -> Answer:
        """Nothing but the command is sent where the stream exists: its units are counted."""
        workspace = to_workspace(stream)
        answer = await told(lambda: self._execute(workspace, title, self._ids[id]))
        if answer["told"] != ascend.NotFound.__name__:
            return answer
        await self._create(workspace)
        return await told(lambda: self._execute(workspace, title, self._ids[id]))

    async def _create(self, workspace: ascend.WorkspaceId) -> ascend.WorkspaceId:
        """Create the workspace if it is new, with a command in each process, so that both are warm."""
        if workspace in self._known:
            return workspace
        self._known.add(workspace)
        if not await self._store.log.commits(workspace, 1, 1):
            create = ascend.CreateWorkspace(name="Bench", owner_name="Bench")
            await self._store.execute(workspace, create, actor=ACTOR)
            rename = ascend.RenameWorkspace(name="Stream")
            await self._other.execute(workspace, rename, actor=ACTOR)
        return workspace

    async def _execute(self, workspace: ascend.WorkspaceId, title: str, id: ascend.CommandId | None) -> None:
        task = ascend.new_id(ascend.TaskId) if id is None else ascend.TaskId.derive(id)
        command = ascend.CreateTask(task_id=task, title=title)
        await self._store.execute(workspace, command, actor=ACTOR, command_id=id)

    async def _read(self, stream: str) -> tuple[Quantities, list[str]]:
        found: list[str] = []
        position, workspace = 0, to_workspace(stream)
        async with stopwatch() as watch:
            while commits := await self._store.log.commits(workspace, position + 1, PAGE):
                events = (event for commit in commits for event in commit.events())
                found += [event.title for event in events if isinstance(event, TaskCreated)]
                position = commits[-1].position
        return watch.for_each_of(max(1, len(found))), found


def to_workspace(stream: str) -> ascend.WorkspaceId:
    return ascend.WorkspaceId.derive(stream)


async def told(work: Callable[[], Awaitable[None]]) -> Answer:
    try:
        await work()
    except ascend.AscendError as error:
        return {"told": type(error).__name__}
    return {"told": "ok"}


async def main(kind: str, root: str) -> None:
    place = Place(kind, root)
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(ascend.open_store(place.url("peers"), create=create))
            for create in (True, False)
        ]
        notes = await stack.enter_async_context(ascend.open_store(place.url("notes"), create=True, app=NOTES))
        server = AscendServer((stores[0], stores[1]), notes, await stack.enter_async_context(open_raw(place)))
        print(json.dumps({"ready": True}), flush=True)
        while line := await anyio.to_thread.run_sync(sys.stdin.readline):
            request = json.loads(line)
            set_aside_garbage()
            verb: Callable[..., Awaitable[Answer]] = getattr(server, f"do_{request.pop('verb')}")
            print(json.dumps(await verb(**request)), flush=True)


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], sys.argv[2])
