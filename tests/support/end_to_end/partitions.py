"""The share of the largest partition in each table and index, after an import of the real files."""

import json
import re
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any

import anyio
from downloads import Unavailable
from support.end_to_end.filling import FILES, fill_place
from support.end_to_end.places import make_fast_folder, sqlite_place
from support.end_to_end.truth import DAP, PARTS, QUIC
from support.paths import DATA

import ascend
from ascend.adapters.importers import imported_workspace
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.typed import to_typed
from ascend.architect.documents.design import PARTITIONS

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


@contextmanager
def open_real_imports() -> Generator[str]:
    """Give the URL of a store with all real files.

    Raises:
        Unavailable: the files are not there, because they do not ship with the project.
    """
    if missing := [path for path in (DATA.joinpath(*names) for names in (DAP, QUIC, PARTS)) if not path.exists()]:
        raise Unavailable(f"there is no {missing[0]}; the file stays as it is")
    with make_fast_folder() as folder:
        place = sqlite_place(folder)
        anyio.run(fill_place, place)
        yield place.url


def render_partitions(url: str) -> dict[Path, str]:
    """Return the file; a share that differs by one percent at most stays as it is, because imports run at the same time."""
    measured, before = anyio.run(measure_shares, url), json.loads(PARTITIONS.read_text())
    shares = before if are_close(measured, before) else measured
    return {PARTITIONS: json.dumps(shares, indent=1) + "\n"}


def are_close(shares: Shares, others: Shares) -> bool:
    places = ([(share["import"], share["where"], share["partition"]) for share in side] for side in (shares, others))
    first, second = places
    return first == second and all(
        abs(share[measure] - other[measure]) <= 1
        for share, other in zip(shares, others, strict=True)
        for measure in MEASURES
    )
