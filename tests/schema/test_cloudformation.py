"""The template is clean, deploys, and makes what the declaration says. moto stands for the service.

What moto leaves out: it makes no alarms (it knows the resource only without CloudFormation), ignores deletion policies,
and checks no quota, no permission and no existing table. What alarms look like is checked by cfn-lint, and here.
"""

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiobotocore.session import get_session
from cfnlint.api import lint

import ascend
from ascend.adapters.cli.app import run
from ascend.adapters.cli.schema_commands import Format, written
from ascend.adapters.schema.cloudformation import LAG_DIMENSION, LAG_METRIC, LAG_NAMESPACE, template
from ascend.adapters.schema.doctor import examine
from ascend.adapters.schema.drift import State

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "reference" / "cloudformation.yaml"
ADA = ascend.UserId("ada")


# ---- the text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", Format)
def test_cfn_lint_finds_nothing(format: Format) -> None:
    assert [str(found) for found in lint(written(template(), format))] == []


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
    assert COMMITTED.read_text() == written(template(), Format.YAML)


def test_nothing_goes_with_the_stack() -> None:
    for resource in template()["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_each_table_and_index_has_its_alarms() -> None:
    watched: set[tuple[str, ...]] = set()
    for alarm in template()["Resources"].values():
        if alarm["Type"] == "AWS::CloudWatch::Alarm" and "MetricName" in (said := alarm["Properties"]):
            values = (one["Value"] for one in said["Dimensions"])
            watched.add((said["MetricName"], *(one["Ref"] if isinstance(one, dict) else one for one in values)))

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

NO_ALARMS = pytest.mark.filterwarnings("ignore:Tried to parse AWS..CloudWatch..Alarm")


@pytest.fixture
async def deployed(moto_url: str) -> AsyncIterator[dict[str, str]]:
    """The outputs of a stack with a prefix and a topic of its own; then the stack is deleted."""
    session = get_session()
    async with session.create_client("cloudformation", endpoint_url=moto_url) as client:
        given = {"Prefix": "life", "AlarmTopic": "arn:aws:sns:us-east-1:123456789012:alarms"}
        await client.create_stack(
            StackName="ascend",
            TemplateBody=written(template(), Format.YAML),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        )
        [stack] = (await client.describe_stacks(StackName="ascend"))["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        yield {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


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
    assert {finding.where for finding in findings} == {"life-events", "life-views"}
    assert [finding for finding in findings if finding.state is not State.OK] == []


@NO_ALARMS
async def test_outputs_name_what_was_made(deployed: dict[str, str], moto_url: str) -> None:
    async with get_session().create_client("dynamodb", endpoint_url=moto_url) as client:
        for id, name in (("EventsTable", "life-events"), ("ViewsTable", "life-views")):
            found = (await client.describe_table(TableName=name))["Table"]
            assert (deployed[f"{id}Name"], deployed[f"{id}Arn"]) == (name, found["TableArn"])
            assert deployed.get(f"{id}StreamArn") == found.get("LatestStreamArn")
