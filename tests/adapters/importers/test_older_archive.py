"""An older version of the given archive, then the real one, equals a fresh import of the real one."""

import json
from datetime import date
from pathlib import Path

import pytest
from support.importers.files import real_file, write_file
from support.importers.store import ImportStore
from support.importers.versions import comparable, differences, write_older

import ascend
from ascend.adapters.importers import IMPORTER
from ascend.adapters.importers.report import Report
from ascend.domain.comments.commands import EditComment
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import UserId
from ascend.domain.relations.commands import RemoveRelation
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.commands import (
    AssignTask,
    EditTask,
    PrioritiseTask,
    ReopenTask,
)
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import Priority, Task
from ascend.domain.workspaces.command import Command

DAP = ("ietf-issues", "dap-archive-2024-09-24.json")
RECORDS = 20
"""The issues, and the pull requests, with which SQLite is tried."""
pytestmark = pytest.mark.slow


@pytest.mark.timeout(300)
async def test_an_older_archive_then_the_real_one_equals_a_fresh_import(store: ImportStore, tmp_path: Path) -> None:
    await check_pair(store, real_file(*DAP), tmp_path)


async def test_the_same_holds_on_sqlite_for_the_first_records(tmp_path: Path) -> None:
    archive = json.loads(real_file(*DAP).read_text())
    first = write_file(tmp_path, archive | {name: archive[name][:RECORDS] for name in ("issues", "pulls")})
    async with ascend.open_store(f"sqlite:///{tmp_path}/life.db", create=True) as opened:
        await check_pair(ImportStore(tables=opened.tables), first, tmp_path)


async def check_pair(store: ImportStore, real: Path, folder: Path) -> None:
    fresh = ImportStore()
    await fresh.github(real)
    await store.github(write_older(real, folder))
    assert len(differences(await comparable(store), await comparable(fresh))) > RECORDS
    summary = await store.github(real)
    assert differences(await comparable(store), await comparable(fresh)) == []
    assert (summary.kept, summary.refused) == (0, 0)
    await check_ten_changes(store, real)


async def check_ten_changes(store: ImportStore, real: Path) -> None:
    """A person changes ten fields. An import of the real file keeps them, and counts them."""
    for command, by in await ten_changes(store):
        await store.execute(command, by)
    before, report = await comparable(store), Report()
    summary = await store.github(real, report=report)
    assert (summary.sent.total(), summary.kept, report.counts["kept"], report.shortfalls) == (0, 10, 10, 0)
    assert differences(await comparable(store), before) == []


async def ten_changes(store: ImportStore) -> list[tuple[Command, UserId]]:
    tasks = [task for task in await store.entities(Task) if not task.deleted]
    closed = [task.id for task in tasks[7:] if task.closed_at is not None]
    edited = next(comment for comment in await store.entities(Comment) if not comment.deleted)
    relation = next(relation for relation in await store.entities(Relation) if not relation.removed)
    return [
        (EditTask(task_id=tasks[0].id, title="Mine"), IMPORTER),
        (EditTask(task_id=tasks[1].id, description="Mine"), IMPORTER),
        (EditTask(task_id=tasks[2].id, tags=(*tasks[2].tags, "mine")), IMPORTER),
        (AssignTask(task_id=tasks[3].id, users=(IMPORTER,)), IMPORTER),
        (ScheduleTask(task_id=tasks[4].id, due=date(2030, 1, 1)), IMPORTER),
        (PrioritiseTask(task_id=tasks[5].id, priority=Priority.HIGH), IMPORTER),
        (EditTask(task_id=tasks[6].id, metadata={**tasks[6].metadata, "mine": "yes"}), IMPORTER),
        (ReopenTask(task_id=closed[0]), IMPORTER),
        (EditComment(comment_id=edited.id, text="Mine"), edited.author),
        (RemoveRelation(source=relation.source, type=relation.type, target=relation.target), IMPORTER),
    ]
