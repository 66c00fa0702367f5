"""Parses DynamoDB's replies with orjson, about ten times faster than botocore's parser, which follows the service's model.

It parses only successful replies to reads and writes of items, which are plain JSON; their binary values stay base64
text. The client's own parser handles all other replies (errors, tables, other services); there, binary values are bytes.

    reply ──▶ checksum, parse ──▶ the client's retries ──▶ `refuse_broken_reply` ──▶ caller
                     └── a broken reply is only marked: an error raised here would leave out the retries

The checksum is the service's own, over the body as sent (header `x-amz-crc32`). The client's standard retries compare
it, too, and send the request again; but after the last attempt they return whatever came.
"""

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
    {"GetItemOutput", "BatchGetItemOutput", "QueryOutput", "ScanOutput", "PutItemOutput", "DeleteItemOutput"}
)


class FastParserFactory(AioResponseParserFactory):
    """The session's component `response_parser_factory`."""

    def create_parser(self, protocol_name: str) -> Any:
        return _FastParser() if protocol_name == "json" else super().create_parser(protocol_name)


def refuse_broken_reply(parsed: dict[str, Any], **_: object) -> None:
    """Raise `BrokenReply` for a reply that the parser has marked. A handler of the client's event `after-call`."""
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
            _check_sum(response["body"], headers.get(CHECKSUM))
            if response["status_code"] != HTTPStatus.OK or shape is None or shape.name not in _PLAIN:
                return await super().parse(response, shape)  # pyright: ignore[reportArgumentType]  the shape may be None
            parsed = _decode(response["body"])
        except (BrokenReply, ResponseParserError, LookupError, TypeError, ValueError, AttributeError) as error:
            operation = response["context"]["operation_name"]
            reason = str(error) if isinstance(error, BrokenReply) else "is not DynamoDB's"
            return {_BROKEN: f"the reply to {operation} {reason}", "ResponseMetadata": metadata}
        parsed["ResponseMetadata"] = metadata
        return parsed


def _check_sum(body: bytes, expected: str | None) -> None:
    if expected is not None and str(crc32(body)) != expected:
        raise BrokenReply("was changed on its way (its checksum does not match)")


def _decode(body: bytes) -> dict[str, Any]:
    """Return the decoded body. As an empty reply, a proxy's page would mean "no such item"."""
    decoded: Any = orjson.loads(body)
    if not isinstance(decoded, dict):
        raise TypeError("not a JSON object")
    return decoded  # pyright: ignore[reportUnknownVariableType]  JSON
