"""Bad input leads to one line that names the mistake and the remedy, and to an exit code; never to a traceback."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from support.cli.command_line import AscendCommand, run_process
from support.conformance.stub_dynamodb import error, stub_dynamodb

ISSUE: dict[str, Any] = {
    "number": 1,
    "title": "t",
    "user": {"login": "ada"},
    "state": "open",
    "created_at": "2024-01-02T03:04:05Z",
}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ""),
        (b'[{"number": 1, "tit', "not complete JSON"),
        (b'{"a": 1}', "neither a JSON list"),
        (b"PK\x03\x04\x00\x00", "neither"),
        (orjson.dumps([{"title": "no number"}]), "number: Field required"),
        (orjson.dumps([{**ISSUE, "title": "\u202ereversed"}]), "U+202E"),
        (orjson.dumps([{**ISSUE, "title": "bell \u0007"}]), "U+0007"),
        (orjson.dumps([{**ISSUE, "title": ""}]), "issue 1"),
    ],
)
def test_a_bad_file_is_named_with_its_bad_record(
    ascend: AscendCommand, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "issues.json"
    file.write_bytes(content)

    refused = ascend("import", "github", str(file), "--workspace", "W", "--strict")

    assert refused.code == 2
    assert "issues.json" in refused.error
    assert message in refused.error


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["fly"], 2, "No such command 'fly'"),
        (["tasks"], 2, "Missing argument 'workspace'"),
        (["tasks", "Home", "--json"], 2, "before the command"),
        (["tasks", "Home", "--status", "opn"], 2, "'open', 'started', 'done', 'cancelled'"),
        (["feed", "ada", "--from", "tomorrow"], 2, "'tomorrow' is not a day: write YYYY-MM-DD"),
        (
            ["feed", "ada", "--from", "2026-03-02", "--to", "2026-03-01"],
            2,
            "--from 2026-03-02 is after --to 2026-03-01",
        ),
        (["import", "github", __file__, "--workspace", ""], 2, "'--workspace'"),
        (["import", "github", __file__, "--workspace", "bell \u0007"], 2, "'--workspace'"),
        (["import", "inventree", __file__, "--workspace", "x" * 301], 2, "'--workspace'"),
        (["import"], 2, "Missing command"),
        (["import", "github", "/nope", "--workspace", "W"], 2, "'/nope' does not exist"),
        (["import", "github", "/", "--workspace", "W"], 2, "is a directory"),
        (["import", "github", __file__], 2, "--workspace"),
        (["import", "github", __file__, "--workspace", "00000000-0000-5000-8000-000000000000"], 3, "00000000"),
        (["--store", "sqlit:///x.db", "status"], 2, "unknown scheme 'sqlit'"),
        (["--store", "sqlite://x.db", "status"], 2, "sqlite:///x.db"),
        (["--store", "sqlite:/x.db", "status"], 2, "three slashes: write sqlite:///x.db"),
        (["--store", "", "status"], 2, "the URL is empty"),
        (["--store", "sqlite:////", "init"], 2, "the file's name is missing"),
        (["--store", "sqlite:///asc%00end.db", "init"], 2, "cannot hold a null character (%00)"),
        (["--store", "sqlite:////tmp", "init"], 4, "is a folder: name a file in it"),
        (
            ["--store", "dynamodb://x?region=y&endpoint_url=http://h:99999", "status"],
            2,
            "its host or port is not valid",
        ),
        (["--store", "ascend.db", "status"], 2, "no scheme"),
        (["--store", "dynamodb://x?regoin=y", "status"], 2, "unknown option 'regoin'"),
        (["--store", "sqlite:////nope/x.db", "init"], 4, "make it first"),
        (["--store", "sqlite:////nope.db", "status"], 4, "ascend init"),
    ],
)
def test_a_bad_command_line_is_refused_with_a_message(
    ascend: AscendCommand, arguments: list[str], code: int, message: str
) -> None:
    refused = ascend(*arguments)

    assert (refused.code, refused.out) == (code, "")
    assert message in refused.error


def test_an_empty_store_variable_is_an_invalid_url(ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASCEND_STORE", "")

    refused = ascend("status")

    assert (refused.code, "the URL is empty" in refused.error) == (2, True)


def test_an_invalid_endpoint_in_the_environment_is_refused(
    aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:99999")

    refused = run_process("--store", "dynamodb://x?region=eu-west-1", "status")

    assert (refused.code, "its host or port is not valid" in refused.error) == (2, True)


def test_a_file_that_is_not_an_ascend_store_is_refused_and_unchanged(ascend: AscendCommand, tmp_path: Path) -> None:
    text, foreign, newer, empty = (tmp_path / name for name in ("text.db", "foreign.db", "newer.db", "empty.db"))
    text.write_text("a diary, not a database\n" * 100)
    empty.touch()
    for file, statement in ((foreign, "CREATE TABLE t (a)"), (newer, "PRAGMA application_id = 0x41534344")):
        connection = sqlite3.connect(file)
        connection.execute(statement)
        connection.execute("PRAGMA user_version = 7")
        connection.close()

    for file in (text, foreign, newer, empty):
        before = file.read_bytes()
        refused = ascend("--store", f"sqlite:///{file}", "status")
        assert refused.code == 4
        assert file.name in refused.error
        assert file.read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_named(ascend: AscendCommand, tmp_path: Path) -> None:
    if os.geteuid():
        folder = tmp_path / "read-only"
        folder.mkdir(mode=0o555)
    elif (folder := Path("/proc")).exists():  # root can write to every other folder
        pass
    else:
        pytest.skip("root can write everywhere on this machine")

    refused = ascend("--store", f"sqlite:///{folder}/x.db", "init")

    assert refused.code == 4
    assert str(folder) in refused.error


def test_an_endpoint_without_an_answer_is_named(aws_env: dict[str, str]) -> None:
    refused = run_process("--store", "dynamodb://x?region=eu-west-1&endpoint_url=http://127.0.0.1:9", "status")

    assert refused.code == 4
    assert "http://127.0.0.1:9" in refused.error
    assert "check endpoint and network" in refused.error


def test_missing_credentials_are_named(aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in aws_env if "KEY" in name or "TOKEN" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    refused = run_process("--store", "dynamodb://x?region=eu-west-1&endpoint_url=http://127.0.0.1:9", "status")

    assert refused.code == 4
    assert "credentials" in refused.error


async def test_expired_credentials_are_named(aws_env: dict[str, str]) -> None:
    expired = error("ExpiredTokenException", "The security token included in the request is expired")
    async with stub_dynamodb(expired) as stub:
        store = f"dynamodb://x?region=eu-west-1&endpoint_url={stub.url}"
        refused = await anyio.to_thread.run_sync(run_process, "--store", store, "status")

    assert refused.code == 4
    assert "expired" in refused.error


async def test_missing_tables_are_named_with_the_command_that_creates_them(aws_env: dict[str, str]) -> None:
    async with stub_dynamodb(error("ResourceNotFoundException")) as stub:
        store = f"dynamodb://x?region=eu-west-1&endpoint_url={stub.url}"
        refused = await anyio.to_thread.run_sync(run_process, "--store", store, "status")

    assert refused.code == 4
    assert "ascend init" in refused.error


def test_a_defect_is_one_line_and_debug_shows_the_traceback(
    ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("\x1b[31moops")

    monkeypatch.setattr("ascend.cli.queries.workspace_lists.list_members", broken)

    plain = ascend("members", "Home")
    debug = ascend("--debug", "members", "Home")

    assert plain.code == 70
    assert plain.error.startswith(r"ZeroDivisionError: \x1b[31moops")
    assert "--debug" in plain.error
    assert "Traceback" in debug.err


LONG = "n" * 5_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tasks", LONG], f"workspace '{LONG[:80]}'…: `ascend workspaces` lists them]"),
        (["tasks", "n n " * 2_000], "n n '…: `ascend workspaces` lists them]"),
        (["tree", "Home", LONG], f"thing '{LONG[:80]}'…: `ascend tree WORKSPACE` lists them]"),
        (["show", "Home", LONG], f"'{LONG[:80]}'…: `ascend tasks` and `ascend tree` list them]"),
        (["feed", LONG], f"user '{LONG[:80]}'…: `ascend members WORKSPACE` lists them]"),
        (["rebuild", LONG], "n… there are"),
        ([LONG], "n… (see `ascend --help`)"),
        (["--store", f"sqlite:////{LONG}", "status"], "n… File name too long]"),
    ],
)
def test_a_long_quotation_is_cut_and_the_advice_stays(
    ascend: AscendCommand, arguments: list[str], message: str
) -> None:
    refused = ascend(*arguments)

    assert message in refused.error
    assert len(refused.error) < 400


def test_an_impossible_file_name_is_an_invalid_url(ascend: AscendCommand) -> None:
    refused = ascend("--store", f"sqlite:////{LONG}", "init")

    assert refused.code == 2
    assert refused.error.startswith("This is not a store URL")


def test_messages_do_not_contain_wording_of_libraries(ascend: AscendCommand) -> None:
    for arguments in (["tasks", "Home", "--status", "opn"], ["schema", "iam", "king"]):
        assert "Value error" not in ascend(*arguments).error


def test_an_import_of_an_empty_list_creates_no_workspace(ascend: AscendCommand, tmp_path: Path) -> None:
    file = tmp_path / "issues.json"
    file.write_text("[]")

    imported = ascend("import", "github", str(file), "--workspace", "W")

    assert (imported.code, imported.out) == (0, "issues.json holds no records: nothing was imported.\n")
    assert "W" not in [line["name"] for line in ascend("--json", "workspaces").json]
