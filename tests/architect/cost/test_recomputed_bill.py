"""The bill of three workloads is within one percent of a second opinion, which knows only AWS's published formulas.

`scripts/recompute_bill.py` imports nothing of Ascend. It computes sizes, units and prices of the recorded requests itself.
"""

import ast
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


def test_the_second_opinion_imports_nothing_of_ascend() -> None:
    tree = ast.parse(Path(recompute_bill.__file__).read_text())
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert modules <= {"base64", "collections", "collections.abc", "json", "math", "pathlib", "sys", "typing"}
