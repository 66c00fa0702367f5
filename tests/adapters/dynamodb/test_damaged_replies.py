"""What DynamoDB answers is changed on its way: nothing wrong is stored or shown, and no workspace stalls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio
import orjson
import pytest
from support.scenario import task_id
from support.wire import Send, intercept, read_operation

import ascend
from ascend.adapters.dynamodb.parser import CHECKSUM
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.item import Table
from ascend.domain.errors import StoreUnavailable
from ascend.testing import ADA, FakeEnvironment

HOME = ascend.WorkspaceId.derive("home")
CHORE = task_id("chore")
Change = Callable[[str, bytes], bytes]
"""From the operation and the body of its reply to the body that arrives."""


def no_delay(*_: object) -> float:
    return 0


@pytest.fixture(autouse=True)
def without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)


class Wire:
    """Changes replies on their way, as long as `change` is set. Their checksums arrive as they were sent, or not at all."""

    def __init__(self, tables: DynamoTables) -> None:
        self.change: Change | None = None
        self.changed = 0
        self.checksums = True
        self.status: int | None = None
        """The HTTP status of changed replies."""
        intercept(tables, self.deliver)

    async def deliver(self, send: Send, request: Any) -> Any:
        response = await send(request)
        if self.change is None:
            return response
        sent: bytes = await response.content
        body = self.change(read_operation(request), sent)
        headers = {
            name: value for name, value in response.headers.items() if self.checksums or name.lower() != CHECKSUM
        }
        if body == sent:
            return Arrived(response.status_code, headers, sent)
        self.changed += 1
        return Arrived(self.status or response.status_code, headers, body)


@dataclass
class Arrived:
    """A response as it arrives."""

    status_code: int
    headers: dict[str, str]
    body: bytes

    @property
    async def content(self) -> bytes:
        return self.body


async def home_in(tables: DynamoTables) -> tuple[ascend.Store, Wire]:
    store = ascend.Store(tables, FakeEnvironment())
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.execute(HOME, ascend.CreateTask(task_id=CHORE, title="Sweep"), actor=ADA)
    await store.worker.run_once()
    return store, Wire(tables)


def a_changed_byte(operation: str, body: bytes) -> bytes:
    return body.replace(b"Sweep", b"Sleep")


async def stored_titles(tables: DynamoTables) -> set[str]:
    page = await tables.scan(Table.VIEWS)
    texts = [str(item.attributes) for item in page.items]
    return {title for title in ("Sweep", "Sleep") if any(title in text for text in texts)}


async def test_a_changed_byte_is_neither_shown_nor_stored_by_a_rebuild(dynamodb_tables: DynamoTables) -> None:
    store, wire = await home_in(dynamodb_tables)
    wire.change = a_changed_byte

    with pytest.raises(StoreUnavailable, match="checksum"):
        await store.queries.task(HOME, CHORE, viewer=ADA)
    with pytest.raises(StoreUnavailable, match="checksum"):
        await store.rebuild()
    assert wire.changed >= 6

    wire.change = None
    assert await stored_titles(dynamodb_tables) == {"Sweep"}
    await store.rebuild()
    assert (await store.queries.task(HOME, CHORE, viewer=ADA)).title == "Sweep"
    assert await stored_titles(dynamodb_tables) == {"Sweep"}


@pytest.mark.parametrize("operation", ["Query", "BatchGetItem", "PutItem"])
async def test_an_empty_reply_without_a_checksum_stalls_no_workspace(
    dynamodb_tables: DynamoTables, operation: str
) -> None:
    store, wire = await home_in(dynamodb_tables)
    await store.execute(HOME, ascend.CompleteTask(task_id=CHORE), actor=ADA)
    wire.checksums = False
    wire.change = lambda name, body: b"{}" if name == operation else body

    # a put may be sent again: then its condition fails, because it was written, and that reply is damaged, too
    damage = "a write is incomplete|not DynamoDB's" if operation == "PutItem" else f"{operation} is incomplete"
    with pytest.raises(StoreUnavailable, match=damage):
        await ascend.Store(dynamodb_tables).worker.run_once()  # this process knows no states

    wire.change = None
    assert (await store.worker.run_once()).stalled == ()
    assert [status.stalled async for status in store.status()] == [""]
    assert (await store.queries.task(HOME, CHORE, viewer=ADA)).status is ascend.Status.DONE


async def test_an_empty_reply_acknowledges_no_command(dynamodb_tables: DynamoTables) -> None:
    """The write happened: its reply is what got lost. It is found in the log."""
    store, wire = await home_in(dynamodb_tables)
    wire.checksums = False
    empty = iter([b"{}"])
    wire.change = lambda name, body: next(empty, body) if name == "PutItem" else body

    receipt = await store.execute(HOME, ascend.CompleteTask(task_id=CHORE), actor=ADA)

    assert (wire.changed, receipt.position, receipt.events) == (1, 3, 1)
    assert len((await store.queries.history(HOME, viewer=ADA)).items) == 3


async def test_a_worker_goes_on_after_errors_that_may_be_tried_again(dynamodb_tables: DynamoTables) -> None:
    store, wire = await home_in(dynamodb_tables)
    await store.execute(HOME, ascend.CompleteTask(task_id=CHORE), actor=ADA)
    conflict = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException", "message": "a conflict"}
    conflicts = [orjson.dumps(conflict)] * 3
    wire.checksums, wire.status = False, 400
    wire.change = lambda name, body: conflicts.pop() if conflicts and name == "PutItem" else body
    async with anyio.create_task_group() as group:
        group.start_soon(ascend.Store(dynamodb_tables).worker.follow, 0.01)  # leases need a clock that does not jump
        with anyio.fail_after(30):
            while conflicts or not await is_done(store):  # noqa: ASYNC110 - a worker moves it
                await anyio.sleep(0.01)
        group.cancel_scope.cancel()
    assert wire.changed == 3


async def is_done(store: ascend.Store) -> bool:
    return (await store.queries.task(HOME, CHORE, viewer=ADA)).status is ascend.Status.DONE
