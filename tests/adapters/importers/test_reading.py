"""Records are read in whatever form programs write them: lists, pages, lines, packed, with a byte order mark."""

import gzip
import io
import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import archive, issue, real_file, row, write_file
from support.importers.store import ImportStore

from ascend.adapters.importers import source
from ascend.adapters.importers.stream import NotWholeJson, iterate_records
from ascend.domain.errors import InvalidInput
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing

ISSUES = [issue(n, body="Zürich 漢 🙂") for n in range(1, 5)]
LIST = json.dumps(ISSUES, ensure_ascii=False).encode()
PAGES = b"".join(json.dumps(ISSUES[n : n + 2]).encode() for n in (0, 2))
LINES = b"\r\n\n".join(json.dumps(record).encode() for record in ISSUES)
FORMS = {
    "a list": LIST,
    "pages one behind the other": PAGES,
    "pages with blank lines between them": b"\n\n" + PAGES.replace(b"][", b"]\n\n["),
    "a list of pages": json.dumps([ISSUES[:2], [], ISSUES[2:]]).encode(),
    "JSON lines": LINES,
    "one object": json.dumps(ISSUES[0]).encode(),
    "an archive": json.dumps(archive(*ISSUES[:2], pulls=ISSUES[2:])).encode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packed", [False, True])
async def test_issues_are_read_in_every_form(store: ImportStore, tmp_path: Path, form: str, packed: bool) -> None:
    file = tmp_path / "issues"
    file.write_bytes(gzip.compress(FORMS[form]) if packed else FORMS[form])
    summary = await store.github(file)
    assert summary.records == len(await store.entities(Task)) == (1 if form == "one object" else 4)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("mark", "encoding"), [(BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be")]
)
async def test_a_byte_order_mark_tells_the_encoding(
    store: ImportStore, tmp_path: Path, mark: bytes, encoding: str, packed: bool
) -> None:
    data = mark + LIST.decode().encode(encoding)
    file = tmp_path / "issues"
    file.write_bytes(gzip.compress(data) if packed else data)
    await store.github(file)
    assert [task.description for task in await store.entities(Task)] == ["Zürich 漢 🙂"] * 4


@pytest.mark.parametrize("separator", [b"\n", b"\n\n"])
async def test_rows_of_an_inventory_are_read_from_lines(store: ImportStore, tmp_path: Path, separator: bytes) -> None:
    rows: list[dict[str, Any]] = [{"metadata": True}, *(row("part.part", n, name="Lamp") for n in (1, 2))]
    file = tmp_path / "rows"
    file.write_bytes(separator.join(json.dumps(line).encode() for line in rows))
    await store.inventree(file)
    assert len(await store.entities(Thing)) == 2


async def test_two_pages_of_a_command_line_client_are_four_tasks(store: ImportStore) -> None:
    await store.github(real_file("cases", "github-two-pages.json"))
    assert [task.title for task in await store.entities(Task)] == ["Case 1", "Case 2", "Case 3", "Case 4"]


@pytest.mark.parametrize("form", ["pages one behind the other", "a list of pages", "JSON lines"])
@pytest.mark.parametrize("packed", [False, True])
async def test_every_form_that_ends_too_early_is_an_error(
    store: ImportStore, tmp_path: Path, form: str, packed: bool
) -> None:
    whole = gzip.compress(FORMS[form]) if packed else FORMS[form]
    file = tmp_path / "issues"
    file.write_bytes(whole[:-9])
    with pytest.raises(InvalidInput, match="not complete JSON after record"):
        await store.github(file)


def read(path: Path, data: bytes) -> int:
    path.write_bytes(data)
    return sum(1 for _ in iterate_records(path))


def test_a_packed_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "UNPACKED_BYTES", 1_000_000)
    records = b"[" + b",".join([b'{"number": 1}'] * 100_000) + b"]"
    assert read(tmp_path / "plain", records) == 100_000
    with pytest.raises(NotWholeJson, match="unpacks to more than 1000000 bytes: unpack it first"):
        read(tmp_path / "packed", gzip.compress(records))


def test_one_record_without_an_end_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "RECORD_BYTES", 1_000_000)
    text = json.dumps("x" * 900_000).encode()
    assert read(tmp_path / "many", b"[" + b",".join([text] * 5) + b"]") == 5
    with pytest.raises(NotWholeJson, match="a record has more than 1000000 bytes"):
        read(tmp_path / "one", gzip.compress(b'[{"body": "' + b"x" * 5_000_000 + b'"}]'))


LONE = [
    r"\ud83d",
    r"x\ude00\ud83d",
    r"\ud83d\ud83d\ude00",
    r"\\\ud800\n",
    r"\\ud800",
    r"\\\\",
    r"\ud83d\u0041",
    "\\" * 40,
]
WHOLE = ["\ufffd", "x\ufffd\ufffd", "\ufffd\U0001f600", "\\\ufffd\n", r"\ud800", r"\\", "\ufffdA", "\\" * 20]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64_000])
def test_half_a_pair_of_surrogates_is_read_as_the_sign_for_an_unknown_character(size: int) -> None:
    data = "[{}]".format(", ".join(f'"{text}"' for text in LONE)).encode()
    file = source.SourceFile(io.BytesIO(data), packed=False)
    assert json.loads(b"".join(iter(lambda: file.read(size), b""))) == WHOLE


async def test_half_a_pair_of_surrogates_stops_no_file(store: ImportStore, tmp_path: Path) -> None:
    for form in (archive(issue(1, title="cut \ud83d"), issue(2)), [issue(1, title="cut \ud83d"), issue(2)]):
        await store.github(write_file(tmp_path, form))
        assert [task.title for task in await store.entities(Task)] == ["cut \ufffd", "Issue 2"]
