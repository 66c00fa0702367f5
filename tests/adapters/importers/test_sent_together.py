"""An import sends the commands of many records together: few commits, and everything else as if they were sent one by one."""

from math import ceil
from pathlib import Path

import pytest
from support.importers.files import issue, write_file
from support.importers.store import HOME, ImportStore

from ascend.adapters.importers import Report
from ascend.adapters.layout import keys
from ascend.adapters.table.item import Table
from ascend.adapters.table.query import Query
from ascend.domain.tasks.task import Task


def many_issues(tmp_path: Path, count: int = 120) -> Path:
    return write_file(tmp_path, [issue(n, assignees=[{"login": f"user{n % 3}"}]) for n in range(1, count + 1)])


async def units(store: ImportStore) -> int:
    """Return the write units of the commits: one for each KB that begins."""
    page = await store.tables.query(Query(Table.EVENTS, keys.log_partition(HOME), limit=1_000))
    sizes = [sum(len(str(value)) for value in item.attributes.values()) + 60 for item in page.items]
    return sum(ceil(size / 1_024) for size in sizes)


async def test_commands_sent_together_give_the_log_and_the_summary_of_those_sent_one_by_one(tmp_path: Path) -> None:
    file = many_issues(tmp_path)
    together, alone = ImportStore(), ImportStore(groups=False)

    assert await together.github(file) == await alone.github(file)

    assert await together.events() == await alone.events()
    assert await together.command_ids() == await alone.command_ids()


async def test_an_import_takes_few_commits_and_few_write_units(tmp_path: Path) -> None:
    file = many_issues(tmp_path)
    together, alone = ImportStore(), ImportStore(groups=False)
    await together.github(file)
    await alone.github(file)

    assert (await alone.head(), await together.head()) == (len(await alone.events()), 3)
    assert await units(together) * 2 < await units(alone)


async def test_a_strict_report_sends_nothing_behind_the_record_that_stops_it(tmp_path: Path) -> None:
    file = write_file(tmp_path, [issue(1), issue(2, title="x" * 2_000), issue(3)])
    store = ImportStore()

    with pytest.raises(Exception, match="issue 2"):
        await store.github(file, report=Report(strict=True))

    assert [task.metadata["number"] for task in await store.entities(Task)] == ["1"]
