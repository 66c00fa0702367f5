"""A temporary store. It lies on disk, because its content need not fit into memory, and is not durable."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from anyio import CancelScope, to_thread

from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.port import Tables


@asynccontextmanager
async def scratch_tables() -> AsyncGenerator[Tables]:
    """Open empty tables in a temporary folder, and remove the folder at the end of the block."""
    folder = await to_thread.run_sync(lambda: tempfile.TemporaryDirectory(prefix="ascend-"))
    try:
        async with open_sqlite(Path(folder.name) / "scratch.db", durable=False) as scratch:
            await scratch.create()
            yield scratch
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(folder.cleanup)
