"""The DynamoDB client as Ascend wants it: every setting that matters said aloud."""

import os
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from anyio import to_thread
from botocore.loaders import Loader, create_loader

from ascend.adapters.dynamodb.errors import translate_errors
from ascend.adapters.dynamodb.parser import FastParsers
from ascend.domain.errors import InvalidStoreUrl

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

CONNECTIONS = 64
"""Requests at once; more than these wait for a connection."""

CONFIG = AioConfig(
    # Explicit: the default repeats up to 10 times. A put that is repeated after its reply was lost meets its own item.
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=CONNECTIONS,
    connector_args={"keepalive_timeout": 60},
    tcp_keepalive=True,
    warm_up_loader_caches=True,  # reads the service's model (some 100 ms) in a thread
    user_agent="ascend",  # a fixed text: else it is put together anew for every request
    parameter_validation=False,  # requests are built from checked values
)


@asynccontextmanager
async def open_client(
    region: str | None = None, endpoint_url: str | None = None
) -> AsyncGenerator["DynamoDBClient", None]:
    """A client that lives as long as the block.

    Region: argument, AWS_REGION, AWS_DEFAULT_REGION, profile. Endpoint: argument, AWS_ENDPOINT_URL_DYNAMODB,
    AWS_ENDPOINT_URL, profile. Credentials: the ordinary chain.

    Raises: InvalidStoreUrl (no region, an impossible endpoint), AccessDenied (no credentials).
    """
    session = AioSession()
    session.register_component("response_parser_factory", FastParsers())
    async with AsyncExitStack() as stack:
        with translate_errors("DynamoDB"):
            configured = await to_thread.run_sync(_configure, session)
            region = region or os.environ.get("AWS_REGION") or configured
            if not region:
                raise InvalidStoreUrl("no region: add ?region=… or set AWS_REGION")
            opening: AbstractAsyncContextManager[DynamoDBClient] = session.create_client(  # pyright: ignore[reportUnknownMemberType]
                "dynamodb", region_name=region, endpoint_url=endpoint_url, config=CONFIG
            )
            try:
                client = await stack.enter_async_context(opening)
                _ = urlsplit(client.meta.endpoint_url).port  # else the first request would find it wrong
            except ValueError as error:
                raise InvalidStoreUrl(f"the endpoint: {error}; see endpoint_url and AWS_ENDPOINT_URL…") from error
        yield client


@cache
def _models(data_path: str | None) -> Loader:
    """The service's model, read once a process: every further client is made in 5 ms instead of 200."""
    return create_loader(data_path)


def _configure(session: AioSession) -> str | None:
    """The configured region. Called in a thread, since it reads files, which the session then remembers."""
    session.get_scoped_config()
    session.register_component("data_loader", _models(session.get_config_variable("data_path")))
    region: str | None = session.get_config_variable("region")
    return region
