"""A Task with all texts at their limits is created, edited, projected, read, and repeated on DynamoDB."""

from datetime import date
from typing import Any

import pytest
from support.scenario import NEWEST_EVENTS, task_id

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.domain.runtime.body import EVENT_BYTES
from ascend.domain.values import FEW, METADATA_BYTES, METADATA_CHARACTERS, NAME_CHARACTERS, TEXT_BYTES
from ascend.testing import ADA, HOME, FakeEnvironment

T = task_id()
PERSON, CONTROL = "\U0001f9d1", "\x01"  # four bytes a character; six in JSON, where a text may hold it
LABELS = tuple(f"{PERSON * 96}{n:04}" for n in range(FEW))
LONG = {"longest": PERSON * METADATA_CHARACTERS}
ROOM = METADATA_BYTES - sum(len((key + text).encode()) for key, text in LONG.items())
METADATA = LONG | dict.fromkeys(LABELS[1:], "x" * (ROOM // (FEW - 1) - len(LABELS[0].encode())))
PLAIN: dict[str, Any] = {
    "title": PERSON * NAME_CHARACTERS,
    "description": PERSON * (TEXT_BYTES // 4),
    "tags": LABELS,
    "metadata": METADATA,
}
ESCAPED: dict[str, Any] = {"title": "x", "description": CONTROL * (EVENT_BYTES // 6 - 100)}
FULL = {"metadata": dict.fromkeys(LABELS, CONTROL * 1_000)}


async def send(store: ascend.Store, *commands: ascend.Command) -> ascend.TaskCard:
    """Send the commands, each from a process that knows nothing yet, and return the Task's card."""
    for command in commands:
        await ascend.Store(store.tables, store.environment, store.app).execute(HOME, command, actor=ADA)
        await store.worker.run_once()
    return await store.queries.task(HOME, T, viewer=ADA)


@pytest.mark.parametrize(
    ("app", "created", "edit"),
    [
        (ascend.LIFE_OS, PLAIN, {"description": "y" * TEXT_BYTES, "metadata": {"key": "y" * METADATA_CHARACTERS}}),
        (NEWEST_EVENTS, ESCAPED, FULL),
    ],
    ids=["plain text", "text that JSON escapes"],
)
async def test_the_largest_task_is_created_edited_and_projected(
    dynamodb_tables: DynamoTables, app: ascend.Application, created: dict[str, Any], edit: dict[str, Any]
) -> None:
    store = ascend.Store(dynamodb_tables, FakeEnvironment(), app)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)

    card = await send(store, ascend.CreateTask(task_id=T, **created))
    assert card.model_dump(include=set(created)) == created

    card = await send(store, ascend.EditTask(task_id=T, **edit), ascend.EditTask(task_id=T, title="Renamed"))
    assert card.model_dump(include=set(edit) | {"title"}) == {**edit, "title": "Renamed"}
    assert not (await store.verify()).differences


async def test_the_largest_task_recurs(dynamodb_tables: DynamoTables) -> None:
    store = ascend.Store(dynamodb_tables, FakeEnvironment())
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    weekly = ascend.ScheduleTask(task_id=T, due=date(2026, 1, 1), recurrence="FREQ=WEEKLY")

    done = await send(store, ascend.CreateTask(task_id=T, **PLAIN), weekly, ascend.CompleteTask(task_id=T))

    (next,) = [line for line in (await store.queries.tasks(HOME, viewer=ADA)).items if line.task != done.task]
    card = await store.queries.task(HOME, next.task, viewer=ADA)
    assert (card.description, card.metadata) == (done.description, METADATA)
