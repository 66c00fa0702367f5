"""Compare the settings of a live store, and the application it belongs to, with the declaration. Changes nothing.

memory://   has no settings      sqlite:///…   the file      dynamodb://…   both tables, as the service describes them
"""

from anyio import to_thread

from ascend.adapters.layout.setting_check import SettingCheck, Verdict, check_setting
from ascend.adapters.layout.table_settings import StoreSettings
from ascend.adapters.sqlite.doctor import examine_file
from ascend.adapters.store.application_records import TableApplicationRecords
from ascend.adapters.url_text import describe_url
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.projections.workers.ownership import find_mismatch
from ascend.store_url import DynamoUrl, MemoryUrl, SqliteUrl, open_tables, parse_store_url

HOW_TO_NAME_IT = "`ascend --app MODULE:ATTRIBUTE doctor`, with the application that the store belongs to"


async def examine(url: str, app: Application = LIFE_OS, settings: StoreSettings | None = None) -> list[SettingCheck]:
    """Check every setting of the store against the declaration. Once they are right, compare the recorded application.

    `settings` is what the deployment of tables in DynamoDB chose; without it, they should have the defaults.

    Raises:
        InvalidStoreUrl: the URL names no store.
        AccessDenied: the store refuses the credentials or a permission is missing.
        StoreUnavailable: the store gives no answer.
    """
    checks = await _examine_settings(url, settings or {})
    if not checks or any(check.state is Verdict.DRIFT for check in checks):
        return checks
    async with open_tables(url) as tables:
        mismatch = find_mismatch(app.record, await TableApplicationRecords(tables).read())
    return [*checks, check_setting(describe_url(url), "application", mismatch is None, str(mismatch), HOW_TO_NAME_IT)]


async def _examine_settings(url: str, settings: StoreSettings) -> list[SettingCheck]:
    match parse_store_url(url):
        case MemoryUrl():
            return []
        case SqliteUrl(path):
            return await to_thread.run_sync(examine_file, path)
        case DynamoUrl() as dynamo:
            return await _examine_dynamodb(dynamo, settings)


async def _examine_dynamodb(url: DynamoUrl, settings: StoreSettings) -> list[SettingCheck]:
    from ascend.adapters.dynamodb.client import open_client  # noqa: PLC0415  takes 0.3 s: only for this store
    from ascend.adapters.dynamodb.doctor import examine_tables  # noqa: PLC0415  see above

    async with open_client(url.region, url.endpoint_url) as client:
        return await examine_tables(client, url.prefix, settings)
