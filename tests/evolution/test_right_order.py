"""If every process can read an event version before a process writes it, no worker stalls and all read the same."""

from pathlib import Path
from typing import Any

from support.evolution.releases import OTHER, start_fleet

from ascend.projections.read_models.tasks import TaskCard
from ascend.testing import HOME

PHASES = [("0.1.0",), ("0.1.0", "0.2.0"), ("0.2.0",), ("0.2.0", "0.3.0"), ("0.3.0",), ("0.2.0",)]
"""The releases that run at the same time, phase by phase. In the last phase, 0.3.0 is rolled back."""
WHOLE, CHANGED = 1, 2
WRITTEN = {"0.1.0": WHOLE, "0.2.0": WHOLE, "0.3.0": CHANGED}
EDITS = 3


async def test_no_worker_stalls_and_all_processes_read_the_same(tmp_path: Path) -> None:
    expected: dict[str, Any] = {"title": "Paint", "description": "", "tags": (), "metadata": {}}
    async with start_fleet(tmp_path) as fleet:
        for number, phase in enumerate(PHASES):
            processes = [await fleet.start(release) for release in phase]
            if len(phase) == 1:
                await processes[0].end_deployment()
            for process in processes:
                for change in edits(number, process.release.name):
                    expected |= change
                    await process.edit(**change)
                for worker in reversed(processes):  # the newer one first: what it announces is written first
                    assert await worker.work() == ()
                for reader in processes:
                    assert shown_fields(await reader.card()) == expected
                    assert [(await reader.status(home)).stalled for home in (HOME, OTHER)] == ["", ""]
        assert await fleet.versions() == [
            WRITTEN[release] for phase in PHASES for release in phase for _ in range(EDITS)
        ]
        for release in PHASES[3]:
            assert (await (await fleet.start(release)).store.verify()).clean


def edits(phase: int, release: str) -> list[dict[str, Any]]:
    """Return edits that change one field each."""
    return [
        {"title": f"Paint {phase} {release}"},
        {"tags": (f"phase {phase}", release)},
        {"metadata": {"phase": str(phase), "release": release}},
    ]


def shown_fields(card: TaskCard) -> dict[str, Any]:
    return {"title": card.title, "description": card.description, "tags": card.tags, "metadata": card.metadata}


async def test_commands_see_the_events_of_other_releases(tmp_path: Path) -> None:
    """No worker runs, so a process decides on the events in the log."""
    async with start_fleet(tmp_path) as fleet:
        new, newer = await fleet.start("0.2.0"), await fleet.start("0.3.0")
        for process, title in ((newer, "a"), (new, "b"), (newer, "c"), (new, "d")):
            assert (await process.edit(title=title)).events == 1
        assert (await newer.edit(title="d")).events == 0
        assert (await new.edit(title="d")).events == 0
        assert await fleet.versions() == [CHANGED, WHOLE, CHANGED, WHOLE]


async def test_a_command_sent_again_to_another_release_is_applied_once(tmp_path: Path) -> None:
    """A command's digest covers what the sender set, not the event that followed."""
    async with start_fleet(tmp_path) as fleet:
        processes = [await fleet.start(release) for release in ("0.1.0", "0.2.0", "0.3.0")]
        old, new, newer = processes
        for sender, others in ((old, processes), (new, processes), (newer, [new, newer])):
            id = fleet.new_id()
            fields: dict[str, Any] = {"title": sender.release.name, "tags": ("x",)}
            receipt = await sender.edit(id=id, **fields)
            for is_projected in (False, True):
                for other in others:
                    again = await other.edit(id=id, **fields)
                    assert (again, again.repeated) == (receipt, True)
                for process in processes if is_projected else []:
                    await process.work()
        assert await fleet.versions() == [WHOLE, WHOLE, CHANGED]
