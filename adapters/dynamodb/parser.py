"""Parses DynamoDB's replies with orjson, about ten times faster than botocore's parser, which follows the service's model.

It parses only successful replies to reads and writes of items, which are plain JSON; their binary values stay base64
text. The client's own parser handles all other replies (errors, tables, other services); there, binary values are bytes.

    reply ──▶ parse ──▶ the client's retries ──▶ `refuse_broken_reply` ──▶ caller
                └── a reply that cannot be parsed is only marked: an error raised here would leave out the retries

The service sends a checksum of each body (header `x-amz-crc32`). The client's retries compare it and ask again; but after
the last attempt, in standard mode, they return whatever came. So it is compared once more, for the last time.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from zlib import crc32

import orjson
from aiobotocore.parsers import AioJSONParser, AioResponseParserFactory
from botocore.parsers import ResponseParserError

from ascend.adapters.dynamodb.replies import BrokenReply

CHECKSUM = "x-amz-crc32"
_BROKEN = "Broken"
"""Marks a broken reply; its value is the reason. No operation that Ascend uses has an output of this name."""
_PLAIN = frozenset(
    {
        "BatchExecuteStatementOutput",
        "BatchGetItemOutput",
        "DeleteItemOutput",
        "GetItemOutput",
        "GetRecordsOutput",
        "PutItemOutput",
        "QueryOutput",
        "ScanOutput",
    }
)


class FastParserFactory(AioResponseParserFactory):
    """The session's component `response_parser_factory`."""

    def create_parser(self, protocol_name: str) -> Any:
        return _FastParser() if protocol_name == "json" else super().create_parser(protocol_name)


def refuse_broken_replies(client: Any) -> None:
    """Let a client of DynamoDB or of its streams raise `BrokenReply` for a reply that is damaged after its retries."""
    calls = f"after-call.{client.meta.service_model.service_id.hyphenize()}"
    client.meta.events.register_first(calls, refuse_broken_reply, unique_id="ascend-broken-replies")


async def refuse_broken_reply(http_response: Any, parsed: dict[str, Any], model: Any, **_: object) -> None:
    """Raise `BrokenReply` if the checksum does not match, or the parser has marked the reply."""
    if not is_intact(http_response.headers, await http_response.content):
        raise BrokenReply(f"the reply to {model.name} was changed on its way (its checksum does not match)")
    if _BROKEN in parsed:
        raise BrokenReply(parsed[_BROKEN])


class _FastParser(AioJSONParser):
    async def parse(self, response: Any, shape: Any) -> Any:
        headers = {name.lower(): value for name, value in response["headers"].items()}
        metadata = {
            "HTTPStatusCode": response["status_code"],
            "HTTPHeaders": headers,
            "RequestId": headers.get("x-amzn-requestid", ""),
        }
        try:
            if response["status_code"] != HTTPStatus.OK or shape is None or shape.name not in _PLAIN:
                return await super().parse(response, shape)  # pyright: ignore[reportArgumentType]  the shape may be None
            parsed = decode_reply(response["body"])
        except (ResponseParserError, LookupError, TypeError, ValueError, AttributeError):
            operation = response["context"]["operation_name"]
            return {_BROKEN: f"the reply to {operation} is not DynamoDB's", "ResponseMetadata": metadata}
        parsed["ResponseMetadata"] = metadata
        return parsed


def is_intact(headers: Mapping[str, str], body: bytes) -> bool:
    """Return True if the body has the checksum that was sent with it, or none was sent."""
    expected = headers.get(CHECKSUM)
    return expected is None or str(crc32(body)) == expected


def decode_reply(body: bytes) -> dict[str, Any]:
    """Return the decoded body. As an empty reply, a proxy's page would mean "no such item".

    Raises: TypeError, ValueError.
    """
    decoded: Any = orjson.loads(body)
    if not isinstance(decoded, dict):
        raise TypeError("not a JSON object")
    return decoded  # pyright: ignore[reportUnknownVariableType]  JSON
