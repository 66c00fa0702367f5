"""The work of each role: every request that a process of that role can ever send."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import date

import anyio
import pytest
from support.architect.iam_gate import SOMEBODY_ELSE

import ascend
from ascend.adapters.dynamodb.client import open_client
from ascend.adapters.dynamodb.doctor import examine_tables
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.conditions import Below
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put
from ascend.architect.aws.iam import ProcessRole
from ascend.domain.runtime.ports import Rendered
from ascend.projections.workers.lease_records import NOBODY, Heartbeat, Lease

ADA, BEN = ascend.UserId("ada"), ascend.UserId("ben")
HOUSE, CHORE = ascend.ThingId.derive("house"), ascend.TaskId.derive("chore")
PREFIX = "iam"


@asynccontextmanager
async def open_gated(url: str, access_key: str, *, create: bool = False) -> AsyncGenerator[ascend.Store]:
    """Open the store behind the gate with this access key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", access_key)
        async with ascend.open_store(f"dynamodb://{PREFIX}?endpoint_url={url}", create=create) as store:
            yield store


async def write(url: str, access_key: str, home: ascend.WorkspaceId) -> None:
    """Send commands with a warm and a cold cache, after appends of another process, repeated, and with an old id.

    A worker has run after the first of them, so that states are loaded from snapshots.
    """
    commands: tuple[ascend.Command, ...] = (
        ascend.CreateWorkspace(name="Home", owner_name="Ada"),
        ascend.AddMember(user_id=BEN, name="Ben"),
        ascend.CreateThing(thing_id=HOUSE, name="House"),
        ascend.CreateTask(task_id=CHORE, title="Chore", about=(HOUSE,)),
        ascend.AssignTask(task_id=CHORE, users=(ADA, BEN)),
        ascend.ScheduleTask(task_id=CHORE, due=date(2030, 1, 31), recurrence="FREQ=MONTHLY"),
    )
    async with open_gated(url, access_key) as first, open_gated(url, access_key) as second:
        for command in commands[:2]:
            await first.execute(home, command, actor=ADA)
        await project(url, home)
        for command in commands[2:]:
            await first.execute(home, command, actor=ADA)
        await second.execute(home, ascend.StartTask(task_id=CHORE), actor=BEN)
        old = ascend.CommandId.derive("old")
        for _ in range(2):
            await first.execute(home, ascend.RenameThing(thing_id=HOUSE, name="Hut"), actor=ADA, command_id=old)
        await second.execute(home, ascend.CompleteTask(task_id=CHORE), actor=BEN)
        await second.execute(home, ascend.RemoveMember(user_id=BEN), actor=ADA)


async def project(url: str, home: ascend.WorkspaceId) -> None:
    async with open_gated(url, SOMEBODY_ELSE) as store:
        await store.worker.catch_up(home)


async def work(url: str, access_key: str, home: ascend.WorkspaceId) -> None:
    """Project all workspaces, and answer as policies: to a task that recurs, and to the tasks of a member who left."""
    async with open_gated(url, access_key) as store:
        assert home in [workspace async for workspace in store.log.workspaces()]
        await hear_of_a_commit(store, home)
        await put_many(store, home)  # first: where the service refuses statements, no more are sent
        assert not (await store.worker.run_once()).stalled
        await store.policies.find_behind({home: Rendered(1)}, consistent=True)  # a pass goes on where it is refused
        await share(store)


async def share(store: ascend.Store) -> None:
    """Take a lease and leave, as the workers of one store do."""
    leases = TableLeases(store.tables)
    heartbeat = Heartbeat(store.environment.new_id(), 1, frozenset({"sweep"}), ())
    await leases.beat(heartbeat)
    state = await leases.read()
    old = state.leases.get("sweep#0", Lease("sweep#0", NOBODY, 0))
    await leases.replace(state.leases.get("sweep#0"), old.pass_on(heartbeat.worker))
    await leases.remove_worker(heartbeat)


