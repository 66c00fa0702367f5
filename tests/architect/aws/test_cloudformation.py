"""The template is valid, deploys, and creates the declared tables. moto stands in for the service.

moto's CloudFormation ignores alarms, point-in-time recovery, TTL and encryption of tables, deletion policies, quotas and
permissions. cfn-lint checks all of these. The fixture sets recovery and TTL as in the template, so that `doctor` sees
them; `doctor` cannot see the encryption.
"""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiobotocore.session import AioSession
from anyio import to_thread
from cfnlint.api import lint

import ascend
from ascend.adapters.layout.setting_check import Verdict
from ascend.architect.aws.advice import read_settings
from ascend.architect.aws.alarms import LAG_DIMENSION, LAG_METRIC, LAG_NAMESPACE
from ascend.architect.aws.cloudformation import build_stack_template
from ascend.cli.app import run
from ascend.cli.schema_commands import Format, format_document
from ascend.doctor import examine

ADA = ascend.UserId("ada")


# ---- the text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", Format)
def test_cfn_lint_finds_no_fault(format: Format) -> None:
    assert [str(fault) for fault in lint(format_document(build_stack_template(), format))] == []


def plant_faults() -> list[tuple[str, dict[str, Any]]]:
    """Return templates with likely mistakes, each with the rule of cfn-lint that finds it."""
    spelled, unused, unknown, foreign = (deepcopy(build_stack_template()) for _ in range(4))
    events, views = (template["Resources"] for template in (spelled, unused))
    events["EventsTable"]["Properties"]["DeletionProtection"] = True
    views["ViewsTable"]["Properties"]["GlobalSecondaryIndexes"].pop()
    unknown["Outputs"]["StoreUrl"]["Value"] = {"Ref": "Nothing"}
    foreign["Resources"]["LagAlarm"]["Properties"]["ComparisonOperator"] = "GreaterThan"
    return [("E3002", spelled), ("E3039", unused), ("E6101", unknown), ("E3030", foreign)]


@pytest.mark.parametrize(("rule", "faulty"), plant_faults(), ids=lambda part: part if isinstance(part, str) else "")
def test_cfn_lint_finds_each_planted_fault(rule: str, faulty: dict[str, Any]) -> None:
    assert rule in {fault.rule.id for fault in lint(json.dumps(faulty))}


def test_both_formats_hold_the_same_template(capsys: pytest.CaptureFixture[str]) -> None:
    outputs: list[str] = []
    for arguments in (["schema", "cloudformation"], ["schema", "cloudformation", "--format", "json"]):
        assert run(arguments) == 0
        outputs.append(capsys.readouterr().out)

    assert yaml.safe_load(outputs[0]) == json.loads(outputs[1]) == build_stack_template()


