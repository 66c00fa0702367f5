"""What does not come in as the file gives it is counted, listed and written to the report; the rest is imported."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import issue, row, write_file
from support.importers.store import ImportStore

from ascend.adapters.importers.report import NOTICES_LISTED, Notice, Report, open_report_file
from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing


def written(file: BytesIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.getvalue().splitlines()]


async def test_records_that_cannot_be_kept_are_passed_over(store: ImportStore, tmp_path: Path) -> None:
    file = BytesIO()
    report = Report(file)
    issues = [{"title": "x"}, issue(1), 7, issue(3)]
    summary = await store.github(write_file(tmp_path, issues), report=report)
    assert [task.title for task in await store.entities(Task)] == ["Issue 1", "Issue 3"]
    assert summary.records == 2
    assert report.counts["passed over"] == report.shortfalls == 2
    assert [line["record"] for line in written(file)] == ["record 1", "record 3"]
    assert written(file)[0] == {
        "record": "record 1",
        "kind": "passed over",
        "field": "number",
        "reason": "Field required",
    }


async def test_a_report_keeps_few_notices_in_memory_and_writes_all(store: ImportStore, tmp_path: Path) -> None:
    file = BytesIO()
    report = Report(file)
    rows = [row("part.part", f"p{n}", name="Lamp") for n in range(200)]
    await store.inventree(write_file(tmp_path, [*rows, row("part.part", 200, name="Lamp")]), report=report)
    assert len(written(file)) == report.counts["passed over"] == 200
    assert (len(report.first), report.unwritten) == (NOTICES_LISTED, 0)
    assert str(report.first[0]) == "passed over: part.part p0: pk: a whole number is needed"
    assert [thing.name for thing in await store.entities(Thing)] == ["Lamp"]


async def test_an_import_that_stops_has_written_its_report(store: ImportStore, tmp_path: Path) -> None:
    file = BytesIO()
    text = json.dumps([issue(1), {}, issue(2)])[:-1]
    with pytest.raises(InvalidInput, match="not complete JSON after record 3"):
        await store.github(write_file(tmp_path, text), report=Report(file))
    assert [line["record"] for line in written(file)] == ["record 2"]


@pytest.mark.parametrize("bad", [{}, issue(2, created_at="yesterday")])
async def test_a_strict_import_stops_at_the_first(store: ImportStore, tmp_path: Path, bad: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecord):
        await store.github(write_file(tmp_path, [issue(1), bad, issue(3)]), report=Report(strict=True))
    assert [task.title for task in await store.entities(Task)] == ["Issue 1"]


def test_a_line_of_the_report_is_short_and_safe_to_print() -> None:
    file = BytesIO()
    report = Report(file)
    notice = Notice("issue 7", "cut", "title", "\ud800\u202e\n" + "x" * 5_000)
    report.add(notice)
    report.flush()
    assert file.getvalue().isascii()
    assert file.getvalue().count(b"\n") == 1
    assert len(written(file)[0]["reason"]) == 500
    assert len(str(notice)) < 600


def test_a_report_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    source = write_file(tmp_path, "[]")
    for path, reason in (
        (source, "would replace the file to import"),
        (tmp_path, "Is a directory"),
        (tmp_path / "none" / "report", "No such file or directory"),
        (tmp_path / "a\0b", "null byte"),
    ):
        with pytest.raises(InvalidInput, match=reason):
            open_report_file(path, source)
    assert source.read_text() == "[]"
