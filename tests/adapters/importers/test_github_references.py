"""What issues say about each other."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.importers.given import Store, archive, issue, written

from ascend.adapters.importers.github.references import find_references
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import UserId
from ascend.domain.relations.commands import RemoveRelation
from ascend.domain.relations.relation import Relation, RelationAdded
from ascend.domain.tasks.commands import DeleteTask
from ascend.domain.tasks.task import Task

ADA = UserId("github:ada")
C, M = "closes", "mentions"


def says(number: int, body: str, **fields: Any) -> dict[str, Any]:
    return issue(number, body=body, **fields)


async def edges(store: Store) -> list[tuple[str, str, str]]:
    """Each with the titles of its ends."""
    titles: dict[str, str] = {task.id: task.title.removeprefix("Issue ") for task in await store.every(Task)}
    relations = [relation for relation in await store.every(Relation) if not relation.removed]
    return [(titles[one.source.id], one.type, titles[one.target.id]) for one in relations]


@pytest.mark.parametrize(
    ("text", "found"),
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
def test_one_expression_finds_them(text: str, found: dict[int, str]) -> None:
    assert find_references(text) == found


async def test_they_are_relations_as_said_by_the_author(store: Store, tmp_path: Path) -> None:
    await store.github(written(tmp_path, [issue(1), says(2, "Fixes #1.", user={"login": "bob"})]))
    (added,) = await store.told(RelationAdded)
    assert (added.type, added.inverse) == ("closes", "closed by")
    assert (added.by, added.at) == ("github:bob", datetime(2024, 1, 1, 10, 2, tzinfo=UTC))
    assert await edges(store) == [("2", "closes", "1")]


async def test_a_mention_has_an_inverse_too(store: Store, tmp_path: Path) -> None:
    await store.github(written(tmp_path, [issue(1), says(2, "See #1.")]))
    assert (await store.only(Relation)).inverse == "mentioned by"


async def test_they_may_name_a_later_number_and_point_at_each_other(store: Store, tmp_path: Path) -> None:
    pull = says(1, "Closes #3, after #2")
    await store.github(written(tmp_path, archive(says(2, "Blocked by #1"), issue(3), pulls=[pull])))
    assert await edges(store) == [("1", "closes", "3"), ("1", "mentions", "2"), ("2", "mentions", "1")]


async def test_what_names_itself_or_nobody_is_passed_over_and_counted(store: Store, tmp_path: Path) -> None:
    summary = await store.github(written(tmp_path, [issue(1), says(2, "#2 is me; closes #3, see #1 and #99 and #99")]))
    assert await edges(store) == [("2", "mentions", "1")]
    assert (summary.skipped, summary.refused, summary.records) == (3, 0, 2)


async def test_a_number_is_one_of_the_same_repository(store: Store, tmp_path: Path) -> None:
    loom = {"html_url": "https://github.com/lovelace/loom/issues/1", "title": "Loom"}
    other = {"html_url": "https://github.com/lovelace/loom/issues/2", "title": "Shuttle"}
    file = written(tmp_path, [issue(1), issue(3), issue(1, **loom), says(2, "see #1 and #3", **other)])
    summary = await store.github(file)
    assert await edges(store) == [("Shuttle", "mentions", "Loom")]
    assert summary.skipped == 1


async def test_titles_and_comments_are_not_looked_at(store: Store, tmp_path: Path) -> None:
    said = [{"user": {"login": "bob"}, "body": "closes #1", "createdAt": "2024-02-01T00:00:00Z"}]
    await store.github(written(tmp_path, [issue(1), issue(2, title="Fixes #1", comments=said, reviews=said)]))
    assert await edges(store) == []


async def test_a_changed_text_brings_what_is_new(store: Store, tmp_path: Path) -> None:
    await store.github(written(tmp_path, [issue(1), issue(2), says(3, "see #1")]))
    changed = written(tmp_path, [issue(1), issue(2), says(3, "see #2")])
    await store.github(changed)
    head = await store.head()
    summary = await store.github(changed)
    assert await edges(store) == [("3", "mentions", "1"), ("3", "mentions", "2")]
    assert (await store.head(), summary.events, store.service.counts.nothing) == (head, 0, 0)


async def test_what_people_removed_stays_removed(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, [issue(1), issue(2), says(3, "see #1, closes #2")])
    await store.github(file)
    seen, closed = await store.every(Relation)
    await store.do(RemoveRelation(source=seen.source, type=seen.type, target=seen.target), ADA)
    await store.do(DeleteTask(task_id=(await store.every(Task))[1].id), ADA)
    head = await store.head()
    summary = await store.github(file)
    assert (await store.head(), summary.events, summary.refused) == (head, 0, 0)
    assert closed.type == "closes"


async def test_of_a_file_that_ends_too_early_those_between_what_is_there(store: Store, tmp_path: Path) -> None:
    whole = written(tmp_path, [says(1, "see #2 and #3"), issue(2), issue(3)])
    text = whole.read_text()
    with pytest.raises(InvalidInput, match="not complete JSON after record 2"):
        await store.github(written(tmp_path, text[: text.rindex("{", 0, -40)], "cut.json"))
    assert await edges(store) == [("1", "mentions", "2")]
    await store.github(written(tmp_path, text))
    assert await edges(store) == [("1", "mentions", "2"), ("1", "mentions", "3")]
