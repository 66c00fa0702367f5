"""Reads DynamoDB's replies with orjson. Walking the shapes of the service's model takes ten times as long.

Only successful replies of the data plane, which are plain JSON; there, binary values stay base64 text. Everything else
(errors, tables, other services) goes the ordinary way, where binary values become bytes.
"""

from http import HTTPStatus
from typing import Any

import orjson
from aiobotocore.parsers import AioJSONParser, AioResponseParserFactory
from botocore.parsers import ResponseParserError

_PLAIN = frozenset(
    {"GetItemOutput", "BatchGetItemOutput", "QueryOutput", "ScanOutput", "PutItemOutput", "DeleteItemOutput"}
)


class FastParsers(AioResponseParserFactory):
    """The component `response_parser_factory` of a session."""

    def create_parser(self, protocol_name: str) -> Any:
        return _FastParser() if protocol_name == "json" else super().create_parser(protocol_name)


class _FastParser(AioJSONParser):
    async def parse(self, response: Any, shape: Any) -> Any:
        if response["status_code"] != HTTPStatus.OK or shape is None or shape.name not in _PLAIN:
            return await super().parse(response, shape)  # pyright: ignore[reportArgumentType]  None where there is none
        parsed = _decoded(response["body"])
        if parsed is None:  # a proxy's page, say: to take it for an empty reply would be "no such item"
            raise ResponseParserError(f"the reply to {shape.name.removesuffix('Output')} is not DynamoDB's")
        headers = {name.lower(): value for name, value in response["headers"].items()}
        parsed["ResponseMetadata"] = {
            "HTTPStatusCode": response["status_code"],
            "HTTPHeaders": headers,
            "RequestId": headers.get("x-amzn-requestid", ""),
        }
        return parsed


def _decoded(body: bytes) -> dict[str, Any] | None:
    try:
        decoded: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return decoded if isinstance(decoded, dict) else None  # pyright: ignore[reportUnknownVariableType]  JSON
