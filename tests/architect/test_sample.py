"""`ascend schema sample` fills an empty store with the sample store, so that the queries of the design document run there."""

from pathlib import Path

import anyio
from support.cli.command_line import AscendCommand

from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.architect.sample import HOME_WORKSPACE, sample_items
from ascend.projections.life_os import LIFE_OS


def test_the_store_then_holds_the_items_of_the_sample_store(ascend: AscendCommand, tmp_path: Path) -> None:
    place = tmp_path / "sample.db"

    filled = ascend("--store", f"sqlite:///{place}", "schema", "sample")

    async def read() -> dict[Table, list[object]]:
        async with open_sqlite(place) as tables:
            return {table: [item async for page in scan_pages(tables, table) for item in page] for table in Table}

    expected = anyio.run(sample_items, LIFE_OS)
    assert filled.code == 0
    assert f"holds {sum(map(len, expected.values()))} items" in filled.out
    assert anyio.run(read) == expected


def test_the_queries_of_the_application_are_answered_there(ascend: AscendCommand, tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/sample.db", "--as", "ada")
    ascend(*store[:2], "schema", "sample")

    shown = ascend(*store, "tasks", HOME_WORKSPACE)

    assert (shown.code, shown.err) == (0, "")
    assert "Pay the rent" in shown.out


def test_a_store_that_holds_anything_is_left_alone(ascend: AscendCommand, tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/mine.db")
    ascend(*store, "init")
    before = ascend(*store, "--json", "status").out

    refused = ascend(*store, "schema", "sample")

    assert (refused.code, refused.out) == (2, "")
    assert "only an empty store is filled with the sample, and the table events holds items" in refused.error
    assert ascend(*store, "--json", "status").out == before


def test_it_is_a_job_of_the_operator(ascend: AscendCommand, tmp_path: Path) -> None:
    refused = ascend("--store", f"sqlite:///{tmp_path}/mine.db", "--as", "ada", "schema", "sample")

    assert (refused.code, refused.out) == (3, "")
    assert not (tmp_path / "mine.db").exists()
