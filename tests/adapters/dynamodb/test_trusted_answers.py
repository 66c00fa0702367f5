"""DynamoDB Local's answers, compared with those of the service: which of them a test may rely on, and which not.

The table in docs/how-to/run-on-dynamodb.md (section "DynamoDB Local") has one row for each test below. A newer emulator that
answers differently fails the test: then correct the row, and everything that was built on the old answer.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError
from dynamodb_local_download import EMULATOR_VERSION
from support.paths import ROOT
from support.wires import Opener

PAGE = ROOT / "docs" / "how-to" / "run-on-dynamodb.md"
TABLE = "answers"
INSERT = f"""INSERT INTO "{TABLE}" VALUE {{'pk': ?, 'sk': ?, 'text': ?}}"""
UPDATE = f"""UPDATE "{TABLE}" SET "text" = ? WHERE "pk" = ? AND "sk" = ? AND "text" < ?"""
Reply = dict[str, Any]


@pytest.fixture
async def client(dynamodb_local_url: str, wire: Opener) -> AsyncIterator[Any]:
    """A client of DynamoDB Local, with an empty table that has a stream and one index."""
    async with wire(None, dynamodb_local_url) as (client, _):
        send: Any = client
        await send.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "order")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "index",
                    "KeySchema": [{"AttributeName": "order", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
        yield send


def make_item(sk: str, text: str = "x", **attributes: str) -> Reply:
    return {name: {"S": value} for name, value in ({"pk": "a", "sk": sk, "text": text} | attributes).items()}


async def put(client: Any, item: Reply, **request: Any) -> Reply:
    reply: Reply = await client.put_item(TableName=TABLE, Item=item, ReturnConsumedCapacity="TOTAL", **request)
    return reply


async def put_if_absent(client: Any, item: Reply) -> Reply:
    """Put an item whose key is taken. Return the error."""
    with pytest.raises(ClientError) as refused:
        await put(
            client, item, ConditionExpression="attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD"
        )
    return dict(refused.value.response)


async def query(client: Any, **request: Any) -> Reply:
    reply: Reply = await client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk",
        ReturnConsumedCapacity="TOTAL",
        **request | {"ExpressionAttributeValues": {":pk": {"S": "a"}} | request.get("ExpressionAttributeValues", {})},
    )
    return reply


def insert(sk: str) -> Reply:
    return statement(INSERT, "a", sk, "new")


def update(sk: str, *, below: str) -> Reply:
    return statement(UPDATE, "new", "a", sk, below)


def statement(text: str, *parameters: str) -> Reply:
    return {
        "Statement": text,
        "Parameters": [{"S": value} for value in parameters],
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


async def execute(client: Any, *statements: Reply) -> Reply:
    reply: Reply = await client.batch_execute_statement(Statements=statements, ReturnConsumedCapacity="TOTAL")
    return reply


def codes(reply: Reply) -> list[str]:
    """Return the error code of each statement, empty where it was written."""
    return [response.get("Error", {}).get("Code", "") for response in reply["Responses"]]


# ---- trusted -------------------------------------------------------------------------------------------------------


async def test_units_of_single_writes_are_those_of_the_service(client: Any) -> None:
    assert (await put(client, make_item("1", "x" * 900)))["ConsumedCapacity"]["CapacityUnits"] == 1
    assert (await put(client, make_item("2", "x" * 1_100, order="1")))["ConsumedCapacity"]["CapacityUnits"] == 4


async def test_units_of_single_reads_are_those_of_the_service_also_of_missing_items(client: Any) -> None:
    await put(client, make_item("1", "x" * 5_000))
    units = [
        (
            await client.get_item(
                TableName=TABLE,
                Key={"pk": {"S": "a"}, "sk": {"S": sk}},
                ConsistentRead=consistent,
                ReturnConsumedCapacity="TOTAL",
            )
        )["ConsumedCapacity"]["CapacityUnits"]
        for sk in ("1", "missing")
        for consistent in (True, False)
    ]
    assert units == [2, 1, 1, 0.5]


async def test_a_failed_put_returns_the_item_in_its_way(client: Any) -> None:
    await put(client, make_item("1", "old"))

    assert (await put_if_absent(client, make_item("1", "new")))["Item"] == make_item("1", "old")


async def test_each_statement_of_a_batch_succeeds_or_fails_on_its_own(client: Any) -> None:
    await put(client, make_item("1", "m"))
    await put(client, make_item("2", "m"))

    reply = await execute(
        client, insert("1"), insert("new"), update("2", below="a"), update("missing", below="z"), insert("other")
    )

    assert codes(reply) == ["DuplicateItem", "", "ConditionalCheckFailed", "ConditionalCheckFailed", ""]
    assert [item["sk"]["S"] for item in (await query(client))["Items"]] == ["1", "2", "new", "other"]


async def test_a_failed_update_statement_returns_the_item_in_its_way(client: Any) -> None:
    await put(client, make_item("1", "m"))

    reply = await execute(client, update("1", below="a"))

    assert reply["Responses"][0]["Error"]["Item"] == make_item("1", "m")


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ([insert(f"{number}") for number in range(26)], "more than 25"),
        ([insert("1"), insert("1")], "duplicates"),
        ([insert("1"), statement(f"""SELECT * FROM "{TABLE}" WHERE "pk" = ? AND "sk" = ?""", "a", "1")], "together"),
    ],
    ids=["26 statements", "one key twice", "reads with writes"],
)
async def test_the_limits_of_a_batch_of_statements_are_enforced(
    client: Any, statements: list[Reply], message: str
) -> None:
    with pytest.raises(ClientError, match=f"ValidationException.*{message}"):
        await execute(client, *statements)


async def test_a_batch_read_of_more_than_16_mb_leaves_keys_unprocessed(client: Any) -> None:
    numbers = [f"{number:02}" for number in range(45)]
    async with anyio.create_task_group() as tasks:
        for number in numbers:
            tasks.start_soon(put, client, make_item(number, "x" * 390_000))

    reply = await client.batch_get_item(
        RequestItems={TABLE: {"Keys": [{"pk": {"S": "a"}, "sk": {"S": number}} for number in numbers]}}
    )

    left = len(reply["UnprocessedKeys"][TABLE]["Keys"])
    assert (left, len(reply["Responses"][TABLE])) == (left, 45 - left)
    assert left > 0


# ---- not trusted ---------------------------------------------------------------------------------------------------


async def test_units_of_a_failed_condition_are_not_reported(client: Any) -> None:
    """The service bills them as a write, and does not report them with the error either."""
    await put(client, make_item("1"))

    assert "ConsumedCapacity" not in await put_if_absent(client, make_item("1"))


async def test_units_of_what_is_missing_in_a_batch_read_or_a_query_are_not_reported(client: Any) -> None:
    """The service bills each missing item as a small one, and an empty page as one of a small item."""
    keys = [{"pk": {"S": "a"}, "sk": {"S": f"{number}"}} for number in range(3)]
    batch = await client.batch_get_item(
        RequestItems={TABLE: {"Keys": keys, "ConsistentRead": True}}, ReturnConsumedCapacity="TOTAL"
    )

    assert [capacity["CapacityUnits"] for capacity in batch["ConsumedCapacity"]] == [0]
    assert (await query(client, ConsistentRead=True))["ConsumedCapacity"]["CapacityUnits"] == 0


async def test_units_of_statements_are_not_reported(client: Any) -> None:
    assert "ConsumedCapacity" not in await execute(client, insert("1"), insert("2"))


async def test_a_duplicate_item_of_an_insert_statement_is_not_returned(client: Any) -> None:
    await put(client, make_item("1"))

    assert "Item" not in (await execute(client, insert("1")))["Responses"][0]["Error"]


async def test_a_filter_is_applied_before_the_page_limit_of_1_mb(client: Any) -> None:
    """The service reads 1 MB and then filters; the emulator goes on reading until 1 MB has passed the filter."""
    for number in range(6):
        await put(client, make_item(f"{number}", "x" * 300_000))

    filtered = await query(
        client, FilterExpression="sk2 = :missing", ExpressionAttributeValues={":missing": {"S": "5"}}
    )

    assert (filtered["ScannedCount"], "LastEvaluatedKey" in filtered) == (6, False)
    assert (await query(client))["ScannedCount"] == 4


async def test_an_index_has_no_delay(client: Any) -> None:
    for number in range(20):
        await put(client, make_item(f"{number}", order="same"))
        index = await client.query(
            TableName=TABLE,
            IndexName="index",
            KeyConditionExpression="#order = :order",
            ExpressionAttributeNames={"#order": "order"},
            ExpressionAttributeValues={":order": {"S": "same"}},
        )
        assert index["Count"] == number + 1


async def test_a_stream_has_one_shard_however_much_is_written(client: Any, dynamodb_local_url: str) -> None:
    async def fill_partition(pk: str) -> None:
        for number in range(5):
            await put(client, make_item(f"{number}", pk=pk))

    async with anyio.create_task_group() as tasks:
        for pk in range(20):
            tasks.start_soon(fill_partition, f"{pk}")
    session: Any = AioSession()
    async with session.create_client("dynamodbstreams", endpoint_url=dynamodb_local_url) as streams:
        [stream] = (await streams.list_streams(TableName=TABLE))["Streams"]
        described = await streams.describe_stream(StreamArn=stream["StreamArn"])

    assert len(described["StreamDescription"]["Shards"]) == 1


async def test_nothing_is_throttled_and_no_statement_conflicts(client: Any) -> None:
    """200 writes of one item at the same time: the service would throttle or refuse some of them."""
    await put(client, make_item("1", "m"))
    found: list[str] = []

    async def write() -> None:
        for _ in range(5):
            await put(client, make_item("1", "m"))
            found.extend(codes(await execute(client, update("1", below="z"))))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(write)

    assert set(found) == {""}


async def test_tags_backups_and_insights_are_unknown(client: Any) -> None:
    arn = (await client.describe_table(TableName=TABLE))["Table"]["TableArn"]

    for unknown in (
        client.list_tags_of_resource(ResourceArn=arn),
        client.describe_continuous_backups(TableName=TABLE),
        client.describe_contributor_insights(TableName=TABLE),
    ):
        with pytest.raises(ClientError, match="UnknownOperationException"):
            await unknown


# ---- the page ------------------------------------------------------------------------------------------------------


def test_the_page_lists_each_of_these_answers_and_names_its_test() -> None:
    listed = re.findall(r"`(test_\w+)`", PAGE.read_text())
    here = [name for name in globals() if name.startswith("test_") and not name.startswith("test_the_page")]

    assert sorted(listed) == sorted(here)


def test_the_page_names_the_version_of_the_emulator() -> None:
    assert f"DynamoDB Local {EMULATOR_VERSION}" in PAGE.read_text()
