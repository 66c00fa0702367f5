"""A version is written only after every process can read it: then nobody ever stalls, and all read the same."""

from pathlib import Path
from typing import Any

from support.evolution.releases import OTHER, a_fleet
from support.scenario import HOME

from ascend.projections.read_models.tasks import TaskCard

PHASES = [("0.1.0",), ("0.1.0", "0.2.0"), ("0.2.0",), ("0.2.0", "0.3.0"), ("0.3.0",), ("0.2.0",)]
"""Which releases run at the same time. At last, 0.3.0 is taken back."""
WHOLE, CHANGED = 1, 2
WRITTEN = {"0.1.0": WHOLE, "0.2.0": WHOLE, "0.3.0": CHANGED}
EDITS = 3


async def test_nobody_ever_stalls_and_all_read_the_same(tmp_path: Path) -> None:
    expected: dict[str, Any] = {"title": "Paint", "description": "", "tags": (), "metadata": {}}
    async with a_fleet(tmp_path) as fleet:
        for number, phase in enumerate(PHASES):
            processes = [await fleet.start(release) for release in phase]
            for process in processes:
                for what in edits(number, process.release.name):
                    expected |= what
                    await process.edit(**what)
                for reader in processes:
                    assert await reader.work() == ()
                    assert shown(await reader.card()) == expected
                    assert [(await reader.status(home)).stalled for home in (HOME, OTHER)] == ["", ""]
        assert await fleet.versions() == [
            WRITTEN[release] for phase in PHASES for release in phase for _ in range(EDITS)
        ]
        for release in PHASES[3]:
            assert (await (await fleet.start(release)).store.verify()).clean


def edits(phase: int, release: str) -> list[dict[str, Any]]:
    """Each changes one thing, and leaves what others said."""
    return [
        {"title": f"Paint {phase} {release}"},
        {"tags": (f"phase {phase}", release)},
        {"metadata": {"phase": str(phase), "release": release}},
    ]


def shown(card: TaskCard) -> dict[str, Any]:
    return {"title": card.title, "description": card.description, "tags": card.tags, "metadata": card.metadata}


async def test_commands_see_what_others_wrote_whichever_version_it_is(tmp_path: Path) -> None:
    """Without any worker: a process decides on what it reads in the log."""
    async with a_fleet(tmp_path) as fleet:
        new, newer = await fleet.start("0.2.0"), await fleet.start("0.3.0")
        for process, title in ((newer, "a"), (new, "b"), (newer, "c"), (new, "d")):
            assert (await process.edit(title=title)).events == 1
        assert (await newer.edit(title="d")).events == 0
        assert (await new.edit(title="d")).events == 0
        assert await fleet.versions() == [CHANGED, WHOLE, CHANGED, WHOLE]


async def test_a_command_is_applied_once_whichever_release_it_is_sent_to_again(tmp_path: Path) -> None:
    """Its digest is about what the sender said, not about the event that followed."""
    async with a_fleet(tmp_path) as fleet:
        processes = [await fleet.start(release) for release in ("0.1.0", "0.2.0", "0.3.0")]
        old, new, newer = processes
        for sender, others in ((old, processes), (new, processes), (newer, [new, newer])):
            id = fleet.new_id()
            what: dict[str, Any] = {"title": sender.release.name, "tags": ("x",)}
            receipt = await sender.edit(id=id, **what)
            for worked in (False, True):
                for other in others:
                    again = await other.edit(id=id, **what)
                    assert (again, again.repeated) == (receipt, True)
                for process in processes if worked else []:
                    await process.work()
        assert await fleet.versions() == [WHOLE, WHOLE, CHANGED]
