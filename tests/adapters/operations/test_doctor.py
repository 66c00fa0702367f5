"""`ascend doctor` finds planted drift of each kind, says what to do, and reports no drift where it cannot know.

Most drift is planted on DynamoDB Local. Drift of settings that it does not know is planted into answers of the service.
"""

from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from typing import Any

import pytest
from support.conformance.stub_dynamodb import Reply, stub_dynamodb

import ascend
from ascend.adapters.dynamodb.setup import Definition, create_request
from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.layout.drift import check_backups, check_table_settings, check_ttl
from ascend.adapters.layout.setting_check import SettingCheck, Verdict
from ascend.adapters.layout.table_specs import EVENTS, VIEWS, TableSpec
from ascend.cli.app import run
from ascend.doctor import examine


def drifted(findings: list[SettingCheck]) -> dict[str, str]:
    return {f"{check.where} {check.setting}": check.said for check in findings if check.state is Verdict.DRIFT}


# ---- DynamoDB ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def tables(dynamodb_local_url: str) -> AsyncIterator[DynamoTables]:
    async with open_dynamodb("t", endpoint_url=dynamodb_local_url) as tables:
        await tables.create()
        yield tables


@pytest.fixture
def url(dynamodb_local_url: str) -> str:
    return f"dynamodb://t?endpoint_url={dynamodb_local_url}"


async def test_tables_made_by_ascend_are_clean(tables: DynamoTables, url: str) -> None:
    findings = await examine(url)

    unknown = {(check.where, check.setting) for check in findings if check.state is Verdict.UNKNOWN}
    assert drifted(findings) == {}
    assert unknown == {
        (table, setting) for table in ("t-events", "t-views") for setting in ("encryption", "point-in-time recovery")
    }
    assert {check.where for check in findings} == {"t-events", "t-views", url}


async def test_every_setting_is_known_on_moto(moto_url: str) -> None:
    async with open_dynamodb("t", endpoint_url=moto_url) as tables:
        await tables.create()
        assert {check.state for check in await examine(f"dynamodb://t?endpoint_url={moto_url}")} == {Verdict.OK}

        off: Any = {"PointInTimeRecoveryEnabled": False}
        await tables.client.update_continuous_backups(TableName="t-events", PointInTimeRecoverySpecification=off)

    findings = await examine(f"dynamodb://t?endpoint_url={moto_url}")
    assert drifted(findings) == {"t-events point-in-time recovery": "lost data cannot be restored"}


async def test_missing_tables_are_found(url: str) -> None:
    assert drifted(await examine(url)) == {
        "t-events table": "it does not exist",
        "t-views table": "it does not exist",
    }


PLANTED: list[tuple[str, str, dict[str, Any]]] = [
    ("deletion protection", "t-events", {"DeletionProtectionEnabled": False}),
    ("stream", "t-events", {"StreamSpecification": {"StreamEnabled": False}}),
    (
        "no stream",
        "t-views",
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}},
    ),
    ("index gsi2", "t-views", {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "gsi2"}}]}),
    (
        "other indexes",
        "t-views",
        {
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "mine")
            ],
            "GlobalSecondaryIndexUpdates": [
                {
                    "Create": {
                        "IndexName": "mine",
                        "KeySchema": [{"AttributeName": "mine", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                }
            ],
        },
    ),
    (
        "billing",
        "t-events",
        {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        },
    ),
]


@pytest.mark.parametrize(("setting", "table", "change"), PLANTED, ids=[setting for setting, _, _ in PLANTED])
async def test_drift_of_a_live_table_is_found(
    tables: DynamoTables, url: str, setting: str, table: str, change: dict[str, Any]
) -> None:
    client: Any = tables.client
    kept = {"DeletionProtectionEnabled": table == "t-events"}  # else DynamoDB Local forgets it with any change
    await client.update_table(**{"TableName": table} | kept | change)

    findings = [check for check in await examine(url) if check.state is Verdict.DRIFT]

    assert [(check.where, check.setting) for check in findings] == [(table, setting)]
    assert findings[0].said
    assert findings[0].todo


async def test_ttl_that_is_off_is_found(tables: DynamoTables, url: str) -> None:
    await tables.client.update_time_to_live(
        TableName="t-views", TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires"}
    )

    assert drifted(await examine(url)) == {"t-views ttl": "nothing expires: tombstones pile up"}


async def test_ttl_on_events_is_found(tables: DynamoTables, url: str) -> None:
    await tables.client.update_time_to_live(
        TableName="t-events", TimeToLiveSpecification={"Enabled": True, "AttributeName": "clock"}
    )

    [(where, message)] = drifted(await examine(url)).items()
    assert where == "t-events no ttl"
    assert "'clock'" in message


async def test_missing_permission_to_describe_is_an_error(aws_env: dict[str, str]) -> None:
    denied = {"__type": "AccessDeniedException", "message": "no"}
    async with stub_dynamodb(Reply(denied, 400)) as stub:
        with pytest.raises(ascend.AccessDenied):
            await examine(f"dynamodb://t?endpoint_url={stub.url}")


