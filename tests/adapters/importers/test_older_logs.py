"""Who sent a command: an import or a person. This release marks the commands of imports, release 0.2 did not."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.importers.files import issue, write_file
from support.importers.store import HOME, ImportStore

from ascend.adapters.importers import IMPORTER
from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.domain.ids import CommandId
from ascend.domain.runtime.request import Request
from ascend.domain.tasks.commands import EditTask
from ascend.domain.tasks.task import Task

DERIVED = CommandId.derive("something that is no import")
RANDOM = CommandId("5d6d1b6e-33a4-4c1b-9d0f-7a1f0e1d2c3b")
"""An id of version 4. It carries no time."""


async def test_a_command_without_a_time_in_its_id_is_a_persons_unless_it_is_marked(tmp_path: Path) -> None:
    for id in (DERIVED, RANDOM):
        store = ImportStore()
        await store.github(write_file(tmp_path, [issue(1)]))
        await rename(store, id)
        assert await title_after_import(store, tmp_path) == "Mine"


@pytest.mark.parametrize(("id", "title"), [(DERIVED, "Theirs"), (RANDOM, "Mine"), (None, "Mine")])
async def test_in_a_log_of_an_earlier_release_only_a_derived_id_is_an_imports(
    id: CommandId | None, title: str, tmp_path: Path
) -> None:
    store = ImportStore()
    await store.github(write_file(tmp_path, [issue(1)]))
    await rename(store, id or CommandId(store.environment.new_id()))
    assert await title_after_import(await as_written_by_0_2(store), tmp_path) == title


async def rename(store: ImportStore, id: CommandId) -> None:
    task = (await store.only_entity(Task)).id
    command = EditTask(task_id=task, title="Mine")
    await store.service.execute(Request(workspace=HOME, command=command, actor=IMPORTER, command_id=id))


async def title_after_import(store: ImportStore, folder: Path) -> str:
    await store.github(write_file(folder, [issue(1, title="Theirs")]))
    return (await store.only_entity(Task)).title


async def as_written_by_0_2(store: ImportStore) -> ImportStore:
    """Return a store with the same log, without marks and hashes."""
    older = ImportStore(environment=store.environment)
    for position in range(1, await store.head() + 1):
        item = await store.tables.get(Table.EVENTS, keys.commit_key(HOME, position))
        assert item is not None
        kept = {name: value for name, value in item.attributes.items() if name != "hash"}
        body = str(kept["body"]).replace('"imported":true,', "")
        unchained = replace(item, attributes={**kept, "format": "json/1", "body": body})
        assert await older.tables.put(Table.EVENTS, unchained, Absent()) is None
    return older
