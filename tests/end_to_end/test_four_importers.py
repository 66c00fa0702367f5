"""Four processes import the same file into the same workspace at once. The log is that of a single import."""

import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

import anyio
import orjson
import pytest
from support.end_to_end.everything import Everything
from support.end_to_end.places import Place
from support.end_to_end.truth import QUIC
from support.importers.files import real_file
from support.paths import TESTS

IMPORTER = TESTS / "support" / "end_to_end" / "racing_importer.py"
PROCESSES = 4


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_four_imports_at_once_give_the_log_of_one(everything: Everything, place: Place) -> None:
    whole = everything.summaries["quic"]["events"]
    await place.run("init")
    outcomes = await anyio.to_thread.run_sync(race, place)
    print("outcomes:", outcomes)  # noqa: T201 - shown by pytest -rP
    assert sum(outcome["events"] for outcome in outcomes) == whole
    assert [outcome["refused"] for outcome in outcomes] == [0] * PROCESSES
    assert sum(outcome["conflicts"] for outcome in outcomes) > 0
    assert len(await place.log("quic")) == whole
    assert await place.commands_digest("quic") == everything.quic_commands
    await place.catch_up()
    assert (await place.run("verify"))["clean"]


def race(place: Place) -> list[dict[str, Any]]:
    with ExitStack() as stack:
        racers = [stack.enter_context(start_racer(place)) for _ in range(PROCESSES)]
        for output, _ in racers:
            assert output.readline() == "ready\n"
        for _, signal in racers:
            signal.write("go\n")
            signal.flush()
        return [orjson.loads(output.readline()) for output, _ in racers]


@contextmanager
def start_racer(place: Place) -> Generator[tuple[IO[str], IO[str]]]:
    """Start a racing importer. Give its output and its input."""
    command = [sys.executable, str(IMPORTER), place.url, str(real_file(*QUIC)), "quic"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdin is not None
            yield process.stdout, process.stdin
        finally:
            process.kill()
