"""The advice of a workload becomes parameters, the parameters become tables, and `doctor` knows both."""

import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from support.architect.resolved_template import resolve_resources
from support.cli.command_line import AscendCommand
from support.paths import ROOT

from ascend.adapters.layout.table_specs import EVENTS, VIEWS
from ascend.adapters.table.item import Table
from ascend.architect.aws.advice import HEADROOM, advise_parameters, read_settings
from ascend.architect.aws.cloudformation import build_stack_template
from ascend.architect.aws.parameters import list_parameters
from ascend.architect.cost.bill import CostReport, build_report
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.workload import Workload
from ascend.domain.errors import InvalidInput

TEMPLATE = build_stack_template()
STEADY: dict[str, Any] = {"workspaces": 20_000, "peak": 1.5, "worker": {"pause": 60}}
"""Many workspaces whose load is even over the day."""


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


def advise(profile: CostProfile, **fields: Any) -> tuple[CostReport, dict[str, str]]:
    workload = Workload.model_validate(fields)
    report = build_report(workload, profile)
    parameters = advise_parameters(workload, report)
    return report, {each["ParameterKey"]: each["ParameterValue"] for each in parameters}


def resolve(**parameters: str) -> dict[str, Any]:
    return resolve_resources(TEMPLATE, parameters)


# ---- the defaults --------------------------------------------------------------------------------------------------


