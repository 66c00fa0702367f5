"""The policy of whoever deploys the stack allows what CloudFormation sends for the template, and nothing on items."""

import pytest
from botocore.loaders import Loader
from support.cli.command_line import AscendCommand

from ascend.architect.aws.cloudformation import build_stack_template
from ascend.architect.aws.deployer import build_deployer_policy
from ascend.architect.aws.iam import TableLocation

LOCATION = TableLocation("prod", "eu-west-1", "111122223333")
POLICY = build_deployer_policy(LOCATION)
NEEDED = {
    "AWS::DynamoDB::Table": {
        "dynamodb:CreateTable",
        "dynamodb:DescribeTable",
        "dynamodb:UpdateTable",  # billing mode, capacity, caps, class, warm throughput, stream, deletion protection
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateContributorInsights",
        "dynamodb:UpdateTimeToLive",
        "dynamodb:TagResource",
    },
    "AWS::ApplicationAutoScaling::ScalableTarget": {
        "application-autoscaling:RegisterScalableTarget",
        "application-autoscaling:DeregisterScalableTarget",
        "iam:CreateServiceLinkedRole",
    },
    "AWS::ApplicationAutoScaling::ScalingPolicy": {
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:DeleteScalingPolicy",
    },
    "AWS::CloudWatch::Alarm": {"cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"},
}
ACTIONS = {action for statement in POLICY["Statement"] for action in statement["Action"]}


def test_the_policy_covers_every_type_of_resource_in_the_template() -> None:
    types = {resource["Type"] for resource in build_stack_template()["Resources"].values()}

    assert types == NEEDED.keys()
    assert set[str]().union(*NEEDED.values()) <= ACTIONS


@pytest.mark.parametrize("service", ["dynamodb", "application-autoscaling", "cloudwatch", "iam"])
def test_each_action_is_an_operation_of_its_service(service: str) -> None:
    operations = Loader().load_service_model(service, "service-2")["operations"]

    named = {action.partition(":")[2] for action in ACTIONS if action.startswith(f"{service}:")}
    assert named
    assert named <= operations.keys()


def test_the_policy_reads_and_writes_no_item_and_deletes_no_table() -> None:
    forbidden = {"DeleteTable", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchWriteItem"}

    assert not {action.partition(":")[2] for action in ACTIONS} & forbidden
    assert not any("*" in action for action in ACTIONS)


def test_tables_and_alarms_are_those_of_the_prefix() -> None:
    for statement in POLICY["Statement"]:
        for resource in statement["Resource"]:
            bound = "/prod-" in resource or ":prod-" in resource
            describes = all(action.partition(":")[2].startswith("Describe") for action in statement["Action"])
            assert bound or describes or "Condition" in statement


def test_the_command_prints_the_policy(ascend: AscendCommand) -> None:
    options = ("--prefix", "prod", "--region", "eu-west-1", "--account", "111122223333")

    assert ascend("--json", "schema", "deployer", *options).json == POLICY
