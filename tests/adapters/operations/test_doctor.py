"""`ascend doctor` finds planted drift of each kind, says what to do, and calls nothing drift that cannot be known.

Most is planted on DynamoDB Local; what it does not know is planted into what the service would answer.
"""

from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from typing import Any

import pytest
from support.conformance.stub_dynamodb import Reply, stub_dynamodb

import ascend
from ascend.adapters.dynamodb.setup import Definition, create_request
from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.layout.drift import SettingCheck, Verdict, check_backups, check_table_settings, check_ttl
from ascend.adapters.layout.table_specs import EVENTS, VIEWS, TableSpec
from ascend.cli.app import run
from ascend.doctor import examine


def drifted(findings: list[SettingCheck]) -> dict[str, str]:
    return {f"{one.where} {one.setting}": one.said for one in findings if one.state is Verdict.DRIFT}


# ---- DynamoDB ------------------------------------------------------------------------------------------------------


@pytest.fixture
async def tables(dynamodb_local_url: str) -> AsyncIterator[DynamoTables]:
    async with open_dynamodb("t", endpoint_url=dynamodb_local_url) as tables:
        await tables.create()
        yield tables


@pytest.fixture
def url(dynamodb_local_url: str) -> str:
    return f"dynamodb://t?endpoint_url={dynamodb_local_url}"


async def test_tables_as_ascend_makes_them_are_clean(tables: DynamoTables, url: str) -> None:
    findings = await examine(url)

    unknown = {(one.where, one.setting) for one in findings if one.state is Verdict.UNKNOWN}
    assert drifted(findings) == {}
    assert unknown == {
        (table, setting) for table in ("t-events", "t-views") for setting in ("encryption", "point-in-time recovery")
    }
    assert {one.where for one in findings} == {"t-events", "t-views"}


async def test_on_moto_everything_is_known(moto_url: str) -> None:
    async with open_dynamodb("t", endpoint_url=moto_url) as tables:
        await tables.create()
        assert {one.state for one in await examine(f"dynamodb://t?endpoint_url={moto_url}")} == {Verdict.OK}

        off: Any = {"PointInTimeRecoveryEnabled": False}
        await tables.client.update_continuous_backups(TableName="t-events", PointInTimeRecoverySpecification=off)

    found = await examine(f"dynamodb://t?endpoint_url={moto_url}")
    assert drifted(found) == {"t-events point-in-time recovery": "lost data cannot be restored"}


async def test_a_missing_table(url: str) -> None:
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

    findings = [one for one in await examine(url) if one.state is Verdict.DRIFT]

    assert [(one.where, one.setting) for one in findings] == [(table, setting)]
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

    [(where, said)] = drifted(await examine(url)).items()
    assert where == "t-events no ttl"
    assert "'clock'" in said


async def test_credentials_that_may_not_describe_are_an_error(aws_env: dict[str, str]) -> None:
    denied = {"__type": "AccessDeniedException", "message": "no"}
    async with stub_dynamodb(Reply(denied, 400)) as stub:
        with pytest.raises(ascend.AccessDenied):
            await examine(f"dynamodb://t?endpoint_url={stub.url}")


# ---- as the service answers ----------------------------------------------------------------------------------------


def described(spec: TableSpec) -> dict[str, Any]:
    """A table as it was asked for, in the words of DescribeTable."""
    asked = deepcopy(create_request(Definition(spec.table, f"t-{spec.table.value}")))
    mode, encryption = asked.pop("BillingMode"), asked.pop("SSESpecification")
    return asked | {
        "BillingModeSummary": {"BillingMode": mode},
        "SSEDescription": {"Status": "ENABLED", "SSEType": encryption["SSEType"]},
    }


def examined(spec: TableSpec, found: dict[str, Any], *, emulated: bool = False) -> dict[str, str]:
    return {
        one.setting: one.said
        for one in check_table_settings(spec, found, emulated=emulated)
        if one.state is not Verdict.OK
    }