# ---- answers of the service ----------------------------------------------------------------------------------------


def describe_table(spec: TableSpec) -> dict[str, Any]:
    """Return the answer of DescribeTable for a table as Ascend creates it."""
    request = deepcopy(create_request(Definition(spec.table, f"t-{spec.table.value}")))
    mode, encryption = request.pop("BillingMode"), request.pop("SSESpecification")
    return request | {
        "BillingModeSummary": {"BillingMode": mode},
        "SSEDescription": {"Status": "ENABLED", "SSEType": encryption["SSEType"]},
    }


def find_drift_in(spec: TableSpec, table: dict[str, Any], *, emulated: bool = False) -> dict[str, str]:
    return {
        check.setting: check.said
        for check in check_table_settings(spec, table, emulated=emulated)
        if check.state is not Verdict.OK
    }


@pytest.mark.parametrize("spec", [EVENTS, VIEWS], ids=lambda spec: spec.table.value)
def test_a_table_as_requested_is_clean(spec: TableSpec) -> None:
    assert find_drift_in(spec, describe_table(spec)) == {}


Plant = Callable[[dict[str, Any]], object]
FAR = {"RegionName": "eu-west-1"}
ON_SERVICE: list[tuple[TableSpec, str, Plant]] = [
    (EVENTS, "encryption", lambda table: table.pop("SSEDescription")),
    (EVENTS, "billing", lambda table: table.pop("BillingModeSummary")),
    (EVENTS, "deletion protection", lambda table: table.pop("DeletionProtectionEnabled")),
    (EVENTS, "stream", lambda table: table["StreamSpecification"].update(StreamViewType="NEW_IMAGE")),
    (EVENTS, "no replicas", lambda table: table.update(Replicas=[FAR])),
    (EVENTS, "no local indexes", lambda table: table.update(LocalSecondaryIndexes=[{"IndexName": "mine"}])),
    (EVENTS, "no indexes", lambda table: table.update(GlobalSecondaryIndexes=[{"IndexName": "mine"}])),
    (EVENTS, "key", lambda table: table["AttributeDefinitions"][0].update(AttributeType="N")),
    (VIEWS, "key", lambda table: table["KeySchema"].pop()),
    (VIEWS, "index gsi1", lambda table: table["GlobalSecondaryIndexes"][0].update(IndexStatus="CREATING")),
    (VIEWS, "index gsi1", lambda table: table["GlobalSecondaryIndexes"][0]["KeySchema"][0].update(AttributeName="pk")),
    (
        VIEWS,
        "index gsi2",
        lambda table: table["GlobalSecondaryIndexes"][1]["Projection"].update(ProjectionType="KEYS_ONLY"),
    ),
]


@pytest.mark.parametrize(
    ("spec", "setting", "plant"), ON_SERVICE, ids=[f"{s.table.value}-{t}" for s, t, _ in ON_SERVICE]
)
def test_drift_in_an_answer_of_the_service_is_found(spec: TableSpec, setting: str, plant: Plant) -> None:
    table = describe_table(spec)
    plant(table)

    messages = find_drift_in(spec, table)
    assert list(messages) == [setting]
    assert messages[setting]


@pytest.mark.parametrize("part", ["SSEDescription", "BillingModeSummary", "DeletionProtectionEnabled"])
def test_a_setting_that_an_emulator_does_not_tell_is_no_drift(part: str) -> None:
    table = describe_table(EVENTS)
    del table[part]

    assert list(find_drift_in(EVENTS, table, emulated=True).values()) == [""]
    states = [
        check.state for check in check_table_settings(EVENTS, table, emulated=True) if check.state is not Verdict.OK
    ]
    assert states == [Verdict.UNKNOWN]


def test_more_protection_than_requested_is_no_drift() -> None:
    table = describe_table(VIEWS) | {"DeletionProtectionEnabled": True}
    recovered = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}

    assert find_drift_in(VIEWS, table) == {}
    assert check_backups(VIEWS, "t", recovered).state is Verdict.OK
    assert find_drift_in(EVENTS, describe_table(EVENTS) | {"Replicas": [FAR], "MultiRegionConsistency": "STRONG"}) == {}


def test_a_setting_that_was_not_told_is_unknown() -> None:
    assert check_ttl(VIEWS, "t", None).state is Verdict.UNKNOWN
    assert check_backups(EVENTS, "t", None).state is Verdict.UNKNOWN


# ---- the command ----------------------------------------------------------------------------------------------------


def test_an_unknown_setting_is_named_and_is_no_drift(
    dynamodb_local_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"dynamodb://t?endpoint_url={dynamodb_local_url}"
    assert run(["--store", url, "init"]) == 0
    capsys.readouterr()

    assert run(["--store", url, "doctor"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "unknown  t-events  encryption: this endpoint does not report it" in lines
    assert lines[-1].startswith("Clean: ")
    assert lines[-1].endswith("4 unknown here.")
