"""`place`: an empty store of each kind. `everything`: all real files in an SQLite store, imported once for all tests."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.end_to_end.filling import fill
from support.end_to_end.places import Place, dynamodb, quick_folder, sqlite
from support.end_to_end.truth import DAP, PARTS, QUIC
from support.end_to_end.views import views_of
from support.importers.files import real_file

BOTH = ("sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb_local))


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest, folder: Path) -> Place:
    if request.param == "sqlite":
        return sqlite(folder)
    return dynamodb(request.getfixturevalue("dynamodb_local_url"))


@dataclass(frozen=True, slots=True)
class Everything:
    """All real files in an SQLite store, projected."""

    database: Path
    summaries: dict[str, Any]
    digest: str
    quic_digest: str
    """With the smallest of the files only."""
    quic_items: int
    """That the views table held then, tombstones, snapshots and records among them."""

    def copied_to(self, folder: Path) -> Place:
        place = sqlite(folder)
        shutil.copy(self.database, folder / "life.db")
        return place


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    """Made by the test process that comes first, once for all."""
    for names in (DAP, QUIC, PARTS):
        real_file(*names)
    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "everything"
    kept.mkdir(exist_ok=True)
    note = kept / "note.json"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(json.dumps(made(kept)))
    return Everything(kept / "life.db", **json.loads(note.read_text()))


def made(kept: Path) -> dict[str, Any]:
    with quick_folder() as folder:
        note = anyio.run(filled, sqlite(folder))
        shutil.copy(folder / "life.db", kept)
    return note


async def filled(place: Place) -> dict[str, Any]:
    summaries = await fill(place, "quic")
    with views_of(place.url) as views:
        quic = {"quic_digest": await place.digest(), "quic_items": views.count()}
    summaries |= await fill(place, "dap", "parts")
    return {"summaries": summaries, "digest": await place.digest(), **quic}
