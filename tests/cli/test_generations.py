"""The commands of a deployment: is new code ready, switch, go back, withdraw."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import anyio
import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME
from support.deploying import NEXT

import ascend as library

NEW = ("--app", "support.deploying:NEXT")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only one process at a time works on these stores, so nobody has to wait until others know."""
    monkeypatch.setattr("ascend.projections.workers.switching.SETTLED", 0.01)
    monkeypatch.setattr("ascend.projections.workers.readiness.LEAST_PAUSE", 0.01)


@contextmanager
def working(url: str) -> Generator[None]:
    """Let a worker of new code catch up meanwhile, as another process would."""

    async def work() -> None:
        async with library.open_store(url, app=NEXT) as store:
            await store.worker.run_once()

    thread = Thread(target=lambda: anyio.run(work))
    thread.start()
    yield
    thread.join()


@pytest.mark.parametrize("command", ["ready", "switch", "roll-back", "withdraw"])
def test_generations_are_no_matter_of_users(ascend: AscendCommand, command: str) -> None:
    refused = ascend("--as", "ada", command)

    assert (refused.code, refused.out) == (3, "")
    assert command in refused.error


def test_code_whose_items_are_current_is_ready(ascend: AscendCommand) -> None:
    ready = ascend("--json", "ready")

    assert (ready.code, ready.json["ready"], ready.json["waits_for"], ready.json["announced"]) == (0, True, None, None)
    assert ascend("ready").out == "Ready: queries of this code are answered.\n"
    assert ascend("ready", "--wait").code == 0
    assert f"current generation: {ready.json['current']['id']}\n" in ascend("status").out


def test_a_switch_to_nothing_is_refused_and_says_why(ascend: AscendCommand) -> None:
    refused = ascend("switch")

    assert refused.code == 4
    assert refused.error == (
        "The generations of the store are not as this job needs them. [no generation is at hand: see `ascend ready`]"
    )


def test_new_code_is_not_ready_before_its_worker_has_run(ascend: AscendCommand) -> None:
    ready = ascend(*NEW, "ready")
    tasks = ascend(*NEW, "tasks", HOME)

    assert (ready.code, ready.err) == (1, "")
    assert "`ascend worker`" in ready.out
    assert (tasks.code, tasks.out) == (4, "")
    assert "`ascend ready`" in tasks.error
    assert "queries of this code are not answered" in ascend(*NEW, "status").out
    assert ascend("ready").code == 0


def test_new_code_says_how_far_it_is(ascend: AscendCommand, url: str) -> None:
    async def announce() -> None:
        async with library.open_store(url, app=NEXT) as store:
            await store.worker.deployment.announce()
            await store.worker.catch_up(HOME)

    anyio.run(announce)
    ready = ascend("--json", *NEW, "ready")

    assert ready.code == 1
    assert (ready.json["workspaces"], ready.json["rendered"], ready.json["at_hand"]) == (4, 1, False)
    assert ready.json["commits_left"] == sum(
        line["head"] for line in ascend("--json", "status").json if line["workspace"] != HOME
    )
    assert "1 of 4 workspaces done" in ascend(*NEW, "ready").out
    assert "1 of 4 workspaces done" in ascend("status").out


def test_a_deployment_is_gated_switched_and_rolled_back(ascend: AscendCommand, url: str) -> None:
    with working(url):
        waited = ascend(*NEW, "ready", "--wait")

    assert (waited.code, waited.out.startswith("Ready")) == (0, True)
    assert ascend(*NEW, "tasks", HOME).out == ascend("tasks", HOME).out
    assert "is at hand" in ascend("status").out
    assert "other generation" not in ascend("status").out

    switched = ascend("--json", *NEW, "switch")

    assert switched.code == 0
    assert "feed.3.0" in switched.json["current"]["builds"]
    assert ascend("tasks", HOME).code == 4
    assert "roll-back" in ascend("ready").out
    assert f"previous generation: {switched.json['previous']['id']}" in ascend(*NEW, "status").out
    assert "keeps 1 other generation" in ascend(*NEW, "status").out

    rolled_back = ascend("roll-back")

    assert (rolled_back.code, "Rolled back" in rolled_back.out) == (0, True)
    assert ascend("--json", "ready").json["current"] == switched.json["previous"]
    assert ascend("tasks", HOME).code == 0


def test_waiting_tells_what_has_changed(ascend: AscendCommand, url: str) -> None:
    with working(url):
        waited = ascend(*NEW, "ready", "--wait")

    lines = waited.err.splitlines()
    assert lines
    assert len(lines) == len(set(lines))
    assert all(line.startswith("Not ready: ") for line in lines)


def test_waiting_says_on_a_terminal_what_it_waits_for(
    ascend: AscendCommand, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar alone does not say that a worker must be started."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    with working(url):
        waited = ascend(*NEW, "ready", "--wait")

    assert "run `ascend worker`" in waited.err
    assert "commits left" not in waited.err


def test_a_deployment_is_withdrawn(ascend: AscendCommand, url: str) -> None:
    assert ascend("withdraw").out == "Nothing is announced.\n"
    with working(url):
        ascend(*NEW, "ready", "--wait")

    assert ascend("--json", "withdraw").json["announced"] is None
    assert "raise the version" in ascend(*NEW, "ready").out


def test_a_rebuild_is_rolled_back(ascend: AscendCommand, file: Path) -> None:
    before = ascend("--json", "ready").json["current"]
    ascend("rebuild", "feed")

    assert ascend("--json", "roll-back", "feed").json["current"] == before
    assert ascend("roll-back", "tasks").code == 2


def test_commands_that_have_nothing_to_do_name_the_next_step(ascend: AscendCommand) -> None:
    switched, rolled_back = ascend("switch"), ascend("roll-back")

    assert (switched.code, "`ascend ready`" in switched.error) == (4, True)
    assert (rolled_back.code, "rebuild" in rolled_back.error) == (2, True)
