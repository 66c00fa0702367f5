"""Read items are built from what the projections stored, without validating it again."""

import json
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from types import FrameType
from typing import Any

import pytest
from support.scenario import task_id, thing_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.runtime.constructors import find_constructor
from ascend.projections.item import ReadItem, validate_content
from ascend.projections.life_os import LIFE_OS
from ascend.projections.read_models.feed import FeedLine
from ascend.projections.read_models.things import ThingNode
from ascend.testing import ADA, HOME, FakeEnvironment

HOUSE = thing_id("house")
NODE = ThingNode(workspace=HOME, thing=HOUSE, name="House", kind=ascend.ThingKind.PHYSICAL, path=(HOUSE,))
STORED: dict[str, Any] = json.loads(NODE.content())
CALLS_OF_A_LINE = 4
"""Python calls for one more line of a page, at most: those of the table included."""


@pytest.mark.needs_optimisation("constructors")
@pytest.mark.parametrize("item", [item for projection in LIFE_OS.projections for item in projection.items])
def test_no_item_of_the_life_os_has_to_be_validated(item: type[ascend.ReadItem]) -> None:
    assert find_constructor(item) is not None


def test_an_item_is_as_it_was_rendered() -> None:
    built = ThingNode.from_content(NODE.content())

    assert (built, built.content(), built.key.render(built)) == (NODE, NODE.content(), NODE.key.render(NODE))
    assert [type(part) for part in built.path] == [ascend.ThingId]
    assert built.model_fields_set == validate_content(ThingNode, NODE.content()).model_fields_set


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        json.dumps(STORED | {"more": 1}),
        json.dumps(STORED | {"name": 1}),
        json.dumps(STORED | {"kind": "made of air"}),
        json.dumps(STORED | {"path": [1]}),
        json.dumps(STORED | {"path": None}),
        json.dumps({name: value for name, value in STORED.items() if name != "name"}),
    ],
)
def test_content_that_no_projection_makes_is_refused_as_validation_refuses_it(content: str) -> None:
    with pytest.raises(ascend.DamagedViews) as validated:
        validate_content(ThingNode, content)
    with pytest.raises(ascend.DamagedViews) as refused:
        ThingNode.from_content(content)

    assert str(refused.value) == str(validated.value)


class TaggedLine(ReadItem, key=("W#{workspace}", "{thing}")):
    thing: ascend.ThingId
    validated: bool
    """A name that no method of a read item takes."""
    tags: tuple[str, ...] = ()
    notes: dict[str, str] = {}


TAGGED = TaggedLine(workspace=HOME, thing=HOUSE, validated=True, tags=("a",), notes={"b": "c"})


def test_items_with_other_fields_stand_on_one_page() -> None:
    due = date(2026, 1, 1)
    without = FeedLine(
        workspace=HOME, user=ADA, task=task_id("a"), title="A", status=ascend.Status.OPEN, priority=ascend.Priority.HIGH
    )
    items = [without, without.model_copy(update={"due": due}), without, without]
    stored = json.loads(without.content())
    in_other_order = json.dumps({"user": stored.pop("user")} | stored)

    contents = [*(item.content() for item in items), in_other_order]

    assert FeedLine.from_contents(contents) == [*items, without]
    with pytest.raises(ascend.DamagedViews):
        FeedLine.from_contents([without.content(), json.dumps([*json.loads(without.content())])])


@pytest.mark.needs_optimisation("constructors")
@pytest.mark.parametrize("damage", [{"tags": [1, None]}, {"notes": {"b": None}}, {"notes": {"b": 1}}])
def test_texts_in_lists_and_maps_are_texts(damage: dict[str, Any]) -> None:
    assert find_constructor(TaggedLine) is not None
    assert TaggedLine.from_content(TAGGED.content()) == TAGGED

    with pytest.raises(ascend.DamagedViews):
        TaggedLine.from_content(json.dumps(json.loads(TAGGED.content()) | damage))


def test_a_field_may_have_the_name_of_no_method() -> None:
    """`validate_content` is a function, so that no field of an embedder's read item can hide it."""
    damaged = json.dumps(json.loads(TAGGED.content()) | {"validated": "yes, perhaps"})

    with pytest.raises(ascend.DamagedViews):
        TaggedLine.from_content(damaged)


@pytest.mark.needs_optimisation("constructors")
async def test_a_page_makes_few_calls_for_a_line() -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    commands: list[ascend.Command] = [ascend.CreateWorkspace(name="Home", owner_name="Ada")]
    commands += [ascend.CreateThing(thing_id=HOUSE, name="House")]
    for number in range(99):
        commands += [
            ascend.CreateThing(thing_id=thing_id(f"thing {number}"), name=f"Thing {number}", parent=HOUSE),
            ascend.CreateTask(task_id=task_id(f"task {number}"), title=f"Task {number}"),
            ascend.AssignTask(task_id=task_id(f"task {number}"), users=(ADA,)),
        ]
    for command in commands:
        await store.execute(HOME, command, actor=ADA)
    await store.worker.run_once()
    queries = store.queries
    pages: dict[str, Callable[[int], Awaitable[object]]] = {
        "feed": lambda limit: queries.feed(ADA, viewer=ADA, limit=limit),
        "subtree": lambda limit: queries.subtree(HOME, HOUSE, viewer=ADA, limit=limit),
    }

    for name, ask in pages.items():
        await ask(99)
        assert await count_calls(ask, 99) - await count_calls(ask, 9) <= CALLS_OF_A_LINE * 90, name


async def count_calls(ask: Callable[[int], Awaitable[object]], limit: int) -> int:
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        await ask(limit)
    finally:
        sys.setprofile(before)
    return calls
