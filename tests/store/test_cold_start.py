"""A process starts with what it needs: costs are counted in modules and in validators that are built, never in seconds."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ascend.projections.life_os import LIFE_OS

HEAVY = frozenset({"aiobotocore", "aiohttp", "botocore", "jinja2", "moto", "pygments", "rich", "structlog", "typer"})
"""Packages that no process needs which neither works on DynamoDB nor prints for people."""
REPORT = """
import json, sys
from pydantic import BaseModel

def descend(cls):
    yield cls
    for below in cls.__subclasses__():
        yield from descend(below)

built = sorted(cls.__name__ for cls in descend(BaseModel) if cls.__module__.startswith("ascend.") and cls.__pydantic_complete__)
print(json.dumps({"modules": sorted(sys.modules), "built": built}))
"""
FIRST_COMMAND = """
import anyio, ascend, sys

async def main():
    async with ascend.open_store(sys.argv[1], create=True) as store:
        home = ascend.new_id(ascend.WorkspaceId)
        await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ascend.UserId("ada"))

anyio.run(main)
"""
ENGINES = frozenset({"ascend.adapters.dynamodb", "ascend.adapters.memory", "ascend.adapters.sqlite.tables"})
WORKING = frozenset(
    {
        "ascend.adapters.operations.erase",
        "ascend.adapters.operations.verify",
        "ascend.projections.engine.projector",
        "ascend.projections.workers.follower",
        "ascend.projections.workers.rebuild",
    }
)
"""Modules that only workers and operators' jobs need."""
MODULES_OF_IMPORT, MODULES_OF_COMMAND, MODULES_OF_HELP = 430, 540, 60
"""At most so many modules: after `import ascend`, after the first command, and more for `--help` than typer, rich and ascend.

Raise a number for a reason only: look first at what has been imported (`python -X importtime`).
"""


def run_program(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def report(program: str, *arguments: str) -> dict[str, Any]:
    """Run the program in a process of its own. Return the modules and the models that it has at its end."""
    found: dict[str, Any] = json.loads(run_program(program + REPORT, *arguments).splitlines()[-1])
    return found


def packages_of(found: dict[str, Any]) -> set[str]:
    return {module.partition(".")[0] for module in found["modules"]}


def test_an_import_loads_neither_an_engine_nor_what_only_programs_need() -> None:
    found = report("import ascend\n")

    assert packages_of(found) & HEAVY == set()
    assert (ENGINES | WORKING).isdisjoint(found["modules"])
    assert len(found["modules"]) <= MODULES_OF_IMPORT


def test_an_import_builds_no_validator() -> None:
    assert report("import ascend\n")["built"] == []


@pytest.mark.parametrize("engine", ["memory", "sqlite"])
def test_the_first_command_loads_its_own_engine_and_no_worker(engine: str, tmp_path: Path) -> None:
    url = "memory://" if engine == "memory" else f"sqlite:///{tmp_path}/life.db"

    found = report(FIRST_COMMAND, url)

    assert packages_of(found) & HEAVY == set()
    assert WORKING.isdisjoint(found["modules"])
    assert {module for module in ENGINES if module in found["modules"]} == {
        "ascend.adapters.memory" if engine == "memory" else "ascend.adapters.sqlite.tables"
    }
    assert len(found["modules"]) <= MODULES_OF_COMMAND


def test_the_first_command_builds_its_own_validators_only() -> None:
    assert report(FIRST_COMMAND, "memory://")["built"] == ["CreateWorkspace", "WorkspaceCreated"]


def test_the_help_loads_no_command() -> None:
    show_help = """
import contextlib, io, sys
from ascend.cli.app import run
with contextlib.redirect_stdout(io.StringIO()) as shown:
    run(["--help"])
assert "Commands:" in shown.getvalue()
"""
    found = set(report(show_help)["modules"])
    needed = set(report("import typer, rich, ascend\n")["modules"])

    assert {module.partition(".")[0] for module in found - needed} & (HEAVY - {"typer"}) == set()
    assert {module for module in found if module.startswith(("ascend.architect", "ascend.adapters.importers"))} == set()
    assert len(found - needed) <= MODULES_OF_HELP


def test_the_group_of_documents_lists_its_commands() -> None:
    assert "cloudformation" in run_program("from ascend.cli.app import run; run(['schema', '--help'])")


def test_the_life_os_is_sound() -> None:
    """Every other application is checked when it is declared. For the Life OS, this test does it, and no import."""
    LIFE_OS.check()


def test_many_threads_may_use_a_command_first_at_the_same_time() -> None:
    """A validator is built at its first use: whoever comes meanwhile gets a right answer, too."""
    program = """
import sys, threading, ascend
sys.setswitchinterval(1e-6)
barrier, titles = threading.Barrier(16), []

def make():
    barrier.wait()
    titles.append(ascend.CreateTask(task_id=ascend.new_id(ascend.TaskId), title="Chore").title)

threads = [threading.Thread(target=make) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(titles == ["Chore"] * 16)
"""
    assert run_program(program) == "True\n"


def test_structlog_that_is_configured_after_the_import_gets_the_events() -> None:
    program = """
import ascend, structlog
from ascend.domain.runtime.logs import Log
structlog.configure(processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.PrintLoggerFactory())
Log("ascend.worker").warning("workspace.stalled", workspace="W")
"""
    assert json.loads(run_program(program)) == {"event": "workspace.stalled", "workspace": "W"}


def test_structlog_that_nobody_configured_gets_nothing() -> None:
    program = """
import logging, sys, ascend, structlog
from ascend.domain.runtime.logs import Log
logging.basicConfig(stream=sys.stdout, format="%(name)s %(message)s")
Log("ascend.worker").warning("workspace.stalled", workspace="W")
"""
    assert run_program(program) == "ascend.worker workspace.stalled workspace='W'\n"
    assert logging.getLogger("ascend").handlers != []
