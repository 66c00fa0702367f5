"""The tables of an Ascend store and their alarms as an AWS CDK app. Copy it, and run `cdk deploy`.

The app does not import Ascend. A test compares its template with the output of `ascend schema cloudformation`.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import App, CfnCondition, CfnOutput, CfnParameter, Fn, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb


class AscendStack(Stack):
    def __init__(self, app: App, id: str) -> None:
        super().__init__(app, id, description="Ascend: the event log and its views")
        self.add_parameters()
        has_topic = Fn.condition_not(Fn.condition_equals(Fn.ref("AlarmTopic"), "none"))
        CfnCondition(self, "HasAlarmTopic", expression=has_topic)
        events = self.add_table(
            "events", deletion_protection=True, recovery=True, stream=dynamodb.StreamViewType.KEYS_ONLY
        )
        views = self.add_table("views", deletion_protection=False, recovery=False, time_to_live_attribute="expires")
        for index in ("gsi1", "gsi2"):
            views.add_global_secondary_index(index_name=index, **key_attributes(index))
        self.add_throttle_alarms("events", events)
        self.add_throttle_alarms("views", views, indexes=("gsi1", "gsi2"))
        self.add_system_error_alarm("events", events, ("PutItem", "Query"))
        self.add_system_error_alarm("views", views, ("BatchGetItem", "GetItem", "PutItem", "Query"))
        self.add_lag_alarm()
        url = Fn.sub("dynamodb://${Prefix}?region=${AWS::Region}")
        CfnOutput(self, "StoreUrl", value=url, description="For ascend --store")
        for name, table in (("EventsTable", events), ("ViewsTable", views)):
            CfnOutput(self, f"{name}Name", value=table.table_name)
            CfnOutput(self, f"{name}Arn", value=table.table_arn)
        CfnOutput(self, "EventsTableStreamArn", value=str(events.table_stream_arn))

    def add_parameters(self) -> None:
        def add_number(id: str, default: int, description: str) -> None:
            CfnParameter(self, id, type="Number", default=default, min_value=1, description=description)

        CfnParameter(
            self,
            "Prefix",
            default="ascend",
            allowed_pattern="^[A-Za-z0-9_.-]{1,200}$",
            description="Prefix of the tables' names: dynamodb://PREFIX opens them",
        )
        CfnParameter(
            self,
            "AlarmTopic",
            default="none",
            description="ARN of the SNS topic that alarms are sent to; none: alarms only change their state",
        )
        add_number("ThrottleThreshold", 1, "Throttled requests a minute, for 5 minutes in a row")
        add_number("SystemErrorThreshold", 1, "Errors of the service a minute, for 5 minutes in a row")
        add_number("LagThreshold", 1000, "Commits that a workspace is behind, for 15 minutes in a row")

    def add_table(self, table: str, *, recovery: bool, **properties: Any) -> dynamodb.Table:
        """Add a table that stays when the stack is deleted or a change would replace it: delete it by hand."""
        return dynamodb.Table(
            self,
            f"{table.capitalize()}Table",
            table_name=Fn.sub(f"${{Prefix}}-{table}"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification={"point_in_time_recovery_enabled": recovery},
            removal_policy=RemovalPolicy.RETAIN,
            **key_attributes(),
            **properties,
        )

    def add_throttle_alarms(self, name: str, table: dynamodb.Table, indexes: Sequence[str] = ()) -> None:
        for index in (None, *indexes):
            place = f"{name}-{index}" if index else name
            dimensions = {"TableName": table.table_name} | ({"GlobalSecondaryIndexName": index} if index else {})
            for side in ("Read", "Write"):
                self.add_alarm(
                    f"{name.capitalize()}{(index or '').capitalize()}{side}ThrottleAlarm",
                    f"{place}-{side.lower()}-throttles",
                    f"{side}s of {place} are throttled: see the runbook, 'Lag grows' and 'Many OutcomeUnknown'",
                    "ThrottleThreshold",
                    namespace="AWS/DynamoDB",
                    metric_name=f"{side}ThrottleEvents",
                    dimensions=[{"name": key, "value": value} for key, value in dimensions.items()],
                    statistic="Sum",
                    period=60,
                    evaluation_periods=5,
                )

    def add_system_error_alarm(self, name: str, table: dynamodb.Table, operations: Sequence[str]) -> None:
        def build_metric(operation: str) -> dict[str, Any]:
            dimensions = [{"name": "TableName", "value": table.table_name}, {"name": "Operation", "value": operation}]
            metric = {"namespace": "AWS/DynamoDB", "metricName": "SystemErrors", "dimensions": dimensions}
            stat = {"metric": metric, "stat": "Sum", "period": 60}
            return {"id": operation.lower(), "returnData": False, "metricStat": stat}

        total = {"id": "total", "label": "SystemErrors", "expression": "SUM(METRICS())", "returnData": True}
        self.add_alarm(
            f"{name.capitalize()}SystemErrorAlarm",
            f"{name}-system-errors",
            f"The service fails on {name}: senders repeat with the same command_id",
            "SystemErrorThreshold",
            metrics=[total, *map(build_metric, operations)],
            evaluation_periods=5,
        )

    def add_lag_alarm(self) -> None:
        """Add an alarm on the metric that your workers publish (see docs/how-to/deploy.md)."""
        self.add_alarm(
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

    def add_alarm(self, id: str, name: str, description: str, threshold: str, **properties: Any) -> None:
        alarm = cloudwatch.CfnAlarm(
            self,
            id,
            alarm_name=Fn.sub(f"${{Prefix}}-{name}"),
            alarm_description=description,
            comparison_operator="GreaterThanOrEqualToThreshold",
            treat_missing_data="notBreaching",
            **properties,
        )
        topic = ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]
        alarm.add_property_override("AlarmActions", {"Fn::If": topic})
        alarm.add_property_override("Threshold", {"Ref": threshold})


def key_attributes(prefix: str = "") -> dict[str, Any]:
    text = dynamodb.AttributeType.STRING
    return {
        "partition_key": dynamodb.Attribute(name=f"{prefix}pk", type=text),
        "sort_key": dynamodb.Attribute(name=f"{prefix}sk", type=text),
    }


app = App(analytics_reporting=False)
AscendStack(app, "Ascend")
app.synth()
