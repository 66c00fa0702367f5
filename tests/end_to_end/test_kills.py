"""Import and worker are killed again and again, and run again: what comes out is what comes out undisturbed."""

import signal
import subprocess
from collections.abc import Awaitable, Callable
from itertools import pairwise

import anyio
import pytest
from end_to_end.conftest import Everything
from support.end_to_end.filling import importing
from support.end_to_end.places import Place
from support.end_to_end.views import views_of

import ascend
from ascend.adapters.importers import imported_workspace

KILLS = 10
STRIDE = 0.07
"""Of the whole way between two kills. What is left after the last one gives a slow machine the time to do it."""
GLANCE = 0.005
"""Seconds between two looks at how far the process is."""
Measure = Callable[[], Awaitable[int]]


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_ten_kills_each_change_nothing(everything: Everything, place: Place) -> None:
    whole = everything.summaries["quic"]["events"]
    await place.run("init")
    async with ascend.open_store(place.url) as store:

        async def head() -> int:
            return (await store.log.head(imported_workspace("quic"))).position

        heads = await killed(place.command(*importing("quic")), head, whole)
    print("heads at the kills:", heads)  # noqa: T201 - for whoever wants to see it: pytest -rP
    rest = await place.run(*importing("quic"))
    assert (rest["repeated"], rest["events"]) == (heads[-1], whole - heads[-1])
    assert len(await place.log("quic")) == whole

    with views_of(place.url) as views:

        async def items() -> int:
            return views.count()

        written = await killed(place.command("worker", "--until-caught-up"), items, everything.quic_items)
    print("items at the kills:", written)  # noqa: T201 - as above
    await place.catch_up()
    assert await place.digest() == everything.quic_digest
    assert (await place.run("verify"))["clean"]


async def killed(command: list[str], measure: Measure, whole: int) -> list[int]:
    """How far it was at each of the kills, which are spread over the way: each further than the one before."""
    at = [0]
    for kill in range(1, KILLS + 1):
        await kill_at(max(round(kill * STRIDE * whole), at[-1] + round(STRIDE * whole / 4)), command, measure)
        at.append(await measure())
    steps = [after - before for before, after in pairwise(at)]
    assert min(steps) > 0
    assert max(steps) < whole / 4
    assert at[-1] < whole
    return at[1:]


async def kill_at(mark: int, command: list[str], measure: Measure) -> None:
    async with await anyio.open_process(command, stdout=subprocess.DEVNULL) as process:
        try:
            while process.returncode is None and await measure() < mark:  # noqa: ASYNC110 - another process moves
                await anyio.sleep(GLANCE)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL
