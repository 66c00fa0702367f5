"""The runner of other event stores: verbs, verdicts, tables, page. No other store is installed here, and no time is asserted."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bench.metering import metered
from bench_peers import page
from bench_peers.__main__ import main, parse
from bench_peers.catalog import ALL, PEERS_BY_NAME, Peer
from bench_peers.checks import check, count_units, count_units_by_length, streams_by_length
from bench_peers.environments import Unavailable
from bench_peers.page import fill_page, read_result, round_numbers, write_parts
from bench_peers.peers.protocol import Server, told
from bench_peers.plots import throughput, units
from bench_peers.process import running
from bench_peers.sizes import Sizes
from bench_peers.speed import add_ratios, append_name, compare_with_ascend, measure_turns
from bench_peers.tables import describe_lost, describe_place, describe_read_back, table, write_tables
from dynamodb_local import environment
from support.paths import ROOT

LOCKS = [ROOT / "scripts" / "plots.lock", *sorted((ROOT / "scripts" / "bench_peers").glob("*.lock"))]
TINY = Sizes(turns=1, appended=4, at_once=(1, 2), streams=(3,), read_back=5)


class ListStore:
    """A store in lists."""

    def __init__(self) -> None:
        self.streams: dict[str, list[str]] = {}

    def append(self, stream: str, version: int, title: str) -> None:
        titles = self.streams.setdefault(stream, [])
        if len(titles) != version - 1:
            raise FileExistsError
        titles.append(title)

    def append_three(self, stream: str, call: int, titles: Sequence[str]) -> None:
        for number, title in enumerate(titles, 1):
            self.append(stream, 3 * call + number, title)

    def fill(self, stream: str, titles: Sequence[str]) -> None:
        self.streams[stream] = list(titles)

    def read(self, stream: str) -> list[str]:
        return self.streams.get(stream, [])

    def act(self, stream: str, title: str, id: str) -> None:
        self.append(stream, len(self.read(stream)) + 1, title)


def test_a_server_answers_the_verbs() -> None:
    store = ListStore()
    server = Server(lambda: store, ["a", "b", "c"])

    assert set(server.do_append(count=6, at_once=2)) == {"cpu_ms", "wall_ms"}
    assert sorted(map(len, store.streams.values())) == [3, 3]
    server.do_three(count=2)
    assert sorted(map(len, store.streams.values())) == [3, 3, 6]
    server.do_fill(stream="long", count=4)
    assert server.do_read(stream="long")["events"] == 4
    assert server.do_put(stream="s", version=1, title="first") == {"told": "ok"}
    assert server.do_put(stream="s", version=1, title="second") == {"told": "FileExistsError"}
    assert server.do_act(stream="s", title="third", id="1") == {"told": "ok"}
    assert server.do_titles(stream="s") == {"titles": ["first", "third"]}
    assert told(lambda: None) == {"told": "ok"}


async def test_ascend_keeps_what_it_promises_when_a_reply_is_lost(dynamodb_local_url: str, tmp_path: Path) -> None:
    titles = tmp_path / "titles.json"
    titles.write_text('["a", "b"]')
    peer = PEERS_BY_NAME["ascend"]
    with (
        metered(dynamodb_local_url) as meter,
        running(peer, meter.url, str(titles), environment(meter.url)) as store,
    ):
        for length, stream in streams_by_length(TINY).items():
            store.ask("fill", stream=stream, count=length)
        found = check(store, meter, TINY)
        assert found == {
            "taken place": {"told": ["ok", "ok"], "stored": {"first": 1, "second": 1}},
            "duplicate": {"told": ["ok", "ok"], "stored": {"once": 1}},
            "lost reply": {"lost": 1, "told": ["ok"], "stored": {"once": 1}},
            "read back": {"written": 5, "read": 5},
        }
        counted = count_units(store, meter, 1)
        assert counted["append, 1 at once"] == counted["three in one call"] == 1
        assert counted["requests of three in one call"] == {"PutItem": 1}
        for row in count_units_by_length(store, meter, TINY):
            assert (row["told"], row["write_units"]) == ("ok", 1)
            assert row["command"] == "first" or row["read_units"] == 0
        rows = measure_turns({peer: store}, TINY)
        assert {row["store"] for row in rows} == {"raw-dynamodb", "ascend"}
        assert {row["work"] for row in rows} == {*map(append_name, TINY.at_once), "three in one call", "read"}


def test_ratios_are_beside_the_best_raw_rate_up_to_16_and_the_cpu_of_one_put() -> None:
    raw = {append_name(1): {"a_second": 10.0, "cpu_ms": 2.0}, append_name(16): {"a_second": 40.0, "cpu_ms": 1.0}}
    raw[append_name(256)] = {"a_second": 90.0, "cpu_ms": 1.0}
    figures = {append_name(256): {"a_second": 200.0, "cpu_ms": 0.5}}

    add_ratios(figures, raw)

    assert figures[append_name(256)] == {"a_second": 200.0, "cpu_ms": 0.5, "rate_to_raw": 5.0, "cpu_to_raw": 0.25}


def test_ascends_best_rate_and_its_reading_are_beside_each_store() -> None:
    reading = {"a_second": 4.0, "cpu_ms": 1.0}
    ascend = {append_name(1): {"a_second": 5.0}, append_name(256): {"a_second": 200.0}, "read": {**reading}}
    other = {append_name(16): {"a_second": 50.0}, "read": {"a_second": 4.0, "cpu_ms": 2.0}}

    compare_with_ascend(other, ascend)

    assert (other[append_name(16)]["ascend_rate"], other["read"]["ascend_cpu"]) == (4.0, 0.5)


@pytest.mark.parametrize(
    ("told", "stored", "expected"),
    [
        (["ok", "ok"], {"first": 1, "second": 1}, "both kept"),
        (["ok", "ok"], {"first": 0, "second": 1}, "**overwritten**, and both were told ok"),
        (["ok", "Taken"], {"first": 1, "second": 0}, "refused (Taken)"),
        (["Down", "Down"], {"first": 0, "second": 0}, "told Down and Down; stored: nothing"),
    ],
)
def test_the_verdict_of_a_taken_place_is_what_was_observed(
    told: list[str], stored: dict[str, int], expected: str
) -> None:
    assert describe_place({"told": told, "stored": stored}) == expected


def test_the_verdict_of_a_lost_reply_says_how_often_the_command_was_applied() -> None:
    def verdict(count: int, *told: str, lost: int = 1) -> str:
        return describe_lost({"lost": lost, "told": list(told), "stored": {"once": count}})

    assert verdict(1, "ok") == "applied once (told ok)"
    assert verdict(2, "Down", "ok") == "applied **twice** (told Down, then ok)"
    assert verdict(0, "Down", "Down") == "applied **never** (told Down, then Down)"
    assert verdict(1, "ok", lost=0) == "not measured: no reply was lost"
    assert describe_lost(None) == "no reply that could be lost"
    assert describe_read_back({"written": 20_000, "read": 20_000}) == "all 20,000"
    assert describe_read_back({"written": 20_000, "read": 1_700}) == "**1,700 of 20,000**, without an error"


def test_a_store_that_cannot_be_installed_is_not_run_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse() -> Any:
        raise Unavailable("no registry")

    missing = Peer("missing", "Missing", "sqlite", refuse)
    with pytest.raises(Unavailable, match="no registry"), running(missing, str(tmp_path), "", {}):
        pass
    assert "- missing: not run (no registry)" in write_tables(
        {"stores": {}, "speed": [], "checks": {}, "not_run": {"missing": "no registry"}}
    )


def test_an_unknown_store_ends_with_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["nostore"])

    assert "there is no store 'nostore'; there are ascend, castore, " in capsys.readouterr().err.splitlines()[-1]
    assert parse(["--at-once", "1,16"]).at_once == (1, 16)


def test_every_store_has_a_pinned_version() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+|this checkout", peer.version) for peer in ALL)
    lock = json.loads((ROOT / "scripts" / "bench_peers" / "node" / "package-lock.json").read_text())
    assert all(package["integrity"] for name, package in lock["packages"].items() if name)
    assert not [package for package in lock["packages"].values() if "resolved" in package]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_has_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()

    assert len(re.findall(r"^\S+==", text, re.MULTILINE)) <= text.count("--hash=sha256:")
    assert "://" not in text


def test_the_page_shows_the_committed_results() -> None:
    """If it fails: run `make bench-page`."""
    text = page.PAGE.read_text()

    assert fill_page(text, read_result("peers"), read_result("bench")) == text
    assert all(not rows.endswith("---") for rows in write_parts(read_result("peers"), read_result("bench")).values())


def test_the_lines_of_the_plots_are_those_of_the_result() -> None:
    result = read_result("peers")
    senders = {int(row["work"].split()[1]) for row in result["speed"] if row["work"].startswith("append, ")}

    assert {"raw puts", "Ascend", "Castore"} <= throughput(result).keys()
    assert set(throughput(result)["Ascend"]) == senders
    assert {"Ascend", "Castore"} <= units(result).keys()
    longest = max(units(result)["Castore"])
    assert max(units(result)["Ascend"].values()) <= 2  # one is read if the entity is new to the process
    assert units(result)["Castore"][longest] > 10 * units(result)["Ascend"][longest]


def test_numbers_are_kept_with_four_digits() -> None:
    assert round_numbers({"a": [1.23456, 20_000], "b": "c"}) == {"a": [1.235, 20_000], "b": "c"}
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


@pytest.mark.parametrize("target", ["bench-peers", "bench-page"])
def test_the_makefile_runs_the_commands(target: str) -> None:
    recipe = re.search(rf"\n{target}: setup.*\n\t@(.*)\n", (ROOT / "Makefile").read_text())
    assert recipe is not None
    command = recipe[1].replace("$(BIN)/python", sys.executable).replace("$(ARGS)", "--help")
    ran = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ran.returncode, "usage:" in ran.stdout) == (0, True)
