"""The DynamoDB engine with a service that fails."""

import socket
from collections.abc import Awaitable, Callable

import pytest
from aiobotocore.config import AioConfig
from blockbuster import BlockBuster
from support.conformance.given import PK, item
from support.conformance.stub_dynamodb import DROP, HANG, Reply, Stub, error, stub_dynamodb

from ascend.adapters.dynamodb import client as dynamodb_client
from ascend.adapters.dynamodb.setup import Definition, create_request, differences, is_unknown_to_emulator
from ascend.adapters.dynamodb.tables import BATCH_RETRIES, DynamoTables, open_dynamodb
from ascend.adapters.table.conditions import Absent, Blocked, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.query import Query
from ascend.domain.errors import (
    AccessDenied,
    InvalidStoreUrl,
    LimitExceeded,
    StoreError,
    StoreMismatch,
    StoreMissing,
    StoreUnavailable,
)

UNITS = {"ConsumedCapacity": {"TableName": "test-views", "CapacityUnits": 1}}
Call = Callable[[DynamoTables], Awaitable[object]]

GET: Call = lambda tables: tables.get(Table.VIEWS, Key(PK, "1"))  # noqa: E731
PUT: Call = lambda tables: tables.put(Table.VIEWS, item(name="mine"), Absent())  # noqa: E731


