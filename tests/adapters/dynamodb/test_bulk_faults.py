"""Many puts at once on a service that throttles, refuses or loses some of them."""

import logging
from collections.abc import Sequence
from typing import Any

import pytest
from aiobotocore.config import AioConfig
from support.conformance.contract_bulk import put_below, read_line
from support.conformance.stub_dynamodb import DROP, HANG, Reply, Stub, changed, error, stub_dynamodb
from support.wire import no_delay

from ascend.adapters.dynamodb import client as dynamodb_client
from ascend.adapters.dynamodb.bulk import RETRIES
from ascend.adapters.dynamodb.tables import open_dynamodb
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.adapters.table.puts import Put
from ascend.domain.errors import AccessDenied, LimitExceeded, StoreClosed, StoreError, StoreMissing, StoreUnavailable

THROTTLED = [
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "ThrottlingError",
    "InternalServerError",
    "TransactionConflict",
    "ThrottlingException",
]
WRITTEN = {"TableName": "test-views"}


pytestmark = pytest.mark.usefixtures("wire")


@pytest.fixture(autouse=True)
def without_waits(aws_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb_client, "CONFIG", dynamodb_client.CONFIG.merge(AioConfig(read_timeout=0.5)))
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)
    monkeypatch.setattr("ascend.adapters.dynamodb.bulk.uniform", no_delay)


def failed(code: str, message: str = "a message") -> dict[str, Any]:
    return {**WRITTEN, "Error": {"Code": code, "Message": message}}


def answer(*answers: dict[str, Any]) -> Reply:
    return Reply({"Responses": [*answers]})


async def put_three(stub: Stub, *, is_new: bool = True) -> Sequence[bool]:
    async with open_dynamodb("test", endpoint_url=stub.url) as tables:
        return await put_below(tables, *(read_line(number) for number in range(3)), is_new=is_new)


def sent(stub: Stub) -> list[list[str]]:
    """Return the verbs and sort keys of each request."""
    return [
        [f"{each['Statement'].split()[0]} {sort_key(each)}" for each in body["Statements"]]
        if operation == "BatchExecuteStatement"
        else [f"{operation} {body['Item']['sk']['S']}"]
        for operation, body in stub.requests
    ]


def sort_key(statement: dict[str, Any]) -> str:
    return str(next(value["S"] for value in statement["Parameters"] if value.get("S", "").startswith("000")))


class TestThrottledStatements:
    @pytest.mark.parametrize("code", THROTTLED)
    async def test_only_the_throttled_statements_are_repeated(self, code: str) -> None:
        async with stub_dynamodb(
            answer(WRITTEN, failed(code), failed(code)), answer(failed(code), WRITTEN), answer(WRITTEN)
        ) as stub:
            assert await put_three(stub) == [True, True, True]

        assert sent(stub) == [
            ["INSERT 0000", "INSERT 0001", "INSERT 0002"],
            ["INSERT 0001", "INSERT 0002"],
            ["INSERT 0001"],
        ]

    async def test_a_statement_that_stays_throttled_is_unavailable(self) -> None:
        throttled = failed("ThrottlingError")
        async with stub_dynamodb(answer(WRITTEN, WRITTEN, throttled), answer(throttled)) as stub:
            with pytest.raises(StoreUnavailable, match=r"test-views.*throttles"):
                await put_three(stub)

        assert len(stub.requests) == RETRIES + 1

    async def test_a_throttled_statement_met_by_its_own_item_is_blocked(self) -> None:
        """An internal error may come after the effect."""
        async with stub_dynamodb(
            answer(WRITTEN, WRITTEN, failed("InternalServerError")),
            answer(failed("DuplicateItem")),
            answer(failed("ConditionalCheckFailed")),
            error("ConditionalCheckFailedException", Item={"pk": {"S": "workspace"}, "sk": {"S": "0002"}}),
        ) as stub:
            assert await put_three(stub) == [True, True, False]


