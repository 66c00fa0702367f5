"""The IAM policy of whoever deploys the stack: the requests that CloudFormation sends for its resources, and no others.

It neither reads nor writes an item, and deletes no table: the tables of a deleted stack stay. Actions that know no resource
(descriptions of auto scaling and of alarms) are allowed on all.
"""

from typing import Any

from ascend.adapters.layout.table_specs import TABLES
from ascend.architect.aws.iam import TableLocation

TABLE_ACTIONS = (
    "CreateTable",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeKinesisStreamingDestination",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetResourcePolicy",
    "ListTagsOfResource",
    "TagResource",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateTable",
    "UpdateTimeToLive",
)
"""Some are sent for settings that the template does not use: CloudFormation reads the whole table before it changes it."""
SCALING_ACTIONS = ("DeleteScalingPolicy", "DeregisterScalableTarget", "PutScalingPolicy", "RegisterScalableTarget")
ALARM_ACTIONS = ("DeleteAlarms", "PutMetricAlarm")
DESCRIPTIONS = (
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "cloudwatch:DescribeAlarms",
)
SERVICE_ROLES = ("contributorinsights.dynamodb.amazonaws.com", "dynamodb.application-autoscaling.amazonaws.com")
"""Services whose own role the first deployment of an account makes, for Contributor Insights and for auto scaling."""


def build_deployer_policy(location: TableLocation) -> dict[str, Any]:
    """Return the policy document."""
    tables = [location.make_arn(spec.table) for spec in TABLES]
    indexes = [f"{location.make_arn(spec.table)}/index/*" for spec in TABLES if spec.indexes]
    alarms = f"arn:{location.partition}:cloudwatch:{location.region}:{location.account}:alarm:{location.prefix}-*"
    of_dynamodb = {"StringEquals": {"application-autoscaling:service-namespace": "dynamodb"}}
    statements = [
        allow("dynamodb", TABLE_ACTIONS, [*tables, *indexes]),
        allow("application-autoscaling", SCALING_ACTIONS, ["*"]) | {"Condition": of_dynamodb},
        allow("cloudwatch", ALARM_ACTIONS, [alarms]),
        {"Effect": "Allow", "Action": list(DESCRIPTIONS), "Resource": ["*"]},
        allow("iam", ("CreateServiceLinkedRole",), ["*"])
        | {"Condition": {"StringEquals": {"iam:AWSServiceName": list(SERVICE_ROLES)}}},
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def allow(service: str, actions: tuple[str, ...], resources: list[str]) -> dict[str, Any]:
    """Return a statement that allows actions of a service on the resources."""
    return {"Effect": "Allow", "Action": [f"{service}:{action}" for action in actions], "Resource": resources}
