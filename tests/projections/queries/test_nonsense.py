"""Nonsense for any argument of any query is `InvalidInput`, or it has one meaning and gives that answer."""

import inspect
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from support.scenario import task_id, thing_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.projections.queries import Queries
from ascend.projections.queries.arguments import Arguments
from ascend.projections.queries.pages import to_bookmark
from ascend.projections.read_models.feed import FEED_OF_USER
from ascend.projections.read_models.tasks import TASKS_BY_STATUS
from ascend.testing import ADA, FakeEnvironment

HOME = ascend.WorkspaceId.derive("home")
ROOM, BOX, CHORE, NEXT = thing_id("room"), thing_id("box"), task_id("chore"), task_id("next")
FILE, NOTE = ascend.AssetId.derive("file"), ascend.CommentId.derive("note")
TODAY = date(2026, 1, 1)
VALID: Mapping[str, object] = {
    "workspace": HOME,
    "user": ADA,
    "viewer": ADA,
    "thing": ROOM,
    "parent": ROOM,
    "root": ROOM,
    "task": CHORE,
    "asset": FILE,
    "comment": NOTE,
    "on": ROOM,
    "target": ascend.Ref("thing", BOX),
    "source": ascend.Ref("thing", ROOM),
    "entity": ascend.Ref("task", CHORE),
    "status": ascend.Status.OPEN,
    "priority": ascend.Priority.URGENT,
    "tag": "red",
    "type": "near",
    "start": TODAY,
    "end": TODAY,
    "zone": "Europe/Berlin",
    "limit": 10,
    "cursor": None,
    "low": "2026",
    "high": "2026",
}
OF_A_QUERY: Mapping[str, Mapping[str, object]] = {
    "things_by_kind": {"kind": ascend.ThingKind.PHYSICAL},
    "tagged": {"kind": "thing"},
    "ask": {"pattern": TASKS_BY_STATUS, "given": {"status": ascend.Status.OPEN}},
    "ask_across": {"pattern": FEED_OF_USER},
}
NONSENSE: tuple[object, ...] = (
    *(
        0,
        -1,
        5,
        10**30,
        True,
        1.5,
        float("nan"),
        Decimal(5),
        b"x",
        object(),
        [],
        {},
        (),
        ["x"],
        len,
        ascend.Status,
        ...,
    ),
    *("", "5", "nope", "\ud800", "a#b", "2026-01-01", "x" * 3_000),
    *(TODAY, datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),  # noqa: DTZ001  a naive one is what it is about
    *(
        ascend.CommandId.derive("x"),
        ascend.RelationId.derive("x"),
        ascend.Role.OWNER,
        ascend.OPERATOR,
        CHORE,
        ROOM,
        FILE,
    ),
    *(ascend.Ref("nope", ROOM), ascend.Ref("task", "nope"), ascend.Ref("task", ROOM), ("thing", 5), ("thing",)),
)
TEXT = frozenset({"tag", "type", "low", "high"})
"""Any text is a valid value for these."""
ANSWERS_TO_OTHER_VALUES: Mapping[str, tuple[object, ...]] = {
    "limit": (5,),
    "on": (CHORE, FILE),
    "viewer": (ascend.OPERATOR, "5", "nope", "a#b", "2026-01-01"),
    "user": ("5", "nope", "a#b", "2026-01-01"),
}
"""Other values that are valid, too: of the right type, or text that is converted."""


async def a_home() -> ascend.Store:
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    story: list[ascend.Command] = [
        ascend.CreateWorkspace(name="Home", owner_name="Ada"),
        ascend.CreateThing(thing_id=ROOM, name="Room", tags=("red",)),
        ascend.CreateThing(thing_id=BOX, name="Box", parent=ROOM),
        ascend.CreateTask(task_id=CHORE, title="Chore", about=(ROOM,)),
        ascend.CreateTask(task_id=NEXT, title="Next", parent=CHORE),
        ascend.BlockTask(task_id=NEXT, blockers=(CHORE,)),
        ascend.ScheduleTask(task_id=CHORE, due=TODAY),
        ascend.PrioritiseTask(task_id=CHORE, priority=ascend.Priority.URGENT),
        ascend.AssignTask(task_id=CHORE, users=(ADA,)),
        ascend.CreateAsset(asset_id=FILE, name="File", kind=ascend.AssetKind.FILE),
        ascend.LinkAsset(asset_id=FILE, to=ascend.Ref("thing", BOX)),
        ascend.PostComment(comment_id=NOTE, thing_id=ROOM, text="!"),
        ascend.AddRelation(source=ascend.Ref("thing", ROOM), target=ascend.Ref("thing", BOX), type="near"),
    ]
    for command in story:
        await store.execute(HOME, command, actor=ADA)
    await store.worker.run_once()
    return store


