"""Compare the settings of a live store with the declaration. Reads settings only, and changes nothing.

memory://   has no settings      sqlite:///…   the file      dynamodb://…   both tables, as the service describes them
"""

from anyio import to_thread

from ascend.adapters.layout.drift import SettingCheck
from ascend.adapters.sqlite.doctor import examine_file
from ascend.store_url import DynamoUrl, MemoryUrl, SqliteUrl, parse_store_url


async def examine(url: str) -> list[SettingCheck]:
    """Check every setting of the store against the declaration.

    Raises:
        InvalidStoreUrl: the URL names no store.
        AccessDenied: the store refuses the credentials or a permission is missing.
        StoreUnavailable: the store gives no answer.
    """
    match parse_store_url(url):
        case MemoryUrl():
            return []
        case SqliteUrl(path):
            return await to_thread.run_sync(examine_file, path)
        case DynamoUrl() as dynamo:
            return await _examine_dynamodb(dynamo)


async def _examine_dynamodb(url: DynamoUrl) -> list[SettingCheck]:
    from ascend.adapters.dynamodb.client import open_client  # noqa: PLC0415  takes 0.3 s: only for this store
    from ascend.adapters.dynamodb.doctor import examine_tables  # noqa: PLC0415  see above

    async with open_client(url.region, url.endpoint_url) as client:
        return await examine_tables(client, url.prefix)
