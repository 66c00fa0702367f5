"""Parses DynamoDB's replies with orjson, about ten times faster than botocore's parser, which follows the service's model.

It parses only successful replies to reads and writes of items, which are plain JSON; their binary values stay base64
text. The client's own parser handles all other replies (errors, tables, other services); there, binary values are bytes.
"""

from http import HTTPStatus
from typing import Any

import orjson
from aiobotocore.parsers import AioJSONParser, AioResponseParserFactory
from botocore.parsers import ResponseParserError

_PLAIN = frozenset(
    {"GetItemOutput", "BatchGetItemOutput", "QueryOutput", "ScanOutput", "PutItemOutput", "DeleteItemOutput"}
)


class FastParserFactory(AioResponseParserFactory):
    """The session's component `response_parser_factory`."""

    def create_parser(self, protocol_name: str) -> Any:
        return _FastParser() if protocol_name == "json" else super().create_parser(protocol_name)


class _FastParser(AioJSONParser):
    async def parse(self, response: Any, shape: Any) -> Any:
        if response["status_code"] != HTTPStatus.OK or shape is None or shape.name not in _PLAIN:
            return await super().parse(response, shape)  # pyright: ignore[reportArgumentType]  the shape may be None
        parsed = _decode(response["body"])
        if parsed is None:  # such as a proxy's page: as an empty reply, it would mean "no such item"
            raise ResponseParserError(f"the reply to {shape.name.removesuffix('Output')} is not DynamoDB's")
        headers = {name.lower(): value for name, value in response["headers"].items()}
        parsed["ResponseMetadata"] = {
            "HTTPStatusCode": response["status_code"],
            "HTTPHeaders": headers,
            "RequestId": headers.get("x-amzn-requestid", ""),
        }
        return parsed


def _decode(body: bytes) -> dict[str, Any] | None:
    try:
        decoded: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None  # pyright: ignore[reportUnknownVariableType]  JSON
