"""What a request to DynamoDB asks IAM for: the action, the table or index, the partition keys that it names."""

from dataclasses import dataclass
from typing import Any

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/"


@dataclass(frozen=True, slots=True)
class Asked:
    action: str
    resource: str
    leading: tuple[str, ...] = ()
    """None are named by what is about a whole table."""


def asked(operation: str, body: dict[str, Any]) -> list[Asked]:
    """One for each table."""
    action = f"dynamodb:{operation}"
    match body:
        case {"RequestItems": requests}:
            return [
                Asked(action, ARN + table, tuple(key["pk"]["S"] for key in wanted["Keys"]))
                for table, wanted in requests.items()
            ]
        case {"TableName": table, "KeyConditionExpression": _}:
            index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
            return [Asked(action, ARN + table + index, (body["ExpressionAttributeValues"][":pk"]["S"],))]
        case {"TableName": table, "Item": keyed} | {"TableName": table, "Key": keyed}:
            return [Asked(action, ARN + table, (keyed["pk"]["S"],))]
        case _:
            return [Asked(action, ARN + body["TableName"])]
