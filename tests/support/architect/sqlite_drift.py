"""The file of an SQLite store in which tests plant faults, and the settings in which `ascend doctor` finds drift."""

import sqlite3
from contextlib import closing
from pathlib import Path

import anyio

import ascend
from ascend.adapters.layout.setting_check import SettingCheck, Verdict
from ascend.doctor import examine

HOME = ascend.new_id(ascend.WorkspaceId)


def make_store_file(folder: Path) -> Path:
    """Create a store with items in both tables, and return its file."""

    async def make() -> None:
        async with ascend.open_store(f"sqlite:///{folder}/life.db", create=True) as store:
            await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ascend.UserId("ada"))
            await store.worker.run_once()

    anyio.run(make)
    return folder / "life.db"


def find_drift(file: Path) -> list[SettingCheck]:
    """Return the settings that are not as declared."""
    return [check for check in anyio.run(examine, f"sqlite:///{file}") if check.state is not Verdict.OK]


def find_drift_messages(file: Path) -> dict[str, str]:
    """Return the message about each setting that is not as declared."""
    return {check.setting: check.said for check in find_drift(file)}


def run_sql(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
