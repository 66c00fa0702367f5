"""Links, Relations, dependencies, mentions, tags and counts answer what a naive look at all states answers."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

import pytest
from support.simulation.busy import a_busy_store
from support.simulation.histories import PEOPLE, History
from support.simulation.looking import alive, in_any_pages, pages
from support.simulation.tangles import TAGS, TYPES

import ascend
from ascend.adapters.table.port import Tables
from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Status, Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.queries import JOINED_LIMIT

T = TypeVar("T")
SEEDS = range(2)


Life = tuple[ascend.Store, History]


@pytest.fixture
async def life(any_tables: Tables, seed: int) -> Life:
    return await a_busy_store(seed, 250, tables=any_tables)


@pytest.fixture(params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.param)


class Naive:
    """Answers by looking at everything."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.tasks = {task.id: task for task in history.entities(Task) if not task.deleted}
        self.things = {thing.id: thing for thing in history.entities(Thing) if alive(history, thing)}
        self.assets = {asset.id: asset for asset in history.entities(Asset)}

    def lives(self, ref: ascend.Ref) -> bool:
        living: dict[str, set[str]] = {"task": {*self.tasks}, "thing": {*self.things}, "asset": {*self.assets}}
        return ref.id in living[ref.kind]

    def ends(self) -> list[ascend.Ref]:
        return [*(ascend.Ref("task", id) for id in self.tasks), *(ascend.Ref("thing", id) for id in self.things)]

    def relations(self) -> list[Relation]:
        living = [relation for relation in self.history.entities(Relation) if not relation.removed]
        return [relation for relation in living if self.lives(relation.source) and self.lives(relation.target)]

    def comments(self) -> list[Comment]:
        return [comment for comment in self.history.entities(Comment) if not comment.deleted and self.lives(comment.on)]

    def tagged(self, tag: str) -> set[tuple[str, str]]:
        found: Iterable[tuple[str, str, tuple[str, ...]]] = (
            *(("workspace", one.id, one.tags) for one in self.history.entities(Workspace)),
            *(("task", one.id, one.tags) for one in self.tasks.values()),
            *(("thing", one.id, one.tags) for one in self.things.values()),
            *(("asset", one.id, one.details.tags) for one in self.assets.values()),
            *(("relation", one.id, one.tags) for one in self.relations()),
            *(("comment", one.id, one.tags) for one in self.comments()),
        )
        return {(kind, id) for kind, id, tags in found if tag in tags}


@pytest.mark.timeout(600)
async def test_every_question(life: Life) -> None:
    for check in (links_both_ways, relations_both_ways, dependencies_and_subtasks, mentions_tags_and_done, counts):
        await check(*life)


async def links_both_ways(store: ascend.Store, history: History) -> None:
    naive, ask, home, viewer = Naive(history), store.queries, history.workspace, ascend.OPERATOR
    links = [(link.asset, link.to) for link in history.entities(Link) if link.there]
    for end in naive.ends():
        cards = await pages_of(partial(ask.assets_of, home, end, viewer=viewer))
        assert {card.asset for card in cards} == {asset for asset, to in links if to == end}
    for asset in naive.assets:
        heads = await pages_of(partial(ask.targets_of, home, asset, viewer=viewer))
        assert len(heads) == len({to for linked, to in links if linked == asset and naive.lives(to)})
    for thing in naive.things:
        lines = await pages_of(partial(ask.tasks_about, home, thing, viewer=viewer))
        assert {line.task for line in lines} == {t.id for t in naive.tasks.values() if thing in t.about}


async def relations_both_ways(store: ascend.Store, history: History) -> None:
    naive, ask, home, viewer = Naive(history), store.queries, history.workspace, ascend.OPERATOR
    assert naive.relations()
    for end in naive.ends():
        for type in (None, *TYPES):
            some = [relation for relation in naive.relations() if type in {None, relation.type}]
            out = await pages_of(partial(ask.relations_from, home, end, type, viewer=viewer))
            come = await pages_of(partial(ask.relations_to, home, end, type, viewer=viewer))
            assert {entry.line.relation for entry in out} == {
                relation.id for relation in some if relation.source == end
            }
            assert {entry.line.relation for entry in come} == {
                relation.id for relation in some if relation.target == end
            }


async def dependencies_and_subtasks(store: ascend.Store, history: History) -> None:
    naive, ask, home, viewer = Naive(history), store.queries, history.workspace, ascend.OPERATOR
    for id, task in naive.tasks.items():
        others = naive.tasks.values()
        blocks = await pages_of(partial(ask.blocks, home, id, viewer=viewer))
        parts = await pages_of(partial(ask.subtasks, home, id, viewer=viewer))
        waits = await ask.blocked_by(home, id, viewer=viewer)
        assert {line.task for line in blocks} == {other.id for other in others if id in other.blocked_by}
        assert {line.task for line in parts} == {other.id for other in others if other.parent == id}
        assert [line.task for line in waits] == [blocker for blocker in task.blocked_by if blocker in naive.tasks]


async def mentions_tags_and_done(store: ascend.Store, history: History) -> None:
    naive, ask, home = Naive(history), store.queries, history.workspace
    for tag in (*TAGS, "no such tag"):
        lines = await pages_of(partial(ask.tagged, home, tag, viewer=ascend.OPERATOR))
        assert {(line.kind, line.entity) for line in lines} == naive.tagged(tag)
        things = await pages_of(partial(ask.tagged, home, tag, kind="thing", viewer=ascend.OPERATOR))
        assert {line.entity for line in things} == {id for kind, id in naive.tagged(tag) if kind == "thing"}
    (workspace,) = history.entities(Workspace)
    for user in PEOPLE:
        mentions = await pages_of(partial(ask.mentions, user, viewer=user))
        expected = [comment for comment in naive.comments() if user in comment.mentions and user in workspace.members]
        latest = sorted(expected, key=lambda comment: (comment.posted_at, comment.id), reverse=True)
        assert [entry.line.comment for entry in mentions] == [comment.id for comment in latest]
        done = await in_any_pages(partial(ask.done, user, viewer=user))
        mine = [task for task in naive.tasks.values() if user in task.assignees and task.status is Status.DONE]
        mine = mine if user in workspace.members else []
        latest_done = sorted(mine, key=lambda task: (task.closed_at, task.id), reverse=True)
        assert [entry.line.task for entry in done] == [task.id for task in latest_done]


async def counts(store: ascend.Store, history: History) -> None:
    naive = Naive(history)
    summary = await store.queries.workspace(history.workspace, viewer=ascend.OPERATOR)
    expected = Counter(f"tasks.{task.status}" for task in naive.tasks.values())
    expected["things"], expected["assets"] = len(naive.things), len(naive.assets)
    expected["relations"] = sum(not relation.removed for relation in history.entities(Relation))
    expected["comments"] = sum(not comment.deleted for comment in history.entities(Comment))

    assert summary.counts == {name: count for name, count in expected.items() if count}


async def pages_of(ask: Callable[..., Awaitable[ascend.Page[T]]]) -> list[T]:
    """In pages of a few and of as many as there may be: the same."""
    few, many = [await pages(ask, limit) for limit in (3, JOINED_LIMIT)]
    assert few == many
    return many
