"""The two ways in which a store sends its requests of items to DynamoDB: a test that requests `wire` runs on both."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import urlsplit

from aiobotocore.client import AioBaseClient
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from ascend.adapters.dynamodb.client import open_clients
from ascend.adapters.dynamodb.signing import Envelope

THIN, PLAIN = WIRES = ("thin", "aiobotocore")
OPERATIONS = ("GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem", "BatchExecuteStatement")
"""The operations of the thin client."""


def make_envelope(url: str, operation: str, region: str = "us-east-1") -> Envelope:
    """Return the envelope that aiobotocore shows for this endpoint."""
    host = urlsplit(url).netloc
    target, content_type = f"DynamoDB_20120810.{operation}", "application/x-amz-json-1.0"
    return Envelope(f"{url}/", host, region, "dynamodb", target, content_type, "ascend")


def teach(client: Any) -> None:
    """Let a thin client send its first requests, too: no request of aiobotocore need show it the envelope."""
    url, region = client.meta.endpoint_url, client.meta.region_name
    envelopes = {operation: make_envelope(url, operation, region) for operation in OPERATIONS}
    client._endpoint.http_session.envelopes.update(envelopes)


class Credentials(NamedTuple):
    access_key: str
    secret_key: str
    token: str | None = None


def sign_with_botocore(
    url: str, region: str, credentials: Credentials, body: bytes, now: datetime, **headers: str
) -> dict[str, str]:
    """Return the headers that botocore sends, in small letters."""
    request: Any = AWSRequest("POST", url, headers=headers, data=body)
    signer: Any = SigV4Auth
    with patch("botocore.auth.get_current_datetime", lambda: now.replace(tzinfo=None)):
        signer(credentials, "dynamodb", region).add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


class Opener:
    """Replaces `open_clients`."""

    def __init__(self, wire: str) -> None:
        self.wire = wire

    @asynccontextmanager
    async def __call__(
        self, region: str | None = None, endpoint_url: str | None = None, *, thin: bool = True
    ) -> AsyncGenerator[tuple[Any, AioBaseClient]]:
        thin = thin and self.wire == THIN
        async with open_clients(region, endpoint_url, thin=thin) as (client, streams):
            if thin:
                teach(client)
            yield client, streams
