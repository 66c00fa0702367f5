"""The wiring: a store is opened by its URL, and its parts are put together here."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

from ascend.adapters.environment import SystemEnvironment
from ascend.adapters.operations.digest import digest
from ascend.adapters.operations.erase import Erased, Erasure, Progress
from ascend.adapters.operations.prune import Pruned, prune
from ascend.adapters.operations.verify import Verified, Verifier
from ascend.adapters.sqlite.scratch import scratch_tables
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.store.reader import TableReader
from ascend.adapters.store.views import TableSnapshots, TableViews
from ascend.adapters.table.port import Tables
from ascend.domain.catalog import MODEL
from ascend.domain.errors import (
    InvalidInput,
)
from ascend.domain.ids import CommandId, Id, Ref, UserId, WorkspaceId
from ascend.domain.runtime.arguments import command_of, id_of, text_of, versions_of
from ascend.domain.runtime.execution import Dependencies
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.runtime.service import CommandService
from ascend.domain.workspaces.command import Command
from ascend.projections.catalog import PROJECTIONS
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import CurrentGeneration
from ascend.projections.policies.catalog import POLICIES_CATALOG
from ascend.projections.policies.policy import Policy
from ascend.projections.policies.runner import PolicyRunner
from ascend.projections.projection import Epochs, Projection
from ascend.projections.queries import Queries
from ascend.projections.workers.rebuild import rebuild
from ascend.projections.workers.status import WorkspaceStatus, status
from ascend.projections.workers.waiting import wait_until_rendered
from ascend.projections.workers.worker import Worker
from ascend.store_url import open_tables

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id


class Store:
    """One open store. Safe to use from many tasks of one event loop; open one per process and store."""

    def __init__(
        self,
        tables: Tables,
        environment: Environment | None = None,
        model: Model = MODEL,
        projections: Iterable[Projection] = PROJECTIONS,
        policies: Iterable[Policy] = POLICIES_CATALOG,
    ) -> None:
        environment = environment or SystemEnvironment()
        self.tables = tables
        self.environment = environment
        self.model = model
        self.current = CurrentGeneration(model, tuple(projections), environment)
        self.log = TableEventLog(tables, model)
        self.views = TableViews(tables, model, environment)
        self.projector = Projector(self.log, self.views, model, self.current.projections, environment)
        self.reader = TableReader(tables, self.log, self.current)
        self.queries = Queries(self.reader, self.current)
        snapshots = TableSnapshots(self.views, self.current)
        projecting = Worker(self.log, self.views, self.projector, self.current, environment)
        self.commands = CommandService(Dependencies(self.log, snapshots, projecting, environment, model))
        self.policies = PolicyRunner(
            self.log, TablePolicyPositions(tables), self.commands, self.queries, self.current, policies, environment
        )
        self.worker = Worker(self.log, self.views, self.projector, self.current, environment, self.policies)

    async def execute(
        self,
        workspace: WorkspaceId,
        command: Command,
        *,
        actor: UserId,
        command_id: CommandId | None = None,
        expected: Mapping[Ref, int] | None = None,
        correlation: str | None = None,
        causation: str | None = None,
    ) -> Receipt:
        """Applies a command exactly once, however often it is sent with the same `command_id`.

        Keep the id to be able to send it again: after `OutcomeUnknown`, a crash or a cancellation. `expected` names
        versions of entities that the sender saw, as read items show them; where one has changed: `VersionConflict`.

        Ids may come as text. Raises: `InvalidInput` for an argument that is something else than it should be, and for an
        actor of the system's own (`~…`); else see `CommandService.execute`.
        """
        user = id_of("actor", UserId, actor)
        if user.startswith("~"):
            raise InvalidInput(f"{user} is one of the system's own users")
        request = Request(
            workspace=id_of("workspace", WorkspaceId, workspace),
            command=command_of(command),
            actor=user,
            command_id=id_of("command_id", CommandId, self.environment.new_id() if command_id is None else command_id),
            expected=versions_of(expected),
            correlation=None if correlation is None else text_of("correlation", correlation),
            causation=None if causation is None else text_of("causation", causation),
        )
        receipt = await self.commands.execute(request)
        if receipt.events:
            self.worker.wake()
        return receipt

    async def wait_for(self, receipt: Receipt, *, seconds: float = 10.0) -> None:
        """Returns when queries show what the receipt stands for. Raises `NotVisibleYet`.

        Exact for queries that return a `Page`; best effort for an `IndexPage`. Needs a worker, in any process.
        """
        await wait_until_rendered(self.reader, self.environment, receipt.workspace, receipt.position, seconds)

    # For operators

    async def status(self) -> AsyncIterator[WorkspaceStatus]:
        """How far every workspace is, what is parked, what stalls."""
        async for one in status(self.log, self.views, self.policies.positions, await self.worker.generation()):
            yield one

    async def verify(self) -> Verified:
        """Folds the log and compares it with all that is stored. Uses a temporary file."""
        async with scratch_tables() as scratch:
            return await Verifier(self.tables, scratch, self.model, self.current, self.environment).run()

    async def rebuild(self, *projections: str, progress: Callable[[WorkspaceId], None] | None = None) -> Epochs:
        """Builds these projections (or all) afresh beside the old items, then switches. Gives the new epochs."""
        return await rebuild(self.log, self.views, self.worker, self.current, projections, progress)

    async def prune(self, *, even_if_in_use: bool = False) -> Pruned:
        """Removes what earlier generations left. Raises `InUse` (an `InvalidInput`) while one is still worked on."""
        return await prune(self.tables, self.views, await self.worker.generation(), even_if_in_use=even_if_in_use)

    async def erase(
        self, workspace: WorkspaceId, *, progress: Progress | None = None, workers_stopped: bool = False
    ) -> Erased:
        """Removes a workspace for good; what stays is the fact that its id is taken. Takes more than 15 minutes.

        So long a worker that knew it may still write, unless `workers_stopped`. Safe to stop and to run again.
        Raises `NotFound`, `StoreError` and what `CommandService.execute` raises.
        """
        generation = await self.worker.generation()
        erased = id_of("workspace", WorkspaceId, workspace)
        job = Erasure(self.log, self.views, self.commands, generation, self.environment, erased, progress)
        return await job.run(workers_stopped=workers_stopped)

    async def digest(self) -> tuple[str, int]:
        """One number (hex) for the content of all live read items, and how many there are. Reads all of them."""
        return await digest(self.tables, await self.worker.generation())


@asynccontextmanager
async def open_store(
    url: str,
    *,
    create: bool = False,
    model: Model = MODEL,
    projections: Iterable[Projection] = PROJECTIONS,
    policies: Iterable[Policy] = POLICIES_CATALOG,
    environment: Environment | None = None,
) -> AsyncGenerator[Store]:
    """Opens `memory://`, `sqlite:///FILE` or `dynamodb://PREFIX?region=…&endpoint_url=…`.

    With `create`, what is missing is created; in a store without workspaces, policies answer all that is to come.
    Raises `InvalidStoreUrl`, `StoreMissing`, `StoreMismatch`, `AccessDenied`, `StoreUnavailable`; `InvalidInput` for a
    URL that is no text.
    """
    async with open_tables(text_of("url", url)) as tables:
        if create:
            await tables.create()
        await tables.check()
        store = Store(tables, environment, model, projections, policies)
        await store.worker.generation()  # which items are read: those of the latest rebuild
        if create:
            await store.policies.installation.before_anything()
        yield store


def new_id(kind: type[I]) -> I:
    """A new id of this type: a UUIDv7, which sorts by the time at which it was made."""
    return kind(SystemEnvironment().new_id())
