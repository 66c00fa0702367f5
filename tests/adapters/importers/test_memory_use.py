"""The memory of an import does not grow with the number of records."""

import json
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import issue, row
from support.importers.store import HOME, ImportStore

from ascend.adapters.importers import ImportTarget, import_github, import_inventree
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.request import Receipt
from ascend.domain.workspaces.command import Command
from ascend.projections.life_os import LIFE_OS

FEW, MANY = 240, 2_400
BODY = "x" * 2_000
CACHES = 2_000_000
"""Bytes for the caches of pydantic: it remembers up to 16,384 short strings, so they fill over thousands of records."""


async def discard(
    workspace: WorkspaceId,
    command: Command,
    actor: UserId,
    id: CommandId,
    expected: Mapping[Ref, int],
) -> Receipt:
    """Accept a command like a store, but use no memory that counts."""
    return Receipt(workspace, id, 1, 1)


def make_issue(n: int) -> dict[str, Any]:
    body = f"{BODY}; closes #{n}, see #{n + 2}"
    return issue(n + 1, user={"login": f"user{n}"}, body=body, assignees=[{"login": f"other{n}"}])


def make_row(n: int) -> dict[str, Any]:
    rows: list[tuple[str, dict[str, Any]]] = [
        ("stock.stockitem", {"part": n // 6, "serial": str(n), "location": n // 6, "notes": BODY}),
        (
            "part.part",
            {"name": f"Part {n}", "category": n // 6, "notes": BODY, "image": f"{n}.png", "variant_of": n // 6},
        ),
        ("stock.stocklocation", {"name": f"Place {n}", "description": BODY}),
        ("part.partcategory", {"name": f"Category {n}"}),
        ("stock.stockitemtracking", {"item": n // 6, "date": "2021-07-01T00:00:00Z", "deltas": {"location": n // 6}}),
        ("part.bomitem", {"part": n // 6, "sub_part": 0, "note": "x" * 400}),
    ]
    model, fields = rows[n % 6]
    return row(model, n // 6, **fields)


@pytest.mark.parametrize(("run", "make"), [(import_github, make_issue), (import_inventree, make_row)])
async def test_ten_times_the_input_takes_the_same_memory(
    tmp_path: Path, run: Any, make: Callable[[int], dict[str, Any]]
) -> None:
    few, many = await measure_peak(tmp_path, run, make, FEW), await measure_peak(tmp_path, run, make, MANY)
    assert many < few + CACHES


async def measure_peak(folder: Path, run: Any, make: Callable[[int], dict[str, Any]], records: int) -> int:
    file = folder / f"{records}.json"
    file.write_text("[" + ",".join(json.dumps(make(n)) for n in range(records)) + "]")
    tracemalloc.start()
    try:
        summary = await run(file, HOME, "Home", ImportTarget(discard, ImportStore().log, LIFE_OS.model))
        assert summary.records > records / 2
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
