"""Examines a live store: what is there, compared with the declaration. Reads settings only, changes nothing.

memory://   nothing to compare      sqlite:///…   the file      dynamodb://…   both tables, as the service tells
"""

from anyio import to_thread

from ascend.adapters.layout.drift import SettingCheck
from ascend.adapters.sqlite.doctor import examine_file
from ascend.store_url import DynamoUrl, MemoryUrl, SqliteUrl, parse


async def examine(url: str) -> list[SettingCheck]:
    """Every setting of the store, as it is declared or not. Raises: InvalidStoreUrl, AccessDenied, StoreUnavailable."""
    match parse(url):
        case MemoryUrl():
            return []
        case SqliteUrl(path):
            return await to_thread.run_sync(examine_file, path)
        case DynamoUrl() as dynamo:
            return await _examine_dynamodb(dynamo)


async def _examine_dynamodb(url: DynamoUrl) -> list[SettingCheck]:
    from ascend.adapters.dynamodb.client import open_client  # noqa: PLC0415  0.3 s that other stores save
    from ascend.adapters.dynamodb.doctor import examine_tables  # noqa: PLC0415  see above

    async with open_client(url.region, url.endpoint_url) as client:
        return await examine_tables(client, url.prefix)
