"""The clients of DynamoDB and of its streams. Every setting that matters is explicit."""

import os
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from anyio import to_thread
from botocore.loaders import Loader

from ascend.adapters.dynamodb.connections import SharedConnections
from ascend.adapters.dynamodb.errors import translate_errors
from ascend.adapters.dynamodb.loader import make_loader
from ascend.adapters.dynamodb.parser import FastParserFactory, refuse_broken_replies
from ascend.adapters.dynamodb.setup import is_emulator
from ascend.adapters.dynamodb.thin import ThinClient
from ascend.adapters.environment import SystemEnvironment
from ascend.domain.errors import InvalidStoreUrl

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

CONNECTIONS = 64
"""The limit of concurrent requests. Further requests wait for a connection."""

CONFIG = AioConfig(
    # Explicit, because the default retries up to 10 times. A put retried after a lost reply meets its own item.
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=2,
    read_timeout=5,
    max_pool_connections=CONNECTIONS,
    connector_args={"keepalive_timeout": 60},
    tcp_keepalive=True,
    warm_up_loader_caches=True,  # reads the service's model (some 100 ms) in a thread
    user_agent="ascend",  # a fixed text, because otherwise every request builds its own
    parameter_validation=False,  # requests are built from checked values
)
STREAMS_CONFIG = CONFIG.merge(  # pyright: ignore[reportUnknownMemberType]
    AioConfig(retries={"mode": "standard", "total_max_attempts": 1})  # the reader counts its requests, and waits itself
)
_SHARED = AioConfig(http_session_cls=SharedConnections)
STREAMS_ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"


@asynccontextmanager
async def open_client(
    region: str | None = None, endpoint_url: str | None = None
) -> AsyncGenerator["DynamoDBClient", None]:
    """Open a client that lives as long as the block.

    Region: argument, AWS_REGION, AWS_DEFAULT_REGION, profile. Endpoint: argument, AWS_ENDPOINT_URL_DYNAMODB,
    AWS_ENDPOINT_URL, profile. Credentials: the default credential chain of AWS.

    Raises: InvalidStoreUrl (no region, an invalid endpoint), AccessDenied (no credentials).
    """
    async with _open_session(region) as (stack, session, found):
        with translate_errors("DynamoDB"):
            client = await _enter_client(stack, session, "dynamodb", found, endpoint_url, CONFIG)
        yield client


@asynccontextmanager
async def open_clients(
    region: str | None = None, endpoint_url: str | None = None, *, thin: bool = True
) -> AsyncGenerator[tuple["DynamoDBClient", AioBaseClient], None]:
    """Open a client of DynamoDB, and one of its streams, that live as long as the block. Raises as `open_client`.

    `thin`: a `ThinClient` stands in front of the client of DynamoDB.

    Endpoint of the streams: AWS_ENDPOINT_URL_DYNAMODB_STREAMS. Otherwise that of DynamoDB where this is an emulator, and
    else the streams' own of the region.
    """
    async with _open_session(region) as (stack, session, found):
        config = CONFIG.merge(_SHARED) if thin else CONFIG  # pyright: ignore[reportUnknownMemberType]
        with translate_errors("DynamoDB"):
            client = await _enter_client(stack, session, "dynamodb", found, endpoint_url, config)
            at = client.meta.endpoint_url
            at = at if is_emulator(at) and not os.environ.get(STREAMS_ENDPOINT) else None
            streams = await _enter_client(stack, session, "dynamodbstreams", found, at, STREAMS_CONFIG)
        yield _make_thin(client, session) if thin else client, streams


@asynccontextmanager
async def _open_session(region: str | None) -> AsyncGenerator[tuple[AsyncExitStack, AioSession, str], None]:
    """Make a session, find its region, and close at the end what was entered into the stack."""
    session = AioSession()
    session.register_component("response_parser_factory", FastParserFactory())
    async with AsyncExitStack() as stack:
        with translate_errors("DynamoDB"):
            configured = await to_thread.run_sync(_configure, session)
        region = region or os.environ.get("AWS_REGION") or configured
        if not region:
            raise InvalidStoreUrl("no region: add ?region=… or set AWS_REGION")
        yield stack, session, region


async def _enter_client(
    stack: AsyncExitStack, session: AioSession, service: str, region: str, endpoint_url: str | None, config: AioConfig
) -> Any:
    create: Any = session.create_client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    opening: AbstractAsyncContextManager[Any] = create(
        service, region_name=region, endpoint_url=endpoint_url, config=config
    )
    try:
        client = await stack.enter_async_context(opening)
        refuse_broken_replies(client)
        _ = urlsplit(str(client.meta.endpoint_url)).port  # raises here instead of in the first request
    except ValueError:  # its text may hold a password
        raise InvalidStoreUrl(
            "the endpoint: its host or port is not valid; see endpoint_url and AWS_ENDPOINT_URL…"
        ) from None
    return client


def _make_thin(client: Any, session: AioSession) -> Any:
    connections: SharedConnections = client._endpoint.http_session  # noqa: SLF001  it was made there
    return ThinClient(client, connections, session.get_credentials, SystemEnvironment().now)


def _configure(session: AioSession) -> str | None:
    """Return the configured region. Runs in a thread: it reads files, and the session keeps what was read."""
    session.get_scoped_config()
    session.register_component("data_loader", _create_loader(session.get_config_variable("data_path")))
    region: str | None = session.get_config_variable("region")
    return region


@cache
def _create_loader(data_path: str | None) -> Loader:
    """Return the loader of the service's model, once a process. Further clients take 5 ms instead of 200."""
    return make_loader(data_path)
