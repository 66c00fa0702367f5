"""The template is clean, deploys, and makes what the declaration says. moto stands for the service.

What moto's CloudFormation leaves out: alarms, point-in-time recovery, TTL and encryption of tables, deletion policies;
quotas and permissions. cfn-lint knows them all. Recovery and TTL are set here as the template says, so that `doctor`
sees them; encryption it cannot see.
"""

import json
from copy import deepcopy
from typing import Any

import pytest
import yaml
from aiobotocore.session import AioSession
from cfnlint.api import lint
from support.paths import ROOT

import ascend
from ascend.adapters.layout.drift import Verdict
from ascend.architect.aws.cloudformation import LAG_DIMENSION, LAG_METRIC, LAG_NAMESPACE, template
from ascend.cli.app import run
from ascend.cli.schema_commands import Format, format_document
from ascend.doctor import examine

COMMITTED = ROOT / "docs" / "reference" / "cloudformation.yaml"
ADA = ascend.UserId("ada")


# ---- the text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", Format)
def test_cfn_lint_finds_nothing(format: Format) -> None:
    assert [str(found) for found in lint(format_document(template(), format))] == []


def faults() -> list[tuple[str, dict[str, Any]]]:
    """What somebody may get wrong, and the rule that says so."""
    spelled, unused, unknown, foreign = (deepcopy(template()) for _ in range(4))
    events, views = (one["Resources"] for one in (spelled, unused))
    events["EventsTable"]["Properties"]["DeletionProtection"] = True
    views["ViewsTable"]["Properties"]["GlobalSecondaryIndexes"].pop()
    unknown["Outputs"]["StoreUrl"]["Value"] = {"Ref": "Nothing"}
    foreign["Resources"]["LagAlarm"]["Properties"]["ComparisonOperator"] = "GreaterThan"
    return [("E3002", spelled), ("E3039", unused), ("E6101", unknown), ("E3030", foreign)]


@pytest.mark.parametrize(("rule", "faulty"), faults(), ids=lambda part: part if isinstance(part, str) else "")
def test_cfn_lint_finds_a_fault(rule: str, faulty: dict[str, Any]) -> None:
    assert rule in {found.rule.id for found in lint(json.dumps(faulty))}


def test_both_formats_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    for arguments in (["schema", "cloudformation"], ["schema", "cloudformation", "--format", "json"]):
        assert run(arguments) == 0
        said.append(capsys.readouterr().out)

    assert yaml.safe_load(said[0]) == json.loads(said[1]) == template()


def test_what_is_committed_is_up_to_date() -> None:
    """Else: `.venv/bin/ascend schema cloudformation > docs/reference/cloudformation.yaml`."""
    assert COMMITTED.read_text() == format_document(template(), Format.YAML)


def test_nothing_goes_with_the_stack() -> None:
    for resource in template()["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_each_table_and_index_has_its_alarms() -> None:
    watched: set[tuple[str, ...]] = set()
    for alarm in template()["Resources"].values():
        if alarm["Type"] == "AWS::CloudWatch::Alarm" and "MetricName" in (said := alarm["Properties"]):
            values: list[str | dict[str, str]] = [one["Value"] for one in said["Dimensions"]]
            watched.add((said["MetricName"], *(one if isinstance(one, str) else one["Ref"] for one in values)))

    places = [("EventsTable",), ("ViewsTable",), ("ViewsTable", "gsi1"), ("ViewsTable", "gsi2")]
    sides = ("ReadThrottleEvents", "WriteThrottleEvents")
    assert watched == {(side, *place) for side in sides for place in places} | {("Lag", "Prefix")}


def test_alarms_go_to_the_topic_and_stay_quiet_where_nothing_is_counted() -> None:
    topic = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    alarms = [one["Properties"] for one in template()["Resources"].values() if one["Type"] == "AWS::CloudWatch::Alarm"]
    [lag] = [one for one in alarms if one.get("MetricName") == LAG_METRIC]

    assert all((one["AlarmActions"], one["TreatMissingData"]) == (topic, "notBreaching") for one in alarms)
    assert (lag["Namespace"], lag["Dimensions"]) == (
        LAG_NAMESPACE,
        [{"Name": LAG_DIMENSION, "Value": {"Ref": "Prefix"}}],
    )


# ---- deployed ------------------------------------------------------------------------------------------------------


def client_of(service: str, url: str) -> Any:
    session: Any = AioSession()
    return session.create_client(service, endpoint_url=url)


NO_ALARMS = pytest.mark.filterwarnings("ignore:Tried to parse AWS..CloudWatch..Alarm")


@pytest.fixture
async def deployed(moto_url: str) -> dict[str, str]:
    """The outputs of a stack with a prefix and a topic of its own."""
    async with client_of("cloudformation", moto_url) as client:
        given = {"Prefix": "life", "AlarmTopic": "arn:aws:sns:us-east-1:123456789012:alarms"}
        await client.create_stack(
            StackName="ascend",
            TemplateBody=format_document(template(), Format.YAML),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        )
        [stack] = (await client.describe_stacks(StackName="ascend"))["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    await set_what_moto_leaves_out(moto_url, outputs)
    return outputs


async def set_what_moto_leaves_out(moto_url: str, outputs: dict[str, str]) -> None:
    async with client_of("dynamodb", moto_url) as client:
        for id in ("EventsTable", "ViewsTable"):
            name, said = outputs[f"{id}Name"], template()["Resources"][id]["Properties"]
            recovery = {"PointInTimeRecoverySpecification": said["PointInTimeRecoverySpecification"]}
            await client.update_continuous_backups(TableName=name, **recovery)
            if ttl := said.get("TimeToLiveSpecification"):
                await client.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)


@NO_ALARMS
async def test_the_application_runs_on_it_and_doctor_finds_no_drift(deployed: dict[str, str], moto_url: str) -> None:
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
async def test_outputs_name_what_was_made(deployed: dict[str, str], moto_url: str) -> None:
    async with client_of("dynamodb", moto_url) as client:
        for id, name in (("EventsTable", "life-events"), ("ViewsTable", "life-views")):
            found = (await client.describe_table(TableName=name))["Table"]
            assert (deployed[f"{id}Name"], deployed[f"{id}Arn"]) == (name, found["TableArn"])
            assert deployed.get(f"{id}StreamArn") == found.get("LatestStreamArn")
