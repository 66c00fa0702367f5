"""The two tables as DynamoDB knows them: how they are made, and whether what is there is like that.

              key      indexes                     kept by
    events    pk, sk   none                        deletion protection, point-in-time recovery; stream (keys only)
    views     pk, sk   gsi1, gsi2 (all attributes) nothing: rebuilt from events; TTL on `expires`

Both: on-demand billing, encrypted with a KMS key. The stream carries keys only: it says "look at this workspace",
and readers read the log itself; so no content leaves through it.
"""

import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
from botocore.exceptions import ClientError

from ascend.adapters.dynamodb_errors import code_of
from ascend.adapters.table import Index, Table
from ascend.domain.errors import StoreMismatch, StoreUnavailable
from ascend.domain.logs import note

if TYPE_CHECKING:
    from types_aiobotocore_dynamodb import DynamoDBClient

CREATE_SECONDS = 180.0
RECOVERY_ATTEMPTS = 30
TTL_ATTRIBUTE = "expires"

_AMAZON = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_UNKNOWN = frozenset({"UnknownOperationException", "UnknownOperation", "NotImplemented", "ValidationException"})


@dataclass(frozen=True, slots=True)
class Definition:
    table: Table
    name: str
    stream: bool = True

    @property
    def indexes(self) -> tuple[Index, ...]:
        return tuple(Index) if self.table is Table.VIEWS else ()

    @property
    def has_stream(self) -> bool:
        return self.stream and self.table is Table.EVENTS


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
    if definition.table is Table.EVENTS:
        await _tolerate_emulator(client, definition, "point_in_time_recovery", _recover(send, definition.name))
    else:
        await _tolerate_emulator(client, definition, "time_to_live", _expire(send, definition.name))


async def check_table(client: "DynamoDBClient", definition: Definition) -> None:
    """Raises: StoreMismatch naming all that differs."""
    reply = await client.describe_table(TableName=definition.name)
    wrong = differences(definition, dict(reply["Table"]))
    if wrong:
        raise StoreMismatch(f"table {definition.name} at {client.meta.endpoint_url}: {'; '.join(wrong)}")


def request(definition: Definition) -> dict[str, Any]:
    """What CreateTable is asked for."""
    names = ["pk", "sk", *(f"{index.value}{part}" for index in definition.indexes for part in ("pk", "sk"))]
    wanted: dict[str, Any] = {
        "TableName": definition.name,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "KeySchema": _schema(),
        "BillingMode": "PAY_PER_REQUEST",
        "SSESpecification": {"Enabled": True},
        "DeletionProtectionEnabled": definition.table is Table.EVENTS,
    }
    if definition.has_stream:
        wanted["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    if definition.indexes:
        wanted["GlobalSecondaryIndexes"] = [
            {"IndexName": index.value, "KeySchema": _schema(index.value), "Projection": {"ProjectionType": "ALL"}}
            for index in definition.indexes
        ]
    return wanted


def differences(definition: Definition, found: dict[str, Any]) -> list[str]:
    """What keeps Ascend from working with this table, given its description."""
    types = {one["AttributeName"]: one["AttributeType"] for one in found.get("AttributeDefinitions", [])}
    indexes = {one["IndexName"]: one for one in found.get("GlobalSecondaryIndexes", [])}
    wrong: list[str] = []
    if not _has_keys(found, types, ""):
        wrong.append("its key is not (pk, sk) of type S")
    for index in definition.indexes:
        name = index.value
        if name not in indexes:
            wrong.append(f"index {name} is missing")
        elif not _has_keys(indexes[name], types, name):
            wrong.append(f"the key of index {name} is not ({name}pk, {name}sk) of type S")
        elif indexes[name].get("Projection", {}).get("ProjectionType") != "ALL":
            wrong.append(f"index {name} does not hold all attributes")
    if definition.table is Table.EVENTS and indexes:
        wrong.append("it has indexes, which would throttle the log")
    if found.get("LocalSecondaryIndexes"):
        wrong.append("it has local indexes, which limit a workspace to 10 GB")
    if definition.has_stream and not found.get("StreamSpecification", {}).get("StreamEnabled"):
        wrong.append("its stream is off")
    return wrong


def is_unknown_to_emulator(endpoint_url: str, code: str) -> bool:
    """Emulators do not know every setting. Amazon does: there, it must succeed."""
    host = urlsplit(endpoint_url).hostname or ""
    return code in _UNKNOWN and not host.endswith(_AMAZON)


def _schema(prefix: str = "") -> list[dict[str, str]]:
    return [
        {"AttributeName": f"{prefix}pk", "KeyType": "HASH"},
        {"AttributeName": f"{prefix}sk", "KeyType": "RANGE"},
    ]


def _has_keys(found: dict[str, Any], types: dict[str, str], prefix: str) -> bool:
    schema = sorted(found.get("KeySchema", []), key=lambda one: one["KeyType"])
    return schema == _schema(prefix) and types.get(f"{prefix}pk") == types.get(f"{prefix}sk") == "S"


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


async def _expire(send: Any, name: str) -> None:
    found = (await send.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
    if found.get("TimeToLiveStatus") in ("ENABLED", "ENABLING"):
        return
    wanted = {"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
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
