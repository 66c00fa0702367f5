"""A log that this code cannot read stops its workspace with an error, and no other workspace."""

from dataclasses import replace

import pytest
from support.scenario import STRANGER, fact, id_of
from support.staged import Home, paint, send, staged_home

from ascend.adapters.layout import keys
from ascend.adapters.store.event_log import to_item
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.domain.errors import Damaged, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.role import Role
from ascend.domain.runtime.commit import CommandRecord, encode
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.workspace import MemberRoleChanged
from ascend.testing import ADA, HOME

LATER: list[tuple[dict[str, str], str]] = [
    ({"format": "json/2"}, ""),
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
    assert await home.tables.put(Table.EVENTS, item, Absent()) is None


@pytest.mark.parametrize(("attributes", "event"), LATER)
async def test_a_commit_of_a_later_version_stops_commands_and_workers(attributes: dict[str, str], event: str) -> None:
    home = await staged_home(paint())
    warm, other = home.process(), id_of(WorkspaceId, "other")
    await send(warm, paint("warm"))
    await append(home, home.head + 1, attributes, event)
    before = home.head
    for process in (warm, home.process()):
        with pytest.raises(UpgradeRequired):
            await send(process, paint("later"))
        assert (await send(process, CreateWorkspace(name="Other", owner_name="Ada"), to=other)).position == 1
    assert home.head == before


async def test_a_log_with_a_gap_is_never_read_over() -> None:
    home = await staged_home(paint())
    warm = home.process()
    await send(warm, paint("warm"))
    await append(home, home.head + 2, {})
    for process in (warm, home.process()):
        with pytest.raises(Damaged, match=f"the log of workspace {HOME} has a gap at {home.head}"):
            await send(process, paint("warm"))


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
    await home.tables.put(Table.EVENTS, to_item(commit, encode(commit.records)), Absent())
    for _ in range(2):
        for process in (warm, home.process()):
            with pytest.raises(UpgradeRequired, match="member_role_changed"):
                await send(process, paint("later"))
