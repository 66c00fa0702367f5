"""The contract of an erasure. Every engine passes it."""

from collections import Counter

import pytest
from support.erasure.house import (
    COMMITS,
    DOOMED,
    KEPT,
    KEPT_COMMANDS,
    LATE,
    PAINT,
    PEOPLE,
    PROJECTED,
    doomed_items,
    fill_store,
    find_traces,
    items_of_others,
)
from support.scenario import BEA
from support.staged import send

import ascend
from ascend.adapters.table.item import Item
from ascend.adapters.table.port import Tables
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.testing import ADA, FakeEnvironment


class ErasureContract:
    """Tests for any engine. The test module provides the fixture `tables`."""

    async def test_only_the_slots_remain_and_the_result_counts_everything_else(self, tables: Tables) -> None:
        store = await fill_store(tables, FakeEnvironment())
        others, doomed = await items_of_others(tables), await doomed_items(tables)
        erased = await store.erase(DOOMED)

        assert await find_traces(tables) == []
        assert await doomed_items(tables) == []
        assert await items_of_others(tables) == others
        assert (erased.workspace, erased.position, erased.commits) == (DOOMED, COMMITS + 1, COMMITS)
        assert erased.removed == dict(Counter(map(expected_kind, doomed)))
        assert {"read item", "user's read item", "tombstone", "edge", "record", "policy position"} < set(erased.removed)

        again = await ascend.Store(tables, store.environment).erase(DOOMED)
        assert (again.position, again.commits, again.removed) == (COMMITS + 1, 0, {})

    async def test_nobody_sees_the_workspace_and_every_command_is_refused(self, tables: Tables) -> None:
        store = await fill_store(tables, FakeEnvironment(), rebuilt=False)
        warm = ascend.Store(tables, store.environment)
        await send(warm, ascend.RenameWorkspace(name="Zebra"), to=DOOMED)
        await store.erase(DOOMED)

        others = await items_of_others(tables)
        cold = ascend.Store(tables, store.environment)
        for sender in (warm, cold, store):
            for command in (
                ascend.CompleteTask(task_id=LATE),
                *PROJECTED[:1],
                ascend.JoinWorkspace(name="Zebra"),
                ascend.LeaveWorkspace(),
            ):
                with pytest.raises(WorkspaceIsErased):
                    await send(sender, command, to=DOOMED)
            await sender.worker.run_once()
        assert await find_traces(tables) == []
        assert await items_of_others(tables) == others

        for reader in (warm, cold, store):
            await check_nobody_sees_it(reader)


async def check_nobody_sees_it(store: ascend.Store) -> None:
    """Check that neither members nor operators see the workspace, and that they see everything else."""
    for user in PEOPLE:
        with pytest.raises(ascend.NotAllowed):
            await store.queries.workspace(DOOMED, viewer=user)
        with pytest.raises(ascend.NotAllowed):
            await store.queries.task(DOOMED, PAINT, viewer=user)
        with pytest.raises(ascend.NotAllowed):
            await store.queries.history(DOOMED, viewer=user)
        assert [line.workspace for line in (await store.queries.workspaces(user, viewer=user)).items] == [KEPT] * (
            user in {ADA, BEA, "max"}
        )
        assert (await store.queries.invitations_of(user, viewer=user)).items == []
        assert {entry.line.workspace for entry in (await store.queries.feed(user, viewer=user)).items} <= {KEPT}
        assert (await store.queries.done(user, viewer=user)).items == []
        assert {entry.line.workspace for entry in (await store.queries.mentions(user, viewer=user)).items} <= {KEPT}
    with pytest.raises(ascend.NotFound):
        await store.queries.workspace(DOOMED, viewer=ascend.OPERATOR)
    assert len((await store.queries.feed(BEA, viewer=BEA)).items) == 1
    assert len((await store.queries.mentions(BEA, viewer=BEA)).items) == 1
    assert [status.workspace async for status in store.status()] == [KEPT]
    verified = await store.verify()
    assert (verified.clean, verified.workspaces, verified.commits) == (True, 1, len(KEPT_COMMANDS))


def expected_kind(item: Item) -> str:
    """Return the kind under which the erasure counts the item, found by its keys."""
    by_letter = {"S": "snapshot", "E": "edge", "C": "applied command", "B": "command pack", "P": "parked entity"}
    owner = item.key.pk.rpartition("#")[2]
    if owner in {"generations", "policies", "starts"}:
        return {"generations": "record", "policies": "policy position", "starts": "starts"}[owner]
    if "." not in owner:
        return by_letter[item.key.sk[0]]
    if "data" not in item.attributes:
        return "tombstone"
    return "user's read item" if item.key.pk.startswith("U#") else "read item"
