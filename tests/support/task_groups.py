"""Commands that gather behind a write, so that they are decided together: the set-up of tests of groups.

store, tables = await warm(home)
async with behind_a_write(store, tables) as group:
    group.start_soon(send, store, paint("a"))        waits in the queue, with all that is started here
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskGroup
from support.faulty import Call
from support.scenario import task_id
from support.staged import Home, StagedTables, paint, send

from ascend import Store
from ascend.adapters.table.item import Table
from ascend.domain.errors import (
    AscendError,
)
from ascend.domain.runtime.request import Receipt
from ascend.domain.workspaces.command import Command

T = task_id()
Answers = dict[int, Receipt | AscendError]


class Gate:
    """Holds up the first put of a process, so that calls gather behind it."""

    def __init__(self, tables: StagedTables) -> None:
        self.reached, self.opened = anyio.Event(), anyio.Event()
        self._tables = tables
        tables.before = self._stop

    async def _stop(self, call: Call) -> None:
        if call.method == "put" and call.table is Table.EVENTS:
            self._tables.before = None
            self.reached.set()
            await self.opened.wait()


async def warm(home: Home) -> tuple[Store, StagedTables]:
    tables = StagedTables(home.tables)
    store = home.process(tables)
    await send(store, paint("warm"))
    tables.made()
    return store, tables


@asynccontextmanager
async def behind_a_write(store: Store, tables: StagedTables) -> AsyncGenerator[TaskGroup]:
    """Send a command, and run the block while it is written. The tasks that the block starts wait in the queue then."""
    gate = Gate(tables)
    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        yield group
        await anyio.wait_all_tasks_blocked()
        gate.opened.set()


async def send_behind(store: Store, tables: StagedTables, commands: Sequence[Command], **options: object) -> Answers:
    """Send a command, and these while it is written. Return their answers."""
    answers = Answers()

    async def answer(number: int, command: Command) -> None:
        try:
            answers[number] = await send(store, command, **options)  # type: ignore[arg-type]
        except AscendError as error:
            answers[number] = error

    async with behind_a_write(store, tables) as group:
        for number, command in enumerate(commands):
            group.start_soon(answer, number, command)
    return dict(sorted(answers.items()))
