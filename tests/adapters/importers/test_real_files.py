"""Files that other people wrote: the numbers that their own counts say. Not run where the files are not there."""

from collections import Counter
from datetime import timedelta

import pytest
from support.importers.given import Store, real

from ascend.adapters.importers import imported_workspace
from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment, CommentEdited
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.runtime.service import RETENTION
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing, ThingMoved
from ascend.domain.workspaces.workspace import Workspace

DAP = ("ietf-issues", "dap-archive-2024-09-24.json")
QUIC = ("ietf-issues", "quic-issues-2017-04-28.json")
PARTS = ("inventree", "inventree_data.json")
HOME = imported_workspace("Home")


def open_and_assigned(tasks: list[Task]) -> Counter[str]:
    return Counter(user.removeprefix("github:") for task in tasks if task.is_open for user in task.assignees)


async def test_an_archive_of_issues(store: Store) -> None:
    summary = await store.github(real(*DAP))
    tasks = await store.every(Task)
    comments = await store.every(Comment)
    assert Counter((task.metadata["type"], task.is_open) for task in tasks) == {
        ("issue", True): 14,
        ("issue", False): 226,
        ("pull", True): 5,
        ("pull", False): 340,
    }
    assert len((await store.only(Workspace)).members) == 46 + 1
    assert sum(len(task.assignees) for task in tasks) == 84
    assert len(comments) == 1_522 + 280
    assert sum(comment.edited_at is not None for comment in comments) == len(await store.told(CommentEdited)) == 187
    assert open_and_assigned(tasks) == {"cjpatton": 4, "tgeoghegan": 1}
    assert (summary.records, summary.events, summary.refused) == (585, len(await store.events()), 0)
    await they_name_each_other(store)
    assert (summary.skipped, summary.sent["AddRelation"]) == (0, 146 + 122)


async def they_name_each_other(store: Store) -> None:
    """A plain `#n` counts 146 that close and 129 other mentions: six of those are of what the same text closes
    (one of them as `issue#65`), one is another repository's (`cfrg/draft-irtf-cfrg-vdaf#95`).
    """
    relations = await store.every(Relation)
    pairs = {(one.source, one.target) for one in relations}
    assert Counter(one.type for one in relations) == {"closes": 146, "mentions": 129 - 6 - 1}
    assert len(pairs) == len(relations)
    assert sum((target, source) in pairs for source, target in pairs) == 2 * 2


async def test_a_list_of_issues(store: Store) -> None:
    await store.github(real(*QUIC))
    tasks = await store.every(Task)
    assert Counter(one.type for one in await store.every(Relation)) == {"closes": 71, "mentions": 167}
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


async def test_an_inventory(store: Store) -> None:
    await store.inventree(real(*PARTS))
    things, tasks = await store.every(Thing), await store.every(Task)
    assert Counter(thing.metadata["source"].split()[0] for thing in things) == {
        "stock.stocklocation": 19,
        "part.partcategory": 27,
        "part.part": 414,
        "stock.stockitem": 1_106,
    }
    assert len(tasks) == 16 + 12 + 6 + 6
    assert sum(task.due is not None for task in tasks) == 14
    assert len((await store.only(Workspace)).members) == 4 + 1
    by_id = {thing.id: thing for thing in things}
    items = [thing for thing in things if thing.metadata["source"].startswith("stock.stockitem")]
    holders = Counter(by_id[item.parent].metadata["source"].split()[0] if item.parent else "" for item in items)
    assert holders == {"stock.stocklocation": 1_106 - 28 - 38, "stock.stockitem": 28, "": 38}
    assert len(await store.told(ThingMoved)) == 28
    assert [task.title[:6] for task in tasks if task.parent] == ["BO0011", "BO0012", "BO0013"]
    await parts_have_bills_and_images(store)


async def parts_have_bills_and_images(store: Store) -> None:
    relations, assets, links = await store.every(Relation), await store.every(Asset), await store.every(Link)
    assert Counter(one.type for one in relations) == {"contains": 228, "is variant of": 18}
    assert len({one.id for one in relations}) == len(relations)
    assert sum(one.metadata.get("reference") is not None for one in relations) == 44
    assert len({asset.details.uri for asset in assets}) == len(assets) == 69
    assert {asset.details.media_type for asset in assets} == {"image/jpeg", "image/png", "image/webp"}
    assert (len({link.to for link in links}), len({link.asset for link in links}), len(links)) == (412, 69, 412)


@pytest.mark.parametrize("names", [DAP, QUIC, PARTS])
async def test_a_second_import_appends_nothing_also_much_later(store: Store, names: tuple[str, ...]) -> None:
    run = store.inventree if names == PARTS else store.github
    first = await run(real(*names))
    head = await store.head()
    await store.worker.catch_up(HOME)
    store.environment.advance(days=(RETENTION * 3) / timedelta(days=1))
    again = await run(real(*names))
    assert (first.repeated, first.kept, first.events) == (0, 0, head)
    assert (again.events, again.kept, again.refused, await store.head()) == (0, 0, 0, head)
    assert again.repeated == head
    assert store.service.counts.nothing == 0