class TestWrongGuesses:
    @pytest.mark.parametrize(
        ("is_new", "code", "first", "second"),
        [(True, "DuplicateItem", "INSERT", "UPDATE"), (False, "ConditionalCheckFailed", "UPDATE", "INSERT")],
    )
    async def test_the_other_statement_is_sent_where_the_guess_was_wrong(
        self, is_new: bool, code: str, first: str, second: str
    ) -> None:
        async with stub_dynamodb(answer(WRITTEN, failed(code), failed(code)), answer(WRITTEN, WRITTEN)) as stub:
            assert await put_three(stub, is_new=is_new) == [True, True, True]

        assert sent(stub)[1] == [f"{second} 0001", f"{second} 0002"]
        assert sent(stub)[0][0] == f"{first} 0000"

    async def test_an_item_that_comes_or_goes_between_two_statements_does_not_block(self) -> None:
        """The UPDATE found no item, and the INSERT found an older one, which another worker has just put."""
        async with stub_dynamodb(
            answer(WRITTEN, WRITTEN, failed("ConditionalCheckFailed")), answer(failed("DuplicateItem")), Reply()
        ) as stub:
            assert await put_three(stub, is_new=False) == [True, True, True]

        assert sent(stub)[1:] == [["INSERT 0002"], ["PutItem 0002"]]


class TestLostReplies:
    @pytest.mark.parametrize("lost", [HANG, DROP, error("InternalServerError", status=500)])
    async def test_a_request_whose_reply_was_lost_is_sent_again(self, lost: Reply) -> None:
        mine = error("ConditionalCheckFailedException", Item={"pk": {"S": "workspace"}, "sk": {"S": "0002"}})
        async with stub_dynamodb(
            lost,
            answer(WRITTEN, WRITTEN, failed("DuplicateItem")),
            answer(failed("ConditionalCheckFailed")),
            mine,
        ) as stub:
            assert await put_three(stub) == [True, True, False]

        assert sent(stub)[0] == sent(stub)[1]

    @pytest.mark.parametrize("gone", [HANG, DROP, Reply(b"<html>Bad gateway</html>", 502), Reply(b"{}"), Reply(b"[]")])
    async def test_a_request_without_a_usable_answer_is_unavailable(self, gone: Reply) -> None:
        async with stub_dynamodb(gone) as stub:
            with pytest.raises(StoreUnavailable, match="test-views"):
                await put_three(stub)

        assert {operation for operation, _ in stub.requests} == {"BatchExecuteStatement"}

    async def test_an_answer_that_was_changed_on_its_way_is_no_answer(self) -> None:
        reply = answer(WRITTEN, failed("DuplicateItem"), WRITTEN)
        async with stub_dynamodb(changed(reply, b'"Error"', b'"Errox"')) as stub:
            with pytest.raises(StoreUnavailable, match="checksum"):
                await put_three(stub)

    async def test_fewer_answers_than_statements_acknowledge_nothing(self) -> None:
        async with stub_dynamodb(answer(WRITTEN, WRITTEN)) as stub:
            with pytest.raises(StoreUnavailable, match="2 answers to 3 statements"):
                await put_three(stub)


REFUSALS = [
    pytest.param(answer(*[failed("ValidationError")] * 3), id="statements"),
    pytest.param(error("ValidationException", "Statement wasn't well formed"), id="request"),
    pytest.param(error("UnknownOperationException"), id="operation"),
]
CRASH = Reply(b"<html>Internal Server Error</html>", 500)


