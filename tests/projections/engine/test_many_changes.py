"""After many random changes, status, tags and comments are what a naive model says, on every store.

1,000 commands are sent in memory, 60 elsewhere; with `make test ARGS=--long`, 10,000 each.
"""

import random
from collections import Counter
from functools import partial

import pytest
from support.naive_changes import OWNER, TAGS, Entity, NaiveHome
from support.simulation.looking import pages

import ascend
from ascend.domain.ids import Ref
from ascend.testing import FakeEnvironment

COMMANDS, SHORT, ELSEWHERE = 10_000, 1_000, 60


@pytest.mark.timeout(1_200)
async def test_status_tags_and_comments(any_url: str, request: pytest.FixtureRequest) -> None:
    environment = FakeEnvironment()
    short = SHORT if any_url.startswith("memory") else ELSEWHERE
    commands = COMMANDS if request.config.getoption("--long") else short
    tasks = {ascend.TaskId(environment.new_id()): "open" for _ in range(2)}
    thing, asset = ascend.ThingId(environment.new_id()), ascend.AssetId(environment.new_id())
    naive, outcomes = NaiveHome(random.Random(7), tasks, thing, asset), Counter[tuple[str, bool]]()
    async with ascend.open_store(any_url, create=True, environment=environment) as store:
        home = ascend.WorkspaceId(environment.new_id())
        for command in naive.first_commands():
            await store.execute(home, command, actor=OWNER)
        for count in range(commands):
            actor, command = naive.wish(ascend.CommentId(environment.new_id()))
            accepted = naive.accepts(actor, command)
            assert await is_accepted(store, home, command, actor) == accepted, (count, actor, command)
            outcomes[type(command).__name__, accepted] += 1
            if count % 97 == 0:
                await store.worker.run_once()
        await store.worker.run_once()
        await check(store, home, naive)
    refused = {name for name, accepted in outcomes if not accepted}
    if commands >= SHORT:
        assert {"StopTask", "DescribeThing", "EditComment"} <= refused  # the second for its tags only


async def is_accepted(
    store: ascend.Store, home: ascend.WorkspaceId, command: ascend.Command, actor: ascend.UserId
) -> bool:
    try:
        await store.execute(home, command, actor=actor)
    except ascend.Refusal:
        return False
    return True


async def check(store: ascend.Store, home: ascend.WorkspaceId, naive: NaiveHome) -> None:
    ask = store.queries
    shown: dict[Entity, tuple[str, ...]] = {
        None: (await ask.workspace(home, viewer=OWNER)).card.tags,
        Ref("thing", naive.thing): (await ask.thing(home, naive.thing, viewer=OWNER)).card.tags,
        Ref("asset", naive.asset): (await ask.asset(home, naive.asset, viewer=OWNER)).details.tags,
    }
    for task, status in naive.tasks.items():
        card = await ask.task(home, task, viewer=OWNER)
        assert card.status == status
        shown[Ref("task", task)] = card.tags
    (entry,) = (await ask.relations_from(home, Ref("thing", naive.thing), viewer=OWNER)).items
    shown[Ref("relation", entry.line.relation)] = entry.line.tags
    for id, words in naive.comments.items():
        line = await ask.comment(home, id, viewer=OWNER)
        assert (line.author, line.text, line.deleted) == (words.author, words.text, words.deleted)
        assert (line.edited_by, line.deleted_by) == (words.edited_by, words.deleted_by)
        shown[Ref("comment", id)] = line.tags
    assert {entity: tags for entity, tags in shown.items() if tags} == {e: t for e, t in naive.tags.items() if t}
    for tag in TAGS[:5]:
        lines = await pages(partial(ask.tagged, home, tag, viewer=OWNER), 40)
        assert {line.entity for line in lines} == {
            home if e is None else e.id for e, t in naive.tags.items() if tag in t
        }
