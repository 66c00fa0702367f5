"""Saved heads prove later that no commit is lost or replaced, also where log and views were restored together."""

import json
from pathlib import Path
from shutil import copyfile

import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME, damage_views

ISSUE = """[{"number": 1, "title": "t", "user": {"login": "ada"}, "state": "open",
    "created_at": "2024-01-02T03:04:05Z", "updated_at": "2024-01-02T03:04:05Z"}]"""
BY_HEAD = "pk = 'W#{home}' AND sk = (SELECT max(sk) FROM events WHERE pk = 'W#{home}')"


def save(ascend: AscendCommand, heads: Path) -> None:
    saved = ascend("--json", "heads")
    assert saved.code == 0
    heads.write_text(saved.out)


def test_a_log_that_went_on_still_holds_the_saved_heads(ascend: AscendCommand, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    save(ascend, heads)
    verified = ascend("verify", "--against", str(heads))
    assert (verified.code, verified.err) == (0, "")
    assert {len(head["hash"]) for head in json.loads(heads.read_text())} == {64}
    assert HOME in ascend("heads").out


def test_a_backup_of_log_and_views_together_shows_itself(ascend: AscendCommand, file: Path, tmp_path: Path) -> None:
    backup, heads = tmp_path / "backup.db", tmp_path / "heads.json"
    copyfile(file, backup)
    issues = tmp_path / "issues.json"
    issues.write_text(ISSUE)
    ascend("import", "github", str(issues), "--workspace", "Later")
    ascend("worker", "--until-caught-up")
    save(ascend, heads)

    verified = ascend("--store", f"sqlite:///{backup}", "verify", "--against", str(heads))
    assert ascend("--store", f"sqlite:///{backup}", "verify").code == 0
    assert verified.code == 1
    assert "the log ends before the saved head" in verified.out


def test_an_edited_commit_is_found_by_its_position(ascend: AscendCommand, file: Path) -> None:
    change = "json_set(attributes, '$.body.S', replace(attributes ->> '$.body.S', '\"by\":\"', '\"by\":\"x'))"
    damage_views(file, f"UPDATE events SET attributes = {change} WHERE {BY_HEAD.format(home=HOME)}")
    verified = ascend("verify")
    assert verified.code == 1
    assert f"of workspace {HOME}: its hash does not match its content and its predecessor" in verified.out


@pytest.mark.parametrize("text", ["", "{}", "[7]", '[{"workspace": "no", "position": 1, "hash": ""}]', "\x00"])
def test_a_file_that_holds_no_heads_is_refused(ascend: AscendCommand, tmp_path: Path, text: str) -> None:
    heads = tmp_path / "heads.json"
    heads.write_text(text)
    refused = ascend("verify", "--against", str(heads))
    assert (refused.code, refused.out) == (2, "")
    assert "save them with `ascend --json heads`" in refused.err


def test_a_log_that_cannot_be_read_is_named_and_the_others_are_printed(ascend: AscendCommand, file: Path) -> None:
    change = "json_set(attributes, '$.clock', json('{\"S\": \"zebra\"}'))"
    damage_views(file, f"UPDATE events SET attributes = {change} WHERE {BY_HEAD.format(home=HOME)}")
    printed = ascend("--json", "heads")
    assert printed.code == 1
    heads = {head["workspace"]: head for head in printed.json}
    assert len(heads) > 1
    assert "its clock is missing or no number" in heads[HOME]["unreadable"]
    assert [head["unreadable"] for head in printed.json].count("") == len(heads) - 1
