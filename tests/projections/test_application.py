"""An application is checked when it is made, and each error names both sides."""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import Any, ClassVar, Literal

import pytest
from pydantic import Field
from support.scenario import task_id
from support.workers.deployments import put_at_hand

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.tasks.task import Task
from ascend.projections.read_models.feed import FEED, FeedLine, render_feed
from ascend.testing import ADA, HOME, FakeEnvironment


class BoxEvent(ascend.Event):
    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("box", "b"),)


class Packed(BoxEvent, tag="box.packed"): ...


class PackedAgain(BoxEvent, tag="box.packed"): ...


class Untagged(BoxEvent): ...


class Dated(BoxEvent, tag="box.dated"):
    on: date | None


@dataclass(frozen=True)
class Box:
    entity: ClassVar[str] = "box"


@dataclass(frozen=True)
class Crate:
    entity: ClassVar[str] = "box"


@dataclass
class MutableBox:
    entity: ClassVar[str] = "mutable"


@dataclass(frozen=True)
class Label:
    until: date | None


@dataclass(frozen=True)
class LabelledBox:
    entity: ClassVar[str] = "labelled"
    labels: tuple[Label, ...] = ()


class Pack(ascend.Command): ...


def evolve(box: Any, event: Any, me: str) -> Any:
    return box


BOX = ascend.Kind(Box, Packed, evolve, commands=(Pack,))
LOAD = ascend.Load(10, 10, 10, 10, 10, 300)


@pytest.mark.parametrize(
    ("kinds", "named"),
    [
        ((BOX, ascend.Kind(Crate, Dated, evolve)), ("'box'", "Box", "Crate")),
        ((BOX, ascend.Kind(LabelledBox, PackedAgain, evolve)), ("'box.packed'", "Packed", "PackedAgain")),
        ((ascend.Kind(Box, Untagged, evolve),), ("Untagged", "no tag")),
        ((ascend.Kind(MutableBox, Packed, evolve),), ("MutableBox", "frozen=True")),
        ((ascend.Kind(Box, Dated, evolve),), ("Dated.on", "= None")),
        ((ascend.Kind(LabelledBox, Packed, evolve),), ("Label.until", "= None")),
    ],
)
def test_kinds_that_do_not_fit_together_are_refused(kinds: tuple[ascend.Kind, ...], named: tuple[str, ...]) -> None:
    with pytest.raises(ascend.InvalidInput) as refused:
        ascend.Application(name="boxes", kinds=kinds)
    assert all(name in str(refused.value) for name in named), refused.value


def test_two_commands_of_one_name_are_refused() -> None:
    other = type("Pack", (ascend.Command,), {"__module__": __name__})
    with pytest.raises(ascend.InvalidInput, match="the command 'Pack' belongs to both"):
        ascend.Application(name="boxes", kinds=(BOX, ascend.Kind(LabelledBox, Dated, evolve, commands=(other,))))


class BoxLine(ascend.ReadItem, key=("W#{workspace}", "box#{box}")):
    box: ascend.TaskId


class Colour(Enum):
    RED = "red"
    BOX = "box"


class ColouredLine(ascend.ReadItem, key=("W#{workspace}", "{colour}#{task}")):
    colour: Colour
    task: ascend.TaskId


class WordLine(ascend.ReadItem, key=("W#{workspace}", "{word}#{task}")):
    word: str
    task: ascend.TaskId


class OtherLine(ascend.ReadItem, key=("W#{workspace}", "other#{task}")):
    task: ascend.TaskId


class KeylessLine(ascend.ReadItem):
    task: ascend.TaskId


class SharedLine(ascend.ReadItem, key=("everything", "{task}")):
    task: ascend.TaskId


class IndexedLine(ascend.ReadItem, key=("W#{workspace}", "{task}"), gsi1=("T#{task}", "x")):
    task: ascend.TaskId


class UserLine(ascend.ReadItem, key=("U#{user}", "{task}")):
    user: str
    task: ascend.TaskId


class DayLine(ascend.ReadItem, key=("W#{workspace}", "{task}")):
    task: ascend.TaskId
    day: date | None


class DerivedLine(BoxLine):
    colour: str


