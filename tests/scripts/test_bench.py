"""Each figure measures its rows, the result has one form, and nonsense ends with a clear line. No time is asserted."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import cast

import pytest
from bench.__main__ import describe, main
from bench.catalog import FIGURES
from bench.comparison import Row, summarise
from bench.measuring import Turn
from bench.place import Place
from bench.requests import count_requests
from bench.sizes import Sizes
from bench.visibility import percentile
from bench.work import create_workspace
from bench.workspace_size import QUERIES
from bench.wrapped import Counted, SinglePuts, Throttled
from support.paths import ROOT

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.puts import Put

TINY = Sizes(
    commands=4,
    workspaces=(2,),
    workers=(1, 2),
    seconds=0.3,
    samples=2,
    at_once=4,
    replayed=8,
    events=(60, 70),
    loaded=3,
)
TIMES = {"cpu_ms", "wall_ms"}
RATES = {*TIMES, "a_second"}
LATENCY = {"p50_ms", "p99_ms"}
LOADED = {*TIMES, "commands", "seconds"}
IDLE = {"cpu_ms", "cpu_share", "requests_a_second"}
REBUILDING = {*TIMES, "puts_an_item", "peak_mib"}
THROTTLED = {*TIMES, "seconds", "rendered_share"}
ROWS: dict[str, dict[str, set[str]]] = {
    "commands": {"a command": RATES, "a command, 4 at once": RATES},
    "at-once": {"4 at once, 1 workspace": RATES, "4 at once, 4 workspaces": RATES},
    "latency": {f"{what}, half of its load": {*LATENCY, "a_second"} for what in ("raw put", "a command")},
    "replaying": {"an event": {*TIMES, "events", "events_a_commit"}},
    "loading": dict.fromkeys(
        [f"a command, {what}" for what in ("loaded", "projected", "loaded and projected")], LOADED
    ),
    "workspace-size": {
        f"{name}, {events} events": {*TIMES, "to_smallest"}
        for events in TINY.events
        for name in ("a command", *QUERIES)
    },
    "queries": {
        "the table's Query of feed": TIMES,
        "feed, 99 lines": {*TIMES, "to_query", "to_requests"},
        "the table's Query of subtree": TIMES,
        "subtree, 500 lines": {*TIMES, "to_query", "to_requests"},
    },
    "importing": {"import ascend": TIMES, "ascend --help": {*TIMES, "to_its_imports"}},
    "many-workspaces": {"a command, 4 workspaces": TIMES},
    "reading": {"a commit": TIMES},
    "projecting": {"an event": TIMES, "an event, by single puts": TIMES},
    "rebuilding": {
        f"an event, {events} an entity, {processes} processes": REBUILDING for events in (10, 3) for processes in (1, 2)
    },
    "following": {"loaded, then projected": TIMES, "followed at once": TIMES},
    "bulk-puts": {"put, 16 at once": TIMES, "put_all": TIMES},
    "idle": {"2 workspaces, 1 workers": IDLE, "2 workspaces, 2 workers": IDLE},
    "visibility": {"2 workspaces, p50": {"wall_ms"}, "2 workspaces, p99": {"wall_ms"}},
    "throttled": {"2 workspaces, none throttled": THROTTLED, "2 workspaces, one throttled": THROTTLED},
    "memory": {"ten times the commands": {"peak_mib"}},
}

RAW = {"memory": {"peak_mib"}, "latency": LATENCY} | dict.fromkeys(
    ["commands", "at-once", "loading", "workspace-size"], RATES
)


@pytest.mark.parametrize(
    ("figure", "kind"), [("memory", "memory"), *((name, "sqlite") for name in FIGURES if name != "memory")]
)
async def test_each_figure_measures_its_rows_and_the_bare_store(
    figure: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}/src:{ROOT}/scripts")  # for the processes whose memory is measured
    async with FIGURES[figure](Place(kind, str(tmp_path)), TINY) as take_turn:
        turn = await take_turn()

    assert {name: set(row) for name, row in turn.rows.items()} == ROWS[figure]
    assert set(turn.raw) == RAW.get(figure, TIMES)
    assert figure == "importing" or all(
        number >= 0 for row in (turn.raw, *turn.rows.values()) for number in row.values()
    )


@pytest.mark.parametrize("figure", ["projecting", "idle", "visibility"])
async def test_stores_in_memory_are_measured_too(figure: str) -> None:
    async with FIGURES[figure](Place("memory"), TINY) as take_turn:
        assert set((await take_turn()).rows) == set(ROWS[figure])


async def test_requests_to_dynamodb_are_counted_whoever_sends_them(dynamodb_tables: DynamoTables) -> None:
    with count_requests() as sent:
        await dynamodb_tables.check()
        await dynamodb_tables.client.list_tables()

    assert sent == {"DescribeTable": 2, "ListTables": 1}


async def test_wrapped_tables_change_one_thing_each() -> None:
    async with ascend.open_store("memory://", create=True) as store:
        throttled, free = [await create_workspace(store) for _ in range(2)]
        calls = Counter[str]()
        items = [Item(Key(f"W#{workspace}", "1"), {}) for workspace in (throttled, free)]
        counted = SinglePuts(cast("Tables", Counted(store.tables, calls)))

        assert await counted.put_all(Table.VIEWS, [Put(item, Absent()) for item in items]) == [True, True]
        assert await counted.put_all(Table.VIEWS, [Put(item, Absent()) for item in items]) == [False, False]
        assert calls == {"put": 4}

        tables = Throttled(store.tables, throttled)
        with pytest.raises(ascend.StoreUnavailable, match="throttled"):
            await tables.put_all(Table.VIEWS, [Put(items[0], Absent())])
        with pytest.raises(ascend.StoreUnavailable, match="throttled"):
            await tables.put(Table.VIEWS, items[0], Absent())
        assert await tables.put(Table.VIEWS, items[1], Absent()) is not None
        assert await tables.put(Table.EVENTS, items[0], Absent()) is None


def test_a_row_has_medians_and_the_median_of_the_ratios_of_each_turn() -> None:
    turns = [
        Turn({"cpu_ms": raw, "wall_ms": 1.0}, {"an event": {"cpu_ms": cpu, "share": 0.5}})
        for raw, cpu in [(1.0, 2.0), (10.0, 30.0), (2.0, 3.0)]
    ]

    raw, row = summarise("projecting", "sqlite", "this", turns)

    assert raw == Row(
        figure="projecting",
        store="sqlite",
        code="this",
        row="raw",
        turns=3,
        medians={"cpu_ms": 2.0, "wall_ms": 1.0},
        ratios={},
        to_baseline={},
    )
    assert (row.medians, row.ratios) == ({"cpu_ms": 3.0, "share": 0.5}, {"cpu_ms": 2.0})
    assert describe(row).split() == (
        ["SQLite", "this", "projecting:", "an", "event", "cpu_ms", "3.000", "(2.00", "×", "raw)", "share", "0.500"]
    )


def test_a_row_is_compared_with_the_same_row_and_turn_of_the_baseline() -> None:
    this = [Turn({"cpu_ms": 1.0}, {"an event": {"cpu_ms": cpu}, "new": {"cpu_ms": 1.0}}) for cpu in (1.0, 2.0, 8.0)]
    baseline = [Turn({"cpu_ms": 2.0}, {"an event": {"cpu_ms": cpu}}) for cpu in (10.0, 4.0, 32.0)]

    raw, event, new = summarise("projecting", "sqlite", "this", this, baseline)

    assert [row.to_baseline for row in (raw, event, new)] == [{"cpu_ms": 0.5}, {"cpu_ms": 0.25}, {}]
    assert "cpu_ms 2.000 (2.00 × raw, 0.25 × baseline)" in describe(event)


def test_the_99th_percentile_of_a_hundred_numbers_is_the_ninety_ninth_of_them() -> None:
    assert (percentile(range(1, 101), 99), percentile(range(1, 101), 50), percentile([7], 99)) == (99, 50, 7)


def test_the_codes_of_two_checkouts_are_measured_in_turns(capfd: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "projecting",
        "--store",
        "memory",
        "--commands",
        "3",
        "--turns",
        "2",
        "--baseline",
        str(ROOT),
        "--json",
    ]

    assert main(arguments) == 0

    printed = json.loads(capfd.readouterr().out)
    assert set(printed) == {"machine", "sizes", "rows"}
    assert printed["sizes"]["commands"] == 3
    assert [(row["code"], row["row"], row["turns"]) for row in printed["rows"]] == [
        (code, row, 2) for code in ("this", "baseline") for row in ("raw", *ROWS["projecting"])
    ]
    assert set(printed["rows"][1]) == {"figure", "store", "code", "row", "turns", "medians", "ratios", "to_baseline"}
    assert set(printed["rows"][1]["ratios"]) == set(printed["rows"][1]["to_baseline"]) == TIMES
    assert printed["rows"][-1]["to_baseline"] == {}


def test_a_figure_that_fails_ends_the_run_with_its_error_and_a_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "src" / "ascend"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise RuntimeError('this code is broken')")

    assert main(["commands", "--store", "memory", "--turns", "1", "--baseline", str(tmp_path)]) == 1

    errors = capfd.readouterr().err
    assert "this code is broken" in errors
    assert errors.splitlines()[-1] == (
        f"commands of the code at {tmp_path} ended without a result (exit code 1); its error stands above"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["speed"], "there is no figure 'speed'; there are commands, at-once, "),
        (["--store", "postgres"], "invalid choice: 'postgres'"),
        (["--commands", "0"], "'0' is no whole number of at least 1"),
        (["--commands", "many"], "'many' is no whole number of at least 1"),
        (["--workspaces", "100,"], "'' is no whole number of at least 1"),
        (["--workers", "-1"], "'-1' is no whole number of at least 1"),
        (["--seconds", "nan"], "'nan' is no number of seconds above 0"),
        (["--turns", "0"], "'0' is no whole number of at least 1"),
        (["--baseline", "/dev"], "/dev is no checkout of Ascend: it has no src/ascend/__init__.py"),
    ],
)
def test_nonsense_arguments_end_with_a_line_that_says_what_is_wrong(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)

    assert message in capsys.readouterr().err.splitlines()[-1]


def test_the_makefile_runs_the_command() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\nbench: setup\n\t@")[2].partition("\n")[0]
    command = recipe.replace("$(BIN)/python", sys.executable).replace("$(ARGS)", "--help")

    ran = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ran.returncode, "--baseline DIR" in ran.stdout) == (0, True)
