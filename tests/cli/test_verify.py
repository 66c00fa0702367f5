"""Verify lists every difference: in each projection a missing, a stale, a wrong and a surplus item are planted."""

from pathlib import Path

import pytest
from support.cli.given import HOME, Ascend, views

PLANTED = {
    "members": (f"W#{HOME}#members.2.0", "member#bob"),
    "feed": ("U#ada#feed.2.0", ""),
    "tasks": (f"W#{HOME}#tasks.2.0", "card#"),
    "things": (f"W#{HOME}#things.2.0", "node#"),
    "comments": (f"W#{HOME}#comments.2.0", "comment#"),
}
"""An item of each projection: the first with this partition key, whose sort key begins so."""
DAMAGE = {
    "missing": "DELETE FROM views WHERE {one}",
    "stale": "UPDATE views SET attributes = json_set(attributes, '$.position.N', '0') WHERE {one}",
    "wrong": "UPDATE views SET attributes = json_set(attributes, '$.data.S', '{{}}') WHERE {one}",
    "surplus": "INSERT INTO views SELECT pk, sk || 'x', gsi1pk, gsi1sk, gsi2pk, gsi2sk, expires, attributes FROM views"
    " WHERE {one}",
}


ISSUE = """[{"number": 1, "title": "t", "user": {"login": "ada"}, "state": "open",
    "created_at": "2024-01-02T03:04:05Z", "updated_at": "2024-01-02T03:04:05Z"}]"""


def one(partition: str, prefix: str) -> str:
    first = f"SELECT min(sk) FROM views WHERE pk = '{partition}' AND sk LIKE '{prefix}%'"
    return f"pk = '{partition}' AND sk = ({first})"


def test_a_store_that_is_as_it_must_be_is_clean(ascend: Ascend) -> None:
    verified = ascend("verify")

    assert (verified.code, verified.err) == (0, "")
    assert verified.out.startswith("Clean: 4 workspaces, ")


def test_one_of_a_kind_is_said_so(ascend: Ascend, tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/one.db")
    ascend(*store, "init")
    tasks = tmp_path / "issues.json"
    tasks.write_text(ISSUE)
    ascend(*store, "import", "github", str(tasks), "--workspace", "One")

    behind = ascend(*store, "verify")
    ascend(*store, "worker", "--until-caught-up")

    assert "workspaces" not in behind.out
    assert ascend(*store, "verify").out.startswith("Clean: 1 workspace, ")


@pytest.mark.parametrize("what", DAMAGE)
def test_every_difference_is_listed_and_a_rebuild_mends_it(ascend: Ascend, file: Path, what: str) -> None:
    before = ascend("digest").out
    for partition, prefix in PLANTED.values():
        views(file, DAMAGE[what].format(one=one(partition, prefix)))

    verified = ascend("verify")
    listed = ascend("--json", "verify").json

    assert verified.code == 1
    assert len(verified.out.splitlines()) == len(PLANTED) + 1
    assert verified.out.splitlines()[-1].startswith("5 differences: ")
    assert {(found["what"], found["partition"]) for found in listed["differences"]} == {
        (what, partition) for partition, _ in PLANTED.values()
    }
    assert listed["clean"] is False

    ascend("rebuild")

    assert ascend("digest").out == before
    assert ascend("verify").code == 0


def test_a_wrong_snapshot_and_a_wrong_index_key_are_differences_too(ascend: Ascend, file: Path) -> None:
    views(file, "UPDATE views SET attributes = json_set(attributes, '$.version.N', '99') WHERE sk LIKE 'S#workspace#%'")
    views(file, "UPDATE views SET gsi2sk = gsi2sk || 'x' WHERE sk LIKE 'node#%'")

    listed = ascend("--json", "verify").json["differences"]

    assert {(found["what"], found["detail"]) for found in listed} == {
        ("wrong", "differs in version"),
        ("wrong", "differs in gsi2"),
    }


def test_views_that_are_gone_are_a_difference(ascend: Ascend, file: Path) -> None:
    before = ascend("digest").out
    views(file, "DELETE FROM views")

    assert ascend("verify").code == 1

    ascend("rebuild")

    assert ascend("digest").out == before
    assert ascend("verify").code == 0


def test_nothing_is_left_of_the_scratch_store(ascend: Ascend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    ascend("verify")

    assert list(scratch.iterdir()) == []
