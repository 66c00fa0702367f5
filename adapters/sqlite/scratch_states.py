"""States of entities in a temporary file, for a workspace whose entities do not fit into memory."""

import sqlite3
import tempfile
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from anyio import CancelScope, to_thread

from ascend.domain.ids import Ref
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Versioned

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE states (
    kind TEXT, id TEXT, version INTEGER, position INTEGER, state TEXT, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
"""
PUT = "INSERT OR REPLACE INTO states VALUES (?, ?, ?, ?, ?)"
GET = "SELECT * FROM states WHERE (kind, id) = (?, ?)"
PAGE = "SELECT * FROM states WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?"
Row = tuple[str, str, int, int, str | None]


class ScratchStates:
    """`EntityStates` in a file. Each call works in a thread; call one after the other."""

    def __init__(self, connection: sqlite3.Connection, model: Model) -> None:
        self._connection = connection
        self._model = model

    async def get(self, refs: Collection[Ref]) -> Mapping[Ref, Versioned]:
        return dict(await to_thread.run_sync(self._get, refs))

    async def put(self, states: Mapping[Ref, Versioned]) -> None:
        await to_thread.run_sync(self._put, states)

    async def page(self, after: Ref | None, limit: int) -> Sequence[tuple[Ref, Versioned]]:
        return await to_thread.run_sync(self._page, after or Ref("", ""), limit)

    def _get(self, refs: Iterable[Ref]) -> list[tuple[Ref, Versioned]]:
        return [self._to_state(row) for ref in refs for row in self._connection.execute(GET, ref)]

    def _put(self, states: Mapping[Ref, Versioned]) -> None:
        with self._connection:
            self._connection.executemany(PUT, [self._to_row(ref, state) for ref, state in states.items()])

    def _page(self, after: Ref, limit: int) -> list[tuple[Ref, Versioned]]:
        return [self._to_state(row) for row in self._connection.execute(PAGE, (*after, limit))]

    def _to_row(self, ref: Ref, versioned: Versioned) -> Row:
        text = None if versioned.state is None else self._model.dump_state(ref, versioned.state)
        return ref.kind, ref.id, versioned.version, versioned.position, text

    def _to_state(self, row: Row) -> tuple[Ref, Versioned]:
        kind, id, version, position, text = row
        ref = Ref(kind, id)
        return ref, Versioned(None if text is None else self._model.load_state(ref, text), version, position)


@asynccontextmanager
async def scratch_states(model: Model) -> AsyncGenerator[ScratchStates]:
    """Open empty states in a temporary folder, and remove the folder at the end of the block."""
    folder = await to_thread.run_sync(lambda: tempfile.TemporaryDirectory(prefix="ascend-"))
    try:
        connection = await to_thread.run_sync(_open, Path(folder.name) / "states.db")
        try:
            yield ScratchStates(connection, model)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(connection.close)
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(folder.cleanup)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False)
    with closing(connection.executescript(SCHEMA)):
        return connection