def boxes(*items: type[ascend.ReadItem], name: str = "boxes", patterns: Any = ()) -> ascend.Projection:
    return ascend.Projection(name, 1, items, patterns=patterns)


def question(item: type[ascend.ReadItem], query: str = "boxes", name: str = "Boxes") -> ascend.Pattern[Any]:
    return ascend.Pattern(name=name, query=query, item=item, given=("workspace",), load=LOAD)


@pytest.mark.parametrize(
    ("projections", "named"),
    [
        ((boxes(BoxLine), boxes(OtherLine)), ("projections", "'boxes'")),
        ((boxes(BoxLine), boxes(BoxLine, name="more")), ("read items", "'BoxLine'")),
        (
            (boxes(BoxLine, OtherLine, patterns=(question(BoxLine), question(OtherLine, name="b"))),),
            ("query", "'boxes'"),
        ),
        ((boxes(BoxLine, OtherLine, patterns=(question(BoxLine), question(OtherLine, "b"))),), ("name", "'Boxes'")),
        ((boxes(BoxLine, patterns=(question(OtherLine),)),), ("boxes", "OtherLine")),
        ((boxes(BoxLine, WordLine),), ("BoxLine", "WordLine", "box#{box}")),
        ((boxes(BoxLine, ColouredLine),), ("BoxLine", "ColouredLine")),
        ((boxes(KeylessLine),), ("KeylessLine", "no key")),
        ((boxes(SharedLine),), ("SharedLine", "'everything'", "W#{workspace}")),
        ((boxes(IndexedLine),), ("IndexedLine", "gsi1", "T#{task}")),
        ((boxes(UserLine),), ("UserLine", "user", "UserId")),
        ((boxes(DayLine),), ("DayLine.day", "= None")),
    ],
)
def test_projections_that_do_not_fit_together_are_refused(
    projections: tuple[ascend.Projection, ...], named: tuple[str, ...]
) -> None:
    with pytest.raises(ascend.InvalidInput) as refused:
        ascend.Application(name="boxes", projections=projections)
    assert all(name in str(refused.value) for name in named), refused.value


def test_items_whose_keys_differ_are_accepted() -> None:
    ascend.Application(name="boxes", projections=(boxes(BoxLine, OtherLine),))


def test_two_policies_of_one_name_are_refused() -> None:
    policy = ascend.LIFE_OS.policies[0]
    with pytest.raises(ascend.InvalidInput, match=policy.name):
        ascend.LIFE_OS.extended(policies=(policy,))


@pytest.mark.parametrize("name", ["", "Bank", "a b", "x" * 65])
def test_a_name_that_cannot_be_recorded_is_refused(name: str) -> None:
    with pytest.raises(ascend.InvalidInput, match="a-z, 0-9 and -"):
        ascend.Application(name=name)


def test_a_derived_read_item_has_the_keys_of_its_base() -> None:
    assert DerivedLine.key is BoxLine.key


async def test_an_application_without_more_is_workspaces_and_members() -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment(), ascend.Application(name="kernel"))
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.worker.run_once()

    assert [line.user for line in (await store.queries.members(HOME, viewer=ADA)).items] == [ADA]
    with pytest.raises(ascend.InvalidInput, match="the application kernel has no access pattern 'feed'"):
        await store.queries.feed(ADA, viewer=ADA)
    with pytest.raises(ascend.InvalidInput, match="the application kernel has no command CreateTask"):
        await store.execute(HOME, ascend.CreateTask(task_id=task_id(), title="x"), actor=ADA)


class LoudLine(FeedLine):
    shout: str


def render_loud(task: Task, context: ascend.RenderContext) -> Iterable[ascend.ReadItem]:
    for line in render_feed(task, context):
        yield LoudLine(**line.model_dump(), shout=task.title.upper()) if isinstance(line, FeedLine) else line


LOUD = replace(
    FEED,
    version=100,
    items=(LoudLine, *FEED.items[1:]),
    renders={Task: render_loud},
    patterns=tuple(replace(old, item=LoudLine) if old.item is FeedLine else old for old in FEED.patterns),
)


