"""An import and a worker that are killed again and again, and run again, give the result of an undisturbed run."""

import signal
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import anyio
import pytest
from support.end_to_end.everything import Everything
from support.end_to_end.filling import import_arguments
from support.end_to_end.places import Place
from support.end_to_end.views import open_views

import ascend
from ascend.adapters.importers import imported_workspace

KILLS = 10
IMPORT_KILLS = 3
"""An import writes few commits, each with many commands."""
PART, IMPORT_PART = 0.7, 0.4
"""The part of the whole work that is done at the last kill. The remaining part gives a slow machine time."""
POLL_SECONDS = 0.005
"""Seconds between two looks at the progress of the process."""
Measure = Callable[[], Awaitable[int]]


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_ten_kills_each_change_nothing(everything: Everything, place: Place) -> None:
    events = everything.summaries["quic"]["events"]
    await place.run("init")
    async with ascend.open_store(place.url) as store:
        known = list[ascend.Commit]()

        async def count_written() -> int:
            while more := await store.log.commits(imported_workspace("quic"), len(known) + 1, 100, consistent=True):
                known.extend(more)
            return sum(len(record.events) for commit in known for record in commit.records)

        heads = await kill_repeatedly(
            place.command(*import_arguments("quic")), count_written, events, IMPORT_KILLS, IMPORT_PART
        )
    print("events at the kills:", heads)  # noqa: T201 - shown by pytest -rP
    imported = count_events(await place.log("quic"))
    rest = await place.run(*import_arguments("quic"))
    assert rest["events"] == events - imported
    assert count_events(await place.log("quic")) == events

    with open_views(place.url) as views:

        async def items() -> int:
            return views.count()

        written = await kill_repeatedly(
            place.command("worker", "--until-caught-up"), items, everything.quic_items, KILLS, PART
        )
    print("items at the kills:", written)  # noqa: T201 - as above
    await place.catch_up()
    assert await place.commands_digest("quic") == everything.quic_commands
    assert (await place.run("verify"))["clean"]


def count_events(commits: list[dict[str, Any]]) -> int:
    return sum(len(command["events"]) for commit in commits for command in commit["commands"])


async def kill_repeatedly(command: list[str], measure: Measure, whole: int, kills: int, part: float) -> list[int]:
    """Kill the process so many times, spread over the work. Return the progress at each kill, which must grow.

    A process that has done the rest in one go, before it could be killed, ends the series.
    """
    progress, stride = [0], part / kills
    for kill in range(1, kills + 1):
        least = max(1, round(stride * whole / 4))
        if not await kill_at(max(round(kill * stride * whole), progress[-1] + least), command, measure):
            break
        progress.append(await measure())
    assert progress[1:]
    assert min(after - before for before, after in pairwise(progress)) > 0
    return progress[1:]


async def kill_at(mark: int, command: list[str], measure: Measure) -> bool:
    """Kill the process when its progress has reached the mark. Return False if it has ended by itself before."""
    async with await anyio.open_process(command, stdout=subprocess.DEVNULL) as process:
        try:
            while process.returncode is None and await measure() < mark:  # noqa: ASYNC110 - another process moves
                await anyio.sleep(POLL_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
    assert process.returncode in (-signal.SIGKILL, 0)
    return process.returncode != 0
