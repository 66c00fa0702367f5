"""Compares what a table is billed for with the settings that its deployment chose: mode, capacity, caps, class. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from ascend.adapters.layout.setting_check import SettingCheck, check_setting
from ascend.adapters.layout.table_settings import PROVISIONED, STANDARD, LeastCapacity, TableSettings
from ascend.adapters.layout.table_specs import ON_DEMAND, TableSpec

Description = Mapping[str, Any]
NO_CAP = -1
"""The cap that the service describes for a table or index whose cap was removed."""


def check_money(
    spec: TableSpec, name: str, table: Description, settings: TableSettings, *, emulated: bool
) -> Iterator[SettingCheck]:
    """Check the billing mode, the provisioned capacity, the caps on demand and the table class."""
    mode = find_mode(table, emulated=emulated)
    yield check_mode(name, mode, settings)
    if mode == settings.billing == PROVISIONED:
        yield check_capacity(spec, name, table, settings)
    if mode == settings.billing == ON_DEMAND:
        yield check_caps(name, table, settings, emulated=emulated)
    yield check_class(name, table, settings, emulated=emulated)


def find_mode(table: Description, *, emulated: bool) -> str | None:
    """Return the billing mode. Amazon describes it only if it is not PROVISIONED. None: an emulator does not tell it."""
    summary = table.get("BillingModeSummary")
    return str(summary["BillingMode"]) if summary else None if emulated else PROVISIONED


def check_mode(name: str, mode: str | None, settings: TableSettings) -> SettingCheck:
    problem = f"its billing mode is {mode}"
    if settings.billing == ON_DEMAND:
        todo = "switch to on demand (PAY_PER_REQUEST), or give the parameters of your stack to `ascend doctor`"
    else:
        problem += ", and provisioned capacity costs less for the load that its parameters were made for"
        todo = "deploy the stack with its parameters, or make them anew with `ascend schema cost --parameters`"
    return check_setting(name, "billing", None if mode is None else mode == settings.billing, problem, todo)


def check_capacity(spec: TableSpec, name: str, table: Description, settings: TableSettings) -> SettingCheck:
    """Check that no table or index has less capacity than auto scaling may leave it."""
    short = [
        f"{place} has {reads} read and {writes} write units a second, and needs {least.reads} and {least.writes}"
        for place, reads, writes, least in list_capacity(spec, table, settings.least)
        if reads < least.reads or writes < least.writes
    ]
    problem = f"{'; '.join(short)}: requests are throttled, and a starved index starves its table"
    return check_setting(name, "capacity", not short, problem, "raise it, and see that auto scaling is on")


def list_capacity(
    spec: TableSpec, table: Description, least: Mapping[str, LeastCapacity]
) -> Iterator[tuple[str, int, int, LeastCapacity]]:
    """Yield each place that has a least capacity, with its present one: read units and write units a second."""
    described = {spec.table.value: table} | {
        str(index["IndexName"]): index for index in table.get("GlobalSecondaryIndexes") or ()
    }
    for place, needed in least.items():
        if place in described:
            units: Description = described[place].get("ProvisionedThroughput") or {}
            yield place, units.get("ReadCapacityUnits", 0), units.get("WriteCapacityUnits", 0), needed


def check_caps(name: str, table: Description, settings: TableSettings, *, emulated: bool) -> SettingCheck:
    """Check the caps of the table and of its indexes."""
    wanted = settings.read_cap, settings.write_cap
    places = [table, *(table.get("GlobalSecondaryIndexes") or ())]
    found = [find_caps(place) for place in places]
    if emulated and wanted != (None, None) and not any("OnDemandThroughput" in place for place in places):
        return check_setting(name, "throughput cap", None, "", "")
    others = [caps for caps in found if caps != wanted]
    problem = f"its cap is {describe_caps(others[0])}, not {describe_caps(wanted)}" if others else ""
    problem += ": requests above are throttled" if others and others[0] != (None, None) else ""
    todo = f"set the caps of the table and of its indexes to {describe_caps(wanted)}, or change the parameters"
    return check_setting(name, "throughput cap", not others, problem, todo)


def find_caps(place: Description) -> tuple[int | None, int | None]:
    """Return the caps of reads and of writes. None: no cap."""
    caps: Description = place.get("OnDemandThroughput") or {}
    reads, writes = caps.get("MaxReadRequestUnits", NO_CAP), caps.get("MaxWriteRequestUnits", NO_CAP)
    return (None if reads == NO_CAP else reads), (None if writes == NO_CAP else writes)


def describe_caps(caps: tuple[int | None, int | None]) -> str:
    reads, writes = caps
    if caps == (None, None):
        return "none"
    return f"{reads or 'any number of'} read and {writes or 'any number of'} write units a second"


def check_class(name: str, table: Description, settings: TableSettings, *, emulated: bool) -> SettingCheck:
    """Check the table class. The service describes it only if it was ever set."""
    summary = table.get("TableClassSummary")
    if emulated and not summary and settings.table_class != STANDARD:
        return check_setting(name, "table class", None, "", "")
    found = str(summary["TableClass"]) if summary else STANDARD
    dearer = "storage" if found == STANDARD else "reads and writes"
    problem = f"its class is {found}, not {settings.table_class}: {dearer} cost more"
    todo = f"change the class to {settings.table_class}, or change the parameters; two changes in 30 days are allowed"
    return check_setting(name, "table class", found == settings.table_class, problem, todo)
