"""`ascend doctor` on a SQLite file as a whole, and the command itself."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from support.architect.sqlite_drift import find_drift, find_drift_messages, make_store_file, run_sql

from ascend.adapters.sqlite.file import open_file, write_ahead
from ascend.adapters.sqlite.schema import create_tables
from ascend.cli.app import run
from ascend.doctor import examine


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make_store_file(tmp_path)


def test_a_file_made_by_ascend_is_clean(file: Path) -> None:
    assert find_drift_messages(file) == {}


@pytest.mark.parametrize(
    ("setting", "statement"),
    [
        ("schema", "PRAGMA user_version = 99"),
        ("schema", "PRAGMA application_id = 1"),
        ("table events", "ALTER TABLE events RENAME COLUMN attributes TO mine"),
    ],
)
def test_drift_that_needs_a_backup_is_found(file: Path, setting: str, statement: str) -> None:
    run_sql(file, statement)

    assert list(find_drift_messages(file)) == [setting]
    assert [("backup" in check.todo, check.stops) for check in find_drift(file)] == [(True, True)]


def test_a_journal_without_write_ahead_is_found_and_opening_the_store_mends_it(file: Path) -> None:
    run_sql(file, "PRAGMA journal_mode = DELETE")
    assert list(find_drift_messages(file)) == ["write-ahead log"]

    open_file(file).close()

    assert find_drift_messages(file) == {}


def test_another_encoding_is_found(tmp_path: Path) -> None:
    file = tmp_path / "wide.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA encoding = 'UTF-16le'")
        create_tables(connection, file)
        write_ahead(connection)

    assert find_drift_messages(file) == {
        "encoding": "its text is UTF-16le: keys are not in the order of their UTF-8 bytes"
    }


def test_a_file_writable_by_everybody_is_found(file: Path) -> None:
    file.chmod(0o666)

    assert find_drift_messages(file) == {"file mode": "everybody on this machine may change it"}


def test_a_path_that_is_no_store_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database at all, " * 100)

    assert find_drift_messages(tmp_path / "nothing.db") == {"file": "it does not exist"}
    assert list(find_drift_messages(tmp_path)) == ["file"]
    assert list(find_drift_messages(tmp_path / "text.db")) == ["schema"]


def test_memory_has_no_settings() -> None:
    assert anyio.run(examine, "memory://") == []


# ---- the command ---------------------------------------------------------------------------------------------------


def test_the_command_is_clean_and_exits_with_0(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--store", f"sqlite:///{file}", "doctor"]) == 0
    assert capsys.readouterr().out == "Clean: 14 settings compared with the declaration.\n"


def test_the_command_says_what_to_do_and_exits_with_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_sql(file, "DROP INDEX views_gsi1")

    assert run(["--store", f"sqlite:///{file}", "doctor"]) == 1

    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(
        f"drift    {file}  index views_gsi1: it is missing. To do: DROP INDEX IF EXISTS views_gsi1; CREATE INDEX"
    )
    assert last == "1 setting to correct: 13 settings compared with the declaration."


def test_the_command_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.chmod(0o666)

    assert run(["--json", "--store", f"sqlite:///{file}", "doctor"]) == 1

    report = json.loads(capsys.readouterr().out)
    assert report["clean"] is False
    [drift] = [finding for finding in report["findings"] if finding["state"] == "drift"]
    assert drift == {
        "where": str(file),
        "setting": "file mode",
        "state": "drift",
        "said": "everybody on this machine may change it",
        "todo": "chmod o-w",
        "stops": False,
    }


def test_the_command_is_not_for_users(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--store", f"sqlite:///{file}", "--as", "ada", "doctor"]) == 3
