"""The CloudFormation template of a store: both declared tables, auto scaling, alarms, outputs.

With its default parameters the template creates the tables that `dynamodb://ascend` opens. `Prefix` gives other names.
"""

from typing import Any

from ascend.adapters.layout.table_properties import describe_index, table_properties
from ascend.adapters.layout.table_settings import PROVISIONED
from ascend.adapters.layout.table_specs import ON_DEMAND, TABLES, TableSpec
from ascend.architect.aws.alarms import make_alarms, make_lag_alarm
from ascend.architect.aws.auto_scaling import make_scaling
from ascend.architect.aws.names import Place, Resource, add_prefix, list_places, make_logical_id
from ascend.architect.aws.parameters import (
    ALL_KEYS,
    SIDES,
    THROTTLED_KEYS,
    list_conditions,
    list_parameters,
    only_if,
)


def build_stack_template() -> dict[str, Any]:
    """Return the whole template as plain values for JSON or YAML."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Ascend: the event log and its views",
        "Parameters": list_parameters(),
        "Conditions": list_conditions(),
        "Resources": {make_logical_id(spec): make_table_resource(spec) for spec in TABLES}
        | {name: resource for spec in TABLES for name, resource in make_scaling(spec)}
        | {name: alarm for spec in TABLES for name, alarm in make_alarms(spec)}
        | {"LagAlarm": make_lag_alarm()},
        "Outputs": make_outputs(),
    }


def make_table_resource(spec: TableSpec) -> Resource:
    table, *indexes = list_places(spec)
    properties: Resource = {
        **table_properties(spec, add_prefix(spec.table.value)),
        "BillingMode": {"Fn::If": [f"{table.name}Provisioned", PROVISIONED, ON_DEMAND]},
        "TableClass": {"Ref": f"{table.name}TableClass"},
        "PointInTimeRecoverySpecification": make_recovery(spec),
        "SSESpecification": {"SSEEnabled": True, "SSEType": spec.encryption},
        **make_throughput(table),
        "Tags": only_if("HasTag", [{"Key": {"Ref": "TagKey"}, "Value": {"Ref": "TagValue"}}]),
    }
    if spec.stream is not None:
        properties["StreamSpecification"] = {"StreamViewType": spec.stream}
    if spec.ttl is not None:
        properties["TimeToLiveSpecification"] = {"AttributeName": spec.ttl, "Enabled": True}
    if indexes:
        properties["GlobalSecondaryIndexes"] = [
            describe_index(index) | make_throughput(place) for index, place in zip(spec.indexes, indexes, strict=True)
        ]
    retention = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}  # deleting the stack must not delete data
    return {"Type": "AWS::DynamoDB::Table", **retention, "Properties": properties}


def make_recovery(spec: TableSpec) -> Resource:
    if not spec.recovery:
        return {"PointInTimeRecoveryEnabled": False}
    days = {"Ref": f"{spec.table.value.capitalize()}RecoveryDays"}
    return {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}


def make_throughput(place: Place) -> Resource:
    """Return the properties of a table or index that follow from the table's billing mode, caps, warmth and insights."""
    table = place.spec.table.value.capitalize()
    provisioned = {f"{side}CapacityUnits": {"Ref": f"{place.name}{side}Min"} for side in SIDES}
    caps = {f"Max{side}RequestUnits": {"Ref": f"{table}{side}Cap"} for side in SIDES}
    warm = {f"{side}UnitsPerSecond": {"Ref": f"{table}Warm{side}s"} for side in SIDES}
    insights = {"Enabled": True, "Mode": {"Fn::If": [f"{table}HasAllInsights", ALL_KEYS, THROTTLED_KEYS]}}
    return {
        "ProvisionedThroughput": only_if(f"{table}Provisioned", provisioned),
        "OnDemandThroughput": only_if(f"{table}Capped", caps),
        "WarmThroughput": only_if(f"{table}Warm", warm),
        "ContributorInsightsSpecification": only_if(f"{table}HasInsights", insights),
    }


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