class TestRefusedStatements:
    @pytest.mark.parametrize("refusal", [*REFUSALS, pytest.param(CRASH, id="crash of an emulator")])
    async def test_where_the_service_refuses_statements_puts_are_sent_from_then_on(
        self, refusal: Reply, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING, "ascend.store")
        refused = [refusal] * (3 if refusal is CRASH else 1)
        async with stub_dynamodb(*refused, Reply()) as stub, open_dynamodb("test", endpoint_url=stub.url) as tables:
            for _ in range(3):
                assert await put_below(tables, read_line(1), read_line(2), read_line(3), is_new=True) == [True] * 3

        operations = [operation for operation, _ in stub.requests]
        assert operations == ["BatchExecuteStatement"] * len(refused) + ["PutItem"] * 9
        [record] = [record for record in caplog.records if "bulk_writes.refused" in record.message]
        assert "test-views" in record.message

    async def test_a_refused_form_does_not_keep_the_other_from_being_sent(self) -> None:
        refusal = failed("ValidationError")
        async with (
            stub_dynamodb(
                answer(refusal, refusal), Reply(), Reply(), answer(WRITTEN, WRITTEN), Reply(), Reply()
            ) as stub,
            open_dynamodb("test", endpoint_url=stub.url) as tables,
        ):
            await put_below(tables, read_line(1), read_line(2))  # updates
            await tables.put_all(Table.VIEWS, [Put(read_line(number), Absent()) for number in (3, 4)])
            await put_below(tables, read_line(5), read_line(6))

        assert sent(stub)[0] == ["UPDATE 0001", "UPDATE 0002"]
        assert sent(stub)[3] == ["INSERT 0003", "INSERT 0004"]
        assert [request[0].split()[0] for request in sent(stub)[4:]] == ["PutItem", "PutItem"]

    async def test_one_refused_statement_does_not_turn_off_a_form_that_works(self) -> None:
        """A damaged item may make a condition invalid."""
        refused = answer(WRITTEN, WRITTEN, failed("ValidationError"))
        async with (
            stub_dynamodb(refused, Reply(), answer(WRITTEN, WRITTEN)) as stub,
            open_dynamodb("test", endpoint_url=stub.url) as tables,
        ):
            assert await put_below(tables, *(read_line(number) for number in range(3))) == [True] * 3
            assert await put_below(tables, read_line(1), read_line(2)) == [True, True]

        assert [operation for operation, _ in stub.requests] == [
            "BatchExecuteStatement",
            "PutItem",
            "BatchExecuteStatement",
        ]

    async def test_a_put_that_is_refused_too_says_why_and_turns_nothing_off(self) -> None:
        wrong = error("ValidationException", "Item size has exceeded the maximum allowed size")
        async with (
            stub_dynamodb(answer(*[failed("ValidationError")] * 2), wrong, wrong, answer(WRITTEN, WRITTEN)) as stub,
            open_dynamodb("test", endpoint_url=stub.url) as tables,
        ):
            with pytest.raises(LimitExceeded, match="size"):
                await put_below(tables, read_line(1), read_line(2))
            stub.replies = [answer(WRITTEN, WRITTEN)]
            assert await put_below(tables, read_line(1), read_line(2)) == [True, True]


class TestErrorsOfStatements:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [("ResourceNotFound", StoreMissing), ("AccessDenied", AccessDenied), ("SomethingNew", StoreError)],
    )
    async def test_an_error_of_a_statement_names_the_table(self, code: str, expected: type[Exception]) -> None:
        async with stub_dynamodb(answer(WRITTEN, WRITTEN, failed(code))) as stub:
            with pytest.raises(expected, match="test-views at http") as raised:
                await put_three(stub)

        assert type(raised.value) is expected

    @pytest.mark.parametrize(
        "denied",
        [
            answer(*[failed("AccessDenied", "not authorized to perform: dynamodb:PartiQLInsert")] * 3),
            error("AccessDeniedException", "not authorized to perform: dynamodb:PartiQLUpdate"),
        ],
    )
    async def test_missing_rights_for_statements_are_an_error_that_names_them(self, denied: Reply) -> None:
        """Single puts in their place would be many times slower, and nobody would know why."""
        async with stub_dynamodb(denied) as stub:
            with pytest.raises(
                AccessDenied, match=r"PartiQLInsert and dynamodb:PartiQLUpdate.*ascend schema iam worker"
            ):
                await put_three(stub)

        assert len(stub.requests) == 1

    async def test_many_puts_to_a_closed_store_say_so(self) -> None:
        async with stub_dynamodb(Reply()) as stub:
            async with open_dynamodb("test", endpoint_url=stub.url) as tables:
                pass
            with pytest.raises(StoreClosed):
                await put_below(tables, read_line(1), read_line(2))
