"""The two tables as DynamoDB knows them: how they are made, and whether what is there is like that.

How they are to be is declared in `schema.tables`.
"""

import time
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
from botocore.exceptions import ClientError

from ascend.adapters.dynamodb.errors import code_of
from ascend.adapters.layout.drift import State, of_table
from ascend.adapters.layout.table_specs import TableSpec, spec_of
from ascend.adapters.table.item import Table
from ascend.domain.errors import StoreMismatch, StoreUnavailable
from ascend.domain.runtime.logs import note

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

CREATE_SECONDS = 180.0
RECOVERY_ATTEMPTS = 30

_AMAZON = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_UNKNOWN = frozenset({"UnknownOperationException", "UnknownOperation", "NotImplemented", "ValidationException"})


@dataclass(frozen=True, slots=True)
class Definition:
    table: Table
    name: str
    stream: bool = True

    @property
    def spec(self) -> TableSpec:
        """As it is declared, but for the stream where nobody listens."""
        spec = spec_of(self.table)
        return spec if self.stream else replace(spec, stream=None)


async def create_table(client: "DynamoDBClient", definition: Definition) -> None:
    """Make the table unless it is there, wait until it is active, and see to the settings that come after that."""
    send: Any = client
    try:
        await send.create_table(**request(definition))
        note("table.created", table=definition.name)
    except ClientError as error:
        if code_of(error) != "ResourceInUseException":  # it is there, or just being made by another process
            raise
    await _wait_until_active(client, definition)
    if definition.spec.recovery:
        await _tolerate_emulator(client, definition, "point_in_time_recovery", _recover(send, definition.name))
    if definition.spec.ttl is not None:
        expire = _expire(send, definition.name, definition.spec.ttl)
        await _tolerate_emulator(client, definition, "time_to_live", expire)


async def check_table(client: "DynamoDBClient", definition: Definition) -> None:
    """Raises: StoreMismatch naming all that differs."""
    reply = await client.describe_table(TableName=definition.name)
    wrong = differences(definition, dict(reply["Table"]))
    if wrong:
        raise StoreMismatch(f"table {definition.name} at {client.meta.endpoint_url}: {'; '.join(wrong)}")


def request(definition: Definition) -> dict[str, Any]:
    """What CreateTable is asked for."""
    spec = definition.spec
    wanted: dict[str, Any] = {
        "TableName": definition.name,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in spec.key_attributes],
        "KeySchema": _schema(spec.keys),
        "BillingMode": spec.billing,
        "SSESpecification": {"Enabled": True, "SSEType": spec.encryption},
        "DeletionProtectionEnabled": spec.deletion_protection,
    }
    if spec.stream is not None:
        wanted["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": spec.stream}
    if spec.indexes:
        wanted["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _schema(index.keys),
                "Projection": index.projected,
            }
            for index in spec.indexes
        ]
    return wanted


def differences(definition: Definition, found: dict[str, Any]) -> list[str]:
    """What keeps Ascend from working with this table, given its description. `ascend doctor` tells the rest, too."""
    findings = of_table(definition.spec, found)
    return [finding.said for finding in findings if finding.state is State.DRIFT and finding.stops]


def is_unknown_to_emulator(endpoint_url: str, code: str) -> bool:
    """Emulators do not know every setting. Amazon does: there, it must succeed."""
    return code in _UNKNOWN and is_emulator(endpoint_url)


def is_emulator(endpoint_url: str) -> bool:
    return not (urlsplit(endpoint_url).hostname or "").endswith(_AMAZON)


def _schema(keys: tuple[str, str]) -> list[dict[str, str]]:
    pk, sk = keys
    return [{"AttributeName": pk, "KeyType": "HASH"}, {"AttributeName": sk, "KeyType": "RANGE"}]


async def _wait_until_active(client: "DynamoDBClient", definition: Definition) -> None:
    deadline, wait = time.monotonic() + CREATE_SECONDS, 0.05
    while True:
        found: dict[str, Any] = dict((await client.describe_table(TableName=definition.name))["Table"])
        indexes: list[dict[str, Any]] = found.get("GlobalSecondaryIndexes", [])
        states = [found.get("TableStatus"), *(one.get("IndexStatus") for one in indexes)]
        if all(state in ("ACTIVE", "UPDATING") for state in states):
            return
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"table {definition.name} is still {states} after {CREATE_SECONDS:.0f} s: try again")
        await anyio.sleep(wait)
        wait = min(wait * 2, 2)


async def _recover(send: Any, name: str) -> None:
    found = (await send.describe_continuous_backups(TableName=name))["ContinuousBackupsDescription"]
    if found.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED":
        return
    wanted = {"TableName": name, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    for attempt in range(RECOVERY_ATTEMPTS):
        try:
            await send.update_continuous_backups(**wanted)
        except ClientError as error:  # for some seconds after a table was made
            if code_of(error) != "ContinuousBackupsUnavailableException" or attempt + 1 == RECOVERY_ATTEMPTS:
                raise
            await anyio.sleep(1)
        else:
            return


async def _expire(send: Any, name: str, attribute: str) -> None:
    found = (await send.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
    if found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        return
    wanted = {"Enabled": True, "AttributeName": attribute}
    await send.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


async def _tolerate_emulator(
    client: "DynamoDBClient", definition: Definition, setting: str, work: Awaitable[None]
) -> None:
    try:
        await work
    except ClientError as error:
        if not is_unknown_to_emulator(client.meta.endpoint_url, code_of(error)):
            raise
        note("table.setting_unknown", table=definition.name, setting=setting, endpoint=client.meta.endpoint_url)
