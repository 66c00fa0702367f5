"""`ascend doctor` on a file: planted drift of each kind, what mends it, and the command itself."""

import json
import sqlite3
from pathlib import Path

import anyio
import pytest

import ascend
from ascend.adapters.cli.app import run
from ascend.adapters.schema.doctor import examine
from ascend.adapters.schema.drift import State


@pytest.fixture
def file(tmp_path: Path) -> Path:
    async def make() -> None:
        async with ascend.open_store(f"sqlite:///{tmp_path}/life.db", create=True):
            pass

    anyio.run(make)
    return tmp_path / "life.db"


def of_sqlite(file: Path) -> dict[str, str]:
    found = anyio.run(examine, f"sqlite:///{file}")
    return {one.setting: one.said for one in found if one.state is not State.OK}


def sql(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_a_file_as_ascend_makes_it_is_clean(file: Path) -> None:
    assert of_sqlite(file) == {}


@pytest.mark.parametrize(
    ("setting", "statement"),
    [
        ("write-ahead log", "PRAGMA journal_mode = DELETE"),
        ("schema", "PRAGMA user_version = 99"),
        ("schema", "PRAGMA application_id = 1"),
        ("schema", "DROP TABLE views"),
        ("schema", "ALTER TABLE views ADD COLUMN mine TEXT"),
        ("index views_gsi1", "DROP INDEX views_gsi1"),
        ("other indexes of events", "CREATE INDEX mine ON events (attributes)"),
        ("other indexes of views", "CREATE INDEX mine ON views (expires)"),
    ],
)
def test_drift_of_a_file_is_found(file: Path, setting: str, statement: str) -> None:
    sql(file, statement)

    assert list(of_sqlite(file)) == [setting]


def test_what_to_do_about_an_index_is_the_statement_that_mends_it(file: Path) -> None:
    sql(file, "DROP INDEX views_gsi2", "CREATE INDEX views_gsi2 ON views (gsi2sk, gsi2pk)")
    [found] = [one for one in anyio.run(examine, f"sqlite:///{file}") if one.state is State.DRIFT]

    sql(file, *found.todo.split("; "))

    assert of_sqlite(file) == {}


def test_a_file_that_everybody_may_change_is_found(file: Path) -> None:
    file.chmod(0o666)

    assert of_sqlite(file) == {"file mode": "everybody on this machine may change it"}


def test_no_file_a_folder_and_something_else(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database at all, " * 100)

    assert of_sqlite(tmp_path / "nothing.db") == {"file": "it does not exist"}
    assert list(of_sqlite(tmp_path)) == ["file"]
    assert list(of_sqlite(tmp_path / "text.db")) == ["schema"]


def test_memory_has_no_settings() -> None:
    assert anyio.run(examine, "memory://") == []


# ---- the command ---------------------------------------------------------------------------------------------------


def test_the_command_is_clean_and_exits_with_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--store", f"sqlite:///{file}", "doctor"]) == 0
    assert capsys.readouterr().out == "Clean: 7 settings compared with the declaration.\n"


def test_the_command_says_what_to_do_and_exits_with_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql(file, "DROP INDEX views_gsi1")

    assert run(["--store", f"sqlite:///{file}", "doctor"]) == 1

    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(
        f"drift    {file}  index views_gsi1: index views_gsi1 is missing. To do: CREATE INDEX views_gsi1"
    )
    assert last == "1 setting to mend: 7 settings compared with the declaration."


def test_the_command_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.chmod(0o666)

    assert run(["--json", "--store", f"sqlite:///{file}", "doctor"]) == 1

    said = json.loads(capsys.readouterr().out)
    assert said["clean"] is False
    [found] = [one for one in said["findings"] if one["state"] == "drift"]
    assert found == {
        "where": str(file),
        "setting": "file mode",
        "state": "drift",
        "said": "everybody on this machine may change it",
        "todo": "chmod o-w",
        "stops": False,
    }


def test_it_is_not_for_users(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--store", f"sqlite:///{file}", "--as", "ada", "doctor"]) == 3
