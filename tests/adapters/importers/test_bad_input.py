"""A bad file gives a one-line error that names the place: under a strict report, each record that does not fit."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.importers.files import archive, comment, issue, row, write_file
from support.importers.store import ImportStore

from ascend.adapters.importers import stream
from ascend.adapters.importers.report import Report
from ascend.domain.errors import AscendError, InvalidInput, InvalidRecord
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing

BELL = "a\u0007b"
RIGHT_TO_LEFT = "a\u202eb"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "neither a JSON list of issues nor an issue archive"),
        ("hello", "neither a JSON list of issues nor an issue archive"),
        ('{"message": "Not Found"}', "neither a JSON list of issues nor an issue archive"),
        ('{"issues": {"item": 1}}', "neither a JSON list of issues nor an issue archive"),
        ("[1]", "record 1: Input should be an object"),
        ("[" + json.dumps({"title": "x"}) + "]", "record 1.number: Field required"),
        ('[{"number": "7"}]', "record 1.number: Input should be a valid integer"),
        ('[{"number": 1', "not complete JSON after record 0"),
        ('{"issues": [', "not complete JSON after record 0"),
        ('[{"number": ' + "9" * 5_000 + "}]", "not complete JSON after record 0"),
        ('[{"number": 1, "body": ' + "[" * 10_000 + "]" * 10_000 + "}]", "nested more than 100 levels deep"),
    ],
)
async def test_a_file_of_another_format_is_refused(
    store: ImportStore, tmp_path: Path, content: str, reason: str
) -> None:
    file = write_file(tmp_path, content)
    with pytest.raises(InvalidInput) as raised:
        await store.github(file, report=Report(strict=True))
    assert reason in str(raised.value)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert await store.events() == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": BELL}, "issue 2.title: a name cannot hold U+0007"),
        ({"title": RIGHT_TO_LEFT}, "issue 2.title: a name cannot hold U+202E"),
        ({"title": "x" * 301}, "issue 2.title: it has 301 characters, 300 is the limit"),
        ({"title": None}, "issue 2.title: Input should be a valid string"),
        ({"body": "x" * 100_000}, "issue 2.body: it has 100000 bytes, 65536 is the limit"),
        ({"comments": [comment("bob", "é" * 50_000, 1)]}, "issue 2.comments.0: it has 100000 bytes"),
        ({"labels": [f"l{n}" for n in range(21)]}, "issue 2.labels: there are 21, 20 is the limit"),
        ({"labels": [{"name": None}]}, "issue 2.labels.0: Input should be a valid string"),
        ({"assignees": [7]}, "issue 2.assignees.0: it names no user"),
        ({"assignees": [f"user{n}" for n in range(21)]}, "issue 2.assignees: there are 21, 20 is the limit"),
        ({"user": {"login": BELL}}, "issue 2.user: a name cannot hold U+0007"),
        ({"created_at": "yesterday"}, "issue 2.created_at"),
        ({"created_at": None}, "issue 2.created_at"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "issue 2: "),
        ({"state": "lost"}, "issue 2.state"),
        ({"comments": [{"body": "x"}]}, "issue 2.comments.0: Field required"),
    ],
)
async def test_a_bad_issue_stops_a_strict_import_there(
    store: ImportStore, tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    file = write_file(tmp_path, [issue(3), issue(2, **fields), issue(1)])
    with pytest.raises(InvalidRecord) as raised:
        await store.github(file, report=Report(strict=True))
    assert reason in str(raised.value)
    assert f"{file}: issue 2" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert [task.title for task in await store.entities(Task)] == ["Issue 1"]
    await store.github(write_file(tmp_path, [issue(3), issue(2), issue(1)]))
    assert [task.title for task in await store.entities(Task)] == ["Issue 1", "Issue 2", "Issue 3"]


@pytest.mark.parametrize("cut", range(0, 100, 7))
async def test_a_truncated_file_is_imported_up_to_where_it_ends(store: ImportStore, tmp_path: Path, cut: int) -> None:
    whole = json.dumps(archive(*(issue(n) for n in range(1, 6)), pulls=[issue(n) for n in range(6, 11)]))
    text = whole[: len(whole) * cut // 100]
    with pytest.raises(InvalidInput) as raised:
        await store.github(write_file(tmp_path, text), report=Report(strict=True))
    whole_records = text.count('"comments": 0}')
    assert len(await store.entities(Task)) == whole_records
    if whole_records:
        assert f"not complete JSON after record {whole_records}: " in str(raised.value)
        assert "all records before it were imported: correct the file and run the import again" in str(raised.value)
    await store.github(write_file(tmp_path, whole))
    assert len(await store.entities(Task)) == 10


async def test_two_different_issues_with_the_same_number_are_an_error(store: ImportStore, tmp_path: Path) -> None:
    file = write_file(tmp_path, [issue(1), issue(2), issue(2, title="Another"), issue(3)])
    with pytest.raises(InvalidRecord, match=r"record 3: issue 2: an earlier record has the same number"):
        await store.github(file, report=Report(strict=True))
    assert [task.title for task in await store.entities(Task)] == ["Issue 1", "Issue 2"]


async def test_an_identical_record_is_ignored(store: ImportStore, tmp_path: Path) -> None:
    """The pages of a list may overlap."""
    summary = await store.github(write_file(tmp_path, [issue(1), issue(1), issue(2)]))
    assert summary.records == len(await store.entities(Task)) == 2


async def test_a_record_without_a_number_stops_a_strict_import_there(store: ImportStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidRecord, match=r"record 2\.number: Field required"):
        await store.github(write_file(tmp_path, [issue(1), {"title": "x"}, issue(3)]), report=Report(strict=True))
    assert len(await store.entities(Task)) == 1


@pytest.mark.parametrize("importer", ["github", "inventree"])
async def test_a_path_without_a_readable_file_is_refused(store: ImportStore, tmp_path: Path, importer: str) -> None:
    run = store.github if importer == "github" else store.inventree
    with pytest.raises(InvalidInput, match="there is no such file"):
        await run(tmp_path / "none.json")
    with pytest.raises(InvalidInput, match="this is a directory"):
        await run(tmp_path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        await run(tmp_path / "a\0b")


LAMP = row("part.part", 5, name="Lamp")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{}", "not a JSON list of rows"),
        ("[1]", "record 1: Input should be an object"),
        ([LAMP, row("part.part", 5, name="Torch")], "record 2: part.part 5: an earlier record has the same number"),
        ("[{}]", "record 1.model: Field required"),
        ('[{"model": "part.part", "fields": {}}]', "record 1.pk: Field required"),
        ([issue(1)], "record 1.model: Field required"),
        ([LAMP, row("part.part", "x", name="Lamp")], "record 2: part.part x.pk: a whole number is needed"),
        ([LAMP, row("part.part", 2, name=[])], "record 2: part.part 2.name: Input should be a valid string"),
        (
            [LAMP, row("part.part", 2, name="x", category=9)],
            "part.part 2.category: part.partcategory 9 is not in the file; this row is kept at the top; nothing was",
        ),
        ([row("stock.stocklocation", n, name="x", parent=3 - n) for n in (1, 2)], "2 is also below it"),
        ([row("stock.stocklocation", n, name="x", parent=n - 1 or None) for n in range(1, 22)], "20 levels deep"),
        (json.dumps([LAMP, LAMP])[:-5], "not complete JSON after record 1"),
    ],
)
async def test_a_strict_import_of_a_broken_dump_imports_nothing(
    store: ImportStore, tmp_path: Path, content: object, reason: str
) -> None:
    file = write_file(tmp_path, content)
    with pytest.raises(InvalidInput) as raised:
        await store.inventree(file, report=Report(strict=True))
    assert reason in str(raised.value)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert await store.events() == []


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("part.part", 6, name=BELL), "part.part 6.name: a name cannot hold U+0007"),
        (row("part.part", 6, name="x", notes="x" * 100_000), "part.part 6.description: it has 100000 bytes"),
        (row("stock.stockitem", 6, part=7), "stock.stockitem 6.part: part.part 7 is not in the file"),
        (row("part.part", 6), "part.part 6.name: it is blank"),
    ],
)
async def test_a_bad_row_stops_a_strict_import_there(
    store: ImportStore, tmp_path: Path, bad: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidRecord) as raised:
        await store.inventree(write_file(tmp_path, [bad, LAMP]), report=Report(strict=True))
    assert reason in str(raised.value)
    assert [thing.name for thing in await store.entities(Thing)] == ["Lamp"]
    await store.inventree(write_file(tmp_path, [LAMP]))


@settings(max_examples=30)
@given(noise=st.binary(max_size=200), at=st.integers(0, 400))
async def test_noise_gives_a_typed_error(noise: bytes, at: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    store, file = ImportStore(), tmp_path_factory.mktemp("noise") / "file.json"
    for begin in (json.dumps([issue(1)]).encode()[:at], json.dumps([LAMP]).encode()[:at]):
        file.write_bytes(begin + noise)
        for run in (store.github, store.inventree):
            message = await error_of(run, file)
            assert message == "" or str(file) in message
            assert "\n" not in message


async def error_of(run: Callable[[Path], Awaitable[object]], file: Path) -> str:
    try:
        await run(file)
    except AscendError as error:
        return str(error)
    return ""


async def test_without_the_parser_the_error_says_what_to_install(
    store: ImportStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(stream, "import_module", missing)
    with pytest.raises(stream.ImportersMissing, match=r"pip install 'ascend\[cli\]'"):
        await store.github(write_file(tmp_path, [issue(1)]))
