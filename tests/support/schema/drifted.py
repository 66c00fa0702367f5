"""The file of an SQLite store, what is planted in it, and what `ascend doctor` finds there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import anyio

import ascend
from ascend.adapters.layout.drift import SettingCheck, Verdict
from ascend.doctor import examine

HOME = ascend.new_id(ascend.WorkspaceId)


def made(folder: Path) -> Path:
    """A store with something in both tables."""

    async def make() -> None:
        async with ascend.open_store(f"sqlite:///{folder}/life.db", create=True) as store:
            await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ascend.UserId("ada"))
            await store.worker.run_once()

    anyio.run(make)
    return folder / "life.db"


def drift(file: Path) -> list[SettingCheck]:
    return [one for one in anyio.run(examine, f"sqlite:///{file}") if one.state is not Verdict.OK]


def of_sqlite(file: Path) -> dict[str, str]:
    return {one.setting: one.said for one in drift(file)}


def sql(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
