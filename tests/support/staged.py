"""Several processes on one store in memory, with hooks between the storage calls of a process.

home = await staged_home()
tables = StagedTables(home.tables)
tables.before = something                 awaited before each storage call: the turn of another process
store = home.process(tables)
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from support.faulty import Call, FaultyTables, Plan
from support.scenario import BEA, MAX, task_id

from ascend import Store
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Blocked, Condition
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query, TablePage
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.lane import Lane
from ascend.domain.runtime.ports import START
from ascend.domain.runtime.request import Receipt
from ascend.domain.tasks.commands import CreateTask
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.members import AddMember
from ascend.store import Limits
from ascend.testing import ADA, HOME, FakeEnvironment

T = TypeVar("T")
Hook = Callable[[Call], Awaitable[None]]


class StagedTables(FaultyTables):
    """Tables that fail as planned, and call a test's hooks before and after each call."""

    def __init__(self, tables: Tables, plan: Plan | None = None) -> None:
        super().__init__(tables, plan)
        self.before: Hook | None = None
        self.after: Hook | None = None
        self.partitions: set[str] = set()
        """The partitions of all keys that were read or written."""

    async def query(self, query: Query) -> TablePage:
        self.partitions.add(query.pk)
        return await super().query(query)

    async def _call(
        self, method: str, table: Table | None, keys: tuple[Key, ...], work: Callable[[], Awaitable[T]]
    ) -> T:
        self.partitions |= {key.pk for key in keys}
        call = Call(len(self.calls) + 1, method, table, keys)
        if self.before is not None:
            await self.before(call)
        result = await super()._call(method, table, keys, work)
        if self.after is not None:
            await self.after(call)
        return result

    def go_wrong(self, plan: Plan) -> None:
        """Fail as planned from now on. Calls are counted anew."""
        self.calls.clear()
        self._plan = plan

    def made(self) -> list[str]:
        """Return the calls since the last look, such as `put events`."""
        calls = [f"{call.method} {call.table.value}" for call in self.calls if call.table is not None]
        self.calls.clear()
        return calls


class CountingTables(MemoryTables):
    """Tables in memory that count the commits of each workspace."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: dict[str, int] = {}

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        blocked = await super().put(table, item, when)
        if table is Table.EVENTS and blocked is None and item.key.pk.startswith("W#"):
            self.heads[item.key.pk] = self.heads.get(item.key.pk, 0) + 1
        return blocked


@dataclass
class Home:
    """A workspace in a store that any number of processes share."""

    tables: CountingTables = field(default_factory=CountingTables)
    environment: FakeEnvironment = field(default_factory=FakeEnvironment)
    workspace: WorkspaceId = HOME
    limits: Limits = field(default_factory=Limits)
    """The limits of the processes that are started from now on."""

    def process(self, tables: Tables | None = None, *, ahead: float = 0) -> Store:
        """Start a process whose wall clock is some seconds ahead."""
        return Store(tables or self.tables, self.environment.elsewhere(seconds=ahead), limits=self.limits)

    @property
    def head(self) -> int:
        return self.tables.heads.get(keys.log_partition(self.workspace), 0)

    async def log(self) -> list[Commit]:
        tail = await self.process().log.tail(self.workspace, START, 100_000, 1_000_000)
        commits = list(tail.commits)
        assert [commit.position for commit in commits] == list(range(1, self.head + 1))
        return commits

    async def applied(self) -> list[CommandId]:
        """Return the ids of all applied commands, in the order of the log."""
        return [record.command_id for commit in await self.log() for record in commit.records]

    async def tags(self) -> list[str]:
        return [event.tag for commit in await self.log() for event in commit.events()]

    def new_id(self) -> CommandId:
        return CommandId(self.environment.new_id())

    async def caught_up(self) -> None:
        """Run a worker once."""
        await self.process().worker.run_once()


async def send(
    store: Store,
    command: Command,
    by: UserId = ADA,
    *,
    id: CommandId | None = None,
    expected: dict[Ref, int] | None = None,
    to: WorkspaceId = HOME,
) -> Receipt:
    return await store.execute(to, command, actor=by, command_id=id, expected=expected)


async def staged_home(*commands: Command, limits: Limits | None = None) -> Home:
    """A home of Ada's, with Bea, Max and what the commands make. A second has passed since."""
    home = Home(limits=limits or Limits())
    store = home.process()
    members = [AddMember(user_id=user, name=user.title()) for user in (BEA, MAX)]
    for command in (CreateWorkspace(name="Home", owner_name="Ada"), *members, *commands):
        await send(store, command)
    home.environment.advance(seconds=1)
    return home


def lanes(store: Store) -> dict[WorkspaceId, Lane]:
    """Return what a process keeps in memory, by workspace."""
    return store.commands._lanes  # pyright: ignore[reportPrivateUsage]


def cache_of(store: Store) -> WorkspaceCache:
    cache = lanes(store)[HOME].cache
    assert cache is not None
    return cache


def paint(name: object = "task") -> CreateTask:
    return CreateTask(task_id=task_id(name), title="Paint")
