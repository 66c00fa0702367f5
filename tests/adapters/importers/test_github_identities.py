"""An issue is found again by the id that GitHub gives it, by its number, or by what an import wrote into its task."""

from pathlib import Path
from typing import Any

import pytest
from support.importers.files import archive, comment, issue, write_file
from support.importers.store import ImportStore

from ascend.adapters.importers.report import Report
from ascend.domain.comments.comment import Comment
from ascend.domain.tasks.commands import EditTask
from ascend.domain.tasks.task import Task

OLD, NEW = "https://github.com/lovelace/engine/issues/", "https://github.com/babbage/engine/issues/"
A, B = {"node_id": "I_a"}, {"node_id": "I_b"}
NUMBER, OLDER = {"id": 9001}, {"node_id": "MDU6SXNzdWUx"}


@pytest.mark.parametrize(
    ("first", "second", "tasks"),
    [
        ({}, {}, 1),
        (A, {"html_url": f"{NEW}1", **A}, 1),
        (NUMBER, {"html_url": f"{NEW}1", **NUMBER}, 1),
        (NUMBER, {**A, **NUMBER}, 1),
        ({**A, **NUMBER}, {"id": "I_a", "html_url": f"{NEW}1"}, 1),
        ({}, A, 1),
        (A, {}, 1),
        (OLDER, A, 1),
        (A, NUMBER, 1),
        ({"html_url": f"{OLD}1"}, {"html_url": "https://github.com/Lovelace/Engine/issues/1"}, 1),
        ({"html_url": f"{OLD}1", **A}, {"html_url": "https://github.com/Lovelace/Engine/issues/1"}, 1),
        (A, B, 2),
        ({}, {"html_url": f"{NEW}1"}, 2),
        (A, {"html_url": f"{NEW}1", **B}, 2),
        (A, {"number": 7, "html_url": f"{NEW}7", **A}, 1),
        ({"node_id": ["I_a"]}, {"node_id": ""}, 1),
    ],
)
async def test_two_files_are_one_task_where_they_are_one_issue(
    store: ImportStore, tmp_path: Path, first: dict[str, Any], second: dict[str, Any], tasks: int
) -> None:
    for fields in (first, second, second):
        await store.github(write_file(tmp_path, [issue(1) | fields]))
    assert len(await store.entities(Task)) == tasks


async def test_a_renamed_repository_finds_its_comments_and_references(store: ImportStore, tmp_path: Path) -> None:
    comments = [comment("bob", "one", 1), comment("bob", "two", 1)]
    for base in (OLD, NEW, OLD):
        issues = [issue(1, html_url=f"{base}1", comments=comments, id="I_a"), issue(2, html_url=f"{base}2", id="I_b")]
        await store.github(write_file(tmp_path, archive(*issues)))
    assert [found.text for found in await store.entities(Comment)] == ["one", "two"]
    later = issue(3, html_url=f"{OLD}3", body="see #2", id="I_c")
    assert (await store.github(write_file(tmp_path, [later]))).skipped == 0


async def test_a_comment_of_an_earlier_file_is_found_when_the_file_gives_its_id(
    store: ImportStore, tmp_path: Path
) -> None:
    plain, named = comment("bob", "one", 1), comment("bob", "one", 1, id="IC_1")
    for found in (plain, named, plain):
        await store.github(write_file(tmp_path, archive(issue(1, comments=[found]))))
    assert len(await store.entities(Comment)) == 1


async def test_a_task_is_found_though_a_person_changed_its_metadata(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1, id=9001, html_url=f"{OLD}1")]))
    task = await store.only_entity(Task)
    await store.execute(EditTask(task_id=task.id, metadata={}), task.created_by)
    summary = await store.github(write_file(tmp_path, [issue(1, node_id="I_a", id=9001, html_url=f"{NEW}1")]))
    assert (len(await store.entities(Task)), summary.kept) == (1, 4)


async def test_of_two_records_of_one_issue_the_later_counts_and_the_other_is_listed(
    store: ImportStore, tmp_path: Path
) -> None:
    older = issue(1, title="Older", updated_at="2024-03-01T01:00:00+02:00", html_url=f"{OLD}1", **A)
    newer = issue(1, title="Newer", updated_at="2024-03-01T00:00:00Z", html_url=f"{NEW}1", **A)
    for records in ([older, newer], [newer, older]):
        report = Report()
        summary = await store.github(write_file(tmp_path, records), report=report)
        assert [(notice.record, notice.kind) for notice in report.first] == [("issue 1", "passed over")]
        assert summary.records == 1
    assert (await store.only_entity(Task)).title == "Newer"