def test_without_parameters_the_tables_are_on_demand_without_caps_tags_or_scaling() -> None:
    resources = resolve()
    tables = {id: resources[id] for id in ("EventsTable", "ViewsTable")}

    assert not any("Scaling" in id for id in resources)
    for table in tables.values():
        assert (table["BillingMode"], table["TableClass"]) == ("PAY_PER_REQUEST", "STANDARD")
        for place in (table, *table.get("GlobalSecondaryIndexes", ())):
            left_out = {"ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput", "Tags"}
            assert not (left_out | {"ContributorInsightsSpecification"}) & place.keys()
    assert tables["EventsTable"]["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": "35",
    }
    assert tables["ViewsTable"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": False}


def test_the_advice_for_a_small_store_is_the_defaults(profile: CostProfile) -> None:
    _, advised = advise(profile)

    assert advised == {name: str(list_parameters()[name]["Default"]) for name in advised}


# ---- provisioned ---------------------------------------------------------------------------------------------------


def test_a_provisioned_table_scales_its_reads_and_writes_and_those_of_its_indexes(profile: CostProfile) -> None:
    report, advised = advise(profile, **STEADY)
    resources = resolve(**advised)
    views = report.tables[1]

    assert (advised["EventsBilling"], advised["ViewsBilling"]) == ("PROVISIONED", "PROVISIONED")
    for place, name in (("views", "Views"), ("gsi1", "ViewsGsi1"), ("gsi2", "ViewsGsi2")):
        for side, scaled in (("Read", views.capacity[place].reads), ("Write", views.capacity[place].writes)):
            target, policy = resources[f"{name}{side}Scaling"], resources[f"{name}{side}ScalingPolicy"]
            bounds = (target["MinCapacity"], target["MaxCapacity"])
            assert bounds == (str(scaled.least), str(HEADROOM * scaled.most))
            index = "" if place == "views" else f"/index/{place}"
            assert target["ResourceId"] == {"Fn::Sub": f"table/${{ViewsTable}}{index}"}
            kind = "index" if index else "table"
            assert target["ScalableDimension"] == f"dynamodb:{kind}:{side}CapacityUnits"
            tracking = policy["TargetTrackingScalingPolicyConfiguration"]
            assert tracking["TargetValue"] == "70"
            metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
            assert metric == f"DynamoDB{side}CapacityUtilization"
    for index in resources["ViewsTable"]["GlobalSecondaryIndexes"]:
        least = views.capacity[index["IndexName"]]
        throughput = index["ProvisionedThroughput"]
        assert throughput["ReadCapacityUnits"] == str(least.reads.least)
        assert throughput["WriteCapacityUnits"] == str(least.writes.least)


def test_one_table_can_be_provisioned_alone() -> None:
    resources = resolve(EventsBilling="PROVISIONED")

    assert {id for id in resources if "Scaling" in id} == {
        f"Events{side}Scaling{part}" for side in ("Read", "Write") for part in ("", "Policy")
    }
    assert "ProvisionedThroughput" in resources["EventsTable"]
    assert "ProvisionedThroughput" not in resources["ViewsTable"]


# ---- on demand -----------------------------------------------------------------------------------------------------


def test_a_cap_holds_for_a_table_on_demand_and_its_indexes_and_never_for_a_provisioned_one(
    profile: CostProfile,
) -> None:
    report, advised = advise(profile, workspaces=100, peak=100, cap=3)
    peak = max(demand.writes.peak for demand in report.tables[1].demands.values())
    capped = resolve(**advised)["ViewsTable"]

    assert 3 * peak <= int(advised["ViewsWriteCap"]) < 3 * peak + 1
    for place in (capped, *capped["GlobalSecondaryIndexes"]):
        assert place["OnDemandThroughput"] == {
            "MaxReadRequestUnits": advised["ViewsReadCap"],
            "MaxWriteRequestUnits": advised["ViewsWriteCap"],
        }
    assert "OnDemandThroughput" not in resolve(**advised | {"ViewsBilling": "PROVISIONED"})["ViewsTable"]


def test_a_peak_beyond_a_new_table_is_made_ready_by_warm_throughput(profile: CostProfile) -> None:
    _, small = advise(profile, peak=100)
    report, large = advise(profile, workspaces=20_000, peak=100)
    views = resolve(**large)["ViewsTable"]

    assert (small["ViewsWarmReads"], small["ViewsWarmWrites"]) == ("12000", "4000")
    assert "WarmThroughput" not in resolve(**small)["ViewsTable"]
    assert int(large["ViewsWarmReads"]) >= max(demand.reads.peak for demand in report.tables[1].demands.values())
    assert int(large["ViewsWarmWrites"]) >= 4_000
    for place in (views, *views["GlobalSecondaryIndexes"]):
        assert place["WarmThroughput"]["ReadUnitsPerSecond"] == large["ViewsWarmReads"]


def test_a_cap_of_the_reads_alone_leaves_the_writes_the_quota_of_an_account() -> None:
    assert resolve(EventsReadCap="500")["EventsTable"]["OnDemandThroughput"] == {
        "MaxReadRequestUnits": "500",
        "MaxWriteRequestUnits": "40000",
    }


# ---- the other settings --------------------------------------------------------------------------------------------


def test_recovery_insights_class_and_a_tag_are_parameters(profile: CostProfile) -> None:
    _, advised = advise(profile, backups={"recovery_days": 7}, insights={"views": "accessed", "events": "throttled"})
    chosen = {"EventsTableClass": "STANDARD_INFREQUENT_ACCESS", "TagKey": "team", "TagValue": "garden"}
    tables = resolve(**advised | chosen)
    events, views = tables["EventsTable"], tables["ViewsTable"]

    assert events["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] == "7"
    assert events["ContributorInsightsSpecification"] == {"Enabled": True, "Mode": "THROTTLED_KEYS"}
    for place in (views, *views["GlobalSecondaryIndexes"]):
        assert place["ContributorInsightsSpecification"]["Mode"] == "ACCESSED_AND_THROTTLED_KEYS"
    assert (events["TableClass"], views["TableClass"]) == ("STANDARD_INFREQUENT_ACCESS", "STANDARD")
    assert events["Tags"] == views["Tags"] == [{"Key": "team", "Value": "garden"}]


# ---- the file ------------------------------------------------------------------------------------------------------


def test_the_command_prints_a_file_that_cloudformation_and_doctor_read(ascend: AscendCommand, tmp_path: Path) -> None:
    shown = ascend("schema", "cost", ROOT / "examples" / "cost" / "studio.yaml", "--parameters")
    file = tmp_path / "parameters.json"
    file.write_text(shown.out)

    assert shown.code == 0
    assert all(each.keys() == {"ParameterKey", "ParameterValue"} for each in json.loads(shown.out))
    assert {each["ParameterKey"] for each in json.loads(shown.out)} <= list_parameters().keys()
    assert read_settings(file)[Table.EVENTS].billing == "PAY_PER_REQUEST"


def test_the_settings_are_those_of_the_parameters(profile: CostProfile, tmp_path: Path) -> None:
    workload = Workload.model_validate(STEADY | {"backups": {"recovery_days": 7}})
    report = build_report(workload, profile)
    file = tmp_path / "parameters.json"
    file.write_text(json.dumps(advise_parameters(workload, report)))

    settings = read_settings(file)

    for spec, billing in ((EVENTS, report.tables[0]), (VIEWS, report.tables[1])):
        assert settings[spec.table].billing == billing.advised.mode.value
        for place, capacity in billing.capacity.items():
            least = settings[spec.table].least[place]
            assert (least.reads, least.writes) == (capacity.reads.least, capacity.writes.least)
    assert settings[Table.EVENTS].recovery_days == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "is not a JSON list"),
        ("[1]", "is not a JSON list"),
        ('[{"ParameterKey": "EventsBiling", "ParameterValue": "x"}]', "no parameter EventsBiling"),
        ('[{"ParameterKey": "EventsBilling", "ParameterValue": "cheap"}]', "'cheap' is none of PAY_PER_REQUEST"),
        ('[{"ParameterKey": "ViewsReadCap", "ParameterValue": "many"}]', "invalid literal"),
    ],
)
def test_a_file_of_another_form_is_an_error_that_names_it(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "parameters.json"
    file.write_text(text)

    with pytest.raises(InvalidInput, match=message) as refused:
        read_settings(file)
    assert str(file) in str(refused.value)


def test_another_application_has_no_parameters(ascend: AscendCommand) -> None:
    refused = ascend("--app", "support.applications:LEDGER", "schema", "cost", "--parameters")

    assert refused.code == 2
    assert "leave out --parameters" in refused.err
