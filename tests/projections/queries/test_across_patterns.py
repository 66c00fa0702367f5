"""A pattern of one's own across a user's workspaces: for this user only, with the membership check, on every store."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from support.wire import listen

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.port import Tables
from ascend.testing import FakeEnvironment

ADA, BEA, EVE = (ascend.UserId(name) for name in ("ada", "bea", "eve"))
HOME, WORK = (ascend.WorkspaceId.derive(name) for name in ("home", "work"))
LOAD = ascend.Load(10, 10, 10, 10, 10, 300)


class WordLine(
    ascend.ReadItem, key=("U#{user}", "{status}#{word}#{workspace}#{task}"), gsi1=("U#{user}#words", "{word}#{task}")
):
    """A line for each assignee of a task."""

    user: ascend.UserId
    task: ascend.TaskId
    status: ascend.Status
    word: str


class TitleLine(ascend.ReadItem, key=("W#{workspace}#titles", "{task}")):
    task: ascend.TaskId


def render(task: ascend.Task, context: ascend.RenderContext) -> Iterable[ascend.ReadItem]:
    yield TitleLine(workspace=context.workspace, task=task.id)
    for user in task.assignees:
        yield WordLine(
            workspace=context.workspace, user=user, task=task.id, status=task.status, word=ascend.sortable(task.title)
        )


MINE: ascend.Pattern[WordLine] = ascend.Pattern(
    name="A user's tasks of one status, by word",
    query="my_words",
    item=WordLine,
    given=("user", "status"),
    range="word",
    load=LOAD,
)
INDEXED: ascend.Pattern[WordLine] = ascend.Pattern(
    name="A user's tasks, by word", query="my_sorted_words", item=WordLine, given=("user",), index=1, load=LOAD
)
BACKWARDS: ascend.Pattern[WordLine] = ascend.Pattern(
    name="A user's tasks, the last word first",
    query="my_last_words",
    item=WordLine,
    given=("user",),
    index=1,
    descending=True,
    load=LOAD,
)
TITLES: ascend.Pattern[TitleLine] = ascend.Pattern(
    name="Titles of a workspace", query="titles", item=TitleLine, given=("workspace",), load=LOAD
)
WORDS = ascend.Projection(
    "words", 1, (WordLine, TitleLine), {ascend.Task: render}, patterns=(MINE, INDEXED, BACKWARDS, TITLES)
)
APP = ascend.LIFE_OS.extended(projections=(WORDS,))
OPEN: dict[str, Any] = {"status": ascend.Status.OPEN}


async def filled(tables: Tables, app: ascend.Application = APP) -> ascend.Store:
    """Ada owns two workspaces, Bea is a member of both. Each has tasks for both of them."""
    store = ascend.Store(tables, FakeEnvironment(), app)
    for workspace, name, titles in ((HOME, "Home", ("apple", "cherry")), (WORK, "Work", ("banana", "date"))):
        await store.execute(workspace, ascend.CreateWorkspace(name=name, owner_name="Ada"), actor=ADA)
        await store.execute(workspace, ascend.AddMember(user_id=BEA, name="Bea"), actor=ADA)
        for title in titles:
            task = ascend.TaskId.derive(title)
            await store.execute(workspace, ascend.CreateTask(task_id=task, title=title), actor=ADA)
            await store.execute(workspace, ascend.AssignTask(task_id=task, users=(ADA, BEA)), actor=ADA)
    await store.worker.run_once()
    return store


def words(page: ascend.Page[ascend.Entry[WordLine]]) -> list[str]:
    return [entry.line.word for entry in page.items]


async def test_it_answers_across_the_users_workspaces_with_their_names(any_tables: Tables) -> None:
    store = await filled(any_tables)

    page = await store.queries.ask_across(MINE, BEA, viewer=BEA, **OPEN)

    assert [(entry.line.word, entry.workspace_name) for entry in page.items] == [
        ("apple", "Home"),
        ("banana", "Work"),
        ("cherry", "Home"),
        ("date", "Work"),
    ]
    assert (type(page), page.cursor) == (ascend.Page, None)
    assert type(await store.queries.ask_across(INDEXED, BEA, viewer=BEA)) is ascend.IndexPage
    assert words(await store.queries.ask_across(BACKWARDS, BEA, viewer=BEA)) == ["date", "cherry", "banana", "apple"]


async def test_it_takes_ranges_and_all_given_values(any_tables: Tables) -> None:
    store = await filled(any_tables)
    await store.execute(HOME, ascend.StartTask(task_id=ascend.TaskId.derive("apple")), actor=ADA)
    await store.worker.run_once()
    ask = store.queries.ask_across

    assert words(await ask(MINE, ADA, viewer=ADA)) == ["banana", "cherry", "date", "apple"]  # open, then started
    assert words(await ask(MINE, ADA, viewer=ADA, status=ascend.Status.STARTED)) == ["apple"]
    assert words(await ask(MINE, ADA, viewer=ADA, low="b", high="c", **OPEN)) == ["banana", "cherry"]
    assert words(await ask(MINE, ADA, viewer=ADA, low="c", **OPEN)) == ["cherry", "date"]
    assert words(await ask(MINE, ADA, viewer=ADA, word="cherry", **OPEN)) == ["cherry"]
    with pytest.raises(ascend.InvalidInput, match="there is no range"):
        await ask(INDEXED, ADA, viewer=ADA, low="a")
    with pytest.raises(ascend.InvalidInput, match="says nothing without status"):
        await ask(MINE, ADA, viewer=ADA, word="cherry")
    with pytest.raises(ascend.InvalidInput, match="colour: no field"):
        await ask(MINE, ADA, viewer=ADA, colour="red")


@pytest.mark.parametrize("pattern", [MINE, INDEXED], ids=["table", "index"])
async def test_lines_of_a_workspace_that_the_user_has_left_are_dropped(
    any_tables: Tables, pattern: ascend.Pattern[WordLine]
) -> None:
    """The lines themselves stay in the user's partition: the tasks are still assigned to Bea in the log."""
    store = await filled(any_tables, replace(APP, policies=()))
    await store.execute(HOME, ascend.RemoveMember(user_id=BEA), actor=ADA)
    await store.worker.run_once()

    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor is not None:
        page = await store.queries.ask_across(pattern, BEA, viewer=BEA, limit=1, cursor=cursor)
        pages.append(words(page))
        cursor = page.cursor

    assert pages[:4] == [[], ["banana"], [], ["date"]]  # a page may hold fewer lines than its limit
    assert words(await store.queries.ask_across(pattern, BEA, viewer=ascend.OPERATOR)) == ["banana", "date"]
    assert len(words(await store.queries.ask_across(pattern, ADA, viewer=ADA))) == 4


