"""The share of the largest partition in each table and index, after an import of the real files.

python tests/support/end_to_end/partitions.py     rewrites src/ascend/architect/documents/partitions.json
"""

import json
import re
import sys
from collections import Counter
from math import ceil
from pathlib import Path
from typing import Any

import anyio

TESTS = Path(__file__).parents[2]
sys.path[:0] = [str(TESTS), str(TESTS.parent / "scripts")]  # for a run as a script

from support.end_to_end.filling import FILES, fill_place  # noqa: E402  after the path is set
from support.end_to_end.places import Place, make_fast_folder, sqlite_place  # noqa: E402

import ascend  # noqa: E402
from ascend.adapters.importers import imported_workspace  # noqa: E402
from ascend.adapters.table.item import Item, Table  # noqa: E402
from ascend.adapters.table.pages import scan_pages  # noqa: E402
from ascend.adapters.table.typed import to_typed  # noqa: E402
from ascend.architect.documents.design import PARTITIONS  # noqa: E402

Shares = list[dict[str, Any]]
INCARNATION = re.compile(r"[0-9a-f]{12}-[0-9a-f]{12}")
MEASURES = ("items", "bytes", "units")


async def measure_shares(url: str) -> Shares:
    """Return the largest partition of each import, table and index, with its percentage of each measure.

    The largest partition is the one with most write units.
    """
    totals: dict[tuple[str, str], dict[str, Counter[str]]] = {}
    async with ascend.open_store(url) as store:
        for table in Table:
            async for page in scan_pages(store.tables, table):
                for item in page:
                    count_item(totals, table, item)
    return [share_row(name, where, measures) for (name, where), measures in sorted(totals.items())]


def count_item(totals: dict[tuple[str, str], dict[str, Counter[str]]], table: Table, item: Item) -> None:
    _, size = to_typed(table, item)
    places = {table.value: item.key, "gsi1": item.gsi1, "gsi2": item.gsi2}
    for name in FILES:
        workspace = imported_workspace(name)
        if workspace != item.attributes.get("workspace") and workspace not in item.key.pk:
            continue
        for where, key in places.items():
            if key is not None:
                partition = key.pk.replace(workspace, "{workspace}")
                measures = totals.setdefault((name, where), {measure: Counter() for measure in MEASURES})
                for measure, value in zip(MEASURES, (1, size, ceil(size / 1024)), strict=True):
                    measures[measure][partition] += value


def share_row(name: str, where: str, measures: dict[str, Counter[str]]) -> dict[str, Any]:
    largest = max(measures["units"], key=lambda partition: measures["units"][partition])
    percent = {m: round(100 * measures[m][largest] / measures[m].total()) for m in MEASURES}
    return {"import": name, "where": where, "partition": without_incarnations(largest), **percent}


def without_incarnations(partition: str) -> str:
    """Return the partition without its incarnation, which differs from run to run."""
    return INCARNATION.sub("{life}", partition)


async def fill_and_measure(place: Place) -> Shares:
    await fill_place(place)
    return await measure_shares(place.url)


if __name__ == "__main__":
    with make_fast_folder() as folder:
        PARTITIONS.write_text(json.dumps(anyio.run(fill_and_measure, sqlite_place(folder)), indent=1) + "\n")
