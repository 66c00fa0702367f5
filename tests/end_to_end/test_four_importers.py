"""Four processes import the same file into the same workspace at once: the log is as if one had done it."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

import anyio
import orjson
import pytest
from end_to_end.conftest import Everything
from support.end_to_end.places import Place
from support.end_to_end.truth import QUIC
from support.importers.files import real_file
from support.paths import TESTS

IMPORTER = TESTS / "support" / "end_to_end" / "racing_importer.py"
PROCESSES = 4


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_four_at_once_are_like_one(everything: Everything, place: Place) -> None:
    whole = everything.summaries["quic"]["events"]
    await place.run("init")
    done = await anyio.to_thread.run_sync(race, place)
    print("what each came to:", done)  # noqa: T201 - for whoever wants to see it: pytest -rP
    assert [each["events"] + each["repeated"] for each in done] == [whole] * PROCESSES
    assert sum(each["events"] for each in done) == whole
    assert [each["refused"] for each in done] == [0] * PROCESSES
    assert sum(each["conflicts"] for each in done) > 0
    assert len(await place.log("quic")) == whole
    await place.catch_up()
    assert await place.digest() == everything.quic_digest


def race(place: Place) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        racers = [stack.enter_context(racer(place)) for _ in range(PROCESSES)]
        for said, _ in racers:
            assert said.readline() == "ready\n"
        for _, tell in racers:
            tell.write("go\n")
            tell.flush()
        return [orjson.loads(said.readline()) for said, _ in racers]


@contextmanager
def racer(place: Place) -> Generator[tuple[IO[str], IO[str]]]:
    """What it says, and what it is told."""
    command = [sys.executable, str(IMPORTER), place.url, str(real_file(*QUIC)), "quic"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdin is not None
            yield process.stdout, process.stdin
        finally:
            process.kill()
