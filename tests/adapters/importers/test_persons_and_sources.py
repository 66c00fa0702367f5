"""A person and a source change the same task. An import of the same file undoes nothing that a person did since."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.importers.files import issue, write_file
from support.importers.store import HOME, ImportStore

from ascend.adapters.importers.records import IMPORTER
from ascend.domain.errors import Refusal
from ascend.domain.ids import TaskId
from ascend.domain.tasks.commands import CompleteTask, EditTask, ReopenTask, StartTask
from ascend.domain.tasks.task import Status, Task
from ascend.domain.workspaces.command import Command

TITLES = st.sampled_from(["One", "Two"])
TASK = TaskId.derive(HOME, "github", "lovelace/engine", "1")
RENAMED, COMPLETED, REOPENED = EditTask(task_id=TASK, title="Two"), CompleteTask(task_id=TASK), ReopenTask(task_id=TASK)
PERSON: st.SearchStrategy[Command] = st.one_of(
    TITLES.map(lambda title: EditTask(task_id=TASK, title=title)),
    st.sampled_from([COMPLETED, REOPENED, StartTask(task_id=TASK)]),
)


def source(title: str, day: int, state: str = "open") -> dict[str, Any]:
    """Return the issue as the source shows it on this day of the month."""
    closed = {"closed_at": f"2024-01-{day:02d}T12:00:00Z"} if state == "closed" else {}
    return issue(1, title=title, state=state, updated_at=f"2024-01-{day:02d}T12:00:00Z", **closed)


SOURCE = st.builds(source, TITLES, st.integers(2, 4), st.sampled_from(["open", "closed"]))
Step = Command | dict[str, Any]
"""What a person does, or the issue in a file that is imported."""


async def take(store: ImportStore, step: Step, folder: Path) -> int:
    """Do the step. Return the number of events that an import appended."""
    if isinstance(step, dict):
        summary = await store.github(write_file(folder, [step]))
        assert summary.refused == 0
        return summary.events
    with suppress(Refusal):
        await store.execute(step, IMPORTER)
    return 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    first=SOURCE,
    steps=st.lists(PERSON | SOURCE, min_size=3, max_size=6),
    last=SOURCE,
    later=st.lists(PERSON, min_size=1, max_size=3),
)
@example(first=source("One", 2), steps=[RENAMED], last=source("Two", 3), later=[EditTask(task_id=TASK, title="One")])
@example(first=source("One", 2), steps=[COMPLETED], last=source("One", 2, "closed"), later=[REOPENED])
async def test_a_file_that_is_imported_again_undoes_nothing(
    first: dict[str, Any],
    steps: Sequence[Step],
    last: dict[str, Any],
    later: Sequence[Command],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, store = tmp_path_factory.mktemp("files"), ImportStore()
    for step in (first, *steps, last, *later):
        await take(store, step, folder)
    before = await store.only_entity(Task)

    assert await take(store, last, folder) == 0

    assert await store.only_entity(Task) == before


async def test_a_title_that_a_person_gave_first_stays_the_persons(tmp_path: Path) -> None:
    store = ImportStore()
    await take(store, source("One", 2), tmp_path)
    await take(store, RENAMED, tmp_path)
    await take(store, source("Two", 3), tmp_path)  # the source says the same now: this changes nothing
    await take(store, EditTask(task_id=TASK, title="Three"), tmp_path)

    await take(store, source("Two", 3), tmp_path)

    assert (await store.only_entity(Task)).title == "Three"


async def test_a_task_that_a_person_reopened_stays_open(tmp_path: Path) -> None:
    store = ImportStore()
    await take(store, source("One", 2), tmp_path)
    await take(store, COMPLETED, tmp_path)
    await take(store, source("One", 2, "closed"), tmp_path)  # it is done already: this changes nothing
    await take(store, REOPENED, tmp_path)

    await take(store, source("One", 2, "closed"), tmp_path)

    assert (await store.only_entity(Task)).status is Status.OPEN
