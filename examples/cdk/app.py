"""The tables of an Ascend store and their alarms as an AWS CDK app. Copy it, and run `cdk deploy`.

The app does not import Ascend. A test compares its template with the output of `ascend schema cloudformation`. The
parameters are the same: `cdk deploy --parameters Prefix=prod`, or those that `ascend schema cost --parameters` prints.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import App, CfnCondition, CfnOutput, CfnParameter, Fn, RemovalPolicy, Stack
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb

SIDES = ("Read", "Write")
NO_CAP, WARM = 40_000, {"Read": 12_000, "Write": 4_000}
MODES, CLASSES = ["PAY_PER_REQUEST", "PROVISIONED"], ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]
INSIGHTS = ["NONE", "THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"]


class AscendStack(Stack):
    def __init__(self, app: App, id: str) -> None:
        super().__init__(app, id, description="Ascend: the event log and its views")
        self.add_parameters()
        self.add_condition("HasAlarmTopic", is_not("AlarmTopic", "none"))
        self.add_condition("HasTag", is_not("TagKey", "none"))
        for table in ("events", "views"):
            self.add_conditions_of(table)
        stream = dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type="KEYS_ONLY")
        events = self.add_table("events", protected=True, stream_specification=stream)
        expires = dynamodb.CfnTable.TimeToLiveSpecificationProperty(attribute_name="expires", enabled=True)
        views = self.add_table("views", indexes=("gsi1", "gsi2"), protected=False, time_to_live_specification=expires)
        self.add_throttle_alarms("events", events)
        self.add_throttle_alarms("views", views, indexes=("gsi1", "gsi2"))
        self.add_system_error_alarm("events", events, ("PutItem", "Query"))
        operations = ("BatchExecuteStatement", "BatchGetItem", "GetItem", "PutItem", "Query")
        self.add_system_error_alarm("views", views, operations)
        self.add_lag_alarm()
        url = Fn.sub("dynamodb://${Prefix}?region=${AWS::Region}")
        CfnOutput(self, "StoreUrl", value=url, description="For ascend --store")
        for name, table in (("EventsTable", events), ("ViewsTable", views)):
            CfnOutput(self, f"{name}Name", value=table.ref)
            CfnOutput(self, f"{name}Arn", value=table.attr_arn)
        CfnOutput(self, "EventsTableStreamArn", value=events.attr_stream_arn)

    # ---- parameters and conditions ---------------------------------------------------------------------------------

    def add_parameters(self) -> None:
        self.add_text("Prefix", "ascend", "Prefix of the tables' names: dynamodb://PREFIX opens them",
            allowed_pattern="^[A-Za-z0-9_.-]{1,200}$")  # fmt: skip
        topic = "ARN of the SNS topic that alarms are sent to; none: alarms only change their state"
        self.add_text("AlarmTopic", "none", topic)
        self.add_number("ThrottleThreshold", 1, 1, "Throttled requests a minute, for 5 minutes in a row")
        self.add_number("SystemErrorThreshold", 1, 1, "Errors of the service a minute, for 5 minutes in a row")
        self.add_number("LagThreshold", 1000, 1, "Commits that a workspace is behind, for 15 minutes in a row")
        self.add_parameters_of("events", recovery=True)
        self.add_parameters_of("views", indexes=("gsi1", "gsi2"))
        target = "Percent of the provisioned capacity that auto scaling keeps in use"
        self.add_number("ScalingTarget", 70, 20, target, max_value=90)
        self.add_text("TagKey", "none", "Key of one tag of both tables; none: no tag", allowed_pattern="^.{1,128}$")
        self.add_text("TagValue", "", "Value of this tag")

    def add_parameters_of(self, table: str, indexes: Sequence[str] = (), *, recovery: bool = False) -> None:
        name = table.capitalize()
        mode = f"Billing mode of {table}, with auto scaling"
        self.add_text(f"{name}Billing", "PAY_PER_REQUEST", mode, allowed_values=MODES)
        self.add_text(f"{name}TableClass", "STANDARD", f"Table class of {table}", allowed_values=CLASSES)
        if recovery:
            days = f"Days that point-in-time recovery of {table} reaches back"
            self.add_number(f"{name}RecoveryDays", 35, 1, days, max_value=35)
        self.add_text(f"{name}Insights", "NONE", f"Contributor Insights of {table}", allowed_values=INSIGHTS)
        for side in SIDES:
            units = f"{side.lower()} units a second of {table} and of each of its indexes"
            cap = f"On demand: the most {units}; {NO_CAP}, the quota of an account, for reads and writes: no cap"
            warm = f"Warm throughput: {units} that are ready at once; {WARM[side]} in a new table"
            self.add_number(f"{name}{side}Cap", NO_CAP, 1, cap)
            self.add_number(f"{name}Warm{side}s", WARM[side], 1, warm)
            for index in (None, *indexes):
                place, units = name_place(table, index), f"{side.lower()} units a second of {label_place(table, index)}"
                self.add_number(f"{place}{side}Min", 5, 1, f"Provisioned: the fewest {units}")
                self.add_number(f"{place}{side}Max", NO_CAP, 1, f"Provisioned: the most {units}")

    def add_text(self, id: str, default: str, description: str, **limits: Any) -> None:
        CfnParameter(self, id, default=default, description=description, **limits)

    def add_number(self, id: str, default: int, least: int, description: str, **limits: Any) -> None:
        CfnParameter(self, id, type="Number", default=default, min_value=least, description=description, **limits)

    def add_conditions_of(self, table: str) -> None:
        name = table.capitalize()
        on_demand = Fn.condition_equals(Fn.ref(f"{name}Billing"), "PAY_PER_REQUEST")
        provisioned = Fn.condition_equals(Fn.ref(f"{name}Billing"), "PROVISIONED")
        self.add_condition(f"{name}Provisioned", provisioned)
        self.add_condition(f"{name}HasInsights", is_not(f"{name}Insights", "NONE"))
        every_key = Fn.condition_equals(Fn.ref(f"{name}Insights"), "ACCESSED_AND_THROTTLED_KEYS")
        self.add_condition(f"{name}HasAllInsights", every_key)
        caps = [is_not(f"{name}{side}Cap", str(NO_CAP)) for side in SIDES]
        warm = [is_not(f"{name}Warm{side}s", str(WARM[side])) for side in SIDES]
        self.add_condition(f"{name}Capped", Fn.condition_and(on_demand, Fn.condition_or(*caps)))
        self.add_condition(f"{name}Warm", Fn.condition_or(*warm))

    def add_condition(self, id: str, expression: Any) -> None:
        CfnCondition(self, id, expression=expression)

    # ---- tables ----------------------------------------------------------------------------------------------------

    def add_table(
        self, table: str, *, indexes: Sequence[str] = (), protected: bool, **properties: Any
    ) -> dynamodb.CfnTable:
        """Add a table that stays when the stack is deleted or a change would replace it: delete it by hand.

        A table that is `protected` has deletion protection and point-in-time recovery.
        """
        name = table.capitalize()
        added = dynamodb.CfnTable(
            self,
            f"{name}Table",
            table_name=Fn.sub(f"${{Prefix}}-{table}"),
            attribute_definitions=[
                {"attributeName": key, "attributeType": "S"} for index in ("", *indexes) for key in keys_of(index)
            ],
            key_schema=key_schema(),
            billing_mode=Fn.condition_if(f"{name}Provisioned", "PROVISIONED", "PAY_PER_REQUEST").to_string(),
            table_class=Fn.ref(f"{name}TableClass"),
            deletion_protection_enabled=protected,
            point_in_time_recovery_specification=dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(
                point_in_time_recovery_enabled=protected
            ),
            sse_specification=dynamodb.CfnTable.SSESpecificationProperty(sse_enabled=True, sse_type="KMS"),
            **properties,
        )
        added.apply_removal_policy(RemovalPolicy.RETAIN)
        if protected:
            days = {"Ref": f"{name}RecoveryDays"}
            added.add_property_override("PointInTimeRecoverySpecification.RecoveryPeriodInDays", days)
        tag = [{"Key": Fn.ref("TagKey"), "Value": Fn.ref("TagValue")}]
        added.add_property_override("Tags", only_if("HasTag", tag))
        for property, value in throughput(table, None).items():
            added.add_property_override(property, value)
        if indexes:
            added.add_property_override("GlobalSecondaryIndexes", [describe_index(table, index) for index in indexes])
        for index in (None, *indexes):
            for side in SIDES:
                self.add_scaling(table, index, side)
        return added

    def add_scaling(self, table: str, index: str | None, side: str) -> None:
        """Add the auto scaling of a table or index; it exists only where the table is provisioned."""
        place, name = name_place(table, index), table.capitalize()
        target = autoscaling.CfnScalableTarget(
            self,
            f"{place}{side}Scaling",
            service_namespace="dynamodb",
            resource_id=Fn.sub(f"table/${{{name}Table}}" + (f"/index/{index}" if index else "")),
            scalable_dimension=f"dynamodb:{'index' if index else 'table'}:{side}CapacityUnits",
            min_capacity=0,
            max_capacity=0,
        )
        for bound in ("Min", "Max"):
            target.add_property_override(f"{bound}Capacity", {"Ref": f"{place}{side}{bound}"})
        metric = {"PredefinedMetricType": f"DynamoDB{side}CapacityUtilization"}
        policy = autoscaling.CfnScalingPolicy(
            self,
            f"{place}{side}ScalingPolicy",
            policy_name=Fn.sub(f"${{Prefix}}-{label_place(table, index)}-{side.lower()}s"),
            policy_type="TargetTrackingScaling",
            scaling_target_id=target.ref,
        )
        tracking = {
            "TargetValue": {"Ref": "ScalingTarget"},
            "PredefinedMetricSpecification": metric,
            "ScaleInCooldown": 60,
            "ScaleOutCooldown": 60,
        }
        policy.add_property_override("TargetTrackingScalingPolicyConfiguration", tracking)
        for resource in (target, policy):
            resource.add_override("Condition", f"{name}Provisioned")

    # ---- alarms ----------------------------------------------------------------------------------------------------

    def add_throttle_alarms(self, name: str, table: dynamodb.CfnTable, indexes: Sequence[str] = ()) -> None:
        for index in (None, *indexes):
            place = label_place(name, index)
            dimensions = {"TableName": table.ref} | ({"GlobalSecondaryIndexName": index} if index else {})
            for side in SIDES:
                self.add_alarm(
                    f"{name_place(name, index)}{side}ThrottleAlarm",
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

    def add_system_error_alarm(self, name: str, table: dynamodb.CfnTable, operations: Sequence[str]) -> None:
        def build_metric(operation: str) -> dict[str, Any]:
            dimensions = [{"name": "TableName", "value": table.ref}, {"name": "Operation", "value": operation}]
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
        alarm.add_property_override("AlarmActions", only_if("HasAlarmTopic", [{"Ref": "AlarmTopic"}]))
        alarm.add_property_override("Threshold", {"Ref": threshold})


def name_place(table: str, index: str | None) -> str:
    return f"{table.capitalize()}{(index or '').capitalize()}"


def label_place(table: str, index: str | None) -> str:
    return f"{table}-{index}" if index else table


def keys_of(index: str) -> tuple[str, str]:
    return f"{index}pk", f"{index}sk"


def key_schema() -> list[Any]:
    return [{"attributeName": key, "keyType": type} for key, type in zip(keys_of(""), ("HASH", "RANGE"), strict=True)]


def describe_index(table: str, index: str) -> dict[str, Any]:
    types = zip(keys_of(index), ("HASH", "RANGE"), strict=True)
    return {
        "IndexName": index,
        "KeySchema": [{"AttributeName": key, "KeyType": type} for key, type in types],
        "Projection": {"ProjectionType": "ALL"},
        **throughput(table, index),
    }


def throughput(table: str, index: str | None) -> dict[str, Any]:
    """Return the properties of a table or index that follow from the parameters of its table."""
    name, place = table.capitalize(), name_place(table, index)
    provisioned = {f"{side}CapacityUnits": {"Ref": f"{place}{side}Min"} for side in SIDES}
    caps = {f"Max{side}RequestUnits": {"Ref": f"{name}{side}Cap"} for side in SIDES}
    warm = {f"{side}UnitsPerSecond": {"Ref": f"{name}Warm{side}s"} for side in SIDES}
    mode = {"Fn::If": [f"{name}HasAllInsights", "ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]}
    insights = {"Enabled": True, "Mode": mode}
    return {
        "ProvisionedThroughput": only_if(f"{name}Provisioned", provisioned),
        "OnDemandThroughput": only_if(f"{name}Capped", caps),
        "WarmThroughput": only_if(f"{name}Warm", warm),
        "ContributorInsightsSpecification": only_if(f"{name}HasInsights", insights),
    }


def is_not(parameter: str, value: str) -> Any:
    return Fn.condition_not(Fn.condition_equals(Fn.ref(parameter), value))


def only_if(condition: str, value: Any) -> dict[str, Any]:
    return {"Fn::If": [condition, value, {"Ref": "AWS::NoValue"}]}


app = App(analytics_reporting=False)
AscendStack(app, "Ascend")
app.synth()
