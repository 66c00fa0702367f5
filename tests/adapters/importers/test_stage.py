"""The stage: rows on disk, which several threads may use one after the other."""

import sqlite3
import threading

import pytest

from ascend.adapters.importers.stage import Stage


def test_a_stage_that_is_closed_while_another_thread_reads_it_ends_the_reading_with_an_error() -> None:
    """A cancelled import may leave a thread behind. Without a lock, SQLite crashes the process."""
    stage = Stage("CREATE TABLE row (n INTEGER PRIMARY KEY, text TEXT)")
    for n in range(2_000):
        stage.put("row", n, "x" * 500)
    errors, begun = list[Exception](), threading.Event()

    def read() -> None:
        try:
            while True:
                list(stage.rows("SELECT n, length(text) FROM row ORDER BY text, n"))
                begun.set()
        except sqlite3.ProgrammingError as error:
            errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()
    stage.close()
    reader.join()
    assert "closed" in str(errors[0])
    with pytest.raises(sqlite3.ProgrammingError):
        stage.count("row")
