"""The command records of a batch: a record for a command that is alone, and packs for several, as a worker writes them."""

from collections.abc import Sequence

import anyio
import pytest

import ascend
from ascend.adapters.layout.items import APPLIED_COMMAND, COMMAND_PACK
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.architect.cost.bill import build_report
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.item_names import find_type_name
from ascend.architect.cost.metered_tables import MeteredTables
from ascend.architect.cost.packs import count_record_units, share_of_record
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.workload import LARGEST_BATCH, SECONDS_A_DAY, WorkerLoad, Workload
from ascend.architect.cost.writes import apportion_shared_writes
from ascend.projections.workers.work_queue import BATCH_SECONDS
from ascend.testing import ADA, FakeEnvironment

RECORD = (APPLIED_COMMAND.name, Table.VIEWS.value)


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


async def project_together(commands: int) -> Sequence[tuple[str, float]]:
    """Return the command records that a worker writes for so many commands, each with its units."""
    tables = MeteredTables(MemoryTables())
    environment = FakeEnvironment()
    store, home = ascend.Store(tables, environment), ascend.WorkspaceId(environment.new_id())
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.worker.run_once()
    tables.clear()
    for number in range(commands):
        await store.execute(home, ascend.RenameWorkspace(name=f"Home {number}"), actor=ADA)
    await store.worker.run_once()
    names = [find_type_name(put) for put in tables.puts]
    return [
        (name, put.units["views"])
        for name, put in zip(names, tables.puts, strict=True)
        if name in {APPLIED_COMMAND.name, COMMAND_PACK.name}
    ]


@pytest.mark.parametrize(
    ("commands", "name"), [(1, APPLIED_COMMAND.name), (2, COMMAND_PACK.name), (20, COMMAND_PACK.name)]
)
async def test_the_records_of_a_batch_cost_what_the_estimate_says(commands: int, name: str) -> None:
    assert await project_together(commands) == [(name, count_record_units(commands))]


def test_a_command_alone_pays_for_its_record_and_one_of_many_for_its_part_of_a_pack() -> None:
    assert share_of_record(1) == 1
    assert share_of_record(2) == 1 / 2
    assert 1 / 40 < share_of_record(100) < 1 / 15
    assert [batch for batch in range(1, LARGEST_BATCH + 1, 7) if share_of_record(batch) > 1] == []


def test_a_batch_holds_what_comes_to_one_workspace_in_fifty_milliseconds() -> None:
    """Alone, unless so many come that others are there in the meantime; never less than one, and as given if it is."""
    a_day = {"CreateTask": 2.0 * SECONDS_A_DAY}

    assert Workload(commands=a_day).commands_of_a_batch == pytest.approx(1 + 2 * BATCH_SECONDS)
    assert Workload(commands=a_day, workspaces=10).commands_of_a_batch == pytest.approx(1 + 0.2 * BATCH_SECONDS)
    assert Workload(commands={"CreateTask": 0}).commands_of_a_batch == 1
    assert Workload(commands={"CreateTask": 1e12}).commands_of_a_batch == LARGEST_BATCH
    assert Workload(commands=a_day, worker=WorkerLoad(batch=3)).commands_of_a_batch == 3


def test_the_busiest_second_has_batches_no_larger_than_usual() -> None:
    workload = Workload(commands={"CreateTask": 86_400}, peak=50)

    assert workload.at_peak().commands_of_a_batch == workload.commands_of_a_batch


def test_commands_of_policies_and_of_a_whole_subtree_have_records_of_their_own(profile: CostProfile) -> None:
    shares = {
        name: apportion_shared_writes(Workload(worker=WorkerLoad(batch=10)), footprint)[RECORD]
        for name, footprint in profile.footprints.items()
    }

    assert shares["CreateTask"] == 1 / 10
    assert (shares["OpenNextOccurrence"], shares["ReleaseTask"], shares["MoveThing"]) == (1, 1, 1)


def test_a_command_of_a_quiet_workspace_costs_as_much_as_one_alone(profile: CostProfile) -> None:
    alone, quiet = (
        build_report(Workload(commands={"CreateTask": 10}, worker=WorkerLoad(batch=batch)), profile).writes
        for batch in (1, None)
    )

    assert quiet == pytest.approx(alone, rel=1e-4)
