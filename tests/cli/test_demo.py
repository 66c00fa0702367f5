"""The demo, end to end, as a process."""

import json
import re
from pathlib import Path

import pytest
from support.cli.given import Result, process

from ascend import PROJECTIONS


def digests(shown: str) -> list[str]:
    return re.findall(r"^digest \w+ +([0-9a-f]{64})", shown, re.MULTILINE)


def check(demo: Result) -> None:
    assert demo.code == 0
    before, after = digests(demo.out)
    assert before == after
    for seen in ("Overdue", "Today", "Next 7 days", "Later", "No date", "└── ", "workspace.created", "the same"):
        assert seen in demo.out
    for projection in PROJECTIONS:
        key = rf"^pk +[WU]#\S+#{projection.name}\.{projection.version}\.\d+$"
        assert re.search(key, demo.out, re.MULTILINE)
    for seen in ("assets       bike.jpg", "relations    contains Bicycle light", "open, opened by ~policies"):
        assert seen in demo.out
    assert re.search(r"^sk +0{15}1$", demo.out, re.MULTILINE)
    assert not re.search(r"[ \x1b]$|\x1b", demo.out, re.MULTILINE)


def test_it_works_and_works_again(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'demo.db'}"

    first = process("--store", store, "demo")
    second = process("--store", store, "demo")

    check(first)
    check(second)
    assert "task.scheduled" in first.out
    assert second.out.count(", 0 events appended") == second.out.count("already done") == 2
    assert process("--store", store, "verify").code == 0


def test_by_default_it_makes_a_store_of_its_own_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("ASCEND_STORE", f"sqlite:///{tmp_path}/real.db")
    monkeypatch.chdir(tmp_path)

    demo = process("demo")

    check(demo)
    (store,) = re.findall(r"^Ascend demo on (\S+)$", demo.out, re.MULTILINE)
    assert process("--store", store, "feed", "github:carla").code == 0
    assert f"This store is kept, to look around in: {tmp_path}/ascend-demo-" in demo.out
    assert not (tmp_path / "ascend.db").exists()
    assert not (tmp_path / "real.db").exists()


def test_in_json(tmp_path: Path) -> None:
    demo = process("--store", f"sqlite:///{tmp_path / 'demo.db'}", "--json", "demo")

    told = json.loads(demo.out)
    assert told["digest"] == told["rebuilt"]
    assert [one["refused"] for one in told["imported"]] == [0, 0]
    assert "Overdue" in demo.err


def test_on_dynamodb_local(dynamodb_local_url: str, tmp_path: Path) -> None:
    dynamodb = f"dynamodb://demo?region=eu-west-1&endpoint_url={dynamodb_local_url}"

    demo = process("--store", dynamodb, "demo")
    check(demo)
    again = process("--store", dynamodb, "demo")

    check(again)
    sqlite = process("--store", f"sqlite:///{tmp_path / 'demo.db'}", "demo")
    assert digests(sqlite.out) == digests(demo.out)
    assert process("--store", dynamodb, "verify").code == 0
