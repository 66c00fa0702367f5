"""Imports of real files give the numbers counted in the files. Not run where the files are missing."""

from collections import Counter
from datetime import timedelta

import pytest
from support.importers.files import real_file
from support.importers.store import ImportStore

from ascend.adapters.importers import imported_workspace
from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment, CommentEdited
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.runtime.service import RETENTION
from ascend.domain.tasks.task import Status, Task
from ascend.domain.things.thing import Thing, ThingMoved
from ascend.domain.workspaces.workspace import Workspace

DAP = ("ietf-issues", "dap-archive-2024-09-24.json")
QUIC = ("ietf-issues", "quic-issues-2017-04-28.json")
PARTS = ("inventree", "inventree_data.json")
HOME = imported_workspace("Home")


def open_and_assigned(tasks: list[Task]) -> Counter[str]:
    return Counter(user.removeprefix("github:") for task in tasks if task.is_open for user in task.assignees)


async def test_an_archive_of_issues_is_imported_whole(store: ImportStore) -> None:
    summary = await store.github(real_file(*DAP))
    tasks = await store.entities(Task)
    comments = await store.entities(Comment)
    assert Counter((task.metadata["type"], task.is_open) for task in tasks) == {
        ("issue", True): 14,
        ("issue", False): 226,
        ("pull", True): 5,
        ("pull", False): 340,
    }
    assert Counter(task.status for task in tasks if task.metadata["type"] == "pull") == {
        Status.OPEN: 5,
        Status.DONE: 308,
        Status.CANCELLED: 32,
    }
    assert len((await store.only_entity(Workspace)).members) == 46 + 1 + 1  # one wrote inline comments only
    assert sum(len(task.assignees) for task in tasks) == 84
    assert Counter(comment.metadata.get("type") for comment in comments) == {None: 1_522 + 280, "inline": 3_111}
    assert (
        sum(comment.edited_at is not None for comment in comments) == len(await store.events_of(CommentEdited)) == 187
    )
    assert open_and_assigned(tasks) == {"cjpatton": 4, "tgeoghegan": 1}
    assert (summary.records, summary.events, summary.refused) == (585, len(await store.events()), 0)
    await check_references(store)
    assert (summary.skipped, summary.sent["AddRelation"]) == (0, 146 + 122)


async def check_references(store: ImportStore) -> None:
    """Compare with a count of plain `#n`: 146 that close, and 129 other mentions.

    Six of the mentions name an issue that the same text closes (one of them as `issue#65`), and one names an issue of
    another repository (`cfrg/draft-irtf-cfrg-vdaf#95`).
    """
    relations = await store.entities(Relation)
    pairs = {(relation.source, relation.target) for relation in relations}
    assert Counter(relation.type for relation in relations) == {"closes": 146, "mentions": 129 - 6 - 1}
    assert len(pairs) == len(relations)
    assert sum((target, source) in pairs for source, target in pairs) == 2 * 2


async def test_a_list_of_issues_is_imported_whole(store: ImportStore) -> None:
    await store.github(real_file(*QUIC))
    tasks = await store.entities(Task)
    assert Counter(relation.type for relation in await store.entities(Relation)) == {"closes": 71, "mentions": 167}
    assert Counter(task.metadata["type"] for task in tasks) == {"issue": 262, "pull": 217}
    assert sum(task.is_open for task in tasks) == 133
    assert sum(len(task.assignees) for task in tasks) == 107
    assert Counter(str(task.due) for task in tasks if task.due) == {"2017-06-21": 11}
    assert open_and_assigned(tasks) == {
        "janaiyengar": 12,
        "seanturner": 1,
        "MikeBishop": 1,
        "ianswett": 1,
        "martinthomson": 1,
    }


async def test_an_inventory_is_imported_whole(store: ImportStore) -> None:
    await store.inventree(real_file(*PARTS))
    things, tasks = await store.entities(Thing), await store.entities(Task)
    assert Counter(thing.metadata["source"].split()[0] for thing in things) == {
        "stock.stocklocation": 19,
        "part.partcategory": 27,
        "part.part": 414,
        "stock.stockitem": 1_106,
    }
    assert len(tasks) == 16 + 12 + 6 + 6
    assert sum(task.due is not None for task in tasks) == 14
    assert len((await store.only_entity(Workspace)).members) == 4 + 1
    by_id = {thing.id: thing for thing in things}
    items = [thing for thing in things if thing.metadata["source"].startswith("stock.stockitem")]
    holders = Counter(by_id[item.parent].metadata["source"].split()[0] if item.parent else "" for item in items)
    assert holders == {"stock.stocklocation": 1_106 - 28 - 38, "stock.stockitem": 28, "": 38}
    assert len(await store.events_of(ThingMoved)) == 28
    assert [task.title[:6] for task in tasks if task.parent] == ["BO0011", "BO0012", "BO0013"]
    await check_bills_and_images(store)


async def check_bills_and_images(store: ImportStore) -> None:
    relations, assets, links = await store.entities(Relation), await store.entities(Asset), await store.entities(Link)
    assert Counter(relation.type for relation in relations) == {"contains": 228, "is variant of": 18}
    assert len({relation.id for relation in relations}) == len(relations)
    assert sum(relation.metadata.get("reference") is not None for relation in relations) == 44
    assert len({asset.details.uri for asset in assets}) == len(assets) == 69
    assert {asset.details.media_type for asset in assets} == {"image/jpeg", "image/png", "image/webp"}
    assert (len({link.to for link in links}), len({link.asset for link in links}), len(links)) == (412, 69, 412)


@pytest.mark.parametrize("names", [DAP, QUIC, PARTS])
async def test_a_second_import_appends_nothing_also_much_later(store: ImportStore, names: tuple[str, ...]) -> None:
    run = store.inventree if names == PARTS else store.github
    first = await run(real_file(*names))
    head, events = await store.head(), len(await store.events())
    await store.worker.catch_up(HOME)
    store.environment.advance(days=(RETENTION * 3) / timedelta(days=1))
    again = await run(real_file(*names))
    assert (first.repeated, first.kept, first.events) == (0, 0, events)
    assert (again.sent.total(), again.kept, again.refused, await store.head()) == (0, 0, 0, head)
    assert (again.unchanged, again.changed) == (again.records, 0)
    assert store.service.counts.nothing == 0
