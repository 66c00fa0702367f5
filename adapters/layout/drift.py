"""Compares a table, as the service describes it, with its declaration, and names the remedy of every drift. Pure.

DescribeTable ──▶ check_table_settings    DescribeTimeToLive ──▶ check_ttl    DescribeContinuousBackups ──▶ check_backups
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ascend.adapters.layout.money_drift import check_money
from ascend.adapters.layout.setting_check import SettingCheck, check_setting
from ascend.adapters.layout.table_settings import DEFAULTS, LONGEST_RECOVERY, TableSettings
from ascend.adapters.layout.table_specs import IndexSpec, TableSpec
from ascend.adapters.table.item import Table

Description = Mapping[str, Any]
REMAKE = {
    Table.EVENTS: "a table's key cannot be changed: open another prefix, and restore the log into it from a backup",
    Table.VIEWS: "delete the table, run `ascend init` and a worker: it is built from events",
}


def check_table_settings(
    spec: TableSpec, table: Description, *, settings: TableSettings = DEFAULTS, emulated: bool = False
) -> Iterator[SettingCheck]:
    """Check keys, indexes, stream, billing, caps, class, encryption, deletion protection and replicas."""
    name = str(table.get("TableName", spec.table.value))
    pk, sk = spec.keys
    problem = f"its key is not ({pk}, {sk}) of type S"
    yield check_setting(name, "key", has_keys(table, table, spec.keys), problem, REMAKE[spec.table], stops=True)
    yield from _check_indexes(spec, name, table)
    yield _check_stream(spec, name, table)
    yield from check_money(spec, name, table, settings, emulated=emulated)
    yield _check_encryption(spec, name, table, emulated=emulated)
    yield _check_deletion_protection(spec, name, table, emulated=emulated)
    if spec.table is Table.EVENTS:
        yield _check_replicas(name, table)


def check_ttl(spec: TableSpec, name: str, ttl: Description | None) -> SettingCheck:
    """Check a TimeToLiveDescription. None: it cannot be known."""
    if ttl is None:
        return check_setting(name, "ttl", None, "", "")
    is_on = ttl.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
    attribute = ttl.get("AttributeName") if is_on else None
    if spec.ttl is None:
        problem = f"items expire by {attribute!r}: a late writer could fill a freed slot of the log"
        return check_setting(name, "no ttl", attribute is None, problem, "turn TTL off, now; then run `ascend verify`")
    problem = f"items expire by {attribute!r}" if is_on else "nothing expires: tombstones pile up"
    return check_setting(name, "ttl", attribute == spec.ttl, problem, f"turn TTL on, for the attribute {spec.ttl!r}")


def check_backups(
    spec: TableSpec, name: str, backups: Description | None, settings: TableSettings = DEFAULTS
) -> SettingCheck:
    """Check a ContinuousBackupsDescription. None: it cannot be known. More protection than declared is no drift."""
    setting = "point-in-time recovery"
    if backups is None:
        return check_setting(name, setting, None, "", "")
    recovery: Description = backups.get("PointInTimeRecoveryDescription", {})
    if spec.recovery and recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return check_setting(name, setting, False, "lost data cannot be restored", "turn point-in-time recovery on")
    days, wanted = recovery.get("RecoveryPeriodInDays", LONGEST_RECOVERY), settings.recovery_days
    problem = f"it reaches back {days} days, not {wanted}: older damage cannot be undone"
    todo = f"set its recovery period to {wanted} days; the price is the same"
    return check_setting(name, setting, not spec.recovery or days >= wanted, problem, todo)


def _check_indexes(spec: TableSpec, name: str, table: Description) -> Iterator[SettingCheck]:
    existing = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or ()}
    for index in spec.indexes:
        yield _check_index(index, name, table, existing.get(index.name))
    surplus = sorted(existing.keys() - {index.name for index in spec.indexes})
    if spec.indexes:
        problem = f"no query uses the indexes {', '.join(surplus)}"
        yield check_setting(
            name, "other indexes", not surplus, problem, "delete them: every write pays for each of them"
        )
    else:
        problem = "it has indexes, which would throttle the log"
        todo = f"delete {', '.join(surplus)}; read the same from a projection of your own"
        yield check_setting(name, "no indexes", not surplus, problem, todo, stops=True)
    has_local = bool(table.get("LocalSecondaryIndexes"))
    problem = "it has local indexes, which limit a workspace to 10 GB"
    yield check_setting(name, "no local indexes", not has_local, problem, REMAKE[spec.table], stops=True)


def _check_index(spec: IndexSpec, name: str, table: Description, index: Description | None) -> SettingCheck:
    setting, keys = f"index {spec.name}", "({}, {})".format(*spec.keys)
    remake = f"delete {setting} and create it again on {keys} with all attributes (one change of the table each)"
    if index is None:
        create = f"create it on {keys} with all attributes: the service fills it from the table"
        return check_setting(name, setting, False, f"{setting} is missing", create, stops=True)
    if not has_keys(index, table, spec.keys):
        problem = f"the key of {setting} is not {keys} of type S"
        return check_setting(name, setting, False, problem, remake, stops=True)
    if (status := index.get("IndexStatus", "ACTIVE")) not in {"ACTIVE", "UPDATING"}:
        return check_setting(name, setting, False, f"{setting} is {str(status).lower()}", "wait until it is active")
    projection = index.get("Projection", {}).get("ProjectionType")
    problem = f"{setting} does not hold all attributes"
    return check_setting(name, setting, projection == spec.projection, problem, remake, stops=True)


def _check_stream(spec: TableSpec, name: str, table: Description) -> SettingCheck:
    stream: Description = table.get("StreamSpecification") or {}
    view = stream.get("StreamViewType") if stream.get("StreamEnabled") else None
    if spec.stream is None:
        problem, todo = f"its stream is on ({view})", "turn it off, unless a consumer of yours reads it"
        return check_setting(name, "no stream", view is None, problem, todo)
    if view is None:
        todo = f"turn it on, with {spec.stream}"
        return check_setting(name, "stream", False, "its stream is off", todo, stops=True)
    todo = f"turn it off and on again with {spec.stream}: it must carry no content; consumers need the new ARN"
    return check_setting(name, "stream", view == spec.stream, f"its stream carries {view}", todo)


def _check_encryption(spec: TableSpec, name: str, table: Description, *, emulated: bool) -> SettingCheck:
    encryption: Description = table.get("SSEDescription") or {}
    is_ok = None if emulated and not encryption else encryption.get("SSEType") == spec.encryption
    todo = "set SSESpecification to Enabled (with a key of yours, or AWS's own for DynamoDB)"
    return check_setting(name, "encryption", is_ok, "it is not encrypted with a KMS key of this account", todo)


def _check_deletion_protection(spec: TableSpec, name: str, table: Description, *, emulated: bool) -> SettingCheck:
    """Check the deletion protection. More protection than declared is no drift."""
    protected = table.get("DeletionProtectionEnabled", None if emulated else False)
    is_ok = True if not spec.deletion_protection else protected
    problem = "everybody with the permission can delete it"
    return check_setting(name, "deletion protection", is_ok, problem, "turn deletion protection on")


def _check_replicas(name: str, table: Description) -> SettingCheck:
    regions = [str(replica.get("RegionName")) for replica in table.get("Replicas") or ()]
    is_ok = not regions or table.get("MultiRegionConsistency") == "STRONG"
    problem = (
        f"it is replicated to {', '.join(regions)}, eventually consistent: two regions could write the same position"
    )
    todo = "remove the replicas, or use multi-region strong consistency"
    return check_setting(name, "no replicas", is_ok, problem, todo)


def has_keys(described: Description, table: Description, keys: tuple[str, str]) -> bool:
    """Return True if the key of a table or of an index consists of these two attributes, both of type S."""
    types = {entry["AttributeName"]: entry["AttributeType"] for entry in table.get("AttributeDefinitions", ())}
    schema = {(entry["AttributeName"], entry["KeyType"]) for entry in described.get("KeySchema", ())}
    return schema == {(keys[0], "HASH"), (keys[1], "RANGE")} and all(types.get(key) == "S" for key in keys)
