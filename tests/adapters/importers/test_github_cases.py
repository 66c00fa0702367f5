"""Small files made after public bug reports of other programs, with the values that their README gives."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.importers.files import real_file
from support.importers.states import content
from support.importers.store import ImportStore

from ascend.adapters.importers import Summary
from ascend.adapters.importers.report import Report
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import UserId
from ascend.domain.tasks.task import Status, Task

THEN, LATER, LATER_STILL = "github-1-then.json", "github-2-later.json", "github-3-later-still.json"
RENAMED, ODD, PAGES, REVIEWS = (
    "github-renamed-repository.json",
    "github-odd-records.json",
    "github-two-pages.json",
    "archive-reviews.json",
)


def case(name: str) -> Path:
    return real_file("cases", name)


async def take(store: ImportStore, name: str, report: Report | None = None) -> Summary:
    """Import a file twice. The second import must do nothing."""
    summary = await store.github(case(name), report=report)
    again = await store.github(case(name))
    assert (again.events, again.sent.total(), again.changed) == (0, 0, 0)
    return summary


async def tasks_by_number(store: ImportStore) -> dict[str, Task]:
    return {task.metadata["number"]: task for task in await store.entities(Task)}


async def test_a_second_file_reopens_removes_a_label_and_renames(store: ImportStore) -> None:
    await take(store, THEN)
    summary = await take(store, LATER)
    tasks = await tasks_by_number(store)
    assert (tasks["1"].status, tasks["1"].closed_at) == (Status.OPEN, None)
    assert (tasks["2"].tags, tasks["3"].title) == ((), "Second title")
    assert (summary.changed, summary.kept, summary.unchanged) == (3, 0, 0)


async def test_a_third_file_that_goes_back_equals_a_fresh_import_of_it(store: ImportStore) -> None:
    for name in (THEN, LATER, LATER_STILL):
        await take(store, name)
    fresh = ImportStore()
    await take(fresh, LATER_STILL)
    tasks = await tasks_by_number(store)
    assert (tasks["1"].status, tasks["1"].closed_at) == (Status.DONE, datetime(2024, 4, 1, tzinfo=UTC))
    assert (tasks["2"].tags, tasks["3"].title) == (("bug",), "First title")
    assert await content(store) == await content(fresh)


async def test_a_renamed_repository_makes_no_second_task(store: ImportStore) -> None:
    await take(store, THEN)
    ids = [task.id for task in await store.entities(Task)]
    summary = await take(store, RENAMED)
    tasks = await store.entities(Task)
    assert [task.id for task in tasks] == ids
    assert [task.metadata["url"] for task in tasks] == [
        f"https://github.com/cases/second-name/issues/{n}" for n in (1, 2, 3)
    ]
    assert (summary.changed, summary.sent) == (3, {"EditTask": 3})


async def test_odd_records_all_come_in_and_what_does_not_fit_is_listed(store: ImportStore) -> None:
    report = Report()
    summary = await take(store, ODD, report)
    tasks = await tasks_by_number(store)
    assert sorted(tasks) == list("12345678")
    assert (summary.records, summary.refused) == (8, 0)
    assert tasks["2"].title == "t" * 299 + "…"
    assert tasks["3"].tags == tuple(f"label {n}" for n in range(20))
    assert tasks["4"].title == "Report with a mark"
    assert len(tasks["5"].description.encode()) <= 65_536
    assert tasks["5"].description.endswith("漢…")
    assert tasks["6"].created_by == "github:ghost"
    assert (tasks["7"].status, tasks["7"].closed_at) == (Status.CANCELLED, datetime(2024, 2, 1, tzinfo=UTC))
    assert [(notice.record, notice.kind, notice.field) for notice in report.first] == [
        ("issue 2", "cut", "title"),
        ("issue 3", "left out", "labels"),
        ("issue 4", "left out", "title"),
        ("issue 5", "cut", "body"),
    ]
    assert len(await store.entities(Task)) == 8


async def test_reviews_bring_their_inline_comments_and_pending_ones_are_passed_over(store: ImportStore) -> None:
    summary = await take(store, REVIEWS)
    task = await store.only_entity(Task)
    assert (task.status, task.closed_at) == (Status.CANCELLED, datetime(2024, 1, 5, tzinfo=UTC))
    assert [(comment.text, comment.author) for comment in await store.entities(Comment)] == [
        ("same second, first", UserId("github:reader")),
        ("same second, second", UserId("github:reader")),
        ("inline: first remark", UserId("github:reader")),
        ("inline: second remark", UserId("github:reader")),
    ]
    assert (summary.pending, summary.refused) == (1, 0)


async def test_two_pages_one_behind_the_other_are_four_tasks(store: ImportStore) -> None:
    summary = await take(store, PAGES)
    assert [task.title for task in await store.entities(Task)] == [f"Case {n}" for n in (1, 2, 3, 4)]
    assert summary.records == 4


@pytest.mark.parametrize("names", [(THEN, ODD), (ODD, THEN, LATER), (LATER_STILL, LATER, THEN)])
async def test_any_order_of_files_ends_as_a_fresh_import_of_the_last(
    store: ImportStore, names: tuple[str, ...]
) -> None:
    for name in names:
        await take(store, name)
    fresh = ImportStore()
    await take(fresh, names[-1])
    last = await content(fresh)
    assert {id: state for id, state in (await content(store)).items() if id in last} == last
