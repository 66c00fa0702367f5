"""The demo runs from start to end as a process."""

import json
import re
from pathlib import Path

import pytest
from support.cli.command_line import CommandResult, run_process

from ascend import LIFE_OS


def find_digests(output: str) -> list[str]:
    return re.findall(r"^digest \w+ +([0-9a-f]{64})", output, re.MULTILINE)


def check_output(demo: CommandResult) -> None:
    assert demo.code == 0
    before, after = find_digests(demo.out)
    assert before == after
    for text in ("Overdue", "Today", "Next 7 days", "Later", "No date", "└── ", "workspace.created", "the same"):
        assert text in demo.out
    for projection in LIFE_OS.projections:
        key = rf"^pk +[WU]#\S+#{projection.name}\.{projection.version}\.\d+$"
        assert re.search(key, demo.out, re.MULTILINE)
    for text in ("assets       bike.jpg", "relations    contains Bicycle light", "open, opened by ~policies"):
        assert text in demo.out
    assert re.search(r"^sk +0{15}1$", demo.out, re.MULTILINE)
    assert not re.search(r"[ \x1b]$|\x1b", demo.out, re.MULTILINE)


def test_the_demo_runs_twice_on_the_same_store(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'demo.db'}"

    first = run_process("--store", store, "demo")
    second = run_process("--store", store, "demo")

    check_output(first)
    check_output(second)
    assert "task.scheduled" in first.out
    assert second.out.count(", 0 events appended") == second.out.count("already done") == 2
    assert run_process("--store", store, "verify").code == 0


def test_without_a_store_the_demo_creates_one_and_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("ASCEND_STORE", f"sqlite:///{tmp_path}/real.db")
    monkeypatch.chdir(tmp_path)

    demo = run_process("demo")

    check_output(demo)
    (store,) = re.findall(r"^Ascend demo on (\S+)$", demo.out, re.MULTILINE)
    assert run_process("--store", store, "feed", "github:carla").code == 0
    assert f"The demo keeps this store, so that you can query it: {tmp_path}/ascend-demo-" in demo.out
    assert not (tmp_path / "ascend.db").exists()
    assert not (tmp_path / "real.db").exists()


def test_with_json_the_demo_prints_one_document(tmp_path: Path) -> None:
    demo = run_process("--store", f"sqlite:///{tmp_path / 'demo.db'}", "--json", "demo")

    document = json.loads(demo.out)
    assert document["digest"] == document["rebuilt"]
    assert [summary["refused"] for summary in document["imported"]] == [0, 0]
    assert "Overdue" in demo.err


def test_the_demo_gives_the_same_digests_on_dynamodb_local(dynamodb_local_url: str, tmp_path: Path) -> None:
    dynamodb = f"dynamodb://demo?region=eu-west-1&endpoint_url={dynamodb_local_url}"

    demo = run_process("--store", dynamodb, "demo")
    check_output(demo)
    again = run_process("--store", dynamodb, "demo")

    check_output(again)
    sqlite = run_process("--store", f"sqlite:///{tmp_path / 'demo.db'}", "demo")
    assert find_digests(sqlite.out) == find_digests(demo.out)
    assert run_process("--store", dynamodb, "verify").code == 0
