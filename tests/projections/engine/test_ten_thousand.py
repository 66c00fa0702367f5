"""After many random creations, moves, renames and deletions, a hierarchy is what a naive model says, on every store.

10,000 commands are sent in memory. SQLite gets 3,000, DynamoDB Local 1,000; with `make test ARGS=--long`, 10,000 each.
"""

import random
from functools import partial

import pytest
from support.simulation.looking import pages

import ascend
from ascend.projections.item import sortable
from ascend.testing import FakeEnvironment

ADA = ascend.UserId("ada")
COMMANDS = 10_000
SHORT = {"sqlite": 3_000, "dynamodb": 1_000}
NAMES = ("Box", "box 2", "Äpfel", "Shelf", "  cup")


class Forest:
    """The naive model: who hangs where, and who is gone. Its commands are sent, and what was refused has not happened."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.parent: dict[ascend.ThingId, ascend.ThingId | None] = {}
        self.name: dict[ascend.ThingId, str] = {}

    def path(self, thing: ascend.ThingId | None) -> tuple[ascend.ThingId, ...]:
        return () if thing is None else (*self.path(self.parent[thing]), thing)

    def wish(self, new: ascend.ThingId) -> ascend.Command:
        things = list(self.parent)
        place = self.dice.choice((None, *self.dice.choices(things, k=4))) if things else None
        deed = self.dice.random()
        if not things or deed < 0.4:
            return ascend.CreateThing(thing_id=new, name=self.dice.choice(NAMES), parent=place)
        thing = self.dice.choice(things)
        if deed < 0.8:
            return ascend.MoveThing(thing_id=thing, parent=place)
        if deed < 0.95:
            return ascend.RenameThing(thing_id=thing, name=self.dice.choice(NAMES))
        few = self.dice.choice((ascend.Children.REFUSE, ascend.Children.REPARENT, ascend.Children.CASCADE))
        children = tuple(thing_below for thing_below, above in self.parent.items() if above == thing)
        moving = children if few is ascend.Children.REPARENT else ()
        return ascend.DeleteThing(thing_id=thing, children=few, reparented=moving)

    def happened(self, command: ascend.Command) -> None:
        match command:
            case ascend.CreateThing():
                self.parent[command.thing_id], self.name[command.thing_id] = command.parent, command.name
            case ascend.MoveThing():
                self.parent[command.thing_id] = command.parent
            case ascend.RenameThing():
                self.name[command.thing_id] = command.name
            case ascend.DeleteThing():
                for child in command.reparented:
                    self.parent[child] = self.parent[command.thing_id]
                for deleted in [below for below in self.parent if command.thing_id in self.path(below)]:
                    del self.parent[deleted]
            case _:
                raise AssertionError(command)


@pytest.mark.timeout(1_200)
async def test_a_hierarchy(any_url: str, request: pytest.FixtureRequest) -> None:
    environment, forest = FakeEnvironment(), Forest(7)
    is_long = request.config.getoption("--long")
    commands = COMMANDS if is_long else SHORT.get(any_url.partition(":")[0], COMMANDS)
    async with ascend.open_store(any_url, create=True, environment=environment) as store:
        home, ask = ascend.WorkspaceId(environment.new_id()), store.queries
        await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        for count in range(commands):
            command = forest.wish(ascend.ThingId(environment.new_id()))
            try:
                await store.execute(home, command, actor=ADA)
            except ascend.Refusal:
                pass  # into itself, too deep, children left behind
            else:
                forest.happened(command)
            if count % 997 == 0:
                await store.worker.run_once()
        await store.worker.run_once()

        paths = sorted(forest.path(thing) for thing in forest.parent)
        whole = await pages(partial(ask.subtree, home, None, viewer=ADA), 250)  # several pages on every store
        assert [node.path for node in whole] == paths
        assert [node.name for node in whole] == [forest.name[path[-1]] for path in paths]
        for thing in forest.dice.sample(sorted(forest.parent), 100):
            inside = await pages(partial(ask.subtree, home, thing, viewer=ADA), 1_000)
            assert [node.path for node in inside] == [path for path in paths if thing in path]
            children = await pages(partial(ask.children, home, thing, viewer=ADA), 1_000)
            mine = [child for child, above in forest.parent.items() if above == thing]
            by_name = sorted(mine, key=lambda child: (sortable(forest.name[child]), child))
            assert [node.thing for node in children] == by_name
            view = await ask.thing(home, thing, viewer=ADA)
            assert [node.thing for node in view.ancestors] == list(forest.path(thing)[:-1])