async def test_lines_of_an_archived_workspace_are_marked() -> None:
    store = await filled(MemoryTables())
    await store.execute(WORK, ascend.ArchiveWorkspace(), actor=ADA)
    await store.worker.run_once()

    page = await store.queries.ask_across(INDEXED, ADA, viewer=ADA)

    assert [entry.archived for entry in page.items] == [False, True, False, True]


@pytest.mark.parametrize("viewer", [BEA, EVE])
async def test_only_the_user_and_the_operator_may_ask(viewer: ascend.UserId) -> None:
    store = await filled(MemoryTables())

    with pytest.raises(ascend.NotAllowed, match="only the user"):
        await store.queries.ask_across(MINE, ADA, viewer=viewer)

    assert len(words(await store.queries.ask_across(MINE, ADA, viewer=ascend.OPERATOR))) == 4
    assert words(await store.queries.ask_across(MINE, EVE, viewer=EVE)) == []


async def test_a_cursor_belongs_to_its_user_pattern_and_values() -> None:
    store = await filled(MemoryTables())
    questions: dict[str, tuple[ascend.Pattern[WordLine], ascend.UserId, dict[str, Any]]] = {
        "mine": (MINE, ADA, OPEN),
        "those of another user": (MINE, BEA, OPEN),
        "of every status": (MINE, ADA, {}),
        "of a range": (MINE, ADA, {**OPEN, "low": "a"}),
        "in the index": (INDEXED, ADA, {}),
        "in the index, backwards": (BACKWARDS, ADA, {}),
    }

    async def ask(question: str, cursor: str | None) -> ascend.Page[ascend.Entry[WordLine]]:
        pattern, user, given = questions[question]
        return await store.queries.ask_across(pattern, user, viewer=user, limit=1, cursor=cursor, **given)

    for question in questions:
        cursor = (await ask(question, None)).cursor
        assert len((await ask(question, cursor)).items) == 1
        for other in questions.keys() - {question}:
            with pytest.raises(ascend.InvalidCursor):
                await ask(other, cursor)


@pytest.mark.parametrize("limit", [0, -1, 100])
async def test_a_page_has_bounds(limit: int) -> None:
    store = await filled(MemoryTables())
    with pytest.raises(ascend.InvalidInput, match="limit is from 1 to 99"):
        await store.queries.ask_across(MINE, ADA, viewer=ADA, limit=limit)


async def test_the_error_names_the_other_method() -> None:
    store = await filled(MemoryTables())
    with pytest.raises(ascend.InvalidInput, match="reads all workspaces of a user: ask it with ask_across"):
        await store.queries.ask(MINE, HOME, viewer=ADA, user=BEA)
    with pytest.raises(ascend.InvalidInput, match="belongs to a workspace: ask it with ask"):
        await store.queries.ask_across(TITLES, ADA, viewer=ADA, workspace=HOME)


async def test_a_pattern_of_another_application_is_refused() -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    with pytest.raises(ascend.InvalidInput, match="has no access pattern 'my_words'"):
        await store.queries.ask_across(MINE, ADA, viewer=ADA)


async def test_a_page_costs_a_query_and_a_batch(dynamodb_tables: DynamoTables) -> None:
    await filled(dynamodb_tables)
    store = ascend.Store(dynamodb_tables, FakeEnvironment(), APP)  # it also learns of rebuilds, at no cost
    wire = listen(dynamodb_tables)

    for pattern in (MINE, INDEXED, BACKWARDS):
        for limit in (1, 99):
            wire.clear()
            page = await store.queries.ask_across(pattern, ADA, viewer=ADA, limit=limit)
            assert len(page.items) == min(limit, 4)
            assert wire.summary() == {"Query": 1, "BatchGetItem": 1}
            assert wire.read_units <= 5
