"""The page of commands names every command, and the events that it says are those that are appended."""

from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from uuid import UUID

import pytest
from support.docs.commands_page import ENTITIES, commands, events, values
from support.docs.queries_page import queries

import ascend
from ascend.architect.cost.typical_workspace import OWNER, Deeds
from ascend.architect.cost.workload import Sizes
from ascend.domain.catalog import COMMANDS
from ascend.domain.ids import UserId, WorkspaceId
from ascend.domain.runtime.request import Request
from ascend.domain.tasks.commands import ReopenTask
from ascend.domain.tasks.dependencies import BlockTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.projections.queries import Queries

HOME = WorkspaceId(str(UUID(int=0)))
SOMETIMES: dict[type[Command], set[str]] = {
    ReopenTask: {"TaskUnassigned"},
    BlockTask: {"TaskUnblocked"},
    OpenNextOccurrence: {"TaskPrioritised"},
}
"""Events that come in other cases than the one that is done here."""


def test_every_command_stands_on_the_page() -> None:
    page = "\n".join(map(commands, ENTITIES))

    assert [one.__name__ for one in COMMANDS if f"### {one.__name__}\n" not in page] == []


def test_every_command_says_what_it_does() -> None:
    assert [one.__name__ for one in COMMANDS if not one.__dict__.get("__doc__")] == []


def test_every_type_of_a_field_is_explained() -> None:
    explained = values()

    assert "| `Due` | `date or ZonedTime` | A day (wherever the reader is) or a moment. |" in explained
    assert "| `Zone` |" in explained  # of a type that stands in another


async def done() -> AsyncIterator[tuple[Command, set[str]]]:
    """Every command that people and policies send, with the events that it appended."""
    async with ascend.open_store("memory://", create=True) as store:
        deeds = Deeds(Sizes(), store.environment.new_id)

        async def do(command: Command, actor: UserId) -> tuple[Command, set[str]]:
            request = Request(
                workspace=HOME, command=command, actor=actor, command_id=ascend.CommandId(store.environment.new_id())
            )
            position = (await store.commands.execute(request)).position
            (commit,) = await store.log.commits(HOME, position, 1, consistent=True)
            return command, {type(event).__name__ for event in commit.events()}

        yield await do(deeds.created(), OWNER)
        for command in deeds.before():
            await do(command, OWNER)
        for command, actor in [*deeds.deeds(), *deeds.reactions()]:
            yield await do(command, actor)


async def test_the_events_that_are_named_are_those_that_are_appended() -> None:
    appended: dict[type[Command], AbstractSet[str]] = {EraseWorkspace: {"WorkspaceErased"}}
    async for command, names in done():
        appended[type(command)] = appended.get(type(command), set()) | names

    named = {one: {event.__name__ for event in events(one)} for one in COMMANDS}

    assert {one: names | SOMETIMES.get(one, set()) for one, names in appended.items()} == named


@pytest.mark.parametrize("query", ["feed", "task", "children", "history"])
def test_a_query_says_what_comes_back(query: str) -> None:
    (row,) = (row for row in queries().splitlines() if row.startswith(f"| `{query}("))
    comes_back = {"feed": "IndexPage[Entry[FeedLine]]", "task": "TaskCard", "children": "IndexPage[ThingNode]"}

    assert f"| `{comes_back.get(query, 'Page[HistoryLine]')}` |" in row


def test_every_query_has_a_row() -> None:
    shown = queries()
    known = {name for base in Queries.__mro__ for name in vars(base) if not name.startswith("_")}

    assert {name for name in known if f"| `{name}(" not in shown} == {"ask", "check", "head"}
