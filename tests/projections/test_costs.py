"""The costs of queries and projections, counted on the wire to DynamoDB Local."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from support.scenario import BEA, comment_id, task_id, thing_id
from support.wire import Wire, listen, send_single_puts

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.domain.runtime.concurrency import for_each
from ascend.projections import queries
from ascend.testing import ADA, HOME, FakeEnvironment

HOUSE, ROOM, BOX = (thing_id(name) for name in ("house", "room", "box"))
CHORE = task_id("chore")
LIFE: tuple[ascend.Command, ...] = (
    ascend.CreateWorkspace(name="Home", owner_name="Ada"),
    ascend.AddMember(user_id=BEA, name="Bea"),
    ascend.CreateThing(thing_id=HOUSE, name="House"),
    ascend.CreateThing(thing_id=ROOM, name="Room", parent=HOUSE),
    ascend.CreateThing(thing_id=BOX, name="Box", parent=ROOM),
    ascend.CreateTask(task_id=CHORE, title="Chore", about=(BOX,)),
    ascend.ScheduleTask(task_id=CHORE, due=date(2026, 1, 1)),
    ascend.AssignTask(task_id=CHORE, users=(ADA, BEA)),
    ascend.PostComment(comment_id=comment_id(), task_id=CHORE, text="Now?"),
)
Ask = Callable[[queries.Queries], Awaitable[object]]
ASK: dict[str, tuple[Ask, dict[str, int]]] = {
    "feed": (lambda q: q.feed(ADA, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "feed, dated": (lambda q: q.feed(ADA, viewer=ADA, end=date(2026, 1, 2)), {"Query": 1, "BatchGetItem": 1}),
    "feed of a local day": (
        lambda q: q.feed(ADA, viewer=ADA, start=date(2026, 1, 1), end=date(2026, 1, 1), zone="Pacific/Honolulu"),
        {"Query": 1, "BatchGetItem": 1},
    ),
    "workspaces": (lambda q: q.workspaces(ADA, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "workspace": (lambda q: q.workspace(HOME, viewer=ADA), {"BatchGetItem": 2}),  # one for its counts
    "members": (lambda q: q.members(HOME, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "tasks": (lambda q: q.tasks(HOME, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "by status": (lambda q: q.tasks_by_status(HOME, ascend.Status.OPEN, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "task": (lambda q: q.task(HOME, CHORE, viewer=ADA), {"BatchGetItem": 1}),
    "children": (lambda q: q.children(HOME, HOUSE, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "subtree": (lambda q: q.subtree(HOME, HOUSE, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "all things": (lambda q: q.subtree(HOME, None, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "thing": (lambda q: q.thing(HOME, BOX, viewer=ADA), {"BatchGetItem": 2}),
    "comments": (lambda q: q.comments(HOME, CHORE, viewer=ADA), {"Query": 1, "BatchGetItem": 1}),
    "comment": (lambda q: q.comment(HOME, comment_id(), viewer=ADA), {"BatchGetItem": 2}),  # one for what it is on
}
CHANGES: dict[str, tuple[ascend.Command, int]] = {
    "line, card, two lines of a feed": (ascend.PrioritiseTask(task_id=CHORE, priority=ascend.Priority.HIGH), 4),
    "card": (ascend.EditTask(task_id=CHORE, description="Soon"), 1),
    "card of a thing": (ascend.DescribeThing(thing_id=HOUSE, description="Old"), 1),
    "card and node, of a thing with others in it": (ascend.RenameThing(thing_id=HOUSE, name="Hut"), 2),
    "card and two members": (ascend.RenameWorkspace(name="Hut"), 3),
    "a comment": (ascend.EditComment(comment_id=comment_id(), text="Soon?"), 1),
}

AT_ONCE, WAITING = 250, 5_000
"""Commands that are sent at once, and those that wait for a worker at most."""
SHORT, LONG, LONGEST = 5, 600, 100_000
"""Events of a workspace besides its first ones; the largest number with `--long`."""


@pytest.fixture
def tables(dynamodb_tables: DynamoTables) -> DynamoTables:
    return dynamodb_tables


async def projected_store(tables: DynamoTables, more: int = 0) -> tuple[ascend.Store, Wire]:
    """Projected; with so many commits more in its log. From now on, puts are sent one by one, so that units are reported."""
    store = ascend.Store(tables, FakeEnvironment())
    for command in LIFE:
        await store.execute(HOME, command, actor=ADA)
    for first in range(0, more, WAITING):

        async def rename(n: int) -> None:
            await store.execute(HOME, ascend.RenameThing(thing_id=BOX, name=f"{n} box"), actor=ADA)

        await for_each(range(first, min(more, first + WAITING)), rename, limit=AT_ONCE)
        await store.worker.run_once()
    await store.worker.run_once()
    send_single_puts(tables)
    return store, listen(tables)


async def test_a_query_is_one_request_a_page_and_one_for_membership_and_names(tables: DynamoTables) -> None:
    store, wire = await projected_store(tables)
    for name, (ask, expected) in ASK.items():
        wire.clear()
        await ask(store.queries)
        assert wire.summary() == expected, name
        assert wire.read_units <= 5, name


async def test_learning_of_a_rebuild_costs_no_request_of_its_own(tables: DynamoTables) -> None:
    _, wire = await projected_store(tables)
    for name, (ask, expected) in ASK.items():
        fresh = ascend.Store(tables, FakeEnvironment())
        wire.clear()
        await ask(fresh.queries)
        assert wire.summary() == expected, name


def test_a_page_across_workspaces_fits_into_one_batch() -> None:
    assert queries.ACROSS_LIMIT + 1 <= 100  # with the epochs


async def test_a_change_writes_what_it_changes_and_a_fixed_share(tables: DynamoTables) -> None:
    store, wire = await projected_store(tables)
    for name, (command, items) in CHANGES.items():
        await store.execute(HOME, command, actor=ADA)
        wire.clear()
        await store.worker.projector.step(HOME, store.current.generation)
        line_of_the_event, snapshot, command_record, record_moves = 1, 1, 1, 2
        assert wire.summary()["PutItem"] == items + line_of_the_event + snapshot + command_record + record_moves, name
        assert "Scan" not in wire.summary()
        wire.clear()
        await store.worker.catch_up(HOME)
        assert wire.write_units == 0


async def test_many_changes_of_one_entity_write_each_item_once(tables: DynamoTables) -> None:
    store, wire = await projected_store(tables)
    for n in range(10):
        await store.execute(HOME, ascend.EditTask(task_id=CHORE, title=f"Chore {n}"), actor=ADA)
    wire.clear()
    await store.worker.projector.step(HOME, store.current.generation)
    items, lines_of_events, snapshot, command_pack, record_moves = 4, 10, 1, 1, 2
    assert wire.summary()["PutItem"] == items + lines_of_events + snapshot + command_pack + record_moves


async def test_a_long_log_costs_what_a_short_one_costs(tables: DynamoTables, request: pytest.FixtureRequest) -> None:
    async def costs(more: int) -> Any:
        own = DynamoTables(tables.client, f"costs-{more}", stream=False)
        await own.create()
        store, wire = await projected_store(own, more)
        found: dict[str, Any] = {}
        for name, (ask, _) in ASK.items():
            wire.clear()
            await ask(store.queries)
            found[name] = (wire.summary(), wire.read_units)
        for title in ("Another", "Other"):  # the first batch after a build reads the states, which a process keeps then
            wire.clear()
            await store.execute(HOME, ascend.EditTask(task_id=CHORE, title=title), actor=ADA)
            found[f"command: {title}"] = (wire.summary(), wire.read_units, wire.write_units)
            wire.clear()
            await store.worker.projector.step(HOME, store.current.generation)
        found["projecting"] = (wire.summary(), wire.read_units, wire.write_units)
        return found

    long = LONGEST if request.config.getoption("--long") else LONG
    found = await costs(long)
    assert found == await costs(SHORT)
    assert found["command: Other"] == ({"PutItem": 1}, 0, 1)


@pytest.mark.parametrize(("tasks", "units", "shared"), [(1, 35, 2), (20, 14, 8)])
async def test_the_life_of_a_task_costs_so_many_units_with_its_log(
    tables: DynamoTables, tasks: int, units: int, shared: int
) -> None:
    """Created, assigned and completed. One task alone is projected after each command, many tasks are projected together.

    Alone: 3 commits, 10 for its line in two indexes, 3 cards, 3 lines of history, 5 for the line of the feed (its
    tombstone and the tombstone's end included), 2 for the line of what is done, and for each command a snapshot, a
    command record and a move of the generation record. Together, the moves and the packs of command records are `shared`.
    """
    store, wire = await projected_store(tables)
    ids = [task_id(f"life {n}") for n in range(tasks)]
    await store.worker.run_once()
    wire.clear()
    for id in ids:
        for command in (
            ascend.CreateTask(task_id=id, title="Life"),
            ascend.AssignTask(task_id=id, users=(ADA,)),
            ascend.CompleteTask(task_id=id),
        ):
            await store.execute(HOME, command, actor=ADA)
            if tasks == 1:
                await store.worker.projector.step(HOME, store.current.generation, leave_folded=True)
    await store.worker.projector.step(HOME, store.current.generation, leave_folded=True)
    assert tasks * units <= wire.write_units <= tasks * units + shared
