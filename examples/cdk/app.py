"""The tables of an Ascend store and their alarms, as an AWS CDK app. Copy it; `cdk deploy` makes the stack.

A test compares what it synthesises with `ascend schema cloudformation`. Written out, so that it needs nothing of Ascend.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import App, CfnCondition, CfnOutput, CfnParameter, Fn, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb


class AscendStack(Stack):
    def __init__(self, app: App, id: str) -> None:
        super().__init__(app, id, description="Ascend: the event log and its views")
        self.parameters()
        is_given = Fn.condition_not(Fn.condition_equals(Fn.ref("AlarmTopic"), "none"))
        CfnCondition(self, "HasAlarmTopic", expression=is_given)
        events = self.table("events", deletion_protection=True, recovery=True, stream=dynamodb.StreamViewType.KEYS_ONLY)
        views = self.table("views", deletion_protection=False, recovery=False, time_to_live_attribute="expires")
        for index in ("gsi1", "gsi2"):
            views.add_global_secondary_index(index_name=index, **keys(index))
        self.throttles("events", events)
        self.throttles("views", views, indexes=("gsi1", "gsi2"))
        self.system_errors("events", events, ("PutItem", "Query"))
        self.system_errors("views", views, ("BatchGetItem", "GetItem", "PutItem", "Query"))
        self.lag()
        url = Fn.sub("dynamodb://${Prefix}?region=${AWS::Region}")
        CfnOutput(self, "StoreUrl", value=url, description="For ascend --store")
        for name, table in (("EventsTable", events), ("ViewsTable", views)):
            CfnOutput(self, f"{name}Name", value=table.table_name)
            CfnOutput(self, f"{name}Arn", value=table.table_arn)
        CfnOutput(self, "EventsTableStreamArn", value=str(events.table_stream_arn))

    def parameters(self) -> None:
        def number(id: str, default: int, description: str) -> None:
            CfnParameter(self, id, type="Number", default=default, min_value=1, description=description)

        CfnParameter(
            self,
            "Prefix",
            default="ascend",
            allowed_pattern="^[A-Za-z0-9_.-]{1,200}$",
            description="Of the tables' names: dynamodb://PREFIX opens them",
        )
        CfnParameter(
            self,
            "AlarmTopic",
            default="none",
            description="ARN of the SNS topic that alarms are sent to; none: they only change their state",
        )
        number("ThrottleThreshold", 1, "Throttled requests a minute, for 5 minutes in a row")
        number("SystemErrorThreshold", 1, "Errors of the service a minute, for 5 minutes in a row")
        number("LagThreshold", 1000, "Commits that a workspace is behind, for 15 minutes in a row")

    def table(self, what: str, *, recovery: bool, **more: Any) -> dynamodb.Table:
        """A table goes only by hand: not with the stack, and not when a change would replace it."""
        return dynamodb.Table(
            self,
            f"{what.capitalize()}Table",
            table_name=Fn.sub(f"${{Prefix}}-{what}"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification={"point_in_time_recovery_enabled": recovery},
            removal_policy=RemovalPolicy.RETAIN,
            **keys(),
            **more,
        )

    def throttles(self, what: str, table: dynamodb.Table, indexes: Sequence[str] = ()) -> None:
        for index in (None, *indexes):
            place = f"{what}-{index}" if index else what
            dimensions = {"TableName": table.table_name} | ({"GlobalSecondaryIndexName": index} if index else {})
            for side in ("Read", "Write"):
                self.alarm(
                    f"{what.capitalize()}{(index or '').capitalize()}{side}ThrottleAlarm",
                    f"{place}-{side.lower()}-throttles",
                    f"{side}s of {place} are throttled: see the runbook, 'Lag grows' and 'Many OutcomeUnknown'",
                    "ThrottleThreshold",
                    namespace="AWS/DynamoDB",
                    metric_name=f"{side}ThrottleEvents",
                    dimensions=[{"name": name, "value": value} for name, value in dimensions.items()],
                    statistic="Sum",
                    period=60,
                    evaluation_periods=5,
                )

    def system_errors(self, what: str, table: dynamodb.Table, operations: Sequence[str]) -> None:
        def errors(operation: str) -> dict[str, Any]:
            dimensions = [{"name": "TableName", "value": table.table_name}, {"name": "Operation", "value": operation}]
            metric = {"namespace": "AWS/DynamoDB", "metricName": "SystemErrors", "dimensions": dimensions}
            stat = {"metric": metric, "stat": "Sum", "period": 60}
            return {"id": operation.lower(), "returnData": False, "metricStat": stat}

        total = {"id": "total", "label": "SystemErrors", "expression": "SUM(METRICS())", "returnData": True}
        self.alarm(
            f"{what.capitalize()}SystemErrorAlarm",
            f"{what}-system-errors",
            f"The service fails on {what}: senders repeat with the same command_id",
            "SystemErrorThreshold",
            metrics=[total, *map(errors, operations)],
            evaluation_periods=5,
        )

    def lag(self) -> None:
        """Of a metric that your workers publish: see docs/how-to/deploy.md."""
        self.alarm(
            "LagAlarm",
            "lag",
            "Workers are behind the log: see the runbook, 'Lag grows'",
            "LagThreshold",
            namespace="Ascend",
            metric_name="Lag",
            dimensions=[{"name": "Store", "value": Fn.ref("Prefix")}],
            statistic="Maximum",
            period=300,
            evaluation_periods=3,
        )

    def alarm(self, id: str, name: str, description: str, threshold: str, **more: Any) -> None:
        alarm = cloudwatch.CfnAlarm(
            self,
            id,
            alarm_name=Fn.sub(f"${{Prefix}}-{name}"),
            alarm_description=description,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            **more,
        )
        topic = ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]
        alarm.add_property_override("AlarmActions", {"Fn::If": topic})
        alarm.add_property_override("Threshold", {"Ref": threshold})


def keys(prefix: str = "") -> dict[str, Any]:
    text = dynamodb.AttributeType.STRING
    return {
        "partition_key": dynamodb.Attribute(name=f"{prefix}pk", type=text),
        "sort_key": dynamodb.Attribute(name=f"{prefix}sk", type=text),
    }


app = App(analytics_reporting=False)
AscendStack(app, "Ascend")
app.synth()
