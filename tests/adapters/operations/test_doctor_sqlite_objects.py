"""`ascend doctor` inside a SQLite file finds planted tables, indexes, triggers and views, and its advice mends them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support.architect.sqlite_drift import find_drift, find_drift_messages, make_store_file, run_sql

from ascend.adapters.layout.table_specs import TABLES
from ascend.adapters.sqlite.file import create_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make_store_file(tmp_path)


EVENTS = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, pk TEXT NOT NULL, sk TEXT NOT NULL, "
    "attributes TEXT NOT NULL, UNIQUE (pk, sk))"
)
VIEWS = (
    "CREATE TABLE views (pk TEXT NOT NULL, sk TEXT NOT NULL, gsi1pk TEXT, gsi1sk TEXT, gsi2pk TEXT, gsi2sk TEXT, "
    "expires INTEGER, attributes TEXT NOT NULL, PRIMARY KEY (pk, sk)) WITHOUT ROWID, STRICT"
)
SPYING = "CREATE TRIGGER spying AFTER INSERT ON events BEGIN DELETE FROM events WHERE sk > NEW.sk; END"


def recreate_table(table: str, statement: str) -> tuple[str, ...]:
    """Return the statements that recreate a table with its content and its indexes, by another statement."""
    indexes = () if table == "events" else (create_index("gsi1"), create_index("gsi2"))
    return (
        f"ALTER TABLE {table} RENAME TO o",
        statement,
        f"INSERT INTO {table} SELECT * FROM o",
        "DROP TABLE o",
        *indexes,
    )


def create_index(name: str, where: str = "IS NOT NULL", unique: str = "") -> str:
    return f"CREATE {unique}INDEX views_{name} ON views ({name}pk, {name}sk, pk, sk) WHERE {name}pk {where}"


SQL_MENDS = [
    ("trigger", "no other triggers", (SPYING,)),
    (
        "trigger that refuses",
        "no other triggers",
        (SPYING.replace("DELETE FROM events", "SELECT RAISE(ABORT, 'no') FROM events"),),
    ),
    ("view", "no other views", ('CREATE VIEW "of ""mine" AS SELECT pk FROM events',)),
    ("table", "no other tables", ("CREATE TABLE mine (a)",)),
    ("index of events", "no other indexes", ("CREATE INDEX mine ON events (attributes)",)),
    ("index of views", "no other indexes", ("CREATE INDEX mine ON views (expires)",)),
    ("numbers used again", "table events", recreate_table("events", f"{EVENTS.replace(' AUTOINCREMENT', '')} STRICT")),
    ("keys used twice", "table events", recreate_table("events", f"{EVENTS.replace(', UNIQUE (pk, sk)', '')} STRICT")),
    ("not strict", "table events", recreate_table("events", EVENTS)),
    ("type of a column", "table views", recreate_table("views", VIEWS.replace("expires INTEGER", "expires TEXT"))),
    (
        "null allowed",
        "table views",
        recreate_table("views", VIEWS.replace("attributes TEXT NOT NULL", "attributes TEXT")),
    ),
    (
        "another key",
        "table views",
        recreate_table("views", VIEWS.replace("PRIMARY KEY (pk, sk)", "PRIMARY KEY (sk, pk)")),
    ),
    ("unique", "table views", recreate_table("views", VIEWS.replace("gsi1sk TEXT", "gsi1sk TEXT UNIQUE"))),
    (
        "check",
        "table views",
        recreate_table("views", VIEWS.replace("gsi1sk TEXT", "gsi1sk TEXT CHECK (gsi1sk <> 'x')")),
    ),
    (
        "collation",
        "table views",
        recreate_table("views", VIEWS.replace("sk TEXT NOT NULL", "sk TEXT NOT NULL COLLATE NOCASE")),
    ),
    ("one more column", "table views", ("ALTER TABLE views ADD COLUMN mine TEXT",)),
    ("no index", "index views_gsi1", ("DROP INDEX views_gsi1",)),
    ("its columns", "index views_gsi2", ("DROP INDEX views_gsi2", "CREATE INDEX views_gsi2 ON views (gsi2sk, gsi2pk)")),
    ("its where", "index views_gsi2", ("DROP INDEX views_gsi2", create_index("gsi2", "= 'x'"))),
    ("unique index", "index views_gsi1", ("DROP INDEX views_gsi1", create_index("gsi1", unique="UNIQUE "))),
]
"""Name, setting, and the statements that plant the drift. The advice of the doctor is SQL."""


@pytest.mark.parametrize(("setting", "planted"), [case[1:] for case in SQL_MENDS], ids=[case[0] for case in SQL_MENDS])
def test_drift_inside_a_file_is_found_and_the_advice_mends_it(
    file: Path, setting: str, planted: tuple[str, ...]
) -> None:
    before = content(file)
    run_sql(file, *planted)
    assert list(find_drift_messages(file)) == [setting]

    mend(file)

    assert (find_drift_messages(file), content(file)) == ({}, before)


def content(file: Path) -> list[object]:
    """Return all rows of both tables."""
    with closing(sqlite3.connect(file)) as connection:
        columns = ("seq, pk, sk, attributes", "pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires, attributes")
        return [
            connection.execute(f"SELECT {names} FROM {table} ORDER BY pk, sk").fetchall()
            for table, names in zip(("events", "views"), columns, strict=True)
        ]


def mend(file: Path) -> None:
    """Follow the advice. A recreated table leaves the old one, which the doctor then names."""
    run_todos(file)
    assert set(find_drift_messages(file)) <= {"no other tables"}
    run_todos(file)


def run_todos(file: Path) -> None:
    for check in find_drift(file):
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.executescript(check.todo)


def test_several_drifts_are_mended_in_the_order_of_the_advice(file: Path) -> None:
    before = content(file)
    run_sql(
        file,
        *recreate_table("events", EVENTS),
        SPYING,
        "DROP INDEX views_gsi1",
        "CREATE INDEX mine ON events (attributes)",
    )
    run_sql(file, "ALTER TABLE views ADD COLUMN mine TEXT", "CREATE VIEW seen AS SELECT mine FROM views")

    mend(file)

    assert (find_drift_messages(file), content(file)) == ({}, before)


def test_a_table_is_not_recreated_where_a_row_would_be_lost(file: Path) -> None:
    run_sql(file, *recreate_table("events", EVENTS.replace("attributes TEXT NOT NULL", "attributes TEXT")))
    run_sql(file, "INSERT INTO events (pk, sk, attributes) VALUES ('a', 'b', NULL)")
    before = content(file)

    with pytest.raises(sqlite3.IntegrityError):
        mend(file)

    assert (list(find_drift_messages(file)), content(file)) == (["table events"], before)


@pytest.mark.parametrize(
    ("settings", "statements"),
    [
        (["schema"], ("DROP TABLE views",)),
        (["schema"], ("DROP TABLE events", "DROP TABLE views")),
        (["table views"], ("DROP INDEX views_gsi2", "ALTER TABLE views DROP COLUMN gsi2sk")),
        (["no other views", "schema"], ("DROP TABLE views", "CREATE VIEW views AS SELECT pk, sk FROM events")),
    ],
)
def test_init_mends_missing_objects(file: Path, settings: list[str], statements: tuple[str, ...]) -> None:
    run_sql(file, *statements)
    assert list(find_drift_messages(file)) == settings

    for check in find_drift(file):
        if check.todo.startswith("DROP"):
            run_sql(file, *check.todo.partition(" -- ")[0].split("; "))
    create_file(file)

    assert find_drift_messages(file) == {}


def test_other_spacing_of_a_statement_is_no_drift(file: Path) -> None:
    run_sql(file, "DROP INDEX views_gsi2", create_index("gsi2").replace(", ", " ,\n").replace("(", " ( "))

    assert find_drift_messages(file) == {}


def test_the_case_of_a_table_name_does_not_matter(file: Path) -> None:
    run_sql(file, *recreate_table("events", EVENTS.replace("TABLE events", "TABLE Events")))

    assert list(find_drift_messages(file)) == ["table events"]  # not "no other tables": the advice would be to drop it


def test_tables_of_sqlite_itself_are_no_drift(file: Path) -> None:
    run_sql(file, "ANALYZE")

    assert find_drift_messages(file) == {}


def test_a_file_has_the_declared_tables_and_indexes(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        objects: dict[str, str] = dict(
            connection.execute("SELECT name, tbl_name FROM sqlite_master WHERE tbl_name <> 'sqlite_sequence'")
        )
        columns = {
            name: [column for (column,) in connection.execute("SELECT name FROM pragma_index_info(?)", (name,))]
            for name in objects
            if name.startswith("views_")
        }

    assert set(objects.values()) == {spec.table.value for spec in TABLES}
    assert columns == {
        f"{spec.table.value}_{index.name}": [*index.keys, *spec.keys] for spec in TABLES for index in spec.indexes
    }
