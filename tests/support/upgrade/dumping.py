"""Writes all items of a store to a file: typed JSON, one item a line. Any release can run it.

PYTHONPATH=WHEEL:tests python -m support.upgrade.dumping URL FILE
"""

import json
import sys
from pathlib import Path
from typing import NoReturn

import anyio

from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.typed import to_typed
from ascend.store_url import open_tables


async def dump(url: str) -> list[str]:
    """Return a line for each item, in the order of their keys. The line begins with the item's table."""
    lines: list[str] = []
    async with open_tables(url) as tables:
        for table in Table:
            items = [item async for page in scan_pages(tables, table) for item in page]
            for item in sorted(items, key=lambda item: (item.key.pk, item.key.sk)):
                typed, _ = to_typed(table, item)
                lines.append(json.dumps({"table": table.value, "item": typed}, ensure_ascii=False))
    return lines


def run() -> NoReturn:
    url, file = sys.argv[1:]
    Path(file).write_text("\n".join(anyio.run(dump, url)) + "\n")
    raise SystemExit


if __name__ == "__main__":
    run()
