"""What each role does in its life: everything that a process of that kind may ever send."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date

import pytest

import ascend
from ascend.adapters.dynamodb.client import open_client
from ascend.adapters.dynamodb.doctor import examine_tables
from ascend.architect.aws.iam import Role

ADA, BEN = ascend.UserId("ada"), ascend.UserId("ben")
HOUSE, CHORE = ascend.ThingId.derive("house"), ascend.TaskId.derive("chore")
PREFIX = "iam"


@asynccontextmanager
async def opened(url: str, access_key: str, *, create: bool = False) -> AsyncGenerator[ascend.Store]:
    """The store behind the gate, for who has this access key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", access_key)
        async with ascend.open_store(f"dynamodb://{PREFIX}?endpoint_url={url}", create=create) as store:
            yield store


async def write(url: str, who: str, home: ascend.WorkspaceId) -> None:
    """Commands, warm and cold, behind what another process appended, repeated, and old."""
    begin: tuple[ascend.Command, ...] = (
        ascend.CreateWorkspace(name="Home", owner_name="Ada"),
        ascend.AddMember(user_id=BEN, name="Ben"),
        ascend.CreateThing(thing_id=HOUSE, name="House"),
        ascend.CreateTask(task_id=CHORE, title="Chore", about=(HOUSE,)),
        ascend.AssignTask(task_id=CHORE, users=(ADA, BEN)),
        ascend.ScheduleTask(task_id=CHORE, due=date(2030, 1, 31), recurrence="FREQ=MONTHLY"),
    )
    async with opened(url, who) as one, opened(url, who) as other:
        for command in begin:
            await one.execute(home, command, actor=ADA)
        await other.execute(home, ascend.StartTask(task_id=CHORE), actor=BEN)
        old = ascend.CommandId.derive("old")
        for _ in range(2):
            await one.execute(home, ascend.RenameThing(thing_id=HOUSE, name="Hut"), actor=ADA, command_id=old)
        await other.execute(home, ascend.CompleteTask(task_id=CHORE), actor=BEN)
        await other.execute(home, ascend.RemoveMember(user_id=BEN), actor=ADA)


async def work(url: str, who: str, home: ascend.WorkspaceId) -> None:
    """All workspaces, and what policies answer: a task that recurs, and one of a member who left."""
    async with opened(url, who) as store:
        assert home in [workspace async for workspace in store.log.workspaces()]
        assert not (await store.worker.run_once()).stalled


async def work_for_one(url: str, who: str, home: ascend.WorkspaceId) -> None:
    async with opened(url, who) as store:
        assert await store.worker.catch_up(home) > 0


async def read(url: str, who: str, home: ascend.WorkspaceId) -> None:
    """Queries on the table, on both indexes, on the log; also those that a user asks across workspaces."""
    await read_one(url, who, home)
    async with opened(url, who) as store:
        assert (await store.queries.workspaces(ADA, viewer=ADA)).items
        await store.queries.feed(ADA, viewer=ADA)


async def read_one(url: str, who: str, home: ascend.WorkspaceId) -> None:
    """Queries on one workspace."""
    async with opened(url, who) as store:
        queries = store.queries
        assert (await queries.workspace(home, viewer=ADA)).card.name == "Home"
        assert len((await queries.members(home, viewer=ADA)).items) == 1
        assert len((await queries.tasks_by_status(home, ascend.Status.DONE, viewer=ADA)).items) == 1
        assert len((await queries.subtree(home, HOUSE, viewer=ADA)).items) == 1
        assert (await queries.history(home, viewer=ADA)).items


async def create(url: str) -> None:
    """The tables, and the policies in them: what is there when one is installed is not answered by it."""
    async with opened(url, Role.OPERATOR.value, create=True) as store:
        await store.worker.run_once()


async def operate(url: str, who: str, home: ascend.WorkspaceId) -> None:
    """Creates, examines, imports, builds, verifies, looks, prunes, erases."""
    async with opened(url, who, create=True) as store:
        for name in ("Other", "Gone"):
            workspace = ascend.WorkspaceId.derive(name)
            await store.execute(workspace, ascend.CreateWorkspace(name=name, owner_name="Ada"), actor=ADA)
        await store.worker.run_once()
        await store.rebuild("feed")
        assert (await store.verify()).clean
        assert (await store.prune(even_if_in_use=True)).records
        assert (await store.digest())[1]
        assert [one.lag async for one in store.status()].count(0) >= 2
        assert (await store.queries.workspaces(ADA, viewer=ascend.OPERATOR)).items
        other = ascend.WorkspaceId.derive("Other")
        await store.execute(other, ascend.CreateThing(thing_id=HOUSE, name="House"), actor=ADA)
        await store.worker.run_once()
        assert (await store.queries.subtree(other, HOUSE, viewer=ascend.OPERATOR)).items
        await store.erase(ascend.WorkspaceId.derive("Gone"), workers_stopped=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", who)
        async with open_client(None, url) as client:
            assert await examine_tables(client, PREFIX)


Life = Callable[[str, str, ascend.WorkspaceId], Awaitable[None]]
LIVES: dict[Role, Life] = {Role.OPERATOR: operate, Role.WRITER: write, Role.WORKER: work, Role.READER: read}
"""In the order in which they need each other."""
FOR_ONE: dict[Role, Life] = {Role.WRITER: write, Role.WORKER: work_for_one, Role.READER: read_one}
"""What code that acts for one workspace does, after the operator has created the tables."""
