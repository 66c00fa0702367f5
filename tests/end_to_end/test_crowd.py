"""Four writers and four workers, real processes, of which one is killed every second and replaced: nothing is lost or doubled.

ASCEND_CROWD_SECONDS is the time for which they are killed. Run it for two minutes by hand; the output says how long
commits stayed invisible (pytest -rP).
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import anyio
import pytest
from support.end_to_end import busy_writer
from support.end_to_end.busy_writer import OWNER, WORKSPACES, Journal, send, sent_by
from support.end_to_end.places import Place

import ascend

SECONDS = float(os.environ.get("ASCEND_CROWD_SECONDS", "20"))
SEEDS = ("one", "two", "three", "four")
WORKERS = 4


@dataclass
class Crowd:
    """The processes that are alive. Each is replaced by one with the same arguments when it is killed."""

    commands: Sequence[list[str]]
    errors: Path
    """The file into which the processes write their errors."""
    alive: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def start(self) -> None:
        self.alive = [self._start(command) for command in self.commands]

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.errors.open("ab") as errors:
            return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)

    def kill(self, number: int) -> None:
        self.alive[number].kill()
        self.alive[number].wait()

    def replace(self, number: int) -> None:
        assert self.alive[number].poll() is None, (self.commands[number], self.errors.read_text()[-2_000:])
        self.kill(number)
        self.alive[number] = self._start(self.commands[number])

    def kill_all(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self.kill(number)


def writer_command(url: str, journal: Path, seed: str) -> list[str]:
    return [sys.executable, busy_writer.__file__, url, str(journal), seed]


@pytest.mark.slow
@pytest.mark.timeout(120 + 3 * SECONDS)
async def test_four_writers_and_four_workers_while_one_is_killed_every_second(place: Place, tmp_path: Path) -> None:
    journals = {seed: Journal(tmp_path / f"{seed}.journal") for seed in SEEDS}
    await place.run("init")
    async with ascend.open_store(place.url) as store:
        for workspace in WORKSPACES:
            await store.execute(workspace, ascend.CreateWorkspace(name="Crowd", owner_name="Ada"), actor=OWNER)
        writers = [writer_command(place.url, journal.path, seed) for seed, journal in journals.items()]
        crowd = Crowd([*writers, *([place.command("worker")] * WORKERS)], tmp_path / "errors")
        with ExitStack() as ending:
            crowd.start()
            ending.callback(lambda: crowd.kill_all(range(len(crowd.alive))))
            await wait_for_answers(journals)
            await kill_one_every_second(crowd)
            crowd.kill_all(range(len(writers)))
            await wait_until_rendered(store)
        await check_answers(store, journals)
    verified = (await place.run_any("verify")).json
    assert verified["clean"], str(verified)[:3_000]
    report_visibility(place, journals)


async def wait_for_answers(journals: dict[str, Journal]) -> None:
    """Wait until every writer has had an answer."""
    with anyio.fail_after(60):
        while not all(journal.next_number() for journal in journals.values()):  # noqa: ASYNC110 - other processes write
            await anyio.sleep(0.2)


async def kill_one_every_second(crowd: Crowd) -> None:
    dice = random.Random(1)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        crowd.replace(dice.randrange(len(crowd.alive)))
        await anyio.sleep(1)


async def wait_until_rendered(store: ascend.Store) -> None:
    """Wait until the workers that are left have rendered everything."""
    with anyio.fail_after(60):
        while any([status.lag async for status in store.status()]):  # noqa: ASYNC110 - other processes move
            await anyio.sleep(0.2)


async def check_answers(store: ascend.Store, journals: dict[str, Journal]) -> None:
    """Check that each answered command is in the log once, at the position of its answer, and that no other is twice."""
    places = await read_commands(store)
    assert set(Counter(id for _, _, id in places).values()) == {1}
    answered = 0
    for seed, journal in journals.items():
        for line in journal.lines():
            sent = sent_by(seed, line["number"])
            if "position" in line:
                answered += 1
                assert (sent.workspace, line["position"], sent.id) in places
                if answered % 20 == 0:
                    receipt = await send(store, sent)
                    assert (receipt.position, receipt.repeated) == (line["position"], True)
    assert answered >= len(SEEDS)


async def read_commands(store: ascend.Store) -> set[tuple[ascend.WorkspaceId, int, str]]:
    """Return the workspace, position and id of each command, after a check that every log is dense."""
    places: set[tuple[ascend.WorkspaceId, int, str]] = set()
    for workspace in WORKSPACES:
        position = 1
        while commits := await store.log.commits(workspace, position, 500, consistent=True):
            assert [commit.position for commit in commits] == list(range(position, position + len(commits)))
            commands = [
                (workspace, commit.position, record.command_id) for commit in commits for record in commit.records
            ]
            assert not places.intersection(commands)
            places.update(commands)
            position += len(commits)
        assert position - 1 == (await store.log.head(workspace)).position
    return places


def report_visibility(place: Place, journals: dict[str, Journal]) -> None:
    """Print how long commits were invisible. Fails if one of them did not become visible."""
    times = [line["visible"] for journal in journals.values() for line in journal.lines() if "visible" in line]
    assert None not in times
    spread = f"median {median(times):.2f} s, p99 {quantiles(times, n=100)[-1]:.2f} s, longest {max(times):.2f} s"
    print(f"{place.url.partition(':')[0]}: {len(times)} waits for a commit, {spread}")  # noqa: T201 - shown by pytest -rP
