"""The page of commands names every command, with the events that the command appends."""

from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from uuid import UUID

import pytest
from support.docs.appended_events import find_events
from support.docs.commands_page import SECTIONS, render_others, render_section
from support.docs.queries_page import render_queries
from support.docs.query_names import HELPERS, QUERY_NAMES
from support.docs.value_types import render_values

import ascend
from ascend.architect.cost.sizes import Sizes
from ascend.architect.cost.typical_workspace import OWNER, TypicalWorkspace
from ascend.domain.ids import UserId, WorkspaceId
from ascend.domain.runtime.request import Request
from ascend.domain.tasks.commands import ReopenTask
from ascend.domain.tasks.dependencies import BlockTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.projections.life_os import LIFE_OS

HOME = WorkspaceId(str(UUID(int=0)))
OTHER_CASES: dict[type[Command], set[str]] = {
    ReopenTask: {"TaskUnassigned"},
    BlockTask: {"TaskUnblocked"},
    OpenNextOccurrence: {"TaskPrioritised"},
}
"""Events that the commands append only in cases that this test does not run."""


def test_every_command_is_on_the_page() -> None:
    page = "\n".join([*map(render_section, SECTIONS), render_others()])

    assert [command.__name__ for command in LIFE_OS.commands if f"### {command.__name__}\n" not in page] == []


def test_every_command_has_a_docstring() -> None:
    assert [command.__name__ for command in LIFE_OS.commands if not command.__dict__.get("__doc__")] == []


def test_every_type_of_a_field_is_explained() -> None:
    explained = render_values()

    assert "| `Due` | `date or ZonedTime` | A day (in the reader's time zone) or a moment. |" in explained
    assert "| `Zone` |" in explained  # a type within another


async def execute_all() -> AsyncIterator[tuple[Command, set[str]]]:
    """Execute every command that people and policies send; yield each with the events that it appended."""
    async with ascend.open_store("memory://", create=True) as store:
        workspace = TypicalWorkspace(Sizes(), store.environment.new_id)

        async def execute(command: Command, actor: UserId) -> tuple[Command, set[str]]:
            request = Request(
                workspace=HOME, command=command, actor=actor, command_id=ascend.CommandId(store.environment.new_id())
            )
            position = (await store.commands.execute(request)).position
            (commit,) = await store.log.commits(HOME, position, 1, consistent=True)
            return command, {type(event).__name__ for event in commit.events()}

        yield await execute(workspace.create_workspace(), OWNER)
        for command in workspace.set_up():
            await execute(command, OWNER)
        for command, actor in [*workspace.commands(), *workspace.policy_commands()]:
            yield await execute(command, actor)


async def test_the_named_events_are_those_that_the_commands_append() -> None:
    appended: dict[type[Command], AbstractSet[str]] = {EraseWorkspace: {"WorkspaceErased"}}
    async for command, names in execute_all():
        appended[type(command)] = appended.get(type(command), set()) | names

    named = {command: {event.__name__ for event in find_events(command)} for command in appended}

    assert {command: names | OTHER_CASES.get(command, set()) for command, names in appended.items()} == named


def test_every_command_names_an_event() -> None:
    assert [command.__name__ for command in LIFE_OS.commands if not find_events(command)] == []


@pytest.mark.parametrize("query", ["feed", "task", "children", "history"])
def test_the_page_shows_the_return_type_of_a_query(query: str) -> None:
    (row,) = (row for row in render_queries().splitlines() if row.startswith(f"| `{query}("))
    return_types = {"feed": "IndexPage[Entry[FeedLine]]", "task": "TaskCard", "children": "IndexPage[ThingNode]"}

    assert f"| `{return_types.get(query, 'Page[HistoryLine]')}` |" in row


def test_every_query_has_a_row() -> None:
    table = render_queries()

    assert {name for name in QUERY_NAMES | HELPERS if f"| `{name}(" not in table} == HELPERS
