"""Newer files that say less, or say it in another way: what they leave open stays, and what is the same is found."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import archive, comment, issue, row, write_file
from support.importers.store import ImportStore

from ascend.adapters.importers import IMPORTER
from ascend.adapters.importers.report import Report
from ascend.domain.comments.commands import DeleteComment, EditComment
from ascend.domain.comments.comment import Comment
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import UserId
from ascend.domain.relations.relation import Relation
from ascend.domain.role import Role
from ascend.domain.tasks.commands import EditTask
from ascend.domain.tasks.task import Status, Task
from ascend.domain.things.commands import MoveThing
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.members import ChangeRole, RemoveMember

ADA, BOB = UserId("github:ada"), UserId("github:bob")
ASKED = {"number": 1, "title": "New", "createdAt": "2024-01-01T10:01:00Z", "author": {"login": "ada"}}
"""An issue as the command line tool writes it when it is asked for these fields only."""


async def test_a_label_in_another_spelling_changes_nothing_and_stands_in_the_way_of_nothing(
    store: ImportStore, tmp_path: Path
) -> None:
    await store.github(write_file(tmp_path, [issue(1, labels=["Ku\u0308che"])]))
    same = await store.github(write_file(tmp_path, [issue(1, labels=["K\u00fcche"])]))
    await store.github(write_file(tmp_path, [issue(1, labels=["K\u00fcche", "new"], title="New")]))
    task = await store.only_entity(Task)
    assert (same.sent.total(), same.changed) == (0, 0)
    assert (task.title, set(task.tags)) == ("New", {"Ku\u0308che", "new"})


async def test_references_stay_where_a_file_gives_no_text(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1, body="closes #2"), issue(2)]))
    await store.github(write_file(tmp_path, [{**ASKED, "state": "OPEN", "url": issue(1)["html_url"]}]))
    assert not (await store.only_entity(Relation)).removed


async def test_references_to_issues_of_an_earlier_file_stay_where_files_give_no_address(
    store: ImportStore, tmp_path: Path
) -> None:
    issues = [{**ASKED, "number": number, "state": "OPEN", "body": "closes #2"} for number in (1, 2)]
    await store.github(write_file(tmp_path, issues))
    summary = await store.github(write_file(tmp_path, issues[:1]))
    assert (summary.events, summary.skipped) == (0, 0)
    assert not (await store.only_entity(Relation)).removed


async def test_the_time_of_closing_stays_where_a_file_does_not_give_it(store: ImportStore, tmp_path: Path) -> None:
    await store.github(write_file(tmp_path, [issue(1, state="closed", closed_at="2024-02-11T10:00:00Z")]))
    await store.github(write_file(tmp_path, [{**ASKED, "state": "CLOSED", "url": issue(1)["html_url"]}]))
    assert (await store.only_entity(Task)).closed_at == datetime(2024, 2, 11, 10, tzinfo=UTC)
    await store.github(write_file(tmp_path, [{**ASKED, "state": "OPEN", "url": issue(1)["html_url"]}]))
    assert (await store.only_entity(Task)).closed_at is None


async def test_a_comment_of_somebody_who_has_another_name_by_now_is_edited(store: ImportStore, tmp_path: Path) -> None:
    old, new = comment("bob", "old", 1, id="IC_1"), comment("robert", "new", 1, id="IC_1")
    await store.github(write_file(tmp_path, archive(issue(1, comments=[old]))))
    summary = await store.github(write_file(tmp_path, archive(issue(1, comments=[new]))))
    state = await store.only_entity(Comment)
    assert (state.text, state.author, summary.refused) == ("new", BOB, 0)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"repo": "a/one"}, {"repo": "a/two", "id": "I_1"}),
        ({"repo": "a/one", "id": "MDU6SXNzdWUx"}, {"repo": "a/one", "id": "I_1"}),
    ],
    ids=["the repository was renamed", "the ids took another form"],
)
async def test_comments_are_found_again_when_what_their_ids_derive_from_is_forgotten(
    before: dict[str, str], after: dict[str, str], store: ImportStore, tmp_path: Path
) -> None:
    await store.github(write_file(tmp_path, tracker(**before)))
    await store.github(write_file(tmp_path, tracker(**before | {"id": after["id"]})))
    await store.github(write_file(tmp_path, tracker(**after)))
    first = (await store.entities(Comment))[0]
    await store.execute(EditComment(comment_id=first.id, text="mine"), BOB)
    again = await store.github(write_file(tmp_path, tracker(**after)))
    assert (again.sent.total(), again.kept) == (0, 1)
    assert [(comment.text, comment.deleted) for comment in await store.entities(Comment)] == [
        ("mine", False),
        ("same second", False),
    ]
    await store.execute(DeleteComment(comment_id=first.id), BOB)
    assert (await store.github(write_file(tmp_path, tracker(**after)))).sent.total() == 0


def tracker(repo: str, **fields: str) -> dict[str, Any]:
    comments = [comment("bob", "one", 1), comment("bob", "same second", 1)]
    one = issue(1, html_url=f"https://github.com/{repo}/issues/1", comments=comments, **fields)
    return {"repo": repo, "issues": [one], "pulls": []}


async def test_metadata_of_people_leave_room_for_their_limit_only_and_the_rest_comes_in(
    store: ImportStore, tmp_path: Path
) -> None:
    await store.github(write_file(tmp_path, [issue(1, node_id="I_1")]))
    task = await store.only_entity(Task)
    many = {f"k{number}": "x" * 4_000 for number in range(12)}
    await store.execute(EditTask(task_id=task.id, metadata={**task.metadata, **many}), ADA)
    report, url = Report(), f"https://github.com/{'x' * 3_000}/engine/issues/1"
    await store.github(write_file(tmp_path, [issue(1, node_id="I_1", html_url=url, title="New")]), report=report)
    assert (await store.only_entity(Task)).title == "New"
    assert (await store.only_entity(Task)).metadata == {**task.metadata, **many}
    assert [notice.field.rpartition(".")[2] for notice in report.first if notice.kind == "left out"] == ["metadata:url"]


async def test_an_item_that_a_person_moved_first_stays_where_the_person_put_it(
    store: ImportStore, tmp_path: Path
) -> None:
    await store.inventree(write_file(tmp_path, inventory(1)))
    places = {thing.name: thing.id for thing in await store.entities(Thing)}
    await store.execute(MoveThing(thing_id=places["Lamp ×1"], parent=places["Place 3"]), UserId("inventree:ada"))
    same = await store.inventree(write_file(tmp_path, inventory(1, 2, 3)))
    newer = await store.inventree(write_file(tmp_path, inventory(1, 2, 3, 4)))
    lamp = next(thing for thing in await store.entities(Thing) if thing.name == "Lamp ×1")
    assert (same.events, newer.kept, lamp.parent) == (0, 1, places["Place 3"])


def inventory(*locations: int) -> list[dict[str, Any]]:
    """Return an inventory with an item that was at these places, one after the other."""
    moves = [
        row("stock.stockitemtracking", at, item=1, date=f"2021-07-0{at}", user=["ada"], deltas={"location": at})
        for at in locations
    ]
    return [
        row("auth.user", 1, username="ada", date_joined="2021-01-01"),
        *(row("stock.stocklocation", number, name=f"Place {number}") for number in (1, 2, 3, 4)),
        row("part.part", 1, name="Lamp"),
        row("stock.stockitem", 1, part=1, location=locations[-1], updated="2021-01-01"),
        *moves,
    ]


# Fields that cannot be read


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("milestone", "v1"),
        ("milestone.due_on", {"due_on": "soon"}),
        ("closed_at", "yesterday"),
        ("updated_at", 5.5e300),
        ("user", {}),
        ("body", 5),
        ("labels", "bug"),
        ("html_url", 5),
        ("comments.0.updatedAt", [comment("bob", "yes", 1, updatedAt="later")]),
    ],
)
async def test_a_field_that_cannot_be_read_is_left_out_and_the_rest_of_the_issue_comes_in(
    field: str, value: object, store: ImportStore, tmp_path: Path
) -> None:
    report, file = (
        Report(),
        write_file(
            tmp_path,
            archive(issue(1, **{"comments": [comment("bob", "yes", 1)]} | {field.split(".", maxsplit=1)[0]: value})),
        ),
    )
    await store.github(file, report=report)
    task = await store.only_entity(Task)
    assert (task.title, (await store.only_entity(Comment)).text) == ("Issue 1", "yes")
    assert [(notice.kind, notice.field) for notice in report.first] == [("left out", field)]
    assert (await store.github(file)).events == 0
    with pytest.raises(InvalidInput):
        await ImportStore().github(file, report=Report(strict=True))


async def test_a_field_that_cannot_be_read_is_left_out_and_the_rest_of_the_row_comes_in(
    store: ImportStore, tmp_path: Path
) -> None:
    rows = [
        row("part.part", 1, name="Lamp", units=[], creation_date="soon"),
        row("stock.stocklocation", 1, name="Room"),
    ]
    report, file = Report(), write_file(tmp_path, rows)
    await store.inventree(file, report=report)
    assert [thing.name for thing in await store.entities(Thing)] == ["Room", "Lamp"]
    assert [(notice.record, notice.field) for notice in report.first if notice.kind == "left out"] == [
        ("part.part 1", "units"),
        ("part.part 1", "creation_date"),
    ]
    with pytest.raises(InvalidInput):
        await ImportStore().inventree(file, report=Report(strict=True))


# People who may not change anything any more


@pytest.mark.parametrize("command", [ChangeRole(user_id=ADA, role=Role.VIEWER), RemoveMember(user_id=ADA)])
async def test_the_importer_acts_for_the_author_of_an_issue_who_may_not(
    command: Command, store: ImportStore, tmp_path: Path
) -> None:
    bobs = issue(2, user={"login": "bob"})
    await store.github(write_file(tmp_path, [issue(1), bobs]))
    await store.execute(command, IMPORTER)
    newer = issue(1, title="New", labels=["late"], assignees=["bob"], body="closes #2", state="closed")
    for file in ([newer, bobs], [issue(1), bobs], [newer, bobs]):
        assert (await store.github(write_file(tmp_path, file))).refused == 0
    task = next(task for task in await store.entities(Task) if task.metadata["number"] == "1")
    assert (task.title, task.tags, task.assignees, task.status) == ("New", ("late",), (BOB,), Status.DONE)
    assert not (await store.only_entity(Relation)).removed
