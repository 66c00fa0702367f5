"""What differs between a table as the service describes it and its declaration, and what to do about it. Pure.

DescribeTable ──▶ of_table      DescribeTimeToLive ──▶ of_ttl      DescribeContinuousBackups ──▶ of_backups
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ascend.adapters.layout.table_specs import IndexSpec, TableSpec
from ascend.adapters.table.item import Table

Described = Mapping[str, Any]
REMAKE = {
    Table.EVENTS: "a table's key cannot be changed: open another prefix, and restore the log into it from a backup",
    Table.VIEWS: "delete the table, run `ascend init` and a worker: it is built from events",
}


class Verdict(Enum):
    OK = "ok"
    DRIFT = "drift"
    UNKNOWN = "unknown here"
    """An emulator does not tell."""


@dataclass(frozen=True, slots=True)
class SettingCheck:
    """One setting of a store. `said` tells what is there instead, `todo` what to do."""

    where: str
    setting: str
    state: Verdict
    said: str = ""
    todo: str = ""
    stops: bool = False
    """Ascend does not work with a table that is so: opening the store refuses."""


def check_setting(
    where: str, setting: str, fine: bool | None, said: str, todo: str, *, stops: bool = False
) -> SettingCheck:
    """`fine` is None where it cannot be known."""
    if fine is None:
        return SettingCheck(where, setting, Verdict.UNKNOWN)
    return (
        SettingCheck(where, setting, Verdict.OK)
        if fine
        else SettingCheck(where, setting, Verdict.DRIFT, said, todo, stops)
    )


def check_table_settings(spec: TableSpec, found: Described, *, emulated: bool = False) -> Iterator[SettingCheck]:
    """Keys, indexes, stream, billing, encryption, deletion protection, replicas."""
    name = str(found.get("TableName", spec.table.value))
    pk, sk = spec.keys
    said = f"its key is not ({pk}, {sk}) of type S"
    yield check_setting(name, "key", has_keys(found, found, spec.keys), said, REMAKE[spec.table], stops=True)
    yield from of_indexes(spec, name, found)
    yield of_stream(spec, name, found)
    yield of_billing(spec, name, found, emulated=emulated)
    yield of_encryption(spec, name, found, emulated=emulated)
    yield of_deletion_protection(spec, name, found, emulated=emulated)
    if spec.table is Table.EVENTS:
        yield of_replicas(name, found)


def of_indexes(spec: TableSpec, name: str, found: Described) -> Iterator[SettingCheck]:
    there = {one["IndexName"]: one for one in found.get("GlobalSecondaryIndexes") or ()}
    for index in spec.indexes:
        yield of_index(index, name, found, there.get(index.name))
    surplus = sorted(there.keys() - {index.name for index in spec.indexes})
    if spec.indexes:
        said = f"indexes that nobody reads: {', '.join(surplus)}"
        yield check_setting(name, "other indexes", not surplus, said, "each is paid with every write: delete them")
    else:
        todo = f"delete {', '.join(surplus)}; what you read there, read from a projection of your own"
        yield check_setting(
            name, "no indexes", not surplus, "it has indexes, which would throttle the log", todo, stops=True
        )
    local = bool(found.get("LocalSecondaryIndexes"))
    said = "it has local indexes, which limit a workspace to 10 GB"
    yield check_setting(name, "no local indexes", not local, said, REMAKE[spec.table], stops=True)


def of_index(index: IndexSpec, name: str, table: Described, found: Described | None) -> SettingCheck:
    setting, pair = f"index {index.name}", "({}, {})".format(*index.keys)
    remake = f"delete {setting} and make it anew on {pair} with all attributes (one change of the table each)"
    if found is None:
        make = f"make it on {pair} with all attributes: the service fills it from the table"
        return check_setting(name, setting, False, f"{setting} is missing", make, stops=True)
    if not has_keys(found, table, index.keys):
        said = f"the key of {setting} is not {pair} of type S"
        return check_setting(name, setting, False, said, remake, stops=True)
    if (status := found.get("IndexStatus", "ACTIVE")) not in {"ACTIVE", "UPDATING"}:
        return check_setting(name, setting, False, f"{setting} is {str(status).lower()}", "wait until it is active")
    projection = found.get("Projection", {}).get("ProjectionType")
    said = f"{setting} does not hold all attributes"
    return check_setting(name, setting, projection == index.projection, said, remake, stops=True)


def of_stream(spec: TableSpec, name: str, found: Described) -> SettingCheck:
    stream: Described = found.get("StreamSpecification") or {}
    view = stream.get("StreamViewType") if stream.get("StreamEnabled") else None
    if spec.stream is None:
        said, todo = f"its stream is on ({view})", "turn it off, unless something of yours reads it"
        return check_setting(name, "no stream", view is None, said, todo)
    if view is None:
        todo = f"turn it on, with {spec.stream}"
        return check_setting(name, "stream", False, "its stream is off", todo, stops=True)
    todo = f"turn it off and on again with {spec.stream}: no content may leave through it; consumers need the new ARN"
    return check_setting(name, "stream", view == spec.stream, f"its stream carries {view}", todo)


def of_billing(spec: TableSpec, name: str, found: Described, *, emulated: bool) -> SettingCheck:
    summary = found.get("BillingModeSummary")
    mode = summary["BillingMode"] if summary else None if emulated else "PROVISIONED"  # Amazon tells the other one only
    said = f"its capacity is {str(mode).lower()}"
    todo = "switch to on demand (PAY_PER_REQUEST), or watch its throttles: a starved index of views starves the table"
    return check_setting(name, "billing", None if mode is None else mode == spec.billing, said, todo)


def of_encryption(spec: TableSpec, name: str, found: Described, *, emulated: bool) -> SettingCheck:
    described: Described = found.get("SSEDescription") or {}
    fine = None if emulated and not described else described.get("SSEType") == spec.encryption
    todo = "set SSESpecification to Enabled (with a key of yours, or AWS's own for DynamoDB)"
    return check_setting(name, "encryption", fine, "it is not encrypted with a KMS key of this account", todo)


def of_deletion_protection(spec: TableSpec, name: str, found: Described, *, emulated: bool) -> SettingCheck:
    protected = found.get("DeletionProtectionEnabled", None if emulated else False)
    fine = True if not spec.deletion_protection else protected  # more than asked for is no drift
    return check_setting(
        name, "deletion protection", fine, "anybody who may can delete it", "turn deletion protection on"
    )


def of_replicas(name: str, found: Described) -> SettingCheck:
    regions = [str(replica.get("RegionName")) for replica in found.get("Replicas") or ()]
    fine = not regions or found.get("MultiRegionConsistency") == "STRONG"
    said = f"it is replicated to {', '.join(regions)}, eventually consistent: two regions would win the same position"
    return check_setting(name, "no replicas", fine, said, "remove the replicas, or use multi-region strong consistency")


def check_ttl(spec: TableSpec, name: str, found: Described | None) -> SettingCheck:
    """`found`: a TimeToLiveDescription; None where it cannot be known."""
    if found is None:
        return check_setting(name, "ttl", None, "", "")
    on = found.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
    attribute = found.get("AttributeName") if on else None
    if spec.ttl is None:
        said = f"items expire by {attribute!r}: a freed slot of the log could be filled by a late writer"
        return check_setting(name, "no ttl", attribute is None, said, "turn TTL off, now; then run `ascend verify`")
    said = f"items expire by {attribute!r}" if on else "nothing expires: tombstones pile up"
    return check_setting(name, "ttl", attribute == spec.ttl, said, f"turn TTL on, for the attribute {spec.ttl!r}")


def check_backups(spec: TableSpec, name: str, found: Described | None) -> SettingCheck:
    """`found`: a ContinuousBackupsDescription; None where it cannot be known."""
    if found is None:
        return check_setting(name, "point-in-time recovery", None, "", "")
    status = found.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    fine = not spec.recovery or status == "ENABLED"  # more than asked for is no drift
    said = "what is lost here cannot be brought back"
    return check_setting(name, "point-in-time recovery", fine, said, "turn point-in-time recovery on")


def has_keys(found: Described, table: Described, keys: tuple[str, str]) -> bool:
    """Whether the key of a table or an index is these two attributes, of type S."""
    types = {one["AttributeName"]: one["AttributeType"] for one in table.get("AttributeDefinitions", ())}
    schema = {(one["AttributeName"], one["KeyType"]) for one in found.get("KeySchema", ())}
    return schema == {(keys[0], "HASH"), (keys[1], "RANGE")} and all(types.get(key) == "S" for key in keys)
