"""Real processes write, wait and list while a rebuild is killed and resumed, and while new code is deployed and rolled back.

No listing may lack what any process was shown or promised before. ASCEND_GAP_SECONDS is the time for which this goes on again
and again; by default each happens once. The output says how many listings were compared (pytest -rP).
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest
from support.end_to_end import carried_promises
from support.end_to_end.carried_promises import OWNER, WORKSPACES, read_lines
from support.end_to_end.next_life_os import NEXT
from support.end_to_end.places import Place
from support.paths import TESTS

import ascend

SECONDS = float(os.environ.get("ASCEND_GAP_SECONDS", "0"))
WATCHED = 3.0
"""Seconds for which readers go on after each step."""
OLD, NEW = "life-os", "support.end_to_end.next_life_os:NEXT"
READERS = ("one", "two", "three")


@dataclass
class Processes:
    """The processes of one test. None of them is left behind."""

    place: Place
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    @property
    def shared(self) -> Path:
        return self.folder / "shared"

    def start(self, role: str, name: str, app: str = OLD) -> subprocess.Popen[bytes]:
        return self._start(
            [sys.executable, carried_promises.__file__, role, self.place.url, str(self.shared), name, app]
        )

    def ascend(self, *arguments: str, app: str = OLD) -> subprocess.Popen[bytes]:
        command = self.place.command(*arguments)
        return self._start([command[0], "--app", app, *command[1:]])

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
        with (self.folder / "errors").open("ab") as errors:
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        self.running.remove(process)

    def kill_all(self) -> None:
        for process in list(self.running):
            self.kill(process)

    def check_alive(self) -> None:
        ended = [process.args for process in self.running if process.poll() is not None]
        assert not ended, (ended, (self.folder / "errors").read_text()[-3_000:])

    def journal(self, name: str) -> Iterator[dict[str, object]]:
        path = self.shared.with_suffix(f".{name}")
        return (line for _, line in read_lines(path)) if path.exists() else iter(())

    async def wait_for_listings(self, *names: str) -> None:
        """Wait until each of the readers has compared a listing."""
        with anyio.fail_after(60):
            while not all(any("lines" in line for line in self.journal(name)) for name in names):
                self.check_alive()
                await anyio.sleep(0.2)


@pytest.fixture
async def processes(place: Place, tmp_path: Path) -> Processes:
    """A store with some workspaces, rendered, and no process yet."""
    await place.run("init")
    async with ascend.open_store(place.url) as store:
        for workspace in WORKSPACES:
            await store.execute(workspace, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=OWNER)
    await place.catch_up()
    made = Processes(place, tmp_path)
    made.shared.touch()
    return made


async def start_crowd(processes: Processes) -> None:
    for number in range(2):
        processes.start("write", f"writer-{number}")
        processes.ascend("worker")
    for name in READERS:
        processes.start("read", name)
    await processes.wait_for_listings(*READERS)


@pytest.mark.slow
@pytest.mark.timeout(300 + 3 * SECONDS)
async def test_a_rebuild_that_is_killed_and_resumed_takes_nothing_back(processes: Processes) -> None:
    end = time.monotonic() + SECONDS
    with ExitStack() as ending:
        ending.callback(processes.kill_all)
        await start_crowd(processes)
        async with ascend.open_store(processes.place.url) as store:
            while True:
                await rebuild_with_kills(processes, store)
                await watch(processes)
                if time.monotonic() > end:
                    break
    report(processes, "rebuilds", READERS)
    await check_verified(processes)


async def rebuild_with_kills(processes: Processes, store: ascend.Store) -> None:
    """Kill the rebuild when it is announced, while it is built, and when it is at hand. Then let it end."""
    number = (await store.ready()).state.announcements + 1
    for step in range(3):
        rebuild = processes.ascend("rebuild")
        with anyio.fail_after(90):
            while not await has_come_to(store, number, step):
                processes.check_alive()
                await anyio.sleep(0.1)
        processes.kill(rebuild)
    rebuild = processes.ascend("rebuild")
    with anyio.fail_after(90):
        code = await anyio.to_thread.run_sync(rebuild.wait)
    assert code == 0, (processes.folder / "errors").read_text()[-3_000:]
    processes.running.remove(rebuild)
    assert (await store.ready()).state.number == number


async def has_come_to(store: ascend.Store, number: int, step: int) -> bool:
    """Return True if the rebuild is announced; if it has leading workspaces; if it is at hand."""
    readiness = await store.ready()
    state, coverage = readiness.state, readiness.announced
    if state.announced is None or state.announcements != number:
        return False
    return (True, coverage is not None and coverage.leading > 0, state.at_hand)[step]


@pytest.mark.slow
@pytest.mark.timeout(300 + 3 * SECONDS)
async def test_a_deployment_and_its_roll_back_take_nothing_back(processes: Processes) -> None:
    end, names = time.monotonic() + SECONDS, (*READERS, "new")
    with ExitStack() as ending:
        ending.callback(processes.kill_all)
        await start_crowd(processes)
        processes.ascend("worker", app=NEW)
        processes.start("read", "new", NEW)
        async with ascend.open_store(processes.place.url, app=NEXT) as store:
            with anyio.fail_after(120):
                await store.ready(wait=True)
            await processes.wait_for_listings("new")
            await watch(processes)  # old and new code answer
            await store.switch()
            await watch(processes)
            await store.roll_back()
            await watch(processes)
            while time.monotonic() < end:
                await store.roll_back()  # there and back again
                await watch(processes)
    report(processes, "deployments", names)
    await check_verified(processes)


async def watch(processes: Processes) -> None:
    await anyio.sleep(WATCHED)
    processes.check_alive()


def report(processes: Processes, what: str, names: Sequence[str]) -> None:
    """Print the number of listings. Fails if one of them lacked something."""
    lines = {name: list(processes.journal(name)) for name in names}
    listings = [line for each in lines.values() for line in each if "lines" in line]
    lacking = [line for line in listings if line["lacking"]]
    errors = Counter(str(line["error"]) for each in lines.values() for line in each if "error" in line)
    engine = processes.place.url.partition(":")[0]
    each = {name: sum(1 for line in lines[name] if "lines" in line) for name in names}
    print(f"{engine}, {what}: {len(lacking)} of {len(listings)} listings lack something; {each}, {dict(errors)}")  # noqa: T201 - pytest -rP
    assert not lacking, lacking[:3]
    assert all(each.values())


async def check_verified(processes: Processes) -> None:
    await processes.place.catch_up()
    verified = (await processes.place.run_any("verify")).json
    assert verified["clean"], str(verified)[:3_000]
