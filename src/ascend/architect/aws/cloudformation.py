"""The CloudFormation template of a store: both declared tables, alarms, outputs.

With its default parameters the template creates the tables that `dynamodb://ascend` opens. `Prefix` gives other names.
"""

from typing import Any

from ascend.adapters.layout.table_properties import index_properties, table_properties
from ascend.adapters.layout.table_specs import PREFIX, TABLES, TableSpec
from ascend.architect.aws.alarms import make_alarms, make_lag_alarm
from ascend.architect.aws.names import Resource, add_prefix, make_logical_id

NO_TOPIC = "none"

PARAMETERS: dict[str, Any] = {
    "Prefix": {
        "Type": "String",
        "Default": "ascend",
        "AllowedPattern": f"^{PREFIX}$",
        "Description": "Prefix of the tables' names: dynamodb://PREFIX opens them",
    },
    "AlarmTopic": {
        "Type": "String",
        "Default": NO_TOPIC,
        "Description": f"ARN of the SNS topic that alarms are sent to; {NO_TOPIC}: alarms only change their state",
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


def build_stack_template() -> dict[str, Any]:
    """Return the whole template as plain values for JSON or YAML."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Ascend: the event log and its views",
        "Parameters": PARAMETERS,
        "Conditions": {"HasAlarmTopic": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopic"}, NO_TOPIC]}]}},
        "Resources": {make_logical_id(spec): make_table_resource(spec) for spec in TABLES}
        | {name: alarm for spec in TABLES for name, alarm in make_alarms(spec)}
        | {"LagAlarm": make_lag_alarm()},
        "Outputs": make_outputs(),
    }


def make_table_resource(spec: TableSpec) -> Resource:
    properties: Resource = {
        **table_properties(spec, add_prefix(spec.table.value)),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": spec.recovery},
        "SSESpecification": {"SSEEnabled": True, "SSEType": spec.encryption},
    }
    if spec.stream is not None:
        properties["StreamSpecification"] = {"StreamViewType": spec.stream}
    if spec.ttl is not None:
        properties["TimeToLiveSpecification"] = {"AttributeName": spec.ttl, "Enabled": True}
    properties |= index_properties(spec)
    retention = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}  # deleting the stack must not delete data
    return {"Type": "AWS::DynamoDB::Table", **retention, "Properties": properties}


def make_outputs() -> dict[str, Any]:
    """Return the values that other stacks and `--store` need."""
    url = {"Fn::Sub": "dynamodb://${Prefix}?region=${AWS::Region}"}
    outputs: dict[str, Any] = {"StoreUrl": {"Description": "For ascend --store", "Value": url}}
    for spec in TABLES:
        id = make_logical_id(spec)
        outputs[f"{id}Name"] = {"Value": {"Ref": id}}
        outputs[f"{id}Arn"] = {"Value": {"Fn::GetAtt": [id, "Arn"]}}
        if spec.stream is not None:
            outputs[f"{id}StreamArn"] = {"Value": {"Fn::GetAtt": [id, "StreamArn"]}}
    return outputs