def test_the_tables_stay_when_the_stack_is_deleted() -> None:
    for resource in build_stack_template()["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_each_table_and_index_has_its_alarms() -> None:
    watched: set[tuple[str, ...]] = set()
    for alarm in build_stack_template()["Resources"].values():
        if alarm["Type"] == "AWS::CloudWatch::Alarm" and "MetricName" in (properties := alarm["Properties"]):
            values: list[str | dict[str, str]] = [dimension["Value"] for dimension in properties["Dimensions"]]
            names = (value if isinstance(value, str) else value["Ref"] for value in values)
            watched.add((properties["MetricName"], *names))

    places = [("EventsTable",), ("ViewsTable",), ("ViewsTable", "gsi1"), ("ViewsTable", "gsi2")]
    sides = ("ReadThrottleEvents", "WriteThrottleEvents")
    assert watched == {(side, *place) for side in sides for place in places} | {("Lag", "Prefix")}


def test_alarms_go_to_the_topic_and_stay_quiet_without_traffic() -> None:
    topic = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    resources = build_stack_template()["Resources"].values()
    alarms = [resource["Properties"] for resource in resources if resource["Type"] == "AWS::CloudWatch::Alarm"]
    [lag] = [alarm for alarm in alarms if alarm.get("MetricName") == LAG_METRIC]

    assert all((alarm["AlarmActions"], alarm["TreatMissingData"]) == (topic, "notBreaching") for alarm in alarms)
    assert (lag["Namespace"], lag["Dimensions"]) == (
        LAG_NAMESPACE,
        [{"Name": LAG_DIMENSION, "Value": {"Ref": "Prefix"}}],
    )


# ---- deployed ------------------------------------------------------------------------------------------------------


def open_client(service: str, url: str) -> Any:
    session: Any = AioSession()
    return session.create_client(service, endpoint_url=url)


NO_ALARMS = pytest.mark.filterwarnings("ignore:Tried to parse AWS..CloudWatch..Alarm")


@pytest.fixture
async def deployed(moto_url: str) -> dict[str, str]:
    """Return the outputs of a stack whose prefix and topic are not the default."""
    async with open_client("cloudformation", moto_url) as client:
        parameters = {"Prefix": "life", "AlarmTopic": "arn:aws:sns:us-east-1:123456789012:alarms"}
        await client.create_stack(
            StackName="ascend",
            TemplateBody=format_document(build_stack_template(), Format.YAML),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )
        [stack] = (await client.describe_stacks(StackName="ascend"))["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    await set_properties_that_moto_ignores(moto_url, outputs)
    return outputs


async def set_properties_that_moto_ignores(moto_url: str, outputs: dict[str, str]) -> None:
    async with open_client("dynamodb", moto_url) as client:
        for id in ("EventsTable", "ViewsTable"):
            name, properties = outputs[f"{id}Name"], build_stack_template()["Resources"][id]["Properties"]
            enabled = properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
            recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": enabled}}
            await client.update_continuous_backups(TableName=name, **recovery)
            if ttl := properties.get("TimeToLiveSpecification"):
                await client.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)


@NO_ALARMS
async def test_a_store_runs_on_the_deployed_tables_and_doctor_finds_no_drift(
    deployed: dict[str, str], moto_url: str
) -> None:
    url = f"{deployed['StoreUrl']}&endpoint_url={moto_url}"
    home = ascend.new_id(ascend.WorkspaceId)

    async with ascend.open_store(url) as store:
        await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        await store.worker.run_once()
        assert (await store.queries.workspace(home, viewer=ADA)).card.name == "Home"
        assert (await store.verify()).clean

    findings = await examine(url)
    unknown = {(finding.where, finding.setting) for finding in findings if finding.state is Verdict.UNKNOWN}
    assert [finding for finding in findings if finding.state is Verdict.DRIFT] == []
    assert unknown == {("life-events", "encryption"), ("life-views", "encryption")}


@NO_ALARMS
async def test_the_outputs_name_the_created_tables(deployed: dict[str, str], moto_url: str) -> None:
    async with open_client("dynamodb", moto_url) as client:
        for id, name in (("EventsTable", "life-events"), ("ViewsTable", "life-views")):
            table = (await client.describe_table(TableName=name))["Table"]
            assert (deployed[f"{id}Name"], deployed[f"{id}Arn"]) == (name, table["TableArn"])
            assert deployed.get(f"{id}StreamArn") == table.get("LatestStreamArn")


NO_SCALING = pytest.mark.filterwarnings("ignore:Tried to parse AWS..ApplicationAutoScaling")


@NO_ALARMS
@NO_SCALING
async def test_a_provisioned_table_deploys_and_doctor_knows_it_by_the_parameters(moto_url: str, tmp_path: Path) -> None:
    chosen = {"Prefix": "steady", "EventsBilling": "PROVISIONED", "EventsReadMin": "7", "EventsWriteMin": "9"}
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in chosen.items()]
    file = tmp_path / "parameters.json"
    file.write_text(json.dumps(parameters))
    async with open_client("cloudformation", moto_url) as client:
        template = format_document(build_stack_template(), Format.JSON)
        await client.create_stack(StackName="steady", TemplateBody=template, Parameters=parameters)
    ids = ("EventsTable", "ViewsTable")
    await set_properties_that_moto_ignores(moto_url, {f"{id}Name": f"steady-{id[:-5].lower()}" for id in ids})
    url = f"dynamodb://steady?endpoint_url={moto_url}"

    known, unknown = await examine(url, settings=await to_thread.run_sync(read_settings, file)), await examine(url)

    assert [finding for finding in known if finding.state is Verdict.DRIFT] == []
    assert [finding.setting for finding in unknown if finding.state is Verdict.DRIFT] == ["billing"]
    async with open_client("dynamodb", moto_url) as client:
        throughput = (await client.describe_table(TableName="steady-events"))["Table"]["ProvisionedThroughput"]
        assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (7, 9)
