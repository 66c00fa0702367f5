"""`ascend log` prints commits as they are stored, whatever they hold; the page on mending a log does what it says."""

import json
import re
import sqlite3
from pathlib import Path
from shutil import copyfile
from zlib import compress

import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import WORK, damage_views
from support.paths import ROOT

from ascend.adapters.table.item import Item, Key
from ascend.cli.operations.log import indent_json, read_body
from ascend.domain.runtime.body import COMPRESSED

PAGE = (ROOT / "docs" / "how-to" / "mend-a-log.md").read_text()
LAST = "0000000000000006"
ROW = f"pk = 'W#{WORK}' AND sk = '{LAST}'"
GARBAGE = {
    "body": f"UPDATE events SET attributes = json_set(attributes, '$.body.S', char(27) || '[31m zebra') WHERE {ROW}",
    "attributes": f'UPDATE events SET attributes = \'{{"x": {{"B": "AAE="}}}}\' WHERE {ROW}',
    "gap": f"DELETE FROM events WHERE pk = 'W#{WORK}' AND sk = '0000000000000005'",
}


def test_commits_are_listed_from_a_position_on(ascend: AscendCommand) -> None:
    listed = ascend("--json", "log", "list", WORK, "--first", "2", "--limit", "3").json
    shown = ascend("log", "list", "Work").out.splitlines()

    assert [row["position"] for row in listed] == [2, 3, 4]
    assert set(listed[0]) == {"position", "sort_key", "id", "clock", "time", "format", "bytes"}
    assert shown[0].split() == ["POSITION", "ID", "CLOCK", "TIME", "FORMAT", "BYTES"]
    assert [line.split()[0] for line in shown[1:]] == ["1", "2", "3", "4", "5", "6"]


def test_a_commit_is_shown_as_it_is_stored(ascend: AscendCommand, file: Path) -> None:
    with sqlite3.connect(file) as connection:
        (stored,) = connection.execute(f"SELECT attributes FROM events WHERE {ROW}").fetchone()
    connection.close()

    shown = ascend("--json", "log", "show", WORK, "6").json
    assert shown["attributes"]["body"] == json.loads(stored)["body"]["S"]
    assert (shown["position"], shown["partition"], shown["sort_key"]) == (6, f"W#{WORK}", LAST)
    assert ascend("log", "show", WORK, LAST).out == ascend("log", "show", WORK, "6").out
    assert '  "commands": [' in ascend("log", "show", WORK, "6").out.splitlines()
    assert ascend("log", "show", WORK, "7").code == 3
    assert ascend("--as", "ada", "log", "list", WORK).code == 3


@pytest.mark.parametrize(
    ("format", "body", "shown"),
    [
        (COMPRESSED, compress(b'{"commands":[]}'), '{\n  "commands": []\n}'),
        (COMPRESSED, b"\x00zebra", '"007a65627261"'),
        (COMPRESSED, "zebra", "zebra"),
        ("json/9", compress(b"{}"), f'"{compress(b"{}").hex()}"'),
    ],
)
def test_a_compressed_body_is_shown_as_its_json(format: str, body: str | bytes, shown: str) -> None:
    item = Item(Key("pk", "sk"), {"format": format, "body": body})
    assert indent_json(read_body(item)) == shown


@pytest.mark.parametrize("garbage", ["body", "attributes"])
def test_garbage_is_shown_and_does_nothing_to_the_terminal(ascend: AscendCommand, file: Path, garbage: str) -> None:
    damage_views(file, GARBAGE[garbage])
    damage_views(
        file,
        f"INSERT INTO events (pk, sk, attributes) SELECT pk, 'zebra' || char(27), attributes FROM events WHERE {ROW}",
    )

    shown = [ascend("log", "list", WORK), ascend("log", "show", WORK, "6"), ascend("log", "show", WORK, "zebra\x1b")]
    assert [result.code for result in shown] == [0, 0, 0]
    assert not any("\x1b" in result.out for result in shown)
    assert {"body": "\\x1b[31m zebra", "attributes": "0001"}[garbage] in shown[1].out
    assert "zebra" in shown[0].out
    assert ascend("--json", "log", "list", WORK).json[-1]["position"] is None


