"""Fixtures: `everything` is an SQLite store with all real files, imported once. `everything_url` is its URL."""

import fcntl
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.end_to_end.filling import fill_place
from support.end_to_end.places import Place, make_fast_folder, sqlite_place
from support.end_to_end.truth import DAP, PARTS, QUIC
from support.end_to_end.views import open_views
from support.importers.files import real_file


@dataclass(frozen=True, slots=True)
class Everything:
    """All real files in an SQLite store, projected."""

    database: Path
    summaries: dict[str, Any]
    digest: str
    quic_digest: str
    """The digest with the smallest of the files only."""
    quic_commands: str
    """The digest of the commands then. Positions are not in it: they depend on which commands share a commit."""
    quic_head: int
    """The number of commits then."""
    quic_items: int
    """The number of items in the views table then, with tombstones, snapshots and records."""

    def copy_to(self, folder: Path) -> Place:
        place = sqlite_place(folder)
        shutil.copy(self.database, folder / "life.db")
        return place


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    """The first test process makes it, once for all."""
    for names in (DAP, QUIC, PARTS):
        real_file(*names)
    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "everything"
    kept.mkdir(exist_ok=True)
    report = kept / "report.json"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not report.exists():
            report.write_text(json.dumps(import_everything(kept)))
    return Everything(kept / "life.db", **json.loads(report.read_text()))


@pytest.fixture
def everything_url(everything: Everything) -> str:
    return f"sqlite:///{everything.database}"


def import_everything(kept: Path) -> dict[str, Any]:
    with make_fast_folder() as folder:
        report = anyio.run(fill_and_digest, sqlite_place(folder))
        shutil.copy(folder / "life.db", kept)
    return report


async def fill_and_digest(place: Place) -> dict[str, Any]:
    summaries = await fill_place(place, "quic")
    with open_views(place.url) as views:
        head = sum((await place.heads()).values())
        commands = await place.commands_digest("quic")
        quic = {
            "quic_digest": await place.digest(),
            "quic_commands": commands,
            "quic_head": head,
            "quic_items": views.count(),
        }
    summaries |= await fill_place(place, "dap", "parts")
    return {"summaries": summaries, "digest": await place.digest(), **quic}
