"""Store URLs: they name the place of the tables.

memory://                                            private, gone when closed
memory://name                                        shared by everything in this process that has it open
sqlite:///relative.db     sqlite:////absolute.db     one file
dynamodb://prefix?region=…&endpoint_url=…            tables `prefix-events` and `prefix-views`
                  &wire=aiobotocore                  sends every request with aiobotocore; otherwise `thin`

An engine is imported when a store on it is opened: that of DynamoDB takes a fifth of a second.
"""

import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ascend.adapters.layout.table_specs import PREFIX
from ascend.adapters.table.port import Tables
from ascend.adapters.url_text import describe_url
from ascend.domain.errors import InvalidStoreUrl

if TYPE_CHECKING:
    from ascend.adapters.memory.tables import MemoryTables


@dataclass(frozen=True, slots=True)
class MemoryUrl:
    name: str | None


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    path: Path


@dataclass(frozen=True, slots=True)
class DynamoUrl:
    prefix: str
    region: str | None = None
    endpoint_url: str | None = field(default=None, repr=False)
    """May hold a password."""
    thin: bool = True
    """Requests of items are sent by the thin client."""


StoreUrl = MemoryUrl | SqliteUrl | DynamoUrl


def open_tables(url: str) -> AbstractAsyncContextManager[Tables]:
    """Open the tables at this URL for the length of an `async with` block.

    Raises:
        InvalidStoreUrl: at once, if the URL names no store.
        StoreError: on entering the block, if the tables cannot be opened.
    """
    match parse_store_url(url):
        case MemoryUrl(name):
            return _open_memory(name)
        case SqliteUrl(path):
            from ascend.adapters.sqlite.tables import open_sqlite

            return open_sqlite(path)
        case DynamoUrl() as dynamo:
            return _open_dynamodb(dynamo)


def parse_store_url(url: str) -> StoreUrl:
    """Return the parts of the URL. Raises: InvalidStoreUrl naming the mistake."""
    try:
        parts = urlsplit(url)
    except ValueError:  # its text may hold a password
        raise InvalidStoreUrl(f"{describe_url(url)}: this is not a valid URL") from None
    if "://" not in url:
        raise InvalidStoreUrl(_explain_missing_slashes(url, parts))
    if parts.fragment:
        raise InvalidStoreUrl(f"{describe_url(url)}: # cannot be part of the URL: write %23")
    match parts.scheme:
        case "memory":
            return _parse_memory(url, parts)
        case "sqlite":
            return _parse_sqlite(url, parts)
        case "dynamodb":
            return _parse_dynamodb(url, parts)
        case scheme:
            raise InvalidStoreUrl(f"{describe_url(url)}: unknown scheme {scheme!r}")


def _explain_missing_slashes(url: str, parts: SplitResult) -> str:
    if not url:
        return "the URL is empty: there is no scheme"
    if parts.scheme != "sqlite":
        return f"{describe_url(url)}: there is no scheme"
    path = parts.path.lstrip("/")
    absolute = f", or sqlite:////{path} for an absolute path" if parts.path.startswith("/") else ""
    return f"{describe_url(url)}: sqlite: needs three slashes: write sqlite:///{path}{absolute}"


def _parse_memory(url: str, parts: SplitResult) -> MemoryUrl:
    _parse_options(url, parts)
    if parts.path.strip("/"):
        raise InvalidStoreUrl(f"{describe_url(url)}: memory:// takes a name, not a path")
    return MemoryUrl(parts.netloc or None)


def _parse_sqlite(url: str, parts: SplitResult) -> SqliteUrl:
    _parse_options(url, parts)
    if parts.netloc:
        raise InvalidStoreUrl(
            f"{describe_url(url)}: a slash is missing: write sqlite:///{parts.netloc.rpartition('@')[2]}{parts.path}"
        )
    path = unquote(parts.path.removeprefix("/"))
    if "\0" in path:
        raise InvalidStoreUrl(f"{describe_url(url)}: a file's name cannot hold a null character (%00)")
    if not path or path.endswith("/"):
        raise InvalidStoreUrl(f"{describe_url(url)}: the file's name is missing")
    return SqliteUrl(Path(path))