async def test_a_projection_that_replaces_another_is_read_by_the_built_in_queries() -> None:
    tables, environment = MemoryTables(), FakeEnvironment()
    before = ascend.Store(tables, environment)
    await before.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await before.execute(HOME, ascend.CreateTask(task_id=task_id(), title="Dust"), actor=ADA)
    await before.execute(HOME, ascend.AssignTask(task_id=task_id(), users=(ADA,)), actor=ADA)
    await before.worker.run_once()
    after = ascend.Store(tables, environment, ascend.LIFE_OS.replacing(LOUD))
    await put_at_hand(after)

    (entry,) = (await after.queries.feed(ADA, viewer=ADA)).items
    assert isinstance(entry.line, LoudLine)
    assert entry.line.shout == "DUST"
    (entry,) = (await before.queries.feed(ADA, viewer=ADA)).items
    assert type(entry.line) is FeedLine


@pytest.mark.parametrize(
    ("projection", "message"),
    [
        (boxes(BoxLine), "no projection 'boxes'"),
        (FEED, "needs a higher version"),
        (replace(LOUD, patterns=()), "no access pattern 'feed'"),
        (replace(LOUD, items=FEED.items[1:], patterns=()), "FeedLine"),
    ],
)
def test_a_replacement_that_leaves_queries_without_an_answer_is_refused(
    projection: ascend.Projection, message: str
) -> None:
    with pytest.raises(ascend.InvalidInput, match=message):
        ascend.LIFE_OS.replacing(projection)


class StrayLine(ascend.ReadItem, key=("W#{workspace}", "stray#{task}")):
    task: ascend.TaskId


async def test_an_item_of_another_workspace_is_never_written() -> None:
    other = ascend.WorkspaceId.derive("other")
    stray = ascend.Projection(
        "stray", 1, (StrayLine,), {Task: lambda task, context: [StrayLine(workspace=other, task=task.id)]}
    )
    store = ascend.Store(MemoryTables(), FakeEnvironment(), ascend.LIFE_OS.extended(projections=(stray,)))
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.execute(HOME, ascend.CreateTask(task_id=task_id(), title="Dust"), actor=ADA)
    await store.worker.run_once()

    (status,) = [status async for status in store.status()]
    assert ["another workspace" in parked.error for parked in status.parked] == [True]


@pytest.mark.parametrize(
    "wrong",
    [{"environment": FakeEnvironment}, {"app": "bank:APP"}, {"app": None}, {"environment": 5}, {"create": "yes"}],
)
async def test_wrong_arguments_of_open_store_are_invalid_input(wrong: dict[str, Any]) -> None:
    with pytest.raises(ascend.InvalidInput, match=next(iter(wrong))):
        async with ascend.open_store("memory://", **wrong):
            pass


OTHER_EVENT = type("Elsewhere", (BoxEvent,), {"__module__": __name__}, tag="box.elsewhere")


def line(**keys: Any) -> type[ascend.ReadItem]:
    return type(
        "OddLine", (ascend.ReadItem,), {"__annotations__": {"box": ascend.TaskId}, "__module__": __name__}, **keys
    )


def pattern(**parts: Any) -> ascend.Projection:
    asked: ascend.Pattern[BoxLine] = ascend.Pattern(name="Odd", query="odd", item=BoxLine, load=LOAD, **parts)
    return ascend.Projection("boxes", 1, (BoxLine,), patterns=(asked,))


async def no_reaction(event: Any, context: ascend.PolicyContext) -> AsyncGenerator[ascend.Reaction]:
    yield ascend.Reaction(ascend.LeaveWorkspace(), name="never")


def unchanged(event: Any, before: Any) -> Any:
    return event


