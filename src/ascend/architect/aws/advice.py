"""The advice of `ascend schema cost` as parameters of the CloudFormation template, and the way back for `ascend doctor`.

workload ─▶ bill of each table ─▶ [{"ParameterKey": …, "ParameterValue": …}, …] ─▶ aws cloudformation deploy
                                                                                ─▶ settings that `doctor` compares

All parameters that follow from a workload are named, also those with their default: a deployment keeps the earlier value of
a parameter that is not named.
"""

from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ascend.adapters.layout.table_settings import (
    INFREQUENT_ACCESS,
    LONGEST_RECOVERY,
    PROVISIONED,
    STANDARD,
    LeastCapacity,
    StoreSettings,
    TableSettings,
)
from ascend.adapters.layout.table_specs import ON_DEMAND, TABLES, TableSpec
from ascend.architect.aws.names import Place, list_places
from ascend.architect.aws.parameters import INSIGHTS, MOST_UNITS, SIDES, WARM, list_parameters
from ascend.architect.cost.bill import CostReport
from ascend.architect.cost.protection import InsightsMode
from ascend.architect.cost.table_billing import BillingMode, TableBilling
from ascend.architect.cost.workload import Workload
from ascend.domain.errors import InvalidInput

HEADROOM = 2
"""Provisioned capacity may grow to this multiple of what the peak needs, before the workload has to be looked at again."""
MODES = dict(zip(InsightsMode, INSIGHTS, strict=True))
MOST_BYTES = 100_000


class Parameter(BaseModel):
    """One parameter, as `aws cloudformation deploy --parameter-overrides file://…` reads it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    ParameterKey: str
    ParameterValue: str


def advise_parameters(workload: Workload, report: CostReport) -> list[dict[str, str]]:
    """Return the parameters that deploy what the report advises."""
    values: dict[str, object] = {"ScalingTarget": round(workload.scaling.target * 100)}
    for spec, billing in zip(TABLES, report.tables, strict=True):
        values |= dict(advise_table(spec, billing, workload))
    return [
        Parameter(ParameterKey=name, ParameterValue=str(value)).model_dump() for name, value in sorted(values.items())
    ]


def advise_table(spec: TableSpec, billing: TableBilling, workload: Workload) -> Iterator[tuple[str, object]]:
    """Yield the parameters of one table."""
    name = spec.table.value.capitalize()
    yield f"{name}Billing", billing.advised.mode.value
    yield f"{name}TableClass", billing.advised.table_class.value
    yield f"{name}Insights", MODES[workload.insights.find_mode(spec)]
    if spec.recovery:
        yield f"{name}RecoveryDays", workload.backups.recovery_days
    reads = max(demand.reads.peak for demand in billing.demands.values())
    writes = max(demand.writes.peak for demand in billing.demands.values())
    on_demand = billing.advised.mode is BillingMode.ON_DEMAND
    is_large = on_demand and (reads > WARM["Read"] or writes > WARM["Write"])
    for side, peak in (("Read", reads), ("Write", writes)):
        capped = on_demand and workload.cap is not None
        yield f"{name}{side}Cap", max(1, ceil((workload.cap or 0) * peak)) if capped else MOST_UNITS
        yield f"{name}Warm{side}s", ceil(max(peak, WARM[side])) if is_large else WARM[side]
    for place in list_places(spec):
        yield from advise_capacity(place, billing)


def advise_capacity(place: Place, billing: TableBilling) -> Iterator[tuple[str, object]]:
    """Yield the bounds of the capacity of a table or index; the defaults where it is on demand."""
    capacity = billing.capacity[place.index or place.spec.table.value]
    for side, scaled in (("Read", capacity.reads), ("Write", capacity.writes)):
        if billing.advised.mode is BillingMode.PROVISIONED:
            yield f"{place.name}{side}Min", scaled.least
            yield f"{place.name}{side}Max", HEADROOM * scaled.most
        else:
            yield f"{place.name}{side}Min", list_parameters()[f"{place.name}{side}Min"]["Default"]
            yield f"{place.name}{side}Max", MOST_UNITS


# ---- back: what a deployment chose ---------------------------------------------------------------------------------


def read_settings(file: Path) -> StoreSettings:
    """Return the settings in a file of parameters. Raises: `InvalidInput` for a file of another form."""
    with file.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"{file} is larger than {MOST_BYTES:,} bytes")
    try:
        parameters = TypeAdapter(list[Parameter]).validate_json(content)
    except ValidationError as error:
        form = 'a JSON list of {"ParameterKey": …, "ParameterValue": …}, as `ascend schema cost --parameters` prints it'
        raise InvalidInput(f"{file} is not {form}: {error.errors()[0]['msg']}") from None
    values = {parameter.ParameterKey: parameter.ParameterValue for parameter in parameters}
    if unknown := sorted(values.keys() - list_parameters().keys()):
        raise InvalidInput(f"{file}: the template has no parameter {unknown[0]}: was the file made by another version?")
    try:
        return {spec.table: find_settings(spec, values) for spec in TABLES}
    except ValueError as error:
        raise InvalidInput(f"{file}: {error}") from None


def find_settings(spec: TableSpec, values: Mapping[str, str]) -> TableSettings:
    """Return the settings of one table. Raises: ValueError for a value that the parameter cannot have."""
    name = spec.table.value.capitalize()
    billing = values.get(f"{name}Billing", ON_DEMAND)
    table_class = values.get(f"{name}TableClass", STANDARD)
    for value, known in ((billing, (ON_DEMAND, PROVISIONED)), (table_class, (STANDARD, INFREQUENT_ACCESS))):
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
    caps = [int(values.get(f"{name}{side}Cap", MOST_UNITS)) for side in SIDES]
    read_cap, write_cap = (None, None) if caps == [MOST_UNITS] * 2 else caps
    return TableSettings(
        billing=billing,
        table_class=table_class,
        read_cap=read_cap,
        write_cap=write_cap,
        recovery_days=int(values.get(f"{name}RecoveryDays", LONGEST_RECOVERY)),
        least={
            place.index or spec.table.value: LeastCapacity(
                int(values.get(f"{place.name}ReadMin", 1)), int(values.get(f"{place.name}WriteMin", 1))
            )
            for place in list_places(spec)
        },
    )