def _parse_dynamodb(url: str, parts: SplitResult) -> DynamoUrl:
    options = _parse_options(url, parts, "region", "endpoint_url", "wire")
    prefix, region, endpoint = parts.netloc, options.get("region"), options.get("endpoint_url")
    wire = options.get("wire", "thin")
    if not prefix:
        raise InvalidStoreUrl(f"{describe_url(url)}: the prefix of the tables' names is missing")
    if parts.path.strip("/"):
        raise InvalidStoreUrl(f"{describe_url(url)}: dynamodb:// takes a prefix, not a path")
    if not re.fullmatch(PREFIX, prefix):
        raise InvalidStoreUrl(f"{describe_url(url)}: a prefix has 1 to 200 of a-z, A-Z, 0-9, '_', '-' and '.'")
    if endpoint is not None:
        _check_endpoint(url, endpoint)
    if region is not None and not re.fullmatch(r"[a-z0-9-]+", region):
        raise InvalidStoreUrl(f"{describe_url(url)}: the value of region is not a region")
    if wire not in ("thin", "aiobotocore"):
        raise InvalidStoreUrl(f"{describe_url(url)}: the value of wire is thin or aiobotocore")
    return DynamoUrl(prefix, region, endpoint, thin=wire == "thin")


def _check_endpoint(url: str, endpoint: str) -> None:
    if not re.match(r"https?://[^/]", endpoint):
        raise InvalidStoreUrl(f"{describe_url(url)}: endpoint_url must begin with http:// or https://")
    try:
        _ = urlsplit(endpoint).port
    except ValueError:  # its text may hold a password
        raise InvalidStoreUrl(f"{describe_url(url)}: endpoint_url: its host or port is not valid") from None


def _parse_options(url: str, parts: SplitResult, *known: str) -> dict[str, str]:
    """Return the options of the URL. Raises: InvalidStoreUrl if one is unknown, given twice or empty."""
    try:
        options = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise InvalidStoreUrl(f"{describe_url(url)}: options are written ?name=value&name=value") from None
    for name, count in Counter(name for name, _ in options).items():
        if name not in known:
            raise InvalidStoreUrl(f"{describe_url(url)}: unknown option {name!r}; known: {', '.join(known) or 'none'}")
        if count > 1:
            raise InvalidStoreUrl(f"{describe_url(url)}: option {name!r} is given twice")
    for name, value in options:
        if not value:
            raise InvalidStoreUrl(f"{describe_url(url)}: option {name!r} is empty")
    return dict(options)


_shared_tables: dict[str, tuple["MemoryTables", int]] = {}
"""The named memory stores that are open, each with the number of its users."""


@asynccontextmanager
async def _open_memory(name: str | None) -> AsyncGenerator["MemoryTables", None]:
    """Open private tables, or with a name the tables that this process shares under it.

    Shared tables are gone when their last user closes them.
    """
    from ascend.adapters.memory.tables import MemoryTables

    if name is None:
        with closing(MemoryTables()) as private:
            yield private
        return
    tables, users = _shared_tables.get(name, (MemoryTables(), 0))
    _shared_tables[name] = tables, users + 1
    try:
        with closing(tables.share()) as shared:
            yield shared
    finally:
        tables, users = _shared_tables.pop(name)
        if users > 1:
            _shared_tables[name] = tables, users - 1


@asynccontextmanager
async def _open_dynamodb(url: DynamoUrl) -> AsyncGenerator[Tables, None]:
    from ascend.adapters.dynamodb.tables import open_dynamodb

    async with open_dynamodb(url.prefix, url.region, url.endpoint_url, thin=url.thin) as tables:
        yield tables
