"""A pattern of an embedder's own: ranges of any text, on every store; what makes no sense is refused where it is written."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from support.simulation.busy import overwrite

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.tasks.task import Task
from ascend.projections.item import sortable
from ascend.testing import FakeEnvironment

ADA = ascend.UserId("ada")
NAMES = (" a", "!x", "-5", "0", "00", "Zebra", "a", "ab", "b", "~", "~~", "é", "日本", "\uffee", "😀", "🧅 onions")


class NameLine(ascend.ReadItem, key=("W#{workspace}", "{word}#{task}"), gsi1=("W#{workspace}#named", "{word}#{task}")):
    task: ascend.TaskId
    word: str


def render(task: Task, context: ascend.RenderContext) -> Iterable[ascend.ReadItem]:
    return [NameLine(workspace=context.workspace, task=task.id, word=sortable(task.title))]


BY_WORD: ascend.Pattern[NameLine] = ascend.Pattern(
    name="Tasks by word",
    query="tasks_by_word",
    item=NameLine,
    given=("workspace",),
    range="word",
    load=ascend.Load(10, 10, 10, 10, 10, 300),
)
WORDS = ascend.Projection("words", 1, (NameLine,), {Task: render}, patterns=(BY_WORD,))


@pytest.fixture
async def store(any_tables: Tables) -> ascend.Store:
    return ascend.Store(any_tables, FakeEnvironment(), ascend.LIFE_OS.extended(projections=(WORDS,)))


async def a_workspace(store: ascend.Store) -> ascend.WorkspaceId:
    home = ascend.WorkspaceId(store.environment.new_id())
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for name in NAMES:
        task = ascend.CreateTask(task_id=ascend.TaskId(store.environment.new_id()), title=f"{name}.")
        await store.execute(home, task, actor=ADA)
    await store.worker.run_once()
    return home


@pytest.mark.parametrize("index", [None, 1])
async def test_a_range_of_text_leaves_out_nothing_that_lies_in_it(store: ascend.Store, index: int | None) -> None:
    home, pattern = await a_workspace(store), replace(BY_WORD, index=index)
    words = sorted(sortable(f"{name}.") for name in NAMES)

    for low, high in product((None, " ", "0", "a", "~", "😀"), (None, "0", "a", "~", "日", "🧅")):
        if low is not None and high is not None and low > high:
            continue
        page = await store.queries.ask(pattern, home, viewer=ADA, low=low, high=high)
        assert [line.word for line in page.items] == [
            word
            for word in words
            if (low is None or word >= low) and (high is None or word <= high or word.startswith(high))
        ]


async def test_ranges_that_meet_show_everything_once(store: ascend.Store) -> None:
    home = await a_workspace(store)
    found: list[str] = []
    for low, high in pairwise([None, "a", "e", None]):
        page = await store.queries.ask(BY_WORD, home, viewer=ADA, low=low, high=high and chr(ord(high) - 1))
        found += [line.word for line in page.items]

    assert sorted(found) == sorted(sortable(f"{name}.") for name in NAMES)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"index": 3}, "index is 1, 2 or None"),
        ({"name": " "}, "has a name"),
        ({"query": "tasks by word"}, "a query that Python can call"),
    ],
)
def test_a_pattern_that_makes_no_sense_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ascend.InvalidInput, match=said):
        replace(BY_WORD, **wrong)


@pytest.mark.parametrize("wrong", [{"reads_a_day": -1}, {"items": -1}, {"in_a_year": -5}, {"page": 0}, {"bytes": 0}])
def test_a_load_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ascend.InvalidInput, match=f"{next(iter(wrong))} is at least"):
        replace(BY_WORD.load, **wrong)


class BetweenLine(ascend.ReadItem, key=("W#{workspace}", "{between}#{task}")):
    task: ascend.TaskId
    between: str


async def test_a_key_field_may_have_the_name_of_an_internal_parameter() -> None:
    pattern: ascend.Pattern[BetweenLine] = ascend.Pattern(
        name="Tasks between",
        query="tasks_between",
        item=BetweenLine,
        given=("workspace", "between"),
        load=BY_WORD.load,
    )
    projection = ascend.Projection(
        "between",
        1,
        (BetweenLine,),
        {Task: lambda task, context: [BetweenLine(workspace=context.workspace, task=task.id, between="x")]},
        patterns=(pattern,),
    )
    store = ascend.Store(MemoryTables(), FakeEnvironment(), ascend.LIFE_OS.extended(projections=(projection,)))
    home = await a_workspace(store)
    page = await store.queries.ask(pattern, home, viewer=ADA, between="x")
    assert len(page.items) == len(NAMES)


async def test_who_may_not_see_a_page_learns_nothing_of_a_line_that_cannot_be_read() -> None:
    tables = MemoryTables()
    store = ascend.Store(tables, FakeEnvironment(), ascend.LIFE_OS.extended(projections=(WORDS,)))
    home = await a_workspace(store)
    items = [item async for page in scan_pages(tables) for item in page]
    line = next(item for item in items if item.attributes.get("type") == "NameLine")
    await overwrite(tables, Table.VIEWS, replace(line, attributes={**line.attributes, "data": "{}"}))
    with pytest.raises(ascend.NotAllowed):
        await store.queries.ask(BY_WORD, home, viewer=ascend.UserId("eve"))