QUERIES = [name for name, _ in inspect.getmembers(Queries, inspect.iscoroutinefunction) if not name.startswith("_")]


def valid_arguments(query: str) -> dict[str, object]:
    """The valid value of each parameter. The values that `given` takes stand under their own names."""
    known = {**VALID, **OF_A_QUERY.get(query, {})}
    names = [name for name in inspect.signature(getattr(Queries, query)).parameters if name != "self"]
    named = {name: known[name] for name in names if name in known and name != "given"}
    return {**named, **known["given"]} if "given" in known else named  # type: ignore[dict-item]


async def answer(store: ascend.Store, query: str, arguments: Mapping[str, object]) -> object:
    return await getattr(store.queries, query)(**arguments)


async def judge(store: ascend.Store, query: str, name: str, value: object, right: object) -> str:
    """Return what is wrong with the answer to a value; empty if nothing is."""
    try:
        given = await answer(store, query, {**valid_arguments(query), name: value})
    except ascend.InvalidInput:
        return ""
    except ascend.Refusal as error:
        return "" if is_valid(name, value) else f"{error!r}"
    except Exception as error:  # noqa: BLE001 - that is what the test is about
        return f"{error!r}"
    return "" if given == right or is_valid(name, value) else f"{given!r:.80}"


def is_valid(name: str, value: object) -> bool:
    if name in TEXT:
        return isinstance(value, str)
    return any(type(value) is type(other) and value == other for other in ANSWERS_TO_OTHER_VALUES.get(name, ()))


async def test_nonsense_is_refused_or_has_one_meaning() -> None:
    store, wrong = await a_home(), list[str]()
    for query in QUERIES:
        arguments = valid_arguments(query)
        right = await answer(store, query, arguments)
        for name in arguments:
            for value in NONSENSE:
                if problem := await judge(store, query, name, value, right):
                    wrong.append(f"{query}({name}={value!r:.40}): {problem}")
    assert wrong == [], "\n".join(wrong)


async def test_what_has_one_meaning_is_converted() -> None:
    store = await a_home()
    texts: Mapping[str, object] = {
        **{name: str(value) for name, value in VALID.items() if isinstance(value, str) and name != "on"},
        "target": ("thing", str(BOX)),
        "source": ("thing", str(ROOM)),
        "entity": ("task", str(CHORE)),
        "status": "open",
        "priority": 1,
    }
    for query in QUERIES:
        arguments = valid_arguments(query)
        converted = {name: texts.get(name, value) for name, value in arguments.items()}
        assert await answer(store, query, converted) == await answer(store, query, arguments), query


async def test_every_query_answers_something_here() -> None:
    """So that a wrong empty page differs from the right answer."""
    store = await a_home()
    empty = [query for query in QUERIES if is_empty(await answer(store, query, valid_arguments(query)))]
    assert sorted(empty) == ["blocked_by", "check", "done", "invitations", "invitations_of", "mentions"]


def is_empty(found: Any) -> bool:
    return not getattr(found, "items", found)


def test_the_error_of_a_cursor_can_be_printed() -> None:
    with pytest.raises(ascend.InvalidCursor) as caught:
        to_bookmark("a question", "\ud800\x1b[31m")
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


def test_a_query_of_parameters_without_names_is_refused_when_it_is_made() -> None:
    def query(user: ascend.UserId, *rest: str) -> None: ...

    def other(user: ascend.UserId, /) -> None: ...

    for each in (query, other):
        with pytest.raises(ascend.InvalidInput, match="name each of its parameters"):
            Arguments(each)
