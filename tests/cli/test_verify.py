"""`verify` finds a missing, a stale, a wrong and a surplus item in each projection."""

from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME, damage_views

DAMAGED = {
    "members": (f"W#{HOME}#members.2.0", "member#bob"),
    "feed": ("U#ada#feed.2.0", ""),
    "tasks": (f"W#{HOME}#tasks.2.0", "card#"),
    "things": (f"W#{HOME}#things.3.0", "node#"),
    "comments": (f"W#{HOME}#comments.3.0", "comment#"),
}
"""An item of each projection: the first with this partition key and this prefix of the sort key."""
DAMAGE = {
    "missing": "DELETE FROM views WHERE {row}",
    "stale": "UPDATE views SET attributes = json_set(attributes, '$.position.N', '0') WHERE {row}",
    "wrong": "UPDATE views SET attributes = json_set(attributes, '$.data.S', '{{}}') WHERE {row}",
    "surplus": "INSERT INTO views SELECT pk, sk || 'x', gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires, attributes FROM views"
    " WHERE {row}",
}


ISSUE = """[{"number": 1, "title": "t", "user": {"login": "ada"}, "state": "open",
    "created_at": "2024-01-02T03:04:05Z", "updated_at": "2024-01-02T03:04:05Z"}]"""


def select_first(partition: str, prefix: str) -> str:
    first = f"SELECT min(sk) FROM views WHERE pk = '{partition}' AND sk LIKE '{prefix}%'"
    return f"pk = '{partition}' AND sk = ({first})"


def test_an_undamaged_store_is_clean(ascend: AscendCommand) -> None:
    verified = ascend("verify")

    assert (verified.code, verified.err) == (0, "")
    assert verified.out.startswith("Clean: 4 workspaces, ")


def test_a_count_of_one_has_a_singular_noun(ascend: AscendCommand, tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/one.db")
    ascend(*store, "init")
    tasks = tmp_path / "issues.json"
    tasks.write_text(ISSUE)
    ascend(*store, "import", "github", str(tasks), "--workspace", "One")

    behind = ascend(*store, "verify")
    ascend(*store, "worker", "--until-caught-up")

    assert "workspaces" not in behind.out
    assert ascend(*store, "verify").out.startswith("Clean: 1 workspace, ")


@pytest.mark.parametrize("damage", DAMAGE)
def test_every_difference_is_listed_and_a_rebuild_repairs_it(ascend: AscendCommand, file: Path, damage: str) -> None:
    before = ascend("digest").out
    for partition, prefix in DAMAGED.values():
        damage_views(file, DAMAGE[damage].format(row=select_first(partition, prefix)))

    verified = ascend("verify")
    listed = ascend("--json", "verify").json

    assert verified.code == 1
    assert len(verified.out.splitlines()) == len(DAMAGED) + 1
    assert verified.out.splitlines()[-1].startswith("5 differences: ")
    assert {(difference["what"], difference["partition"]) for difference in listed["differences"]} == {
        (damage, partition) for partition, _ in DAMAGED.values()
    }
    assert listed["clean"] is False

    ascend("rebuild")

    assert ascend("digest").out == before
    assert ascend("verify").code == 0


def test_a_wrong_snapshot_and_a_wrong_index_key_are_differences(ascend: AscendCommand, file: Path) -> None:
    damage_views(
        file, "UPDATE views SET attributes = json_set(attributes, '$.version.N', '99') WHERE sk LIKE 'S#workspace#%'"
    )
    damage_views(file, "UPDATE views SET gsi2sk = gsi2sk || 'x' WHERE sk LIKE 'node#%'")

    listed = ascend("--json", "verify").json["differences"]

    assert {(difference["what"], difference["detail"]) for difference in listed} == {
        ("wrong", "differs in version"),
        ("wrong", "differs in gsi2"),
    }


def test_missing_views_are_differences(ascend: AscendCommand, file: Path) -> None:
    before = ascend("digest").out
    damage_views(file, "DELETE FROM views")

    assert ascend("verify").code == 1

    ascend("rebuild")

    assert ascend("digest").out == before
    assert ascend("verify").code == 0


def test_the_scratch_store_is_removed(ascend: AscendCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    ascend("verify")

    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_repair_mends_what_it_lists(ascend: AscendCommand, file: Path, damage: str) -> None:
    before = ascend("digest").out
    for partition, prefix in DAMAGED.values():
        damage_views(file, DAMAGE[damage].format(row=select_first(partition, prefix)))

    mended = ascend("verify", "--repair")

    assert mended.code == 0
    lines = mended.out.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [["mended:", damage]] * len(DAMAGED)
    assert lines[-1].startswith("5 differences mended; clean: 4 workspaces, ")
    assert ascend("digest").out == before
    assert ascend("verify").code == 0


def test_repair_lists_what_it_cannot_mend(ascend: AscendCommand, file: Path) -> None:
    damage_views(file, DAMAGE["wrong"].format(row=select_first(*DAMAGED["tasks"])))
    damage_views(
        file, "DELETE FROM views WHERE sk LIKE 'S#workspace#%' AND pk LIKE '%' || ? || '%'".replace("?", f"'{HOME}'")
    )

    verified = ascend("--json", "verify", "--repair")

    assert verified.code == 1
    assert [difference["what"] for difference in verified.json["repaired"]] == ["wrong"]
    assert [difference["what"] for difference in verified.json["differences"]] == ["missing"]


def test_a_sample_says_that_it_is_one(ascend: AscendCommand) -> None:
    verified = ascend("verify", "--sample", "2")

    assert (verified.code, verified.err) == (0, "")
    assert verified.out.startswith("Clean: a sample of 2 workspaces of 4, ")
    assert ascend("verify", "--sample", "0").code == 2
