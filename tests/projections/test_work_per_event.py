"""The work of projecting one more event, counted in calls of Python functions, in an SQLite file.

The number is a ceiling a little above what was counted. Lower it when an event makes fewer calls.
"""

from pathlib import Path

import pytest
from support.python_calls import count_python_calls, counting_python_calls
from support.scenario import task_id

import ascend
from ascend import Sending
from ascend.testing import ADA, FakeEnvironment

CALLS = 375
"""522 when each read item made keys and typed JSON with a call for each part."""


async def calls_of(file: Path, tasks: int) -> int:
    """Return the calls of a worker that projects so many new tasks of one commit."""
    with counting_python_calls() as count:
        async with ascend.open_store(f"sqlite:///{file}", create=True, environment=FakeEnvironment()) as store:
            home = ascend.WorkspaceId(store.environment.new_id())
            create = ascend.CreateWorkspace(name="Home", owner_name="Ada")
            await store.execute(home, create, actor=ADA)
            await store.worker.run_once()
            commands = [ascend.CreateTask(task_id=task_id(f"{number}"), title="Paint") for number in range(tasks)]
            async for sent in store.execute_all(
                Sending(workspace=home, command=command, actor=ADA) for command in commands
            ):
                assert sent.receipt is not None
            return await count_python_calls(count, store.worker.run_once)


@pytest.mark.needs_optimisation("groups")
@pytest.mark.needs_optimisation("constructors")
async def test_one_more_event_of_a_commit_makes_few_calls(tmp_path: Path) -> None:
    few, many = await calls_of(tmp_path / "few.db", 50), await calls_of(tmp_path / "many.db", 150)

    assert (many - few) / 100 <= CALLS
