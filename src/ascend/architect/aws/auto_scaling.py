"""Auto scaling of provisioned tables and indexes: a target and a policy for the reads and for the writes of each.

The resources exist only where the table's billing mode is PROVISIONED. The service makes the role that scales, if the account
has none yet.
"""

from collections.abc import Iterator

from ascend.adapters.layout.table_specs import TableSpec
from ascend.architect.aws.names import Place, Resource, list_places, make_logical_id
from ascend.architect.aws.parameters import SIDES

COOLDOWN = 60
"""Seconds between two changes of the capacity."""


def make_scaling(spec: TableSpec) -> Iterator[tuple[str, Resource]]:
    """Yield the resources of a table and its indexes with their logical ids."""
    for place in list_places(spec):
        for side in SIDES:
            yield f"{place.name}{side}Scaling", make_target(place, side)
            yield f"{place.name}{side}ScalingPolicy", make_policy(place, side)


def make_target(place: Place, side: str) -> Resource:
    path = "" if place.index is None else f"/index/{place.index}"
    properties = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": {"Fn::Sub": f"table/${{{make_logical_id(place.spec)}}}{path}"},
        "ScalableDimension": f"dynamodb:{'index' if place.index else 'table'}:{side}CapacityUnits",
        "MinCapacity": {"Ref": f"{place.name}{side}Min"},
        "MaxCapacity": {"Ref": f"{place.name}{side}Max"},
    }
    return under_condition(place, "AWS::ApplicationAutoScaling::ScalableTarget", properties)


def make_policy(place: Place, side: str) -> Resource:
    properties = {
        "PolicyName": {"Fn::Sub": f"${{Prefix}}-{place.label}-{side.lower()}s"},
        "PolicyType": "TargetTrackingScaling",
        "ScalingTargetId": {"Ref": f"{place.name}{side}Scaling"},
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": {"Ref": "ScalingTarget"},
            "PredefinedMetricSpecification": {"PredefinedMetricType": f"DynamoDB{side}CapacityUtilization"},
            "ScaleInCooldown": COOLDOWN,
            "ScaleOutCooldown": COOLDOWN,
        },
    }
    return under_condition(place, "AWS::ApplicationAutoScaling::ScalingPolicy", properties)


def under_condition(place: Place, type: str, properties: Resource) -> Resource:
    return {"Type": type, "Condition": f"{place.spec.table.value.capitalize()}Provisioned", "Properties": properties}
