"""A reply that is damaged, incomplete or not DynamoDB's is `StoreUnavailable`: never another answer, never another error."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import orjson
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker
from support.conformance.given import PK, item
from support.conformance.stub_dynamodb import Reply, changed, error, stub_dynamodb

from ascend.adapters.dynamodb import client as dynamodb_client
from ascend.adapters.dynamodb import replies
from ascend.adapters.dynamodb.errors import translate_client_error
from ascend.adapters.dynamodb.parser import refuse_broken_reply
from ascend.adapters.dynamodb.replies import BrokenReply, StatementError
from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.table.conditions import Absent, Below, Blocked, Equals
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.query import Query, TablePage, ValuesPage
from ascend.domain.errors import InvalidInput, StoreUnavailable

KEY = Key(PK, "1")
KEYS = {KEY, Key(PK, "2")}
UNITS = {"ConsumedCapacity": {"TableName": "t", "CapacityUnits": 1}}
TYPED_KEY = {"pk": {"S": PK}, "sk": {"S": "1"}}
STORED = {
    **TYPED_KEY,
    "gsi1pk": {"S": "feed"},
    "gsi1sk": {"S": "9"},
    "expires": {"N": "7"},
    "name": {"S": "mine"},
    "data": {"M": {"all": {"L": [{"N": "1"}, {"BOOL": True}, {"NULL": True}, {"B": "AP8="}]}}},
}
FOUND = replace(item(gsi1=Key("feed", "9"), name="mine", data={"all": [1, True, None, b"\x00\xff"]}), expires=7)
INDEX_QUERY = Query(Table.VIEWS, "feed", index=Index.GSI1)
Read = Callable[[Any], object]
READS: list[tuple[str, Read, Mapping[str, Any], object]] = [
    ("GetItem", lambda reply: replies.read_item(reply, KEY), {"Item": STORED, **UNITS}, FOUND),
    (
        "BatchGetItem",
        lambda reply: replies.read_batch(reply, "t", KEYS),
        {"Responses": {"t": [STORED]}, "UnprocessedKeys": {"t": {"Keys": [{"pk": {"S": PK}, "sk": {"S": "2"}}]}}},
        ([FOUND], [Key(PK, "2")]),
    ),
    (
        "Query",
        lambda reply: replies.read_query(reply, INDEX_QUERY),
        {"Items": [STORED], "Count": 1, "LastEvaluatedKey": {**TYPED_KEY, "gsi1sk": {"S": "9"}}},
        TablePage([FOUND], ("9", PK, "1")),
    ),
    (
        "Query of values",
        lambda reply: replies.read_values(reply, INDEX_QUERY, ("name", "missing")),
        {
            "Items": [{"gsi1pk": {"S": "feed"}, "name": {"S": "mine"}}],
            "Count": 1,
            "LastEvaluatedKey": {**TYPED_KEY, "gsi1sk": {"S": "9"}},
        },
        ValuesPage([["mine"], [None]], ("9", PK, "1")),
    ),
    (
        "Scan",
        replies.read_scan,
        {"Items": [STORED], "Count": 1, "LastEvaluatedKey": TYPED_KEY},
        TablePage([FOUND], (PK, "1")),
    ),
    (
        "BatchExecuteStatement",
        lambda reply: replies.read_statements(reply, "t", 2),
        {"Responses": [{"TableName": "t"}, {"TableName": "t", "Error": {"Code": "DuplicateItem", "Message": "no"}}]},
        [None, StatementError("DuplicateItem", "no")],
    ),
    ("a write", replies.check_written, UNITS, None),
    (
        "a failed condition",
        lambda reply: replies.read_blocking_item(reply, KEY, Absent()),
        {"Item": STORED},
        FOUND,
    ),
]
BY_NAME = {name: (read, reply) for name, read, reply, _ in READS}
NONSENSE: tuple[object, ...] = (None, 5, "x", [], {}, [None], {"S": 5}, {"S": "other"}, {"N": "x"})


@pytest.mark.parametrize(("name", "read", "reply", "expected"), READS, ids=[name for name, *_ in READS])
def test_a_complete_reply_is_read(name: str, read: Read, reply: Mapping[str, Any], expected: object) -> None:
    assert read(reply) == expected


class TestRequiredParts:
    @pytest.mark.parametrize("name", BY_NAME)
    def test_an_empty_reply_is_none(self, name: str) -> None:
        with pytest.raises(BrokenReply, match=f"{name} is incomplete"):
            BY_NAME[name][0]({})

    @pytest.mark.parametrize(
        ("name", "part"),
        [
            ("GetItem", "ConsumedCapacity"),
            ("BatchGetItem", "Responses"),
            ("BatchGetItem", "UnprocessedKeys"),
            ("BatchExecuteStatement", "Responses"),
            ("Query", "Items"),
            ("Query", "Count"),
            ("Query of values", "Items"),
            ("Query of values", "Count"),
            ("Scan", "Items"),
            ("Scan", "Count"),
            ("a failed condition", "Item"),
        ],
    )
    def test_a_reply_without_a_required_part_is_none(self, name: str, part: str) -> None:
        read, reply = BY_NAME[name]
        with pytest.raises(BrokenReply, match=part):
            read({key: value for key, value in reply.items() if key != part})

    @pytest.mark.parametrize(
        ("name", "part", "value"),
        [
            ("GetItem", "Item", {**STORED, "sk": {"S": "2"}}),
            ("BatchGetItem", "Responses", {}),
            ("BatchGetItem", "Responses", {"t": [{**STORED, "sk": {"S": "3"}}]}),
            ("BatchGetItem", "Responses", {"t": [STORED, STORED]}),
            ("BatchGetItem", "UnprocessedKeys", {"t": {"Keys": [TYPED_KEY]}}),
            ("BatchExecuteStatement", "Responses", [{"TableName": "t"}]),
            ("BatchExecuteStatement", "Responses", [{"TableName": "t"}] * 3),
            ("BatchExecuteStatement", "Responses", [{"TableName": "t"}, dict[str, str]()]),
            ("BatchExecuteStatement", "Responses", [{"TableName": "t"}, {"TableName": "another"}]),
            ("BatchExecuteStatement", "Responses", [{"TableName": "t"}, {"TableName": "t", "Error": dict[str, str]()}]),
            ("Query", "Count", 2),
            ("Query", "Items", [{**STORED, "gsi1pk": {"S": "another"}}]),
            ("Query of values", "Items", [{"gsi1pk": {"S": "another"}, "name": {"S": "mine"}}]),
            ("Query of values", "Items", [{"name": {"S": "mine"}}]),
            ("Query of values", "Count", 2),
            ("Query", "Items", [TYPED_KEY]),
            ("Query", "LastEvaluatedKey", {}),
            ("Query", "LastEvaluatedKey", None),
            ("Scan", "LastEvaluatedKey", {"pk": {"S": PK}}),
            ("a failed condition", "Item", {**STORED, "pk": {"S": "another"}}),
        ],
    )
    def test_a_reply_to_something_else_is_none(self, name: str, part: str, value: object) -> None:
        read, reply = BY_NAME[name]
        with pytest.raises(BrokenReply):
            read({**reply, part: value})

    def test_what_may_be_missing_may_be_missing(self) -> None:
        rest = {"t": {"Keys": [{"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in KEYS]}}
        items, unprocessed = replies.read_batch({"Responses": {}, "UnprocessedKeys": rest}, "t", KEYS)
        assert (items, {*unprocessed}) == ([], KEYS)
        assert replies.read_item(UNITS, KEY) is None
        assert replies.read_blocking_item({}, KEY, Equals({})) is None
        assert replies.read_query({"Items": [], "Count": 0}, INDEX_QUERY) == TablePage([], None)
        assert replies.read_values({"Items": [], "Count": 0}, INDEX_QUERY, ("name",)) == ValuesPage([[]], None)
        with pytest.raises(BrokenReply):
            replies.read_blocking_item({}, KEY, Below("position", 1))

    def test_a_set_is_what_somebody_else_stored(self) -> None:
        with pytest.raises(InvalidInput, match="never writes"):
            replies.read_item({"Item": {**TYPED_KEY, "s": {"SS": ["a"]}}, **UNITS}, KEY)

    @pytest.mark.parametrize("name", BY_NAME)
    def test_nonsense_in_any_place_raises_nothing_else(self, name: str) -> None:
        read, reply = BY_NAME[name]
        for broken in with_nonsense(reply):
            with suppress(BrokenReply):
                found = read(broken)
                assert holds_values(found), broken


def with_nonsense(reply: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the reply with each of its parts replaced, one at a time, by each kind of nonsense, or left out."""
    for path in paths_of(reply):
        for value in (*NONSENSE, ...):
            broken = copy.deepcopy(dict(reply))
            place: Any = broken
            for step in path[:-1]:
                place = place[step]
            if value is ...:
                del place[path[-1]]
            else:
                place[path[-1]] = value
            yield broken


