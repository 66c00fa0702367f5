"""Creates the two tables in DynamoDB, and checks that existing tables are as `layout.table_specs` declares them."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
from botocore.exceptions import ClientError

from ascend.adapters.dynamodb.errors import code_of
from ascend.adapters.dynamodb.replies import read_part
from ascend.adapters.layout.drift import check_table_settings
from ascend.adapters.layout.setting_check import Verdict
from ascend.adapters.layout.table_properties import index_properties, table_properties
from ascend.adapters.layout.table_specs import TableSpec, spec_of
from ascend.adapters.table.item import Table
from ascend.adapters.url_text import describe_url
from ascend.domain.errors import StoreMismatch, StoreUnavailable
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.retry import delays

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

log = Log("ascend.store")
CREATE_SECONDS = 180.0
RECOVERY_RETRIES = 29

_AMAZON = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_UNKNOWN = frozenset({"UnknownOperationException", "UnknownOperation", "NotImplemented", "ValidationException"})


@dataclass(frozen=True, slots=True)
class Definition:
    """One table of one store, under its name in DynamoDB. `stream=False` leaves out the stream (for benchmarks)."""

    table: Table
    name: str
    stream: bool = True

    @property
    def spec(self) -> TableSpec:
        spec = spec_of(self.table)
        return spec if self.stream else replace(spec, stream=None)


async def create_table(client: "DynamoDBClient", definition: Definition) -> None:
    """Create the table unless it exists, wait until it is active, then turn on backups and TTL as declared.

    DynamoDB accepts these two settings only for an active table.
    """
    send: Any = client
    try:
        await send.create_table(**create_request(definition))
        log.debug("table.created", table=definition.name)
    except ClientError as error:
        if code_of(error) != "ResourceInUseException":  # the table exists, or another process is creating it
            raise
    await _wait_until_active(client, definition)
    if definition.spec.recovery:
        await _tolerate_emulator(client, definition, "point_in_time_recovery", _enable_recovery(send, definition.name))
    if definition.spec.ttl is not None:
        enable = _enable_ttl(send, definition.name, definition.spec.ttl)
        await _tolerate_emulator(client, definition, "time_to_live", enable)


async def check_table(client: "DynamoDBClient", definition: Definition) -> None:
    """Raises: StoreMismatch, with every difference, if Ascend cannot work with the table."""
    reply = await client.describe_table(TableName=definition.name)
    wrong = differences(definition, read_part(reply, "Table"))
    if wrong:
        raise StoreMismatch(f"table {definition.name} at {describe_url(client.meta.endpoint_url)}: {'; '.join(wrong)}")


def create_request(definition: Definition) -> dict[str, Any]:
    """Return the parameters of the CreateTable request."""
    spec = definition.spec
    parameters = table_properties(spec, definition.name) | index_properties(spec)
    parameters["SSESpecification"] = {"Enabled": True, "SSEType": spec.encryption}
    if spec.stream is not None:
        parameters["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": spec.stream}
    return parameters


def differences(definition: Definition, description: dict[str, Any]) -> list[str]:
    """Return what keeps Ascend from working with the described table. `ascend doctor` reports other drift, too."""
    findings = check_table_settings(definition.spec, description)
    return [finding.said for finding in findings if finding.state is Verdict.DRIFT and finding.stops]


def is_unknown_to_emulator(endpoint_url: str, code: str) -> bool:
    """Return True if an emulator does not know the operation. On Amazon's own endpoints it must succeed."""
    return code in _UNKNOWN and is_emulator(endpoint_url)


def is_emulator(endpoint_url: str) -> bool:
    return not (urlsplit(endpoint_url).hostname or "").endswith(_AMAZON)


async def _wait_until_active(client: "DynamoDBClient", definition: Definition) -> None:
    deadline = monotonic() + CREATE_SECONDS
    for delay in delays(0.05, 2):
        description = read_part(await client.describe_table(TableName=definition.name), "Table")
        indexes: list[dict[str, Any]] = description.get("GlobalSecondaryIndexes", [])
        states = [description.get("TableStatus"), *(index.get("IndexStatus") for index in indexes)]
        if all(state in ("ACTIVE", "UPDATING") for state in states):
            return
        if monotonic() > deadline:
            raise StoreUnavailable(f"table {definition.name} is still {states} after {CREATE_SECONDS:.0f} s: try again")
        await anyio.sleep(delay)


async def _enable_recovery(send: Any, name: str) -> None:
    backups = read_part(await send.describe_continuous_backups(TableName=name), "ContinuousBackupsDescription")
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED":
        return
    request = {"TableName": name, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    for delay in delays(1, 1, count=RECOVERY_RETRIES):
        try:
            await send.update_continuous_backups(**request)
        except ClientError as error:
            if code_of(error) != "ContinuousBackupsUnavailableException":  # for some seconds after the creation
                raise
        else:
            return
        await anyio.sleep(delay)
    await send.update_continuous_backups(**request)


async def _enable_ttl(send: Any, name: str, attribute: str) -> None:
    ttl = read_part(await send.describe_time_to_live(TableName=name), "TimeToLiveDescription")
    if ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        return
    specification = {"Enabled": True, "AttributeName": attribute}
    await send.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)


async def _tolerate_emulator(
    client: "DynamoDBClient", definition: Definition, setting: str, work: Awaitable[None]
) -> None:
    try:
        await work
    except ClientError as error:
        if not is_unknown_to_emulator(client.meta.endpoint_url, code_of(error)):
            raise
        endpoint = describe_url(client.meta.endpoint_url)
        log.debug("table.setting_unknown", table=definition.name, setting=setting, endpoint=endpoint)
