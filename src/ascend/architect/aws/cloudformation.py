"""The CloudFormation template of a store, from the declaration in `tables`: both tables, alarms, outputs.

Without parameters it makes the tables that `dynamodb://ascend` opens; `Prefix` names others.
"""

from collections.abc import Iterator
from typing import Any

from ascend.adapters.layout.table_properties import index_properties, table_properties
from ascend.adapters.layout.table_specs import PREFIX, TABLES, TableSpec
from ascend.adapters.table.item import Table

Resource = dict[str, Any]

LAG_NAMESPACE, LAG_METRIC, LAG_DIMENSION = "Ascend", "Lag", "Store"
"""Of the metric that the embedder publishes: `lag` of the workspace that is furthest behind, by the store's prefix."""
NO_TOPIC = "none"
OPERATIONS = {
    Table.EVENTS: ("PutItem", "Query"),
    Table.VIEWS: ("BatchGetItem", "GetItem", "PutItem", "Query"),
}
"""What processes that serve people send: the service counts its errors by table and operation."""

PARAMETERS: dict[str, Any] = {
    "Prefix": {
        "Type": "String",
        "Default": "ascend",
        "AllowedPattern": f"^{PREFIX}$",
        "Description": "Of the tables' names: dynamodb://PREFIX opens them",
    },
    "AlarmTopic": {
        "Type": "String",
        "Default": NO_TOPIC,
        "Description": f"ARN of the SNS topic that alarms are sent to; {NO_TOPIC}: they only change their state",
    },
    "ThrottleThreshold": {
        "Type": "Number",
        "Default": 1,
        "MinValue": 1,
        "Description": "Throttled requests a minute, for 5 minutes in a row",
    },
    "SystemErrorThreshold": {
        "Type": "Number",
        "Default": 1,
        "MinValue": 1,
        "Description": "Errors of the service a minute, for 5 minutes in a row",
    },
    "LagThreshold": {
        "Type": "Number",
        "Default": 1000,
        "MinValue": 1,
        "Description": "Commits that a workspace is behind, for 15 minutes in a row",
    },
}


def template() -> dict[str, Any]:
    """The whole template, as JSON or YAML takes it."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Ascend: the event log and its views",
        "Parameters": PARAMETERS,
        "Conditions": {"HasAlarmTopic": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopic"}, NO_TOPIC]}]}},
        "Resources": {logical_id(spec): table(spec) for spec in TABLES}
        | {name: alarm for spec in TABLES for name, alarm in alarms(spec)}
        | {"LagAlarm": lag_alarm()},
        "Outputs": outputs(),
    }


def logical_id(spec: TableSpec) -> str:
    return f"{spec.table.value.capitalize()}Table"


def named(suffix: str) -> Resource:
    return {"Fn::Sub": f"${{Prefix}}-{suffix}"}


def table(spec: TableSpec) -> Resource:
    properties: Resource = {
        **table_properties(spec, named(spec.table.value)),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": spec.recovery},
        "SSESpecification": {"SSEEnabled": True, "SSEType": spec.encryption},
    }
    if spec.stream is not None:
        properties["StreamSpecification"] = {"StreamViewType": spec.stream}
    if spec.ttl is not None:
        properties["TimeToLiveSpecification"] = {"AttributeName": spec.ttl, "Enabled": True}
    properties |= index_properties(spec)
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}  # a stack may go, people's lives may not
    return {"Type": "AWS::DynamoDB::Table", **kept, "Properties": properties}


# ---- alarms --------------------------------------------------------------------------------------------------------


def alarms(spec: TableSpec) -> Iterator[tuple[str, Resource]]:
    """Throttles of the table and of each index, and errors of the service."""
    what = spec.table.value
    for index in (None, *spec.indexes):
        for side in ("Read", "Write"):
            name = "".join(part.capitalize() for part in (what, index.name if index else "")) + side
            yield f"{name}ThrottleAlarm", throttle_alarm(spec, index.name if index else None, side)
    yield f"{what.capitalize()}SystemErrorAlarm", system_error_alarm(spec)


def throttle_alarm(spec: TableSpec, index: str | None, side: str) -> Resource:
    place = spec.table.value if index is None else f"{spec.table.value}-{index}"
    dimensions = [{"Name": "TableName", "Value": {"Ref": logical_id(spec)}}]
    if index is not None:
        dimensions.append({"Name": "GlobalSecondaryIndexName", "Value": index})
    return alarm(
        f"{place}-{side.lower()}-throttles",
        f"{side}s of {place} are throttled: see the runbook, 'Lag grows' and 'Many OutcomeUnknown'",
        Threshold={"Ref": "ThrottleThreshold"},
        Namespace="AWS/DynamoDB",
        MetricName=f"{side}ThrottleEvents",
        Dimensions=dimensions,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=5,
    )


def system_error_alarm(spec: TableSpec) -> Resource:
    """The service counts them by operation: the alarm is on their sum."""
    what = spec.table.value
    operations = OPERATIONS[spec.table]
    counted = [{"Id": name.lower(), "ReturnData": False, "MetricStat": errors_of(spec, name)} for name in operations]
    total = {"Id": "total", "Label": "SystemErrors", "Expression": "SUM(METRICS())", "ReturnData": True}
    return alarm(
        f"{what}-system-errors",
        f"The service fails on {what}: senders repeat with the same command_id",
        Threshold={"Ref": "SystemErrorThreshold"},
        Metrics=[total, *counted],
        EvaluationPeriods=5,
    )


def errors_of(spec: TableSpec, operation: str) -> Resource:
    dimensions = [
        {"Name": "TableName", "Value": {"Ref": logical_id(spec)}},
        {"Name": "Operation", "Value": operation},
    ]
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "SystemErrors", "Dimensions": dimensions}
    return {"Metric": metric, "Stat": "Sum", "Period": 60}


def lag_alarm() -> Resource:
    return alarm(
        "lag",
        "Workers are behind the log: see the runbook, 'Lag grows'",
        Threshold={"Ref": "LagThreshold"},
        Namespace=LAG_NAMESPACE,
        MetricName=LAG_METRIC,
        Dimensions=[{"Name": LAG_DIMENSION, "Value": {"Ref": "Prefix"}}],
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=3,
    )


def alarm(name: str, description: str, **properties: Any) -> Resource:
    common = {
        "AlarmName": named(name),
        "AlarmDescription": description,
        "AlarmActions": {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]},
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",  # nothing is counted where nothing happens
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": common | properties}


# ---- outputs -------------------------------------------------------------------------------------------------------


def outputs() -> dict[str, Any]:
    """What other stacks and `--store` take."""
    url = {"Fn::Sub": "dynamodb://${Prefix}?region=${AWS::Region}"}
    found: dict[str, Any] = {"StoreUrl": {"Description": "For ascend --store", "Value": url}}
    for spec in TABLES:
        id = logical_id(spec)
        found[f"{id}Name"] = {"Value": {"Ref": id}}
        found[f"{id}Arn"] = {"Value": {"Fn::GetAtt": [id, "Arn"]}}
        if spec.stream is not None:
            found[f"{id}StreamArn"] = {"Value": {"Fn::GetAtt": [id, "StreamArn"]}}
    return found
