"""A store for a while: on disk, because what is folded into it need not fit into memory, and not durable."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import CancelScope, to_thread

from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.port import Tables


@asynccontextmanager
async def scratch_tables() -> AsyncGenerator[Tables]:
    """Empty tables in a temporary folder, which is gone afterwards."""
    folder = await to_thread.run_sync(lambda: tempfile.TemporaryDirectory(prefix="ascend-"))
    try:
        async with open_sqlite(Path(folder.name) / "scratch.db", durable=False) as scratch:
            await scratch.create()
            yield scratch
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(folder.cleanup)
