"""What queries and projections cost on the wire, counted on DynamoDB Local."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from scenario import ADA, HOME, MAX, comment_id, task_id, thing_id
from wire import Wire, listen

import ascend
from ascend.adapters.dynamodb import open_tables

HOUSE, ROOM, SHELF, T = thing_id("house"), thing_id("room"), thing_id("shelf"), task_id()
TODAY = date(2026, 1, 1)


@dataclass
class Home:
    store: ascend.Store
    wire: Wire

    async def send(self, command: ascend.Command) -> ascend.Receipt:
        return await self.store.execute(HOME, command, actor=ADA)

    async def costs(self, work: Awaitable[object]) -> dict[str, int]:
        self.wire.clear()
        await work
        return self.wire.summary()


@asynccontextmanager
async def home(url: str, tasks: int = 3) -> AsyncIterator[Home]:
    """A home with three Things in each other, some tasks of Ada's, and a comment; all of it projected."""
    async with open_tables("costs", endpoint_url=url) as tables:
        await tables.create()
        store = ascend.Store(tables)
        made = Home(store, listen(tables))
        await made.send(ascend.CreateWorkspace(name="Home", owner_name="Ada"))
        await made.send(ascend.AddMember(user_id=MAX, name="Max"))
        for thing, parent in ((HOUSE, None), (ROOM, HOUSE), (SHELF, ROOM)):
            await made.send(ascend.CreateThing(thing_id=thing, name="Thing", parent=parent))
        for number in range(tasks):
            task = T if number == 0 else task_id(number)
            await made.send(ascend.CreateTask(task_id=task, title=f"Task {number}"))
            await made.send(ascend.AssignTask(task_id=task, users=(ADA,)))
            await made.send(ascend.ScheduleTask(task_id=task, due=TODAY))
        await made.send(ascend.PostComment(comment_id=comment_id(), task_id=T, text="Now?"))
        await store.worker.run_once()
        yield made


QUERY = {"Query": 1, "BatchGetItem": 1}
GET = {"BatchGetItem": 1}
Ask = Callable[[ascend.Queries], Awaitable[object]]
QUERIES: dict[str, tuple[Ask, dict[str, int]]] = {
    "feed": (lambda q: q.feed(ADA, viewer=ADA), QUERY),
    "feed in a range": (lambda q: q.feed(ADA, viewer=ADA, start=TODAY, end=TODAY), QUERY),
    "workspaces": (lambda q: q.workspaces(ADA, viewer=ADA), QUERY),
    "workspace": (lambda q: q.workspace(HOME, viewer=ADA), GET),
    "members": (lambda q: q.members(HOME, viewer=ADA), QUERY),
    "tasks": (lambda q: q.tasks(HOME, viewer=ADA), QUERY),
    "tasks_by_status": (lambda q: q.tasks_by_status(HOME, ascend.Status.OPEN, viewer=ADA), QUERY),
    "task": (lambda q: q.task(HOME, T, viewer=ADA), GET),
    "children": (lambda q: q.children(HOME, HOUSE, viewer=ADA), QUERY),
    "subtree": (lambda q: q.subtree(HOME, HOUSE, viewer=ADA), QUERY),
    "thing, with its path": (lambda q: q.thing(HOME, SHELF, viewer=ADA), {"BatchGetItem": 2}),
    "comments": (lambda q: q.comments(HOME, T, viewer=ADA), QUERY),
    "comment": (lambda q: q.comment(HOME, comment_id(), viewer=ADA), GET),
    "check": (lambda q: q.check(HOME, ADA), GET),
}


def test_every_query_is_counted() -> None:
    methods = {name for name in vars(ascend.Queries) if not name.startswith("_")}
    assert methods == {name.split(",")[0].split(" ")[0] for name in QUERIES}


async def test_a_query_is_one_request_a_page_and_at_most_one_batch_for_membership_and_names(
    dynamodb_local_url: str,
) -> None:
    async with home(dynamodb_local_url) as made:
        queries = made.store.queries
        assert {name: await made.costs(ask(queries)) for name, (ask, _) in QUERIES.items()} == {
            name: expected for name, (_, expected) in QUERIES.items()
        }


async def test_also_where_a_page_is_not_the_last_and_when_the_epochs_are_looked_at_again(
    dynamodb_local_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ascend.projections.current.FRESH", -1.0)
    async with home(dynamodb_local_url) as made:
        assert await made.costs(made.store.queries.feed(ADA, viewer=ADA, limit=1)) == QUERY
        assert await made.costs(made.store.queries.tasks(HOME, viewer=ADA, limit=1)) == QUERY


@pytest.mark.parametrize("tasks", [3, 60])
async def test_a_page_costs_the_same_however_long_the_log_is(dynamodb_local_url: str, tasks: int) -> None:
    """Half a unit for the page, a unit for each item that is read consistently: the membership, the subtree's root."""
    async with home(dynamodb_local_url, tasks) as made:
        units: list[float] = []
        for ask in (
            lambda: made.store.queries.feed(ADA, viewer=ADA, limit=2),
            lambda: made.store.queries.subtree(HOME, HOUSE, viewer=ADA),
            lambda: made.store.queries.comments(HOME, T, viewer=ADA),
        ):
            assert await made.costs(ask()) == QUERY
            units.append(made.wire.read_units)
        assert units == [1.5, 2.5, 1.5]


async def test_a_simple_task_event_is_one_write_for_each_item_that_changes_and_a_share_of_the_batch(
    dynamodb_local_url: str,
) -> None:
    """A feed line that vanishes, a line and a card; a snapshot, a command record, and the record moved twice."""
    async with home(dynamodb_local_url) as made:
        await made.send(ascend.CompleteTask(task_id=T))
        sent = await made.costs(made.store.worker.run_once())
        assert sent["PutItem"] == 3 + 2 + 2
        assert "Scan" not in sent


async def test_nothing_is_written_where_nothing_changed(dynamodb_local_url: str) -> None:
    async with home(dynamodb_local_url) as made:
        sent = await made.costs(made.store.worker.run_once())
        assert sent.keys() == {"Query"}


async def test_events_of_one_batch_on_one_task_write_each_item_once(dynamodb_local_url: str) -> None:
    async with home(dynamodb_local_url) as made:
        for number in range(10):
            await made.send(ascend.EditTask(task_id=T, title=f"Edition {number}"))
        sent = await made.costs(made.store.worker.run_once())
        assert sent["PutItem"] == 3 + 1 + 10 + 2  # items, snapshot, command records, the record moved twice