def test_operators_are_told_of_an_unreadable_workspace_and_go_on_with_the_others(
    ascend: AscendCommand, file: Path
) -> None:
    damage_views(
        file, f"INSERT INTO events (pk, sk, attributes) SELECT pk, 'zebra', attributes FROM events WHERE {ROW}"
    )
    damage_views(
        file, f"INSERT INTO events (pk, sk, attributes) SELECT 'R#0', 'horse', attributes FROM events WHERE {ROW}"
    )

    status = ascend("status")
    assert [line.split()[-1] for line in status.out.splitlines()[1:5]].count("unreadable") == 1
    assert f"{WORK} unreadable: " in status.out
    assert "the sort key 'zebra' is no position" in status.out
    assert "no workspace: R#0 horse" in status.out
    verified = ascend("verify")
    assert (verified.code, "R#0  horse" in verified.out, f"W#{WORK}  zebra" in verified.out) == (1, True, True)
    for command in (["rebuild"], ["prune", "--now"], ["digest"], ["doctor"], ["workspaces"], ["members", "Home"]):
        assert ascend(*command).code == 0, command
    assert ascend("erase", WORK, "--yes", "--workers-stopped").code == 0
    assert ascend("status").out.count("unreadable") == 0


def test_a_rebuild_names_the_workspaces_that_it_cannot_read(ascend: AscendCommand, file: Path) -> None:
    damage_views(file, GARBAGE["body"])
    damage_views(file, "DELETE FROM views")
    ascend("worker", "--until-caught-up")

    rebuilt = ascend("--json", "rebuild")
    assert rebuilt.code == 0
    assert f"commit 6 of workspace {WORK}: its hash does not match" in rebuilt.json["unreadable"][WORK]
    assert f"{WORK} cannot be read to its end" in rebuilt.err


def test_prune_says_how_to_remove_a_garbage_record_of_an_old_generation(ascend: AscendCommand, file: Path) -> None:
    ascend("worker", "--until-caught-up")
    garbage = """UPDATE views SET attributes = '{"rendered": {"S": "zebra"}}' WHERE pk LIKE '%#generations'"""
    damage_views(file, garbage)
    ascend("rebuild")
    assert ascend("status").code == 1

    assert "ascend prune --now" in ascend("prune").err
    assert "ascend prune --now" in PAGE
    assert ascend("prune", "--now").err == ""
    assert ascend("status").code == 0


@pytest.mark.parametrize("garbage", GARBAGE)
def test_the_page_brings_a_commit_back_from_a_copy(
    ascend: AscendCommand, file: Path, tmp_path: Path, garbage: str
) -> None:
    before = ascend("--json", "log", "list", WORK).json
    copyfile(file, tmp_path / "backup.db")
    damage_views(file, GARBAGE[garbage])
    assert ascend("verify").code == 1

    position = 5 if garbage == "gap" else 6
    run_statement("ATTACH", file, tmp_path, "0000000000000042", f"{position:016d}")

    assert ascend("--json", "log", "list", WORK).json == before
    assert ascend("worker", "--until-caught-up").code == 0
    assert ascend("verify").code == 0


def test_the_page_deletes_what_is_no_commit(ascend: AscendCommand, file: Path, tmp_path: Path) -> None:
    damage_views(
        file, f"INSERT INTO events (pk, sk, attributes) SELECT pk, 'zebra', attributes FROM events WHERE {ROW}"
    )
    assert ascend("verify").code == 1

    run_statement("DELETE", file, tmp_path, "KEY", "zebra")

    assert ascend("verify").code == 0


def run_statement(verb: str, file: Path, folder: Path, placeholder: str, value: str) -> None:
    """Run the statement of the page that begins with this verb, on the file, in the folder of the copy."""
    (statement,) = re.findall(rf'sqlite3 life\.db "({verb} [^"]*)"', PAGE)
    statement = statement.replace("backup.db", str(folder / "backup.db")).replace("W#ID", f"W#{WORK}")
    connection = sqlite3.connect(file)
    connection.executescript(statement.replace(placeholder, value))
    connection.close()
