"""Imports an InvenTree inventory: the list of rows that its `export_records` (Django's `dumpdata`) writes.

    file ──read──▶ stage (on disk) ──users, images, places, parts, items, orders, bills──▶ records ──▶ commands

Rows refer to rows that come later, so nothing is sent before the file was read whole and its hierarchies hold.
Imported again after the inventory has changed: what is new follows, and moves; orders and lines of bills that changed
are edited. What a thing is called and how it is described stays as it was imported; `Summary.kept` counts such. What
was taken away (a line, an image) stays. One workspace holds one inventory, since a dump does not say of which it is.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from anyio import to_thread

from ascend.adapters.importers.inventree.links import Links
from ascend.adapters.importers.inventree.schema import PART, SCHEMA
from ascend.adapters.importers.inventree.stage import Rows
from ascend.adapters.importers.inventree.tasks import Tasks
from ascend.adapters.importers.inventree.things import Things, actor
from ascend.adapters.importers.records import Record, checked
from ascend.adapters.importers.sending import Progress, Send, Sending, Summary
from ascend.adapters.importers.stage import staging
from ascend.adapters.importers.stream import elements, first_character
from ascend.adapters.importers.threads import in_threads
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import WorkspaceId


async def import_inventree(
    path: Path, workspace: WorkspaceId, name: str, send: Send, progress: Progress | None = None
) -> Summary:
    """Sends what the dump says. Importing the same file again appends nothing.

    Raises:
        InvalidInput: not such a file, or it ends too early, or its references do not hold; nothing was imported.
        InvalidRecord: a row cannot be imported; those before it were: users, images, places, parts, items, orders,
            bills of materials, variants.
    """
    sending = Sending(path, workspace, name, send)
    async with staging(SCHEMA) as stage:
        rows = Rows(stage)
        read = 0
        async for _ in in_threads(_staged(path, rows)):
            read += 1
            if progress:
                progress("reading", read, None)
        await to_thread.run_sync(checked, path, "references", rows.arrange, True)
        total = await to_thread.run_sync(rows.count)
        async for each in in_threads(_records(path, rows, workspace)):
            await sending.record(each)
            if progress:
                progress("importing", sending.summary.records, total)
    return sending.summary


def _staged(path: Path, rows: Rows) -> Iterator[None]:
    if first_character(path) != "[":
        raise InvalidInput(f"{path}: not a JSON list of rows with model, pk and fields")
    for at, raw in enumerate(elements(path, "item"), 1):
        checked(path, f"record {at}", partial(rows.put, raw), nothing_done=True)
        yield


def _records(path: Path, rows: Rows, workspace: WorkspaceId) -> Iterator[Record]:
    """Users first, then what holds something before what it holds, then what is about them, then what joins them."""
    for pk, account in rows.accounts():
        people = actor(account.username)[1]
        yield Record(f"auth.user {pk}", account.date_joined or rows.beginning, people)
    things, tasks, links = Things(rows, workspace), Tasks(rows, workspace), Links(rows, workspace)
    for image, part in rows.images():
        yield checked(path, f"{PART} {part}", partial(links.image, image, part))
    for model, pk, body in rows.things():
        yield checked(path, f"{model} {pk}", partial(things.record, model, pk, body))
    for model, pk, body in rows.tasks():
        yield checked(path, f"{model} {pk}", partial(tasks.record, model, pk, body))
    for pk, line in rows.bills():
        yield checked(path, f"part.bomitem {pk}", partial(links.bill, pk, line))
    for part, template in rows.variants():
        yield checked(path, f"{PART} {part}", partial(links.variant, part, template))
