"""`verify` reports what SQLite's own check finds in the file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from support.architect.sqlite_drift import make_store_file

import ascend
from ascend.adapters.operations.verified import Verified
from ascend.adapters.sqlite.rows import DAMAGES
from ascend.cli.app import run


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A store whose two indexes have each the rows of the other one."""
    path = make_store_file(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        roots: dict[str, int] = dict(connection.execute("SELECT name, rootpage FROM sqlite_master"))
        for name, other in (("views_gsi1", "views_gsi2"), ("views_gsi2", "views_gsi1")):
            connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (roots[other], name))
        connection.commit()
    return path


async def verify(path: Path) -> Verified:
    async with ascend.open_store(f"sqlite:///{path}") as store:
        return await store.verify()


def test_verify_lists_what_the_check_of_the_file_finds(damaged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verified = anyio.run(verify, damaged)

    assert not verified.clean
    assert {difference.what for difference in verified.differences} == {"file"}
    assert 0 < len(verified.differences) <= DAMAGES
    assert any("views_gsi1" in difference.detail for difference in verified.differences)
    assert run(["--store", f"sqlite:///{damaged}", "verify"]) == 1
    assert capsys.readouterr().out.startswith("file ")
