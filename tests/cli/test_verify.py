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
