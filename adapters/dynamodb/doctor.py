"""Compares the settings of both tables, as the service describes them, with their declaration."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ascend.adapters.dynamodb.errors import code_of, translate_errors
from ascend.adapters.dynamodb.replies import read_part
from ascend.adapters.dynamodb.setup import is_emulator, is_unknown_to_emulator
from ascend.adapters.layout.drift import check_backups, check_table_settings, check_ttl
from ascend.adapters.layout.setting_check import SettingCheck, check_setting
from ascend.adapters.layout.table_settings import DEFAULTS, StoreSettings, TableSettings
from ascend.adapters.layout.table_specs import TABLES, TableSpec
from ascend.adapters.url_text import describe_url

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

CREATE = "create it: `ascend init`, or your stack"


async def examine_tables(client: "DynamoDBClient", prefix: str, settings: StoreSettings) -> list[SettingCheck]:
    """Check every setting of the store with this prefix. Raises: AccessDenied, StoreUnavailable."""
    return [
        check
        for spec in TABLES
        for check in await _examine(client, spec, spec.name(prefix), settings.get(spec.table, DEFAULTS))
    ]


async def _examine(client: "DynamoDBClient", spec: TableSpec, name: str, settings: TableSettings) -> list[SettingCheck]:
    with translate_errors(f"table {name} at {describe_url(client.meta.endpoint_url)}"):
        table = await _describe(client, "describe_table", name, "Table", missing="ResourceNotFoundException")
        if table is None:
            return [check_setting(name, "table", False, "it does not exist", CREATE, stops=True)]
        ttl = await _describe(client, "describe_time_to_live", name, "TimeToLiveDescription")
        backups = await _describe(client, "describe_continuous_backups", name, "ContinuousBackupsDescription")
    return [
        *check_table_settings(spec, table, settings=settings, emulated=is_emulator(client.meta.endpoint_url)),
        check_ttl(spec, name, ttl),
        check_backups(spec, name, backups, settings),
    ]


async def _describe(
    client: "DynamoDBClient", operation: str, name: str, part: str, *, missing: str = ""
) -> dict[str, Any] | None:
    """Return a part of the reply. None: the error code is `missing`, or an emulator does not know the operation."""
    try:
        return read_part(await getattr(client, operation)(TableName=name), part)
    except ClientError as error:
        code = code_of(error)
        if code == missing or is_unknown_to_emulator(client.meta.endpoint_url, code):
            return None
        raise