def paths_of(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for step in steps_of(node):
        yield (*path, step)
        yield from paths_of(node[step], (*path, step))


def steps_of(node: Any) -> Iterable[Any]:
    return range(len(node)) if type(node) is list else tuple(node) if type(node) is dict else ()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def holds_values(found: object) -> bool:
    """Return True if keys and names are text."""
    texts: list[object] = []
    if isinstance(found, Item):
        texts = [found.key.pk, found.key.sk, found.attributes.get("name", "")]
    if isinstance(found, TablePage):
        return all(map(holds_values, found.items))
    return all(isinstance(text, str) for text in texts)


def no_delay(*_: object, **__: object) -> float:
    return 0


@pytest.mark.usefixtures("wire")
class TestChecksum:
    QUERY_REPLY = Reply({"Items": [STORED], "Count": 1})
    GET_REPLY = Reply({"Item": STORED, **UNITS})
    BLOCKED_REPLY = error("ConditionalCheckFailedException", Item=STORED)
    DAMAGED = (
        pytest.param(changed(GET_REPLY, b"mine", b"mind"), GET_REPLY, FOUND, id="GetItem"),
        pytest.param(changed(GET_REPLY, b'"Item"', b'"Itex"'), GET_REPLY, FOUND, id="no such item"),
        pytest.param(changed(GET_REPLY, b"{", b"("), GET_REPLY, FOUND, id="no JSON"),
        pytest.param(changed(GET_REPLY, GET_REPLY.raw, b"{}"), GET_REPLY, FOUND, id="empty"),
        pytest.param(changed(BLOCKED_REPLY, b"mine", b"mind"), BLOCKED_REPLY, Blocked(FOUND), id="an error"),
        pytest.param(
            changed(BLOCKED_REPLY, b"Conditional", b"Conditionel"), BLOCKED_REPLY, Blocked(FOUND), id="a code"
        ),
    )

    @pytest.fixture(autouse=True)
    def without_waits(self, aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dynamodb_client, "CONFIG", dynamodb_client.CONFIG.merge(AioConfig(read_timeout=0.5)))
        monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)

    @staticmethod
    async def ask(tables: DynamoTables, damaged: Reply) -> object:
        if damaged.status == 200:
            return await tables.get(Table.VIEWS, KEY)
        return await tables.put(Table.VIEWS, item(), Absent())

    @pytest.mark.parametrize(("damaged", "sound", "expected"), DAMAGED)
    async def test_a_changed_reply_is_asked_for_again(self, damaged: Reply, sound: Reply, expected: object) -> None:
        async with stub_dynamodb(damaged, sound) as stub, open_dynamodb("test", endpoint_url=stub.url) as tables:
            assert await self.ask(tables, damaged) == expected
        assert len(stub.requests) == 2

    @pytest.mark.parametrize(("damaged", "sound", "expected"), DAMAGED)
    async def test_after_the_retries_it_is_no_answer(self, damaged: Reply, sound: Reply, expected: object) -> None:
        async with stub_dynamodb(damaged) as stub, open_dynamodb("test", endpoint_url=stub.url) as tables:
            with pytest.raises(StoreUnavailable, match=f"test-views at {stub.url}.*checksum does not match.*network"):
                await self.ask(tables, damaged)
        assert len(stub.requests) == 3

    async def test_the_reply_about_a_table_is_checked_too(self) -> None:
        damaged = changed(Reply({"Table": {"TableStatus": "ACTIVE"}}), b"ACTIVE", b"ACTIVF")
        async with stub_dynamodb(damaged) as stub, open_dynamodb("test", endpoint_url=stub.url) as tables:
            with pytest.raises(StoreUnavailable, match="DescribeTable was changed"):
                await tables.check()

    async def test_an_empty_description_is_no_answer(self) -> None:
        async with stub_dynamodb(Reply({})) as stub, open_dynamodb("test", endpoint_url=stub.url) as tables:
            with pytest.raises(StoreUnavailable, match="no Table"):
                await tables.check()

    async def test_a_checksum_that_is_no_number_is_no_answer(self) -> None:
        reply = Reply({"Item": STORED, **UNITS}, checksum="4x")
        async with stub_dynamodb(reply) as stub, open_dynamodb("test", endpoint_url=stub.url) as tables:
            with pytest.raises(StoreUnavailable):
                await tables.get(Table.VIEWS, KEY)

    @pytest.mark.parametrize("mode", ["standard", "legacy"])
    async def test_a_client_of_your_own_is_checked_too(self, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("botocore.retryhandler.delay_exponential", no_delay)
        session: Any = AioSession()
        config: Any = AioConfig(retries={"mode": mode, "total_max_attempts": 3})
        damaged = changed(self.GET_REPLY, b"mine", b"mind")
        async with (
            stub_dynamodb(damaged) as stub,
            session.create_client("dynamodb", "eu-west-1", endpoint_url=stub.url, config=config) as client,
        ):
            with pytest.raises(StoreUnavailable, match=r"[Cc]hecksum"):
                await DynamoTables(client, "test").get(Table.VIEWS, KEY)
        assert len(stub.requests) == 3

    async def test_every_flipped_bit_is_found(self) -> None:
        body = orjson.dumps({"Items": [STORED], "Count": 1})
        await refuse_broken_reply(Received(body, body), {}, OPERATION)
        for bit in range(len(body) * 8):
            flipped = bytearray(body)
            flipped[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BrokenReply, match="checksum"):
                await refuse_broken_reply(Received(bytes(flipped), body), {}, OPERATION)


class Received:
    """A response of the HTTP client: what arrived, with the checksum of what was sent."""

    def __init__(self, body: bytes, sent: bytes) -> None:
        self.body, self.headers = body, {"x-amz-crc32": str(crc32(sent))}

    @property
    async def content(self) -> bytes:
        return self.body


OPERATION = SimpleNamespace(name="Query")
TRANSIENT: Any = TransientRetryableChecker
THROTTLED: Any = ThrottledRetryableChecker


class TestRetryableErrors:
    CLIENT: tuple[str, ...] = (*TRANSIENT._TRANSIENT_ERROR_CODES, *THROTTLED._THROTTLED_ERROR_CODES)
    """The codes that the client's standard mode calls transient or throttled."""
    DOCUMENTED = (
        "InternalServerError",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "ResourceInUseException",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    )

    @pytest.mark.parametrize("code", sorted({*CLIENT, *DOCUMENTED}))
    def test_what_may_be_tried_again_is_no_answer(self, code: str) -> None:
        assert type(translate(code, status=400)) is StoreUnavailable

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 509])
    def test_so_is_every_status_that_may_be_tried_again(self, status: int) -> None:
        assert type(translate("SomethingNew", status=status)) is StoreUnavailable

    def test_so_is_an_index_that_is_being_built(self) -> None:
        message = "Cannot read from backfilling global secondary index: gsi1"
        assert type(translate("ValidationException", message)) is StoreUnavailable


def translate(code: str, message: str = "", status: int = 400) -> Exception:
    reply: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return translate_client_error(ClientError(reply, "PutItem"), "table t")
