"""A model has a compiled constructor for each shape: the names that are stored, in their order."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from copy import copy, deepcopy
from itertools import permutations
from types import FrameType
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, create_model
from support.bodies import encode_text

import ascend
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, TaskId
from ascend.domain.runtime import shapes
from ascend.domain.runtime.body import FORMAT
from ascend.domain.runtime.constructors import find_constructor
from ascend.domain.runtime.decoding import decode
from ascend.domain.runtime.record import CommandRecord, make_record
from ascend.domain.tasks.task import TaskCreated
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, NOON

pytestmark = pytest.mark.needs_optimisation("constructors")
CALLS_OF_AN_EVENT = 6
"""Python calls for one more command with an event of a commit that is read, at most."""
OBJECTS_OF_AN_EVENT = 6
"""What the collector of garbage goes through for it: the record, its events, the event, its values, and two ids."""


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str


class Noted(Event, tag="noted"):
    text: str
    tags: ascend.Tags = ()
    task: TaskId | None = None
    part: Part | None = None
    notes: dict[str, str] = {}

    def touches(self) -> tuple[Ref, ...]:
        return (Ref("note", "n"),)


NOTED: dict[str, Any] = {"at": "2026-01-01T00:00:00Z", "text": "a"}


def construct(model: type[BaseModel], stored: dict[str, Any]) -> Any:
    constructor = find_constructor(model)
    assert constructor is not None
    return constructor(dict(stored))


def check_same(model: type[BaseModel], stored: dict[str, Any]) -> None:
    constructed, validated = construct(model, stored), model.model_validate(stored)
    assert constructed == validated
    assert [*constructed.__dict__] == [*validated.__dict__]
    assert constructed.model_fields_set == validated.model_fields_set


def test_values_of_every_shape_are_as_they_are_validated() -> None:
    optional = {"tags": ["b"], "task": str(TaskId.derive("t")), "part": {"name": "c"}}
    for count in range(len(optional) + 1):
        for names in permutations(optional, count):
            for order in permutations(NOTED):
                check_same(Noted, {name: (NOTED | optional)[name] for name in (*names, *order)})


@pytest.mark.parametrize("name", ["at", "text"])
def test_there_is_no_shape_without_a_required_field(name: str) -> None:
    with pytest.raises(LookupError):
        construct(Noted, {other: value for other, value in NOTED.items() if other != name})


def test_there_is_no_shape_with_an_unknown_field() -> None:
    with pytest.raises(LookupError):
        construct(Noted, NOTED | {"unknown": "a"})


def test_only_so_many_shapes_of_a_model_have_constructors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "SHAPES", 2)
    few: type[BaseModel] = create_model("Few", __base__=Noted)
    no_tags: list[str] = []
    known: list[dict[str, Any]] = [NOTED, {**NOTED, "tags": no_tags}]

    for stored in known:
        check_same(few, stored)
    with pytest.raises(LookupError):  # whoever reads it validates it
        construct(few, NOTED | {"part": {"name": "c"}})
    for stored in known:
        check_same(few, stored)


def test_the_names_of_fields_are_no_source() -> None:
    names: dict[str, Any] = {"not an identifier": (str, ...), "stored": (str, "x"), "p1": (int, 1), "v0": (str, "v")}
    odd: type[BaseModel] = create_model("Odd", __base__=Part, **names)

    check_same(odd, {"not an identifier": "a", "name": "b"})
    check_same(odd, {"v0": "w", "p1": 2, "name": "b", "stored": "y", "not an identifier": "a"})


def test_values_of_one_shape_share_the_set_of_their_names_and_copies_do_not() -> None:
    first, second = construct(Noted, NOTED), construct(Noted, NOTED)

    for copied in (first.model_copy(update={"task": None}), copy(first), deepcopy(first)):
        copied.model_fields_set.add("part")

    assert first.model_fields_set == second.model_fields_set == {"at", "text"}


def test_values_of_one_shape_share_nothing_else_that_can_be_changed() -> None:
    first, second = construct(Noted, NOTED), construct(Noted, NOTED)

    first.notes["a"] = "b"

    assert second.notes == construct(Noted, NOTED).notes == {}


def test_a_record_that_is_made_for_a_reader_is_as_any_other() -> None:
    values: Any = CommandId.derive("any"), "digest", ADA, (construct(Noted, NOTED),), "correlation", "causation", True

    assert make_record(*values) == CommandRecord(*values)
    assert repr(make_record(*values)) == repr(CommandRecord(*values))


def test_a_commit_of_many_commands_is_read_with_few_calls_and_little_to_collect() -> None:
    bodies = {count: encode_text([created(number) for number in range(count)]) for count in (10, 110)}
    read = {count: decode(LIFE_OS.model, FORMAT, body, as_written=True) for count, body in bodies.items()}  # warm
    calls, objects = dict[int, int](), dict[int, int]()

    for count, body in bodies.items():
        with counting() as counted:
            read[count] = decode(LIFE_OS.model, FORMAT, body, as_written=True)
        calls[count] = len(counted)
        objects[count] = len(list_tracked(read[count]))

    assert calls[110] - calls[10] <= CALLS_OF_AN_EVENT * 100
    assert objects[110] - objects[10] <= OBJECTS_OF_AN_EVENT * 100


def created(number: int) -> CommandRecord:
    task = TaskId.derive(str(number))
    event = TaskCreated(at=NOON, task_id=task, title=f"Task {number}", by=ADA, metadata={"a": "b"})
    return CommandRecord(CommandId.derive(str(number)), "digest", ADA, (event,))


@contextmanager
def counting() -> Generator[list[str]]:
    """Note the Python calls within the block, without those of hooks that a collection of garbage would call."""
    calls: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_name)

    before = sys.getprofile()
    gc.disable()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(before)
        gc.enable()


def list_tracked(value: object) -> list[object]:
    """Return the objects that the collector goes through only because of the value."""
    tracked = dict[int, object]()
    rest: list[object] = [value]
    while rest:
        holder = rest.pop()
        if id(holder) not in tracked and gc.is_tracked(holder) and not isinstance(holder, type):
            tracked[id(holder)] = holder
            rest += gc.get_referents(holder)
    return list(tracked.values())
