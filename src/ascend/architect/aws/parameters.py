"""The parameters of the CloudFormation template and the conditions that follow from them.

Each default is what the template is without the parameter. The names of a table's parameters begin with the table: `Events`
or `Views`; those of an index also with the index: `ViewsGsi1`.
"""

from collections.abc import Iterator
from typing import Any

from ascend.adapters.layout.table_settings import INFREQUENT_ACCESS, LONGEST_RECOVERY, PROVISIONED, STANDARD
from ascend.adapters.layout.table_specs import ON_DEMAND, PREFIX, TABLES, TableSpec
from ascend.architect.aws.names import Resource, list_places

NO_TOPIC = NO_TAG = "none"
NO_INSIGHTS = "NONE"
THROTTLED_KEYS, ALL_KEYS = "THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS"
INSIGHTS = (NO_INSIGHTS, THROTTLED_KEYS, ALL_KEYS)
MOST_UNITS = 40_000
"""Units a second that an account has for each table, unless its quota is raised."""
SIDES = ("Read", "Write")
WARM = {"Read": 12_000, "Write": 4_000}
"""Units a second that a new table on demand, and each of its indexes, serves at once.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"""


def text(default: str, description: str, **limits: Any) -> Resource:
    return {"Type": "String", "Default": default, **limits, "Description": description}


def number(default: int, least: int, description: str, **limits: Any) -> Resource:
    return {"Type": "Number", "Default": default, "MinValue": least, **limits, "Description": description}


def list_parameters() -> dict[str, Resource]:
    """Return all parameters by name."""
    return {
        "Prefix": text(
            "ascend", "Prefix of the tables' names: dynamodb://PREFIX opens them", AllowedPattern=f"^{PREFIX}$"
        ),
        "AlarmTopic": text(
            NO_TOPIC, f"ARN of the SNS topic that alarms are sent to; {NO_TOPIC}: alarms only change their state"
        ),
        "ThrottleThreshold": number(1, 1, "Throttled requests a minute, for 5 minutes in a row"),
        "SystemErrorThreshold": number(1, 1, "Errors of the service a minute, for 5 minutes in a row"),
        "LagThreshold": number(1000, 1, "Commits that a workspace is behind, for 15 minutes in a row"),
        **{name: parameter for spec in TABLES for name, parameter in list_table_parameters(spec)},
        "ScalingTarget": number(
            70, 20, "Percent of the provisioned capacity that auto scaling keeps in use", MaxValue=90
        ),
        "TagKey": text(NO_TAG, f"Key of one tag of both tables; {NO_TAG}: no tag", AllowedPattern="^.{1,128}$"),
        "TagValue": text("", "Value of this tag"),
    }


def list_table_parameters(spec: TableSpec) -> Iterator[tuple[str, Resource]]:
    """Yield the parameters of one table and of its indexes."""
    table, name = spec.table.value, spec.table.value.capitalize()
    modes, classes = [ON_DEMAND, PROVISIONED], [STANDARD, INFREQUENT_ACCESS]
    yield f"{name}Billing", text(ON_DEMAND, f"Billing mode of {table}, with auto scaling", AllowedValues=modes)
    yield f"{name}TableClass", text(STANDARD, f"Table class of {table}", AllowedValues=classes)
    if spec.recovery:
        days = f"Days that point-in-time recovery of {table} reaches back"
        yield f"{name}RecoveryDays", number(LONGEST_RECOVERY, 1, days, MaxValue=LONGEST_RECOVERY)
    yield f"{name}Insights", text(NO_INSIGHTS, f"Contributor Insights of {table}", AllowedValues=list(INSIGHTS))
    for side in SIDES:
        side_of = f"{side.lower()} units a second of {table} and of each of its indexes"
        cap = f"On demand: the most {side_of}; {MOST_UNITS}, the quota of an account, for reads and writes: no cap"
        warm = f"Warm throughput: {side_of} that are ready at once; {WARM[side]} in a new table"
        yield f"{name}{side}Cap", number(MOST_UNITS, 1, cap)
        yield f"{name}Warm{side}s", number(WARM[side], 1, warm)
    for place in list_places(spec):
        for side in SIDES:
            units = f"{side.lower()} units a second of {place.label}"
            yield f"{place.name}{side}Min", number(5, 1, f"Provisioned: the fewest {units}")
            yield f"{place.name}{side}Max", number(MOST_UNITS, 1, f"Provisioned: the most {units}")


def list_conditions() -> dict[str, Resource]:
    """Return all conditions by name."""
    conditions = {"HasAlarmTopic": is_not("AlarmTopic", NO_TOPIC), "HasTag": is_not("TagKey", NO_TAG)}
    for spec in TABLES:
        name = spec.table.value.capitalize()
        conditions |= {
            f"{name}Provisioned": {"Fn::Equals": [{"Ref": f"{name}Billing"}, PROVISIONED]},
            f"{name}HasInsights": is_not(f"{name}Insights", NO_INSIGHTS),
            f"{name}HasAllInsights": {"Fn::Equals": [{"Ref": f"{name}Insights"}, ALL_KEYS]},
            f"{name}Capped": {
                "Fn::And": [
                    {"Fn::Equals": [{"Ref": f"{name}Billing"}, ON_DEMAND]},
                    {"Fn::Or": [is_not(f"{name}{side}Cap", str(MOST_UNITS)) for side in SIDES]},
                ]
            },
            f"{name}Warm": {"Fn::Or": [is_not(f"{name}Warm{side}s", str(WARM[side])) for side in SIDES]},
        }
    return conditions


def is_not(parameter: str, value: str) -> Resource:
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": parameter}, value]}]}


def only_if(condition: str, value: Any) -> Resource:
    """Return the value under a condition; without it the template has no such property."""
    return {"Fn::If": [condition, value, {"Ref": "AWS::NoValue"}]}