async def hear_of_a_commit(store: ascend.Store, home: ascend.WorkspaceId) -> None:
    """Read the stream until it names the workspace. A process that may not list the shards gets no hints, and goes on."""
    hints = store.tables.change_hints()
    if not (shards := await hints.shards()):
        raise ascend.AccessDenied("dynamodb:DescribeStream: no hints")
    async with aclosing(hints.listen(shards[0])) as heard:
        await anext(heard)
        await store.execute(home, ascend.RenameWorkspace(name="Home"), actor=ADA)
        with anyio.fail_after(10):
            while home not in await anext(heard):
                pass


async def work_in_workspace(url: str, access_key: str, home: ascend.WorkspaceId) -> None:
    async with open_gated(url, access_key) as store:
        await put_many(store, home)
        assert await store.worker.catch_up(home) > 0


async def put_many(store: ascend.Store, home: ascend.WorkspaceId) -> None:
    """Put two items in one request, as every batch does: one that is new, and one that should be there."""
    items = [Item(Key(f"W#{home}#many", f"{number}"), {"position": 1}) for number in range(2)]
    when = Below("position", 1)
    await store.tables.put_all(Table.VIEWS, [Put(items[0], when, is_new=True), Put(items[1], when)])


async def read(url: str, access_key: str, home: ascend.WorkspaceId) -> None:
    """Query the table, both indexes and the log; also across the workspaces of a user."""
    await read_workspace(url, access_key, home)
    async with open_gated(url, access_key) as store:
        assert (await store.queries.workspaces(ADA, viewer=ADA)).items
        await store.queries.feed(ADA, viewer=ADA)


async def read_workspace(url: str, access_key: str, home: ascend.WorkspaceId) -> None:
    """Query one workspace."""
    async with open_gated(url, access_key) as store:
        queries = store.queries
        assert (await queries.workspace(home, viewer=ADA)).card.name == "Home"
        assert len((await queries.members(home, viewer=ADA)).items) == 1
        assert len((await queries.tasks_by_status(home, ascend.Status.DONE, viewer=ADA)).items) == 1
        assert len((await queries.subtree(home, HOUSE, viewer=ADA)).items) == 1
        assert (await queries.history(home, viewer=ADA)).items


async def create(url: str) -> None:
    """Create the tables and install the policies. An installed policy answers only to later events."""
    async with open_gated(url, ProcessRole.OPERATOR.value, create=True) as store:
        await store.worker.run_once()


async def operate(url: str, access_key: str, home: ascend.WorkspaceId) -> None:
    """Create, import, rebuild, verify, prune, query, erase, and examine the tables."""
    async with open_gated(url, access_key, create=True) as store:
        await put_many(store, home)
        for name in ("Other", "Gone"):
            workspace = ascend.WorkspaceId.derive(name)
            await store.execute(workspace, ascend.CreateWorkspace(name=name, owner_name="Ada"), actor=ADA)
        await store.worker.run_once()
        await store.rebuild("feed")
        assert (await store.verify()).clean
        assert (await store.prune(even_if_in_use=True)).records
        assert (await store.digest())[1]
        assert [status.lag async for status in store.status()].count(0) >= 2
        assert (await store.queries.workspaces(ADA, viewer=ascend.OPERATOR)).items
        other = ascend.WorkspaceId.derive("Other")
        await store.execute(other, ascend.CreateThing(thing_id=HOUSE, name="House"), actor=ADA)
        await store.worker.run_once()
        assert (await store.queries.subtree(other, HOUSE, viewer=ascend.OPERATOR)).items
        await store.erase(ascend.WorkspaceId.derive("Gone"), workers_stopped=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", access_key)
        async with open_client(None, url) as client:
            assert await examine_tables(client, PREFIX, {})


RoleWork = Callable[[str, str, ascend.WorkspaceId], Awaitable[None]]
WORK_OF_ROLES: dict[ProcessRole, RoleWork] = {
    ProcessRole.OPERATOR: operate,
    ProcessRole.WRITER: write,
    ProcessRole.WORKER: work,
    ProcessRole.READER: read,
}
"""In the order in which the roles need each other's work."""
WORK_IN_WORKSPACE: dict[ProcessRole, RoleWork] = {
    ProcessRole.WRITER: write,
    ProcessRole.WORKER: work_in_workspace,
    ProcessRole.READER: read_workspace,
}
"""The work of code that acts for one workspace, after the operator has created the tables."""
