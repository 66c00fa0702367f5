"""The page lists exactly the permissions that each role uses, as seen in the requests to DynamoDB Local."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, nullcontext

import pytest
from support.paths import ROOT
from support.wire import Wire, listen

import ascend
from ascend.adapters.dynamodb.client import open_client
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.table.conditions import Below
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.puts import Put

PAGE = ROOT / "docs" / "how-to" / "run-on-dynamodb.md"
ROW = re.compile(
    r"^\| (opens|sends|queries|runs|verifies|prunes|erases|creates)\b[^|]*\|([^|]*)\|([^|]*)\|$", re.MULTILINE
)
OPERATION = re.compile(r"`([A-Z]\w+)`")
ADA = ascend.UserId("ada")
HOME = ascend.new_id(ascend.WorkspaceId)
HOUSE, CHORE = ascend.new_id(ascend.ThingId), ascend.new_id(ascend.TaskId)
LIFE: tuple[ascend.Command, ...] = (
    ascend.CreateWorkspace(name="Home", owner_name="Ada"),
    ascend.CreateThing(thing_id=HOUSE, name="House"),
    ascend.CreateTask(task_id=CHORE, title="Chore", about=(HOUSE,)),
    ascend.AssignTask(task_id=CHORE, users=(ADA,)),
)
PARTIQL = {"INSERT": "PartiQLInsert", "UPDATE": "PartiQLUpdate"}
Uses = set[tuple[str, str]]

ROLES: dict[str, Uses] = {
    role: {(table, name) for table, cell in (("events", events), ("views", views)) for name in OPERATION.findall(cell)}
    for role, events, views in ROW.findall(PAGE.read_text())
}


def take_uses(wire: Wire) -> Uses:
    """Return the table and the permission of each request since the last call. Statements have permissions by verb."""
    uses = {
        (request.table.removeprefix("roles-"), permission)
        for request in wire.sent
        for permission in ([PARTIQL[text.split()[0]] for text in request.statements] or [request.operation])
    }
    wire.clear()
    return uses


@pytest.fixture
async def tables(dynamodb_local_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DynamoTables]:
    """The tables that `open_store` opens, so that the test sees all requests from the first one on."""
    async with open_client(None, dynamodb_local_url) as client:
        tables = DynamoTables(client, "roles", stream=False)

        def open_tables(url: str) -> AbstractAsyncContextManager[DynamoTables]:
            return nullcontext(tables)

        monkeypatch.setattr("ascend.opening.open_tables", open_tables)
        yield tables


async def test_each_role_uses_what_the_page_lists(tables: DynamoTables) -> None:
    wire = listen(tables)

    await tables.create()
    assert take_uses(wire) <= ROLES["creates"] | ROLES["opens"]  # the emulator does not know every setting

    async with ascend.open_store("dynamodb://roles") as store:
        assert take_uses(wire) == ROLES["opens"]

        for command in LIFE:
            await store.execute(HOME, command, actor=ADA)
        uses = take_uses(wire)
        await ascend.Store(tables).worker.run_once()  # then states are loaded from snapshots
        wire.clear()
        other = ascend.Store(tables)  # with empty caches
        await other.execute(HOME, ascend.StartTask(task_id=CHORE), actor=ADA)
        await store.execute(HOME, ascend.CompleteTask(task_id=CHORE), actor=ADA)  # after the append of the other store
        await store.execute(HOME, ascend.CompleteTask(task_id=CHORE), actor=ADA)
        assert (uses | take_uses(wire)) - ROLES["opens"] == ROLES["sends"]

        await store.worker.run_once()
        await store.execute(HOME, ascend.RenameThing(thing_id=HOUSE, name="Hut"), actor=ADA)
        receipt = await store.execute(HOME, ascend.ReopenTask(task_id=CHORE), actor=ADA)
        items = [item async for page in scan_pages(tables) for item in page if "workspace" in item.attributes]
        lines = [Put(item, Below("position", 0), is_new=True) for item in items]  # they are there: nothing changes
        wire.clear()
        await ascend.Store(tables).worker.run_once()
        await store.rebuild("feed")
        await tables.put_all(Table.VIEWS, lines)
        assert take_uses(wire) - ROLES["opens"] == ROLES["runs"]

        await store.wait_for(receipt)
        assert len((await store.queries.feed(ADA, viewer=ADA)).items) == 1
        await store.queries.tasks(HOME, viewer=ADA)
        await store.queries.thing(HOME, HOUSE, viewer=ADA)
        assert take_uses(wire) - ROLES["opens"] == ROLES["queries"]

        assert [status.lag async for status in store.status()] == [0]
        await store.digest()
        assert (await store.verify()).clean
        assert take_uses(wire) - ROLES["opens"] == ROLES["verifies"]

        assert (await store.prune(even_if_in_use=True)).records == 1
        assert take_uses(wire) - ROLES["opens"] == ROLES["prunes"]

        await ascend.Store(tables).erase(HOME, workers_stopped=True)
        assert take_uses(wire) - ROLES["opens"] == ROLES["erases"]


def test_every_role_is_compared() -> None:
    assert set(ROLES) == {"opens", "sends", "queries", "runs", "verifies", "prunes", "erases", "creates"}
    assert all(ROLES.values())