@pytest.fixture(autouse=True)
def without_waits(aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Use short timeouts and no waits."""
    monkeypatch.setattr(dynamodb_client, "CONFIG", dynamodb_client.CONFIG.merge(AioConfig(read_timeout=0.5)))
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", zero)
    monkeypatch.setattr("random.uniform", zero)


def zero(*_: object) -> float:
    return 0


async def call_stub(stub: Stub, call: Call) -> object:
    async with open_dynamodb("test", endpoint_url=stub.url) as tables:
        return await call(tables)


@pytest.mark.usefixtures("wire")
class TestErrors:
    @pytest.mark.parametrize("call", [GET, PUT])
    @pytest.mark.parametrize(
        ("reply", "expected", "message"),
        [
            (error("ProvisionedThroughputExceededException"), StoreUnavailable, "throttles"),
            (error("ThrottlingException"), StoreUnavailable, "throttles"),
            (error("RequestLimitExceeded"), StoreUnavailable, "throttles"),
            (error("InternalServerError", status=500), StoreUnavailable, "try again"),
            (Reply(b"<html><body>Bad gateway</body></html>", 502), StoreUnavailable, "try again"),
            (Reply(b"<html>Sign in to the hotel's network</html>"), StoreUnavailable, "is not DynamoDB's"),
            (Reply(b""), StoreUnavailable, "is not DynamoDB's"),
            (Reply(b"[]"), StoreUnavailable, "is not DynamoDB's"),
            (HANG, StoreUnavailable, "timeout"),
            (DROP, StoreUnavailable, "check endpoint and network"),
            (error("ResourceNotFoundException"), StoreMissing, "test-views"),
            (error("ExpiredTokenException", "The security token is expired"), AccessDenied, "token is expired"),
            (error("UnrecognizedClientException"), AccessDenied, "test-views"),
            (error("InvalidSignatureException"), AccessDenied, "test-views"),
            (error("AccessDeniedException", "User: x is not authorized"), AccessDenied, "not authorized"),
            (
                error("ValidationException", "The provided key element does not match the schema"),
                StoreMismatch,
                "schema",
            ),
            (error("ValidationException", "The table does not have the specified index: gsi1"), StoreMismatch, "gsi1"),
            (error("ValidationException", "Item size has exceeded the maximum allowed size"), LimitExceeded, "size"),
            (error("TransactionConflictException"), StoreUnavailable, "TransactionConflictException"),
            (error("ReplicatedWriteConflictException", status=409), StoreUnavailable, "ReplicatedWriteConflict"),
            (error("KMSThrottlingException"), StoreUnavailable, "throttles"),
            (error("KMSDisabledException"), AccessDenied, "KMSDisabled"),
            (Reply(b"<html>Not found</html>", 404), StoreUnavailable, "is not DynamoDB's"),
            (Reply(b"moved", 302), StoreUnavailable, "is not DynamoDB's"),
            (Reply(b"\xff\xfe", 400), StoreUnavailable, "is not DynamoDB's"),
            (error("SomethingNew", status=429), StoreUnavailable, "SomethingNew"),
            (error("SomethingNew"), StoreError, "SomethingNew"),
        ],
    )
    async def test_each_error_is_one_line_with_table_and_endpoint(
        self, call: Call, reply: Reply, expected: type[Exception], message: str
    ) -> None:
        async with stub_dynamodb(reply) as stub:
            with pytest.raises(expected, match=message) as raised:
                await call_stub(stub, call)

        assert type(raised.value) is expected
        assert f"table test-views at {stub.url}" in str(raised.value)
        assert len(stub.requests) in (1, 3)

    async def test_a_port_without_a_server_is_unavailable(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{taken.getsockname()[1]}"
            async with open_dynamodb("test", endpoint_url=url) as tables:
                with pytest.raises(StoreUnavailable, match=url):
                    await tables.get(Table.VIEWS, Key(PK, "1"))


class TestMissingSettings:
    async def test_missing_credentials_are_an_access_error(
        self, monkeypatch: pytest.MonkeyPatch, blocking_detector: BlockBuster
    ) -> None:
        blocking_detector.functions["os.stat"].can_block_in("botocore/configloader.py", {"raw_config_parse"})
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        async with stub_dynamodb(Reply()) as stub:
            with pytest.raises(AccessDenied, match="check the AWS credentials"):
                await call_stub(stub, GET)
        assert stub.requests == []

    async def test_an_unknown_profile_is_an_access_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_PROFILE", "nobody")
        with pytest.raises(AccessDenied, match="nobody"):
            async with open_dynamodb("test"):
                pass

    async def test_a_missing_region_is_an_error_in_the_url(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_REGION")
        monkeypatch.delenv("AWS_DEFAULT_REGION")
        with pytest.raises(InvalidStoreUrl, match="no region"):
            async with open_dynamodb("test"):
                pass


@pytest.mark.usefixtures("wire")
class TestSettings:
    async def test_region_and_endpoint_come_from_arguments_then_from_the_environment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_REGION", "eu-west-2")
        async with open_dynamodb("test") as tables:
            assert tables.client.meta.region_name == "eu-west-2"
            assert tables.client.meta.endpoint_url == "https://dynamodb.eu-west-2.amazonaws.com"
        monkeypatch.delenv("AWS_REGION")
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://one")
        async with open_dynamodb("test") as tables:
            assert (tables.client.meta.region_name, tables.client.meta.endpoint_url) == ("eu-west-1", "http://one")
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://two")
        async with open_dynamodb("test") as tables:
            assert tables.client.meta.endpoint_url == "http://two"
        async with open_dynamodb("test", "eu-west-3", "http://three") as tables:
            assert (tables.client.meta.region_name, tables.client.meta.endpoint_url) == ("eu-west-3", "http://three")

    async def test_two_stores_in_one_process_have_separate_clients(self) -> None:
        async with stub_dynamodb(Reply()) as first, stub_dynamodb(Reply()) as other:
            await call_stub(first, GET)
            await call_stub(other, GET)
            await call_stub(other, GET)
        assert (len(first.requests), len(other.requests)) == (1, 2)


@pytest.mark.usefixtures("wire")
class TestRetries:
    @pytest.mark.parametrize("lost", [HANG, DROP, error("InternalServerError", status=500)])
    async def test_a_put_whose_reply_was_lost_is_retried_and_blocked_by_its_own_item(self, lost: Reply) -> None:
        mine = {"pk": {"S": PK}, "sk": {"S": "1"}, "name": {"S": "mine"}}
        async with stub_dynamodb(lost, error("ConditionalCheckFailedException", Item=mine)) as stub:
            blocked = await call_stub(stub, PUT)

        assert [operation for operation, _ in stub.requests] == ["PutItem", "PutItem"]
        assert blocked == Blocked(item(name="mine"))

    async def test_a_failed_condition_is_not_retried(self) -> None:
        mine = {"pk": {"S": PK}, "sk": {"S": "1"}}
        async with stub_dynamodb(error("ConditionalCheckFailedException", Item=mine)) as stub:
            assert await call_stub(stub, PUT) == Blocked(item())
        assert len(stub.requests) == 1

    async def test_a_throttled_request_is_retried(self) -> None:
        async with stub_dynamodb(error("ThrottlingException"), Reply()) as stub:
            assert await call_stub(stub, PUT) is None
        assert len(stub.requests) == 2

    async def test_binary_values_are_read_from_replies_and_from_errors(self) -> None:
        """They are base64 text in a reply, and bytes in an error."""
        stored = {"pk": {"S": PK}, "sk": {"S": "1"}, "b": {"L": [{"B": "AP8="}]}}
        expected = item(b=[b"\x00\xff"])
        async with stub_dynamodb(
            Reply({"Item": stored, **UNITS}), error("ConditionalCheckFailedException", Item=stored)
        ) as stub:
            assert await call_stub(stub, GET) == expected
            assert await call_stub(stub, PUT) == Blocked(expected)


@pytest.mark.usefixtures("wire")
class TestUnprocessedKeys:
    KEYS = [Key(PK, f"{number}") for number in range(3)]

    @staticmethod
    def make_reply(found: list[int], unprocessed: list[int]) -> Reply:
        items = [{"pk": {"S": PK}, "sk": {"S": f"{number}"}} for number in found]
        keys = [{"pk": {"S": PK}, "sk": {"S": f"{number}"}} for number in unprocessed]
        rest = {"test-views": {"Keys": keys}} if unprocessed else {}
        return Reply({"Responses": {"test-views": items}, "UnprocessedKeys": rest})

    async def test_unprocessed_keys_are_requested_again(self) -> None:
        async with stub_dynamodb(
            self.make_reply([0], [1, 2]),
            self.make_reply([], [1, 2]),
            self.make_reply([2], [1]),
            self.make_reply([], []),
        ) as stub:
            items = await call_stub(stub, lambda tables: tables.batch_get(Table.VIEWS, self.KEYS))

        assert items == {key: Item(key, {}) for key in (self.KEYS[0], self.KEYS[2])}
        sizes = [len(body["RequestItems"]["test-views"]["Keys"]) for _, body in stub.requests]
        assert sizes == [3, 2, 2, 1]
        assert all(body["RequestItems"]["test-views"]["ConsistentRead"] for _, body in stub.requests)

    async def test_the_retries_of_unprocessed_keys_end(self) -> None:
        async with stub_dynamodb(self.make_reply([], [0, 1, 2])) as stub:
            with pytest.raises(StoreUnavailable, match="leaves a batch read unprocessed"):
                await call_stub(stub, lambda tables: tables.batch_get(Table.VIEWS, self.KEYS))
        assert len(stub.requests) == BATCH_RETRIES + 1


@pytest.mark.usefixtures("wire")
class TestRequests:
    async def test_expressions_contain_no_text_from_outside(self) -> None:
        nasty = "x) OR attribute_exists(pk"
        attributes: dict[str, Value] = {nasty: nasty}
        async with stub_dynamodb(Reply()) as stub:
            await call_stub(stub, lambda tables: tables.put(Table.VIEWS, item(), Equals(attributes)))
        ((_, body),) = stub.requests
        assert body["ConditionExpression"] == "attribute_exists(pk) AND #a0 = :a0"
        assert body["ExpressionAttributeNames"] == {"#a0": nasty}
        assert body["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"

    async def test_every_query_has_a_limit(self) -> None:
        async with stub_dynamodb(Reply({"Items": [], "Count": 0})) as stub:
            await call_stub(stub, lambda tables: tables.query(Query(Table.VIEWS, PK)))
            await call_stub(stub, lambda tables: tables.query(Query(Table.VIEWS, PK, limit=10**9)))
            await call_stub(stub, lambda tables: tables.scan(Table.VIEWS))
        assert [body["Limit"] for _, body in stub.requests] == [1_000] * 3


class TestDefinitions:
    def test_events_are_protected_and_views_are_not(self) -> None:
        events, views = (
            create_request(Definition(Table.EVENTS, "t-events")),
            create_request(Definition(Table.VIEWS, "t-views")),
        )

        assert events["DeletionProtectionEnabled"]
        assert not views["DeletionProtectionEnabled"]
        assert events["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        assert "GlobalSecondaryIndexes" not in events
        assert "LocalSecondaryIndexes" not in events | views
        assert [index["IndexName"] for index in views["GlobalSecondaryIndexes"]] == ["gsi1", "gsi2"]
        assert events["BillingMode"] == views["BillingMode"] == "PAY_PER_REQUEST"

    def test_a_table_as_requested_has_no_differences(self) -> None:
        for table in Table:
            definition = Definition(table, "t")
            assert differences(definition, create_request(definition)) == []

    def test_differences_are_named(self) -> None:
        events, views = Definition(Table.EVENTS, "t"), Definition(Table.VIEWS, "t")

        assert differences(events, create_request(Definition(Table.EVENTS, "t", stream=False))) == ["its stream is off"]
        assert differences(views, create_request(events)) == ["index gsi1 is missing", "index gsi2 is missing"]
        assert differences(events, create_request(views) | create_request(events)) == [
            "it has indexes, which would throttle the log"
        ]
        with_number_key = create_request(events) | {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}]
        }
        assert differences(events, with_number_key) == ["its key is not (pk, sk) of type S"]

    @pytest.mark.parametrize(
        ("endpoint", "code", "is_ignored"),
        [
            ("http://127.0.0.1:8000", "UnknownOperationException", True),
            ("http://127.0.0.1:8000", "AccessDeniedException", False),
            ("https://dynamodb.eu-west-1.amazonaws.com", "UnknownOperationException", False),
            ("https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com", "UnknownOperationException", False),
        ],
    )
    def test_only_an_emulator_may_lack_a_setting(self, endpoint: str, code: str, is_ignored: bool) -> None:
        assert is_unknown_to_emulator(endpoint, code) is is_ignored

    async def test_a_forbidden_setting_is_an_error(self) -> None:
        description = {"Table": {"TableStatus": "ACTIVE"}}
        replies = [Reply(), Reply(description), error("AccessDeniedException")]
        async with stub_dynamodb(*replies) as stub:
            with pytest.raises(AccessDenied):
                await call_stub(stub, DynamoTables.create)
        assert [operation for operation, _ in stub.requests] == [
            "CreateTable",
            "DescribeTable",
            "DescribeContinuousBackups",
        ]
