"""Requests as calls of boto3, ready to paste behind `SETUP`."""

import json
from typing import assert_never

from ascend.adapters.layout.table_specs import spec_of
from ascend.adapters.table.item import Key
from ascend.adapters.table.query import Between, Everything, Prefix, Query
from ascend.architect.aws.iam import TableLocation
from ascend.architect.documents.sample_requests import BatchGet

SETUP = """\
import boto3
from boto3.dynamodb.conditions import Key

dynamodb = boto3.resource("dynamodb")
events, views = dynamodb.Table("ascend-events"), dynamodb.Table("ascend-views")"""
"""The lines that the calls need before them."""


def format_call(request: Query | BatchGet) -> str:
    """Return an expression that sends the request that the code sends, and gives the items of the answer."""
    if isinstance(request, BatchGet):
        return format_batch_get(request)
    options = [f"IndexName={quote(request.index.value)}"] if request.index else []
    options += [f"KeyConditionExpression={format_condition(request)}", f"Limit={request.limit}"]
    options += ["ConsistentRead=True"] if request.consistent else []
    options += ["ScanIndexForward=False"] if request.descending else []
    lines = "".join(f"    {option},\n" for option in options)
    return f'{request.table.value}.query(\n{lines})["Items"]'


def format_condition(request: Query) -> str:
    index = request.index.value if request.index else ""
    partition, sort = f'Key("{index}pk").eq({quote(request.pk)})', f'Key("{index}sk")'
    match request.sort:
        case Everything():
            return partition
        case Prefix(text):
            return f"{partition}\n    & {sort}.begins_with({quote(text)})"
        case Between(low, high):
            return f"{partition}\n    & {sort}.between({quote(low)}, {quote(high)})"
        case _:
            assert_never(request.sort)


def format_batch_get(request: BatchGet) -> str:
    table = quote(spec_of(request.table).name(TableLocation.prefix))
    found = "".join(f"        {format_key(key)},\n" for key in request.keys)
    wanted = f'{{"ConsistentRead": True, "Keys": [\n{found}    ]}}'
    return f'dynamodb.batch_get_item(\n    RequestItems={{{table}: {wanted}}}\n)["Responses"][{table}]'


def format_key(key: Key) -> str:
    return f'{{"pk": {quote(key.pk)}, "sk": {quote(key.sk)}}}'


def quote(text: str) -> str:
    """Return the text as a literal. Text in JSON is a literal of Python as well."""
    return json.dumps(text, ensure_ascii=False)
