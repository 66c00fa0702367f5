"""`ascend worker --until-caught-up` after a kill in the middle of a build: it waits for the claim of the dead process."""

from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME, damage_views
from support.faulty import Crash, Fault, FaultyTables
from support.simulation.busy import a_copy

import ascend
from ascend.adapters.environment import SystemEnvironment
from ascend.projections.engine import projector
from ascend.projections.engine.building.claims import LASTS
from ascend.testing import FakeEnvironment


@pytest.fixture(autouse=True)
def short_logs_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Build every log of more than a few commits as of its end, as a long one is, where nothing is rendered yet."""
    monkeypatch.setattr(projector, "SHORT", 5)


async def kill_a_build(url: str, seconds_left: float) -> None:
    """Kill a worker in the middle of the build of a workspace. Its claim lasts for some more seconds."""
    clock = FakeEnvironment(start=SystemEnvironment().now() - timedelta(seconds=LASTS - seconds_left))
    async with ascend.open_store(url) as store:
        whole = FaultyTables(await a_copy(store.tables))
        await ascend.Store(whole, clock).worker_for([HOME]).run_once()
        dying = FaultyTables(store.tables, {len(whole.calls) // 2: Fault.CRASH_BEFORE})
        with pytest.raises((Crash, BaseExceptionGroup)):
            await ascend.Store(dying, clock).worker_for([HOME]).run_once()


def test_it_waits_until_the_claim_has_lapsed_and_renders_everything(
    ascend: AscendCommand, file: Path, url: str
) -> None:
    before = ascend("digest").out
    damage_views(file, "DELETE FROM views")
    anyio.run(kill_a_build, url, 3.0)
    assert any(line["lag"] for line in ascend("--json", "status").json)

    caught_up = ascend("worker", "--until-caught-up")

    assert (caught_up.code, caught_up.out.startswith("Caught up with 4 workspaces")) == (0, True)
    assert caught_up.err == f"ascend: warning: build.awaited workspace={HOME!r} claim_lasts=60\n"
    assert not any(line["lag"] for line in ascend("--json", "status").json)
    assert ascend("digest").out == before
