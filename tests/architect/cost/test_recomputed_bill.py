"""The bill of three workloads is within one percent of a second opinion, which knows only AWS's published formulas.

`scripts/recompute_bill.py` imports nothing of Ascend. It computes sizes, units and prices of the recorded requests itself.
"""

import ast
import json
from pathlib import Path
from typing import Any

import anyio
import pytest
import recompute_bill
from support.architect.recorded_usage import record_usage
from support.paths import ROOT

from ascend.architect.cost.bill import CostReport, build_report
from ascend.architect.cost.workload import Workload
from ascend.cli.schema.yaml_file import read_yaml

PERCENT = 0.01
EXAMPLES = ROOT / "examples" / "cost"
Opinions = tuple[CostReport, dict[str, Any]]


@pytest.fixture(scope="module", params=["studio", "multi-tenant", "write-heavy"])
def opinions(request: pytest.FixtureRequest) -> Opinions:
    """The report, and the second opinion."""
    workload = read_yaml(EXAMPLES / f"{request.param}.yaml", Workload)
    profile, usage = anyio.run(record_usage, workload)
    return build_report(workload, profile), recompute_bill.recompute(usage)


def test_each_line_of_the_bill_is_within_one_percent(opinions: Opinions) -> None:
    report, recomputed = opinions

    assert recomputed["bill"].keys() == report.money.keys()
    for line, money in recomputed["bill"].items():
        assert report.money[line] == pytest.approx(money, rel=PERCENT), line


def test_each_table_costs_the_same_in_each_mode_and_class(opinions: Opinions) -> None:
    report, recomputed = opinions

    for table in report.tables:
        choices = {f"{each.mode.value} {each.table_class.value}": each.money for each in table.choices}
        assert choices == pytest.approx(recomputed["tables"][table.table], rel=PERCENT)


def test_the_second_opinion_advises_the_same(opinions: Opinions) -> None:
    report, recomputed = opinions

    for table in report.tables:
        prices = recomputed["tables"][table.table]
        cheapest = min(prices, key=prices.__getitem__)
        default = "PAY_PER_REQUEST STANDARD"
        advised = cheapest if prices[cheapest] <= 0.9 * prices[default] else default
        assert f"{table.advised.mode.value} {table.advised.table_class.value}" == advised


def test_the_three_workloads_have_every_line_of_a_bill_and_both_modes_and_classes() -> None:
    workloads = [read_yaml(file, Workload) for file in sorted(EXAMPLES.glob("*.yaml"))]

    assert len(workloads) == 3
    assert any(
        workload.backups.kept and workload.backups.exports and workload.backups.restores for workload in workloads
    )
    assert any(workload.stream_reads for workload in workloads)
    assert any(workload.free_storage for workload in workloads)
    assert any(workload.peak_commands for workload in workloads)
    assert {workload.region for workload in workloads} == {"us-east-1", "eu-central-1"}


def test_the_second_opinion_is_right_about_a_bill_that_is_computed_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One item of 1,100 bytes in one index: put a million times a day, and read as often in pages of ten."""
    keys = {name: {"S": "x" * 10} for name in ("pk", "sk", "gsi1pk", "gsi1sk")}
    item = keys | {"text": {"S": "x" * (1_100 - 40 - 2 - 2 - 6 - 6 - 4)}}
    put = {"table": "views", "before": None, "after": item}
    usage: dict[str, Any] = {
        "region": "us-east-1",
        "free_storage": False,
        "stream_reads": 100_000,
        "kept": 0,
        "exports": 0,
        "restores": 0,
        "insights": {"events": "none", "views": "throttled"},
        "alarm_metrics": 15,
        "scaling": {"target": 0.5, "minimum": 5, "peak_hours": 12},
        "puts": [put | {"spread": 0, "a_day": 1_000_000, "peak": 20}],
        "reads": [
            {"place": "gsi1", "kind": "query", "bytes": 11_000, "consistent": False, "a_day": 1_000_000, "peak": 20}
        ],
        "idle_reads": [],
        "heartbeats": [],
        "stored": [put | {"times": 1e9}],
    }
    file = tmp_path / "usage.json"
    file.write_text(json.dumps(usage))
    monkeypatch.setattr("sys.argv", ["recompute_bill.py", str(file)])

    recompute_bill.main()

    shown = json.loads(capsys.readouterr().out)
    bill, views = shown["bill"], shown["tables"]["views"]
    assert recompute_bill.item_size(item) == 1_100
    assert bill["writes"] == pytest.approx(30 * 4 * 0.625)  # 2 units in the table and 2 in the index
    assert bill["reads"] == pytest.approx(30 * 1.5 * 0.125)  # 11,000 bytes are 3 units, and half of them
    assert bill["storage"] == pytest.approx(2 * 1_200 * 0.25)
    assert bill["stream"] == pytest.approx((30 - 25) * 0.02)  # the first 2,500,000 are free
    assert (bill["alarms"], bill["insights"]) == pytest.approx((1.5, 3 * 2 * 0.5))
    # writes: 2 units 11.57 times a second are 23.1, so 47 units at a target of one half; 80 for half of the day
    writes, reads = 2 * (12 * 80 + 12 * 47) + 24 * 5, (12 * 60 + 12 * 35) + 2 * 24 * 5
    capacity = 30 * (writes * 0.00065 + reads * 0.00013) + 3 * 8 * 0.1
    assert views["PROVISIONED STANDARD"] == pytest.approx(capacity + bill["storage"])


def test_the_second_opinion_imports_nothing_of_ascend() -> None:
    tree = ast.parse(Path(recompute_bill.__file__).read_text())
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert modules <= {"base64", "collections", "collections.abc", "json", "math", "pathlib", "sys", "typing"}
