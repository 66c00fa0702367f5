"""References between issues become relations."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import archive, issue, write_file
from support.importers.store import ImportStore

from ascend.adapters.importers.github.references import find_references
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import UserId
from ascend.domain.relations.commands import RemoveRelation
from ascend.domain.relations.relation import Relation, RelationAdded
from ascend.domain.tasks.commands import DeleteTask
from ascend.domain.tasks.task import Task

ADA = UserId("github:ada")
C, M = "closes", "mentions"


def issue_with_text(number: int, body: str, **fields: Any) -> dict[str, Any]:
    return issue(number, body=body, **fields)


async def edges(store: ImportStore) -> list[tuple[str, str, str]]:
    """Return the relations with the titles of their ends."""
    titles: dict[str, str] = {task.id: task.title.removeprefix("Issue ") for task in await store.entities(Task)}
    relations = [relation for relation in await store.entities(Relation) if not relation.removed]
    return [(titles[edge.source.id], edge.type, titles[edge.target.id]) for edge in relations]


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("Closes #7", {7: C}),
        ("close #1 closed #2 fix #3 fixes #4 fixed #5", {1: C, 2: C, 3: C, 4: C, 5: C}),
        ("resolve #1, resolves #2, resolved #3; ADDRESSES: #4", {1: C, 2: C, 3: C, 4: C}),
        ("address #1 addressed\r\n#2", {1: C, 2: C}),
        ("see #7", {7: M}),
        ("closes #7, #8", {7: C, 8: M}),
        ("Like #7. Closes #7.", {7: C}),
        ("Closes #7. Like #7.", {7: C}),
        ("prefix #7, closing #8, discloses #9", {7: M, 8: M, 9: M}),
        ("(#7)[#8]*#9*,#10", {7: M, 8: M, 9: M, 10: M}),
        ("`x[#7]`", {7: M}),
        ("other/one#7 issue#7 https://example.org/#7 &#39; #7a # 7 #", {}),
        ("https://github.com/lovelace/engine/issues/7", {}),
        ("#0 #007", {0: M, 7: M}),
        ("#" + "9" * 40, {}),
        ("#\u0667", {}),
        ("", {}),
    ],
)
def test_references_are_found_by_one_expression(text: str, references: dict[int, str]) -> None:
    assert find_references(text) == references


async def test_a_reference_is_a_relation_added_by_the_author(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1), issue_with_text(2, "Fixes #1.", user={"login": "bob"})]))
    (added,) = await store.events_of(RelationAdded)
    assert (added.type, added.inverse) == ("closes", "closed by")
    assert (added.by, added.at) == ("github:bob", datetime(2024, 1, 1, 10, 2, tzinfo=UTC))
    assert await edges(store) == [("2", "closes", "1")]


async def test_a_mention_has_an_inverse_name(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1), issue_with_text(2, "See #1.")]))
    assert (await store.only_entity(Relation)).inverse == "mentioned by"


async def test_references_may_name_a_later_issue_and_point_at_each_other(store: ImportStore, tmp_path: Path) -> None:
    pull = issue_with_text(1, "Closes #3, after #2")
    await store.github(write_file(tmp_path, archive(issue_with_text(2, "Blocked by #1"), issue(3), pulls=[pull])))
    assert await edges(store) == [("1", "closes", "3"), ("1", "mentions", "2"), ("2", "mentions", "1")]


async def test_references_to_itself_or_to_a_missing_issue_are_skipped_and_counted(
    store: ImportStore, tmp_path: Path
) -> None:
    summary = await store.github(
        write_file(tmp_path, [issue(1), issue_with_text(2, "#2 is me; closes #3, see #1 and #99 and #99")])
    )
    assert await edges(store) == [("2", "mentions", "1")]
    assert (summary.skipped, summary.refused, summary.records) == (3, 0, 2)


async def test_a_reference_points_into_the_same_repository(store: ImportStore, tmp_path: Path) -> None:
    loom = {"html_url": "https://github.com/lovelace/loom/issues/1", "title": "Loom"}
    other = {"html_url": "https://github.com/lovelace/loom/issues/2", "title": "Shuttle"}
    file = write_file(tmp_path, [issue(1), issue(3), issue(1, **loom), issue_with_text(2, "see #1 and #3", **other)])
    summary = await store.github(file)
    assert await edges(store) == [("Shuttle", "mentions", "Loom")]
    assert summary.skipped == 1


async def test_titles_and_comments_make_no_references(store: ImportStore, tmp_path: Path) -> None:
    comments = [{"user": {"login": "bob"}, "body": "closes #1", "createdAt": "2024-02-01T00:00:00Z"}]
    await store.github(
        write_file(tmp_path, [issue(1), issue(2, title="Fixes #1", comments=comments, reviews=comments)])
    )
    assert await edges(store) == []


async def test_a_changed_text_brings_its_new_references_and_removes_the_old_ones(
    store: ImportStore, tmp_path: Path
) -> None:
    await store.github(write_file(tmp_path, [issue(1), issue(2), issue_with_text(3, "see #1")]))
    changed = write_file(tmp_path, [issue(1), issue(2), issue_with_text(3, "see #2")])
    await store.github(changed)
    head = await store.head()
    summary = await store.github(changed)
    assert await edges(store) == [("3", "mentions", "2")]
    assert (await store.head(), summary.events, store.service.counts.nothing) == (head, 0, 0)


async def test_a_relation_that_people_removed_stays_removed(store: ImportStore, tmp_path: Path) -> None:
    file = write_file(tmp_path, [issue(1), issue(2), issue_with_text(3, "see #1, closes #2")])
    await store.github(file)
    seen, closed = await store.entities(Relation)
    await store.execute(RemoveRelation(source=seen.source, type=seen.type, target=seen.target), ADA)
    await store.execute(DeleteTask(task_id=(await store.entities(Task))[1].id), ADA)
    head = await store.head()
    summary = await store.github(file)
    assert (await store.head(), summary.events, summary.refused) == (head, 0, 0)
    assert closed.type == "closes"


async def test_a_file_that_ends_too_early_brings_the_references_between_its_issues(
    store: ImportStore, tmp_path: Path
) -> None:
    whole = write_file(tmp_path, [issue_with_text(1, "see #2 and #3"), issue(2), issue(3)])
    text = whole.read_text()
    with pytest.raises(InvalidInput, match="not complete JSON after record 2"):
        await store.github(write_file(tmp_path, text[: text.rindex("{", 0, -40)], "cut.json"))
    assert await edges(store) == [("1", "mentions", "2")]
    await store.github(write_file(tmp_path, text))
    assert await edges(store) == [("1", "mentions", "2"), ("1", "mentions", "3")]
