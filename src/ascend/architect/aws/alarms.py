"""The CloudWatch alarms of a store: throttled requests, errors of the service, workers that lag."""

from collections.abc import Iterator
from typing import Any

from ascend.adapters.layout.table_specs import TableSpec
from ascend.adapters.table.item import Table
from ascend.architect.aws.names import Resource, add_prefix, make_logical_id

LAG_NAMESPACE, LAG_METRIC, LAG_DIMENSION = "Ascend", "Lag", "Store"
"""The metric that the embedder publishes: `lag` of the workspace that is furthest behind. The dimension is the prefix."""
OPERATIONS = {
    Table.EVENTS: ("PutItem", "Query"),
    Table.VIEWS: ("BatchExecuteStatement", "BatchGetItem", "GetItem", "PutItem", "Query"),
}
"""The operations that writers, workers and readers send. The service counts errors by table and operation."""


def make_alarms(spec: TableSpec) -> Iterator[tuple[str, Resource]]:
    """Yield the alarms of a table with their logical ids: throttles of the table and each index, errors of the service."""
    table = spec.table.value
    for index in (None, *(index.name for index in spec.indexes)):
        for side in ("Read", "Write"):
            name = f"{table.capitalize()}{(index or '').capitalize()}{side}"
            yield f"{name}ThrottleAlarm", make_throttle_alarm(spec, index, side)
    yield f"{table.capitalize()}SystemErrorAlarm", make_system_error_alarm(spec)


def make_throttle_alarm(spec: TableSpec, index: str | None, side: str) -> Resource:
    place = spec.table.value if index is None else f"{spec.table.value}-{index}"
    dimensions = [{"Name": "TableName", "Value": {"Ref": make_logical_id(spec)}}]
    if index is not None:
        dimensions.append({"Name": "GlobalSecondaryIndexName", "Value": index})
    return make_alarm(
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


def make_system_error_alarm(spec: TableSpec) -> Resource:
    """Return an alarm on the sum of all operations, because the service counts errors by operation."""
    table = spec.table.value
    metrics = [
        {"Id": operation.lower(), "ReturnData": False, "MetricStat": make_error_metric(spec, operation)}
        for operation in OPERATIONS[spec.table]
    ]
    total = {"Id": "total", "Label": "SystemErrors", "Expression": "SUM(METRICS())", "ReturnData": True}
    return make_alarm(
        f"{table}-system-errors",
        f"The service fails on {table}: senders repeat with the same command_id",
        Threshold={"Ref": "SystemErrorThreshold"},
        Metrics=[total, *metrics],
        EvaluationPeriods=5,
    )


def make_error_metric(spec: TableSpec, operation: str) -> Resource:
    dimensions = [
        {"Name": "TableName", "Value": {"Ref": make_logical_id(spec)}},
        {"Name": "Operation", "Value": operation},
    ]
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "SystemErrors", "Dimensions": dimensions}
    return {"Metric": metric, "Stat": "Sum", "Period": 60}


def make_lag_alarm() -> Resource:
    return make_alarm(
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


def make_alarm(name: str, description: str, **properties: Any) -> Resource:
    common = {
        "AlarmName": add_prefix(name),
        "AlarmDescription": description,
        "AlarmActions": {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]},
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",  # without traffic the service publishes no data
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": common | properties}
