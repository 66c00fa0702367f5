"""Measurement of every command's footprint: runs each command once on a store in memory whose tables count units.

    set up the workspace ─▶ for each command: send it from a fresh process (cold) ─▶ visit it ─▶ sum puts and reads

The code itself gives the numbers, so the estimate cannot drift from the code: the number and the size of the items that
a projection writes are those that it wrote here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ascend import LIFE_OS, Store
from ascend.adapters.memory.tables import MemoryTables
from ascend.architect.cost.footprints import CostProfile, Footprint, build_footprint
from ascend.architect.cost.item_names import find_type_name, sum_reads_by_type
from ascend.architect.cost.metered_tables import MeteredPut, MeteredTables
from ascend.architect.cost.sizes import Sizes
from ascend.architect.cost.typical_workspace import OWNER, SentCommand, TypicalWorkspace
from ascend.architect.cost.units import measure_item
from ascend.architect.sample import SAMPLE_TIME, is_tombstone
from ascend.domain.ids import POLICIES, CommandId, WorkspaceId
from ascend.domain.runtime.request import Request
from ascend.projections.engine.projector import Projector
from ascend.projections.workers.checks import Checks
from ascend.projections.workers.visits import Visits
from ascend.testing import FakeEnvironment

COMPLETES = frozenset({"AssignTask", "ScheduleTask", "PrioritiseTask"})
"""Commands after which a Task's items have their typical size."""
VISITS = 2
"""Visits of a follower for one commit: the second one finds nothing left to do."""
LATER = 60.0
"""Seconds after which a look-up of a command no longer reads the command packs of what was sent before."""
SPREAD = 0.1
"""Sizes are averages: a real item is up to this share smaller or larger than the one measured here."""


@dataclass
class CostProfiler:
    sizes: Sizes
    tables: MeteredTables = field(default_factory=lambda: MeteredTables(MemoryTables(), SPREAD))
    environment: FakeEnvironment = field(default_factory=lambda: FakeEnvironment(start=SAMPLE_TIME))
    footprints: dict[str, Footprint] = field(default_factory=dict[str, Footprint])
    item_bytes: dict[str, int] = field(default_factory=dict[str, int])

    async def run(self) -> CostProfile:
        """Measure every command once, in one typical workspace."""
        home = WorkspaceId(self.environment.new_id())
        workspace = TypicalWorkspace(self.sizes, self.environment.new_id)
        store = Store(self.tables, self.environment)
        without_policies = Store(self.tables, self.environment, replace(LIFE_OS, policies=()))
        await store.worker.run_once()  # installs the policies
        await self.measure(store, home, (workspace.create_workspace(), OWNER))
        for command in workspace.set_up():
            await store.execute(home, command, actor=OWNER)
        await store.worker.run_once()
        self.environment.advance(seconds=LATER)
        check_reads = await self.check(store, home)
        for sent in workspace.commands():
            await self.measure(store, home, sent)
        for sent in workspace.policy_commands():
            await self.measure(without_policies, home, sent)
        return CostProfile(self.footprints, self.item_bytes, check_reads)

    async def check(self, store: Store, home: WorkspaceId) -> dict[str, float]:
        """Check the workspace as the sweep of a follower does; return the read units by item type."""
        self.tables.clear()
        checks = Checks(store.log, store.views, store.policies, requests_at_once=1)
        [finding] = await checks.check([home], [store.current.generation], consistent=False)
        if finding.needs_visit:
            raise AssertionError("something is left to do")
        return sum_reads_by_type(self.tables.reads)

    async def visit(self, store: Store, home: WorkspaceId) -> dict[str, float]:
        """Visit the workspace; return the read units by item type. The puts stay recorded."""
        self.tables.clear()
        await visit_after_commit(store, home)
        return sum_reads_by_type(self.tables.reads)

    async def measure(self, store: Store, home: WorkspaceId, sent: SentCommand) -> None:
        """Send a command and project it; keep its footprint if the command is the first of its type."""
        command, actor = sent
        self.tables.clear()
        name = type(command).__name__
        id = CommandId.derive(name) if actor == POLICIES else CommandId(self.environment.new_id())
        request = Request(workspace=home, command=command, actor=actor, command_id=id)
        receipt = await Store(self.tables, self.environment).commands.execute(request)
        if not receipt.events:
            raise AssertionError(f"{command!r} changes nothing")
        cold_reads, appended = sum(read.units for read in self.tables.reads), list(self.tables.puts)
        reads = await self.visit(store, home)
        puts = [*appended, *self.tables.puts]
        self.keep(name, puts, build_footprint(puts, reads, cold_reads))

    def keep(self, command: str, puts: Iterable[MeteredPut], footprint: Footprint) -> None:
        if command in self.footprints:
            return
        self.footprints[command] = footprint
        for put in puts:
            name = find_type_name(put)
            if not is_tombstone(put.item) and (name not in self.item_bytes or command in COMPLETES):
                self.item_bytes[name] = max(self.item_bytes.get(name, 0), measure_item(put.table, put.item))


async def visit_after_commit(store: Store, workspace: WorkspaceId) -> None:
    """Visit the workspace as a follower does after a commit.

    The follower knows nothing of the workspace from earlier batches: this is an upper bound. A commit of its own process is
    heard of at once and from the stream, so there are two visits.
    """
    limits = store.limits.projection
    projector = Projector(store.log, store.views, store.model, store.current.projections, store.environment, limits)
    visits = Visits(store.log, store.views, projector, store.current, store.policies)
    for _ in range(VISITS):
        await visits.visit(workspace, limits.batches_per_pass)
