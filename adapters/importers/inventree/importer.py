"""The importer of InvenTree inventories: the list of rows that `export_records` (Django's `dumpdata`) writes.

    file ──read──▶ stage (on disk) ──users, images, places, parts, items, orders, bills──▶ records ──▶ commands

Rows refer to later rows, so nothing is sent before the whole file is read and its hierarchies are checked.

An import after the inventory has changed brings each row to what the newer dump says, apart from what people have changed
here. What a part no longer shows, contains or varies is removed from it. Rows that are gone leave their things and tasks as
they are. One workspace holds one inventory, because a dump does not name its inventory.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from anyio import to_thread

from ascend.adapters.importers.inventree.identities import resolve_actor
from ascend.adapters.importers.inventree.links import LinkRecords
from ascend.adapters.importers.inventree.schema import PART, SCHEMA
from ascend.adapters.importers.inventree.stage import StagedRows
from ascend.adapters.importers.inventree.staging import put_row
from ascend.adapters.importers.inventree.tasks import TaskRecords
from ascend.adapters.importers.inventree.things import ThingRecords
from ascend.adapters.importers.records import SourceRecord
from ascend.adapters.importers.report import Notice, Report
from ascend.adapters.importers.run import ImportRun, Progress, open_run
from ascend.adapters.importers.sending import ImportTarget, Summary
from ascend.adapters.importers.stage import open_stage
from ascend.adapters.importers.stream import find_shape, iterate_records
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import WorkspaceId


async def import_inventree(
    path: Path,
    workspace: WorkspaceId,
    name: str,
    target: ImportTarget,
    progress: Progress | None = None,
    report: Report | None = None,
) -> Summary:
    """Send the dump's rows as commands. Importing the same file again appends nothing.

    What does not come in as the file gives it goes into `report`.

    Raises:
        InvalidInput: the file is no dump, or it ends too early; nothing was imported. Or the report is strict, and a row
            cannot be used, or has no place in its hierarchy.
        InvalidRecord: the report is strict, and a row does not come in as the file gives it; all rows before it were
            imported. The order is: users, images, places, parts, items, orders, bills of materials and variants.
    """
    async with open_run(path, workspace, name, target, progress, report) as run, open_stage(SCHEMA) as stage:
        rows = StagedRows(stage)
        await run.read(run.stage_each(_raw_rows(path), partial(put_row, rows, run.report), nothing_done=True))
        await run.note(rows.arrange())
        await run.send(_records(run, rows, workspace), await to_thread.run_sync(rows.count))
    return run.summary


def _raw_rows(path: Path) -> Iterator[Any]:
    if find_shape(path, record_keys=("model", "metadata")) is None:
        raise InvalidInput(f"{path}: not a JSON list of rows with model, pk and fields")
    yield from iterate_records(path)


def _records(run: ImportRun, rows: StagedRows, workspace: WorkspaceId) -> Iterator[SourceRecord | Notice]:
    """Yield every record after the records that its commands refer to."""
    for pk, account in rows.accounts():
        people = resolve_actor(account.username)[1]
        yield SourceRecord(f"auth.user {pk}", account.date_joined or rows.beginning, people)
    things, tasks, links = ThingRecords(rows, workspace), TaskRecords(rows, workspace), LinkRecords(rows, workspace)
    for image, part in rows.images():
        yield run.make_record(f"{PART} {part}", partial(links.image, image, part))
    for model, pk, holder, body in rows.things():
        yield run.make_record(f"{model} {pk}", partial(things.record, model, pk, holder, body))
    for model, pk, holder, body in rows.tasks():
        yield run.make_record(f"{model} {pk}", partial(tasks.record, model, pk, holder, body))
    for pk, part in rows.lines_without_part():
        yield run.make_record(f"part.bomitem {pk}", partial(links.line_without_part, pk, part))
    for part in rows.parts():
        yield run.make_record(f"{PART} {part}", partial(links.relations, part))
