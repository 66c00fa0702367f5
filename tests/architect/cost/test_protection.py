"""Backups, exports, restores, alarms and Contributor Insights are lines of the bill."""

import anyio
import pytest

from ascend.architect.aws.cloudformation import build_stack_template
from ascend.architect.cost.bill import build_report
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.prices import GIGABYTE
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.protection import count_alarm_metrics
from ascend.architect.cost.storage import sum_stored_bytes
from ascend.architect.cost.workload import Workload
from ascend.architect.cost.writes import sum_by_place
from ascend.cli.schema.yaml_file import parse_yaml
from ascend.domain.errors import InvalidInput


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


def bill(profile: CostProfile, text: str) -> dict[str, float]:
    return dict(build_report(parse_yaml(text, Workload), profile).money)


def test_backups_exports_and_restores_are_priced_by_the_size_of_the_events(profile: CostProfile) -> None:
    money = bill(profile, "workspaces: 100\nbackups: {kept: 4, exports: 2, restores: 0.5}")
    events = sum_by_place(sum_stored_bytes(Workload(workspaces=100), profile))["events"] / GIGABYTE

    assert money["backups"] == pytest.approx(4 * events * 0.1)
    assert money["exports"] == pytest.approx(2 * events * 0.1)
    assert money["restores"] == pytest.approx(0.5 * events * 0.15)
    assert money["recovery"] == pytest.approx(events * 0.2)


def test_recovery_costs_the_same_for_each_number_of_days(profile: CostProfile) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html"""
    assert bill(profile, "backups: {recovery_days: 1}") == bill(profile, "backups: {recovery_days: 35}")


def test_a_backup_whose_price_is_not_known_is_an_error_that_names_it(profile: CostProfile) -> None:
    with pytest.raises(InvalidInput, match="`backup` in this region is not known"):
        bill(profile, "region: eu-central-1\nbackups: {kept: 1}")
    known = bill(profile, "region: eu-central-1\nbackups: {kept: 1}\nprices: {backup: 0.2448}")
    assert known["backups"] == pytest.approx(known["recovery"])


def test_the_metrics_of_all_alarms_of_the_template_are_billed(profile: CostProfile) -> None:
    alarms = [
        resource["Properties"]
        for resource in build_stack_template()["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    watched = [sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1 for alarm in alarms]

    assert sum(watched) == count_alarm_metrics() == 16
    assert bill(profile, "workspaces: 1")["alarms"] == pytest.approx(16 * 0.1)
    assert bill(profile, "alarms: false")["alarms"] == 0


def test_insights_have_a_price_for_each_rule_and_for_each_item_that_is_read_or_written(profile: CostProfile) -> None:
    throttled = bill(profile, "insights: {events: throttled, views: throttled}")
    accessed = build_report(parse_yaml("insights: {events: accessed}", Workload), profile)
    [events, _] = accessed.tables
    items = events.demands["events"].writes.average + events.demands["events"].reads.average

    assert throttled["insights"] == pytest.approx(4 * 2 * 0.5)
    assert accessed.money["insights"] == pytest.approx(4 * 0.5 + 2 * items * 30 * 86_400 / 1e6 * 0.03)


def test_the_first_gigabytes_are_free_only_where_the_workload_says_so(profile: CostProfile) -> None:
    small, free = bill(profile, "workspaces: 10"), bill(profile, "workspaces: 10\nfree_storage: true")
    large = [bill(profile, f"workspaces: 1000\nfree_storage: {free}")["storage"] for free in ("false", "true")]

    assert small["storage"] > free["storage"] == 0
    assert large[0] - large[1] == pytest.approx(25 * 0.25)
