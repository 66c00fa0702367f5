"""The CloudFormation template of a plain package's tables, in JSON, so that tests read it without another library."""

import json
from typing import Any

from ascend.architect.review.design import TABLE, make_class_name
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.item_code import name_place
from ascend.architect.write.plain.package_code import PlainCode

Resource = dict[str, Any]


def write_template(package: PlainCode) -> str:
    return json.dumps(make_template(package), indent=2) + "\n"


def make_template(package: PlainCode) -> Resource:
    if package.is_several:
        tables = {
            f"{make_class_name(code.kind)}Table": make_table(package, [code], f"-{code.kind}")
            for code in package.entities
        }
    else:
        tables = {"Table": make_table(package, package.entities, "")}
    prefix: Resource = {
        "Type": "String",
        "Default": package.title.replace("_", "-"),
        "AllowedPattern": "[a-zA-Z0-9_.-]{3,100}",
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Tables of {package.package}",
        "Parameters": {
            "Prefix": prefix | {"Description": "The name of the table, or the beginning of the names of all tables"}
        },
        "Resources": tables,
        "Outputs": {f"{id}Arn": {"Value": {"Fn::GetAtt": [id, "Arn"]}} for id in tables},
    }


def make_table(package: PlainCode, codes: list[PlainEntity], suffix: str) -> Resource:
    indexes = sorted(
        {name_place(name) for code in codes for item in code.items for name, _ in item.places if name != TABLE}
    )
    names = [f"{place}{part}" for place in ("", *indexes) for part in ("PK", "SK")]
    properties: Resource = {
        "TableName": {"Fn::Sub": f"${{Prefix}}{suffix}"},
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "KeySchema": make_keys(""),
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
        "Tags": [{"Key": "application", "Value": package.title}],
    }
    if indexes:
        properties["GlobalSecondaryIndexes"] = [make_index(name) for name in indexes]
    if any(code.keep_days is not None for code in codes):
        properties["TimeToLiveSpecification"] = {"AttributeName": "ExpiresAt", "Enabled": True}
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def make_keys(place: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": f"{place}PK", "KeyType": "HASH"},
        {"AttributeName": f"{place}SK", "KeyType": "RANGE"},
    ]


def make_index(name: str) -> Resource:
    return {"IndexName": name, "KeySchema": make_keys(name), "Projection": {"ProjectionType": "ALL"}}
