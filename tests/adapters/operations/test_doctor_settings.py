"""`ascend doctor` knows what a deployment chose: it reports what deviates from that, and not what was advised."""

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ascend.adapters.dynamodb.setup import Definition, create_request
from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.layout.drift import check_backups, check_table_settings
from ascend.adapters.layout.setting_check import SettingCheck, Verdict
from ascend.adapters.layout.table_settings import LeastCapacity, TableSettings
from ascend.adapters.layout.table_specs import EVENTS, VIEWS, TableSpec
from ascend.adapters.table.item import Table
from ascend.cli.app import run
from ascend.doctor import examine

PROVISIONED = TableSettings(
    billing="PROVISIONED", least={place: LeastCapacity(20, 10) for place in ("views", "gsi1", "gsi2")}
)
CAPPED = TableSettings(read_cap=600, write_cap=300)
INFREQUENT = TableSettings(table_class="STANDARD_INFREQUENT_ACCESS")
CAPS = {"MaxReadRequestUnits": 600, "MaxWriteRequestUnits": 300}


def describe_table(spec: TableSpec, **others: Any) -> dict[str, Any]:
    """Return the answer of DescribeTable for a table on demand, with other properties."""
    request = deepcopy(create_request(Definition(spec.table, f"t-{spec.table.value}")))
    mode, encryption = request.pop("BillingMode"), request.pop("SSESpecification")
    described = {"BillingModeSummary": {"BillingMode": mode}, "SSEDescription": {"SSEType": encryption["SSEType"]}}
    return request | described | others


def describe_provisioned(reads: int, writes: int, in_gsi2: int) -> dict[str, Any]:
    """Return the answer for provisioned views, with so many write units in the second index."""
    table = describe_table(VIEWS, BillingModeSummary=None)
    for place, units in ((table, writes), *zip(table["GlobalSecondaryIndexes"], (writes, in_gsi2), strict=True)):
        place["ProvisionedThroughput"] = {"ReadCapacityUnits": reads, "WriteCapacityUnits": units}
    return table


def describe_capped(write_cap: int) -> dict[str, Any]:
    """Return the answer for capped views whose first index has this cap."""
    table = describe_table(VIEWS, OnDemandThroughput=CAPS)
    first, second = table["GlobalSecondaryIndexes"]
    second["OnDemandThroughput"] = CAPS
    first["OnDemandThroughput"] = CAPS | {"MaxWriteRequestUnits": write_cap}
    return table


def find_drift(table: dict[str, Any], settings: TableSettings, spec: TableSpec = VIEWS) -> dict[str, str]:
    checks = check_table_settings(spec, table, settings=settings)
    return {check.setting: check.said for check in checks if check.state is Verdict.DRIFT}


# ---- what was advised is no drift ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "settings"),
    [
        (describe_provisioned(20, 10, 10), PROVISIONED),
        (describe_provisioned(500, 500, 500), PROVISIONED),  # auto scaling has raised it
        (describe_capped(300), CAPPED),
        (describe_table(VIEWS, TableClassSummary={"TableClass": "STANDARD_INFREQUENT_ACCESS"}), INFREQUENT),
        (describe_table(VIEWS, TableClassSummary={"TableClass": "STANDARD"}), TableSettings()),
        (describe_table(VIEWS, OnDemandThroughput={"MaxReadRequestUnits": -1}), TableSettings()),
    ],
)
def test_what_the_deployment_chose_is_no_drift(table: dict[str, Any], settings: TableSettings) -> None:
    assert find_drift(table, settings) == {}


# ---- what deviates -------------------------------------------------------------------------------------------------


def test_another_billing_mode_than_the_chosen_one_is_drift() -> None:
    assert find_drift(describe_table(VIEWS), PROVISIONED) == {
        "billing": "its billing mode is PAY_PER_REQUEST, and provisioned capacity costs less for the load that its "
        "parameters were made for"
    }
    assert find_drift(describe_provisioned(20, 10, 10), TableSettings()) == {
        "billing": "its billing mode is PROVISIONED"
    }


