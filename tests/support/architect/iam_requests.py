"""The permissions that a request to DynamoDB needs: the action, the table or index, the partition keys that it names."""

from dataclasses import dataclass
from typing import Any

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/"


@dataclass(frozen=True, slots=True)
class IamRequest:
    action: str
    resource: str
    leading: tuple[str, ...] = ()
    """Leading keys. Empty for a request about a whole table."""


def list_iam_requests(operation: str, body: dict[str, Any]) -> list[IamRequest]:
    """Return one IAM request for each table that a DynamoDB request names."""
    action = f"dynamodb:{operation}"
    match body:
        case {"Statements": statements}:
            return [read_statement(statement) for statement in statements]
        case {"RequestItems": requests}:
            return [
                IamRequest(action, ARN + table, tuple(key["pk"]["S"] for key in request["Keys"]))
                for table, request in requests.items()
            ]
        case {"TableName": table, "KeyConditionExpression": _}:
            index = f"/index/{body['IndexName']}" if "IndexName" in body else ""
            return [IamRequest(action, ARN + table + index, (body["ExpressionAttributeValues"][":pk"]["S"],))]
        case {"TableName": table, "Item": keyed} | {"TableName": table, "Key": keyed}:
            return [IamRequest(action, ARN + table, (keyed["pk"]["S"],))]
        case {"StreamArn": stream}:
            return [IamRequest(action, stream)]
        case {"ShardIterator": iterator}:
            return [IamRequest(action, iterator.partition("|")[0])]
        case _:
            return [IamRequest(action, ARN + body["TableName"])]


def read_statement(request: dict[str, Any]) -> IamRequest:
    """Return the IAM request of a PartiQL statement, whose action is that of its verb."""
    statement: str = request["Statement"]
    action = {"INSERT": "dynamodb:PartiQLInsert", "UPDATE": "dynamodb:PartiQLUpdate"}[statement.split(maxsplit=1)[0]]
    before, found, _ = statement.partition("'pk': ?" if statement.startswith("INSERT") else '"pk" = ?')
    assert found, statement
    return IamRequest(action, ARN + statement.split('"')[1], (request["Parameters"][before.count("?")]["S"],))