WRONG_PARTS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (
        {"projections": (ascend.Projection("crates", 1, (), {Crate: lambda crate, context: ()}),)},
        ("crates", "Crate"),
    ),
    ({"policies": (ascend.Policy("p", {OTHER_EVENT: no_reaction}),)}, ("policy p", "Elsewhere")),
    ({"upcasters": {("box.elsewhere", 1): dict}}, ("upcasters", "'box.elsewhere'")),
    ({"writes": {"box.elsewhere": unchanged}}, ("writes", "'box.elsewhere'")),
    ({"projections": (pattern(given=()),)}, ("odd", "workspace")),
    ({"projections": (pattern(given=("workspace", "colour")),)}, ("odd", "colour", "box#{box}")),
    ({"projections": (pattern(given=("workspace",), range="colour"),)}, ("odd", "colour is not the next field")),
    ({"projections": (pattern(given=("workspace",), index=2),)}, ("BoxLine", "index 2")),
    (
        {"projections": (ascend.Projection("lines", 1, (line(key=("W#{workspace}", "{colour}")),)),)},
        ("OddLine", "'colour'", "no field or property"),
    ),
    ({"projections": (ascend.Projection("members", 9, (BoxLine,)),)}, ("boxes", "no read model", "WorkspaceCard")),
    ({"kinds": (Box,)}, ("kinds", "ascend.Kind")),
    ({"projections": ("boxes",)}, ("projections", "ascend.Projection")),
    ({"policies": (5,)}, ("policies", "ascend.Policy")),
]