def test_less_capacity_than_the_minimum_is_drift_also_in_an_index() -> None:
    [(setting, said)] = find_drift(describe_provisioned(20, 10, 3), PROVISIONED).items()

    assert setting == "capacity"
    assert "gsi2 has 20 read and 3 write units a second, and needs 20 and 10" in said


def test_a_cap_that_is_missing_lower_or_not_asked_for_is_drift() -> None:
    assert find_drift(describe_table(VIEWS), CAPPED) == {
        "throughput cap": "its cap is none, not 600 read and 300 write units a second"
    }
    assert "requests above are throttled" in find_drift(describe_capped(50), CAPPED)["throughput cap"]
    assert find_drift(describe_capped(300), TableSettings()) == {
        "throughput cap": "its cap is 600 read and 300 write units a second, not none: requests above are throttled"
    }


def test_another_class_is_drift_that_names_what_it_costs() -> None:
    archived = describe_table(VIEWS, TableClassSummary={"TableClass": "STANDARD_INFREQUENT_ACCESS"})

    assert "reads and writes cost more" in find_drift(archived, TableSettings())["table class"]
    assert "storage cost more" in find_drift(describe_table(VIEWS), INFREQUENT)["table class"]


@pytest.mark.parametrize(
    ("days", "wanted", "state"), [(35, 35, "ok"), (None, 35, "ok"), (14, 7, "ok"), (7, 14, "drift"), (34, 35, "drift")]
)
def test_a_recovery_period_that_is_shorter_than_chosen_is_drift(days: int | None, wanted: int, state: str) -> None:
    recovery = {"PointInTimeRecoveryStatus": "ENABLED"} | ({} if days is None else {"RecoveryPeriodInDays": days})
    backups = {"PointInTimeRecoveryDescription": recovery}

    assert check_backups(EVENTS, "t", backups, TableSettings(recovery_days=wanted)).state.value == state
    assert check_backups(VIEWS, "t", backups, TableSettings(recovery_days=wanted)).state is Verdict.OK


def test_a_choice_that_an_emulator_does_not_tell_is_unknown() -> None:
    for settings in (CAPPED, INFREQUENT):
        checks = check_table_settings(VIEWS, describe_table(VIEWS), settings=settings, emulated=True)
        assert [check.state for check in checks if check.state is not Verdict.OK] == [Verdict.UNKNOWN]


# ---- a live store --------------------------------------------------------------------------------------------------


@pytest.fixture
async def tables(dynamodb_local_url: str) -> AsyncIterator[DynamoTables]:
    async with open_dynamodb("t", endpoint_url=dynamodb_local_url) as tables:
        await tables.create()
        yield tables


def name_drift(checks: list[SettingCheck]) -> list[tuple[str, str]]:
    return [(check.where, check.setting) for check in checks if check.state is Verdict.DRIFT]


async def test_a_provisioned_table_is_drift_only_if_nobody_chose_it(
    tables: DynamoTables, dynamodb_local_url: str
) -> None:
    client: Any = tables.client
    await client.update_table(
        TableName="t-events",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 9, "WriteCapacityUnits": 9},
        DeletionProtectionEnabled=True,
    )
    url = f"dynamodb://t?endpoint_url={dynamodb_local_url}"
    chosen, more = (
        {Table.EVENTS: TableSettings(billing="PROVISIONED", least={"events": LeastCapacity(9, least)})}
        for least in (9, 10)
    )

    assert name_drift(await examine(url)) == [("t-events", "billing")]
    assert name_drift(await examine(url, settings=chosen)) == []
    assert name_drift(await examine(url, settings=more)) == [("t-events", "capacity")]


def test_the_command_takes_the_parameters_of_the_stack(
    dynamodb_local_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = f"dynamodb://t?endpoint_url={dynamodb_local_url}"
    file = tmp_path / "parameters.json"
    file.write_text(json.dumps([{"ParameterKey": "ViewsBilling", "ParameterValue": "PROVISIONED"}]))

    assert run(["--store", store, "init"]) == 0
    assert run(["--store", store, "doctor"]) == 0
    capsys.readouterr()

    assert run(["--store", store, "doctor", "--parameters", str(file)]) == 1
    assert "t-views  billing: its billing mode is PAY_PER_REQUEST" in capsys.readouterr().out