@pytest.mark.parametrize("spec", [EVENTS, VIEWS], ids=lambda spec: spec.table.value)
def test_what_was_asked_for_is_clean(spec: TableSpec) -> None:
    assert examined(spec, described(spec)) == {}


Plant = Callable[[dict[str, Any]], object]
FAR = {"RegionName": "eu-west-1"}
ON_SERVICE: list[tuple[TableSpec, str, Plant]] = [
    (EVENTS, "encryption", lambda found: found.pop("SSEDescription")),
    (EVENTS, "billing", lambda found: found.pop("BillingModeSummary")),
    (EVENTS, "deletion protection", lambda found: found.pop("DeletionProtectionEnabled")),
    (EVENTS, "stream", lambda found: found["StreamSpecification"].update(StreamViewType="NEW_IMAGE")),
    (EVENTS, "no replicas", lambda found: found.update(Replicas=[FAR])),
    (EVENTS, "no local indexes", lambda found: found.update(LocalSecondaryIndexes=[{"IndexName": "mine"}])),
    (EVENTS, "no indexes", lambda found: found.update(GlobalSecondaryIndexes=[{"IndexName": "mine"}])),
    (EVENTS, "key", lambda found: found["AttributeDefinitions"][0].update(AttributeType="N")),
    (VIEWS, "key", lambda found: found["KeySchema"].pop()),
    (VIEWS, "index gsi1", lambda found: found["GlobalSecondaryIndexes"][0].update(IndexStatus="CREATING")),
    (VIEWS, "index gsi1", lambda found: found["GlobalSecondaryIndexes"][0]["KeySchema"][0].update(AttributeName="pk")),
    (
        VIEWS,
        "index gsi2",
        lambda found: found["GlobalSecondaryIndexes"][1]["Projection"].update(ProjectionType="KEYS_ONLY"),
    ),
]


@pytest.mark.parametrize(
    ("spec", "setting", "plant"), ON_SERVICE, ids=[f"{s.table.value}-{t}" for s, t, _ in ON_SERVICE]
)
def test_drift_that_the_service_tells_is_found(spec: TableSpec, setting: str, plant: Plant) -> None:
    found = described(spec)
    plant(found)

    told = examined(spec, found)
    assert list(told) == [setting]
    assert told[setting]


@pytest.mark.parametrize("part", ["SSEDescription", "BillingModeSummary", "DeletionProtectionEnabled"])
def test_what_an_emulator_does_not_tell_is_no_drift(part: str) -> None:
    found = described(EVENTS)
    del found[part]

    assert list(examined(EVENTS, found, emulated=True).values()) == [""]
    states = [one.state for one in check_table_settings(EVENTS, found, emulated=True) if one.state is not Verdict.OK]
    assert states == [Verdict.UNKNOWN]


def test_more_than_asked_for_is_no_drift() -> None:
    found = described(VIEWS) | {"DeletionProtectionEnabled": True}
    recovered = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}

    assert examined(VIEWS, found) == {}
    assert check_backups(VIEWS, "t", recovered).state is Verdict.OK
    assert examined(EVENTS, described(EVENTS) | {"Replicas": [FAR], "MultiRegionConsistency": "STRONG"}) == {}


def test_what_was_not_told_is_unknown() -> None:
    assert check_ttl(VIEWS, "t", None).state is Verdict.UNKNOWN
    assert check_backups(EVENTS, "t", None).state is Verdict.UNKNOWN


# ---- the command ----------------------------------------------------------------------------------------------------


def test_what_is_unknown_is_named_and_no_drift(dynamodb_local_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"dynamodb://t?endpoint_url={dynamodb_local_url}"
    assert run(["--store", url, "init"]) == 0
    capsys.readouterr()

    assert run(["--store", url, "doctor"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert "unknown  t-events  encryption: this endpoint does not tell" in lines
    assert lines[-1].startswith("Clean: ")
    assert lines[-1].endswith("4 unknown here.")