@pytest.mark.parametrize(("parts", "named"), WRONG_PARTS)
def test_parts_that_do_not_know_each_other_are_refused(parts: dict[str, Any], named: tuple[str, ...]) -> None:
    arguments: dict[str, Any] = {"name": "boxes", "kinds": (BOX,), **parts}
    with pytest.raises(ascend.InvalidInput) as refused:
        ascend.Application(**arguments)
    assert all(name in str(refused.value) for name in named), refused.value


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(ascend.InvalidInput, match="name"):
        ascend.Application(name=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class MovedLine(FeedLine, key=("U#{user}", "open#{workspace}#{task}#{title}")): ...


def test_a_replacement_with_other_keys_or_requests_is_refused() -> None:
    moved = replace(LOUD, items=tuple(MovedLine if item is LoudLine else item for item in LOUD.items))
    moved = replace(moved, patterns=tuple(replace(known, item=MovedLine) for known in LOUD.patterns))
    with pytest.raises(ascend.InvalidInput, match="MovedLine: the key holds other fields than that of FeedLine"):
        ascend.LIFE_OS.replacing(moved)
    assert isinstance(LOUD.patterns[0], ascend.Pattern)
    other = replace(LOUD, patterns=tuple(replace(known, descending=not known.descending) for known in LOUD.patterns))
    with pytest.raises(ascend.InvalidInput, match="another request"):
        ascend.LIFE_OS.replacing(other)


class OwnLine(ascend.ReadItem, key=("U#{user}", "{box}")):
    user: ascend.UserId
    box: ascend.TaskId


class LeakLine(ascend.ReadItem, key=("W#{victim}", "leak")):
    victim: ascend.WorkspaceId


def render_leak(task: Task, context: ascend.RenderContext) -> Iterable[ascend.ReadItem]:
    yield LeakLine(workspace=context.workspace, victim=ascend.WorkspaceId.derive("victim"))


@dataclass(frozen=True)
class Tray:
    items: list[str]


@dataclass(frozen=True)
class Shelf:
    entity: ClassVar[str] = "shelf"
    trays: tuple[Tray, ...] = ()


@dataclass(frozen=True)
class Blob:
    entity: ClassVar[str] = "blob"
    content: bytearray


@dataclass(frozen=True)
class Pile:
    entity: ClassVar[str] = "pile"
    boxes: list  # type: ignore[type-arg]  # pyright: ignore[reportMissingTypeArgument,reportUnknownVariableType]


@dataclass
class Drawer:
    label: str = ""


@dataclass(frozen=True)
class Cupboard:
    entity: ClassVar[str] = "cupboard"
    drawer: Drawer | None = None


@dataclass(frozen=True)
class Anything:
    entity: ClassVar[str] = "anything"
    value: Any


@dataclass(frozen=True)
class Sometimes:
    entity: ClassVar[str] = "sometimes"
    value: Literal["a", None]  # noqa: PYI061 - another way to write it


@dataclass(frozen=True)
class Described:
    entity: ClassVar[str] = "described"
    on: date | None = Field(description="the day")  # noqa: RUF009 - as somebody may write it


@dataclass(frozen=True)
class Forgetful:
    entity: ClassVar[str] = "forgetful"
    on: date | None = date(2020, 1, 1)


@dataclass(frozen=True)
class BadName:
    entity: ClassVar[str] = "bad#name"


class BadTag(BoxEvent, tag="box#packed"): ...


@pytest.mark.parametrize(
    ("state", "event", "named"),
    [
        (Shelf, Packed, ("Shelf", "Tray.items", "changed in place")),
        (Pile, Packed, ("Pile.boxes", "changed in place")),
        (Blob, Packed, ("Blob", "cannot be stored", "bytearray")),
        (Cupboard, Packed, ("Cupboard", "Drawer", "changed in place")),
        (Anything, Packed, ("Anything.value", "= None")),
        (Sometimes, Packed, ("Sometimes.value", "= None")),
        (Described, Packed, ("Described.on", "= None")),
        (Forgetful, Packed, ("Forgetful.on", "= None")),
        (BadName, Packed, ("BadName", "bad#name")),
        (Box, BadTag, ("BadTag", "box#packed")),
        (Box, str, ("box", "no subclass of ascend.Event")),
        (int, Packed, ("int", "entity")),
    ],
)
def test_what_could_not_be_stored_and_read_again_is_refused(state: Any, event: Any, named: tuple[str, ...]) -> None:
    with pytest.raises(ascend.InvalidInput) as refused:
        ascend.Application(name="boxes", kinds=(ascend.Kind(state, event, evolve),))
    assert all(name in str(refused.value) for name in named), refused.value


@pytest.mark.parametrize(
    ("projection", "named"),
    [
        (ascend.Projection("x#y", 1, (BoxLine,)), ("'x#y'",)),
        (ascend.Projection("", 1, (BoxLine,)), ("''",)),
        (ascend.Projection("boxes", 0, (BoxLine,)), ("boxes", "version 0")),
        (ascend.Projection("lines", 1, (line(key=("U#{user}", "{box}")),)), ("OddLine", "user")),
        (ascend.Projection("own", 1, (OwnLine,)), ("OwnLine", "put {workspace} into its key")),
    ],
)
def test_projections_whose_keys_could_meet_are_refused(projection: ascend.Projection, named: tuple[str, ...]) -> None:
    with pytest.raises(ascend.InvalidInput) as refused:
        ascend.Application(name="boxes", projections=(projection,))
    assert all(name in str(refused.value) for name in named), refused.value


def test_the_kernel_cannot_be_replaced_by_a_namesake() -> None:
    @dataclass(frozen=True)
    class Workspace:
        entity: ClassVar[str] = "workspace"

    with pytest.raises(ascend.InvalidInput, match="as that of the kernel"):
        ascend.Application(name="boxes", kinds=(ascend.Kind(Workspace, Packed, evolve),))


async def test_an_item_that_its_projection_does_not_list_is_never_written() -> None:
    """Its keys were not checked: it could lie in the partition of another tenant."""
    leaking = ascend.Projection("leaking", 1, (), {Task: render_leak})
    store = ascend.Store(MemoryTables(), FakeEnvironment(), ascend.LIFE_OS.extended(projections=(leaking,)))
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.execute(HOME, ascend.CreateTask(task_id=task_id(), title="Dust"), actor=ADA)
    await store.worker.run_once()

    (status,) = [status async for status in store.status()]
    assert ["LeakLine is no item type of the projection leaking" in parked.error for parked in status.parked] == [True]


async def test_a_pattern_is_asked_and_nothing_else() -> None:
    store = ascend.Store(MemoryTables())
    wrong: Any = "feed"
    with pytest.raises(ascend.InvalidInput, match="pattern"):
        await store.queries.ask(wrong, HOME, viewer=ADA)
    with pytest.raises(ascend.InvalidInput, match="pattern"):
        await store.queries.ask_across(wrong, ADA, viewer=ADA)


class Opaque:
    """A class that pydantic knows nothing of."""


class Packaged(BoxEvent, tag="box.packaged"):
    content: Opaque


def test_an_event_with_a_field_that_cannot_be_stored_is_refused_when_the_application_is_declared() -> None:
    with pytest.raises(ascend.InvalidInput, match=r"Packaged: .*Opaque"):
        ascend.Application(name="boxes", kinds=(ascend.Kind(Box, Packaged, evolve),))
