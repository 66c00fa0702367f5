"""A log that this code cannot read stops its workspace with an error, and no other workspace."""

from dataclasses import replace

import pytest
from support.chained import chained
from support.scenario import STRANGER, fact, id_of, task_id
from support.staged import Home, paint, send, staged_home

from ascend.adapters.layout import keys
from ascend.adapters.store.stored_commits import to_item
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.domain.errors import Damaged, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.role import Role
from ascend.domain.runtime.body import encode
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.commands import CompleteTask
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.workspace import MemberRoleChanged
from ascend.testing import ADA, HOME

LATER: list[tuple[dict[str, str], str]] = [
    ({"format": "json/3"}, ""),
    ({}, '["task.created",2,'),
    ({}, '["task.invented",1,'),
    ({}, '["task.completed",1,'),
]


async def append(home: Home, position: int, attributes: dict[str, str], event: str = "") -> None:
    """Append as a later version of the code might: the last commit once more, a little different."""
    last = await home.tables.get(Table.EVENTS, keys.commit_key(HOME, home.head))
    assert last is not None
    body = str(last.attributes["body"])
    if event:
        body = body.replace('["task.created",1,', event)
    changed = {**last.attributes, "body": body, "id": "later", **attributes}
    item = replace(last, key=keys.commit_key(HOME, position), attributes=changed)
    predecessor = last.attributes["hash"]
    assert isinstance(predecessor, bytes)
    assert await home.tables.put(Table.EVENTS, chained(HOME, predecessor, item), Absent()) is None


@pytest.mark.parametrize(("attributes", "event"), LATER)
async def test_a_commit_of_a_later_version_stops_commands_and_workers(attributes: dict[str, str], event: str) -> None:
    home = await staged_home(paint())
    warm, other = home.process(), id_of(WorkspaceId, "other")
    await send(warm, paint("warm"))
    await append(home, home.head + 1, attributes, event)
    before = home.head
    for position, process in enumerate((warm, home.process()), 1):
        with pytest.raises(UpgradeRequired):
            await send(process, paint("later"))
        assert (await send(process, CreateWorkspace(name="Other", owner_name="Ada"), to=other)).position == position
    assert home.head == before


async def test_a_log_with_a_gap_is_never_read_over() -> None:
    home = await staged_home(paint())
    warm = home.process()
    await send(warm, paint("warm"))
    await append(home, home.head + 2, {})
    for process in (warm, home.process()):
        with pytest.raises(Damaged, match=f"the log of workspace {HOME} has a gap at {home.head}"):
            await send(process, CompleteTask(task_id=task_id("missing")))


async def test_an_event_that_cannot_be_folded_stops_every_later_command() -> None:
    """A process does not go on from the commits before it in the same read."""
    home = await staged_home(paint())
    warm = home.process()
    await send(warm, paint("warm"))
    await send(home.process(), paint("missed"))
    event = fact(MemberRoleChanged, workspace_id=HOME, user_id=STRANGER, role=Role.ADMIN)
    record = CommandRecord(home.new_id(), "digest", ADA, (event,))
    last = (await home.log())[-1]
    commit = replace(last, position=home.head + 1, id="nobody's", records=(record,))
    item = chained(HOME, last.hash, to_item(commit, encode(commit.records)))
    await home.tables.put(Table.EVENTS, item, Absent())
    for _ in range(2):
        for process in (warm, home.process()):
            with pytest.raises(UpgradeRequired, match="member_role_changed"):
                await send(process, paint("later"))
