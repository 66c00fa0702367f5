"""Requests as command lines of the AWS CLI, ready to paste into a shell."""

import json
from shlex import quote
from typing import Any

from ascend.adapters.dynamodb.requests import build_batch_get, build_query
from ascend.adapters.layout.table_specs import spec_of
from ascend.adapters.table.query import Query
from ascend.architect.aws.iam import TableLocation
from ascend.architect.documents.sample_requests import BatchGet

CONTINUED = " \\\n  "


def format_command(request: Query | BatchGet) -> str:
    """Return the command line: it sends the request that the code sends, to the tables of the prefix `ascend`."""
    table = spec_of(request.table).name(TableLocation.prefix)
    if isinstance(request, BatchGet):
        sent = build_batch_get(table, request.keys, consistent=True)
        return CONTINUED.join(("aws dynamodb batch-get-item", f"--request-items {quote_json(sent['RequestItems'])}"))
    return CONTINUED.join(("aws dynamodb query", *format_options(build_query(table, request))))


def format_options(sent: dict[str, Any]) -> list[str]:
    """Return the options of `aws dynamodb query` for a request as the service takes it."""
    index = f" --index-name {sent['IndexName']}" if "IndexName" in sent else ""
    flags = f"--limit {sent['Limit']}"
    flags += " --consistent-read" if sent["ConsistentRead"] else ""
    flags += "" if sent["ScanIndexForward"] else " --no-scan-index-forward"
    return [
        f"--table-name {sent['TableName']}{index}",
        f"--key-condition-expression {quote(sent['KeyConditionExpression'])}",
        f"--expression-attribute-values {quote_json(sent['ExpressionAttributeValues'])}",
        flags,
    ]


def quote_json(value: object) -> str:
    return quote(json.dumps(value, ensure_ascii=False))
