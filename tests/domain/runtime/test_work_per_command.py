"""A warm command does the costly work once for each event: it encodes and decodes the event, and calls `touches`."""

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

import pytest
from support.scenario import MAX, id_of, task_id
from support.staged import paint, send, staged_home

from ascend.domain.ids import CommandId, Ref, ThingId
from ascend.domain.runtime import group, storable
from ascend.domain.runtime.body import encode_record, join_records
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.runtime.storable import check_storable
from ascend.domain.tasks.commands import AssignTask, CompleteTask, CreateTask, EditTask, PrioritiseTask, ReopenTask
from ascend.domain.tasks.task import Priority, TaskCreated, TaskEvent
from ascend.domain.things.commands import CreateThing
from ascend.domain.things.thing import ThingCreated
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.members import RemoveMember
from ascend.domain.workspaces.view import NEVER_EXISTED
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, NOON

T = task_id()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The number of encodings (of events, and of records), decodings and calls of `touches`."""
    counts = Counter[str]()

    def count(owner: object, name: str) -> None:
        original = getattr(owner, name)

        def counted(*args: object, **options: object) -> object:
            counts[name] += 1
            return original(*args, **options)

        monkeypatch.setattr(owner, name, counted)

    count(storable, "encode_event")
    count(group, "encode_record")
    count(Model, "event")
    for owner in (TaskEvent, TaskCreated, ThingCreated):
        count(owner, "touches")
    return counts


@pytest.mark.parametrize(
    ("command", "events"),
    [
        (PrioritiseTask(task_id=T, priority=Priority.HIGH), 1),
        (CompleteTask(task_id=T), 1),
        (paint("another"), 1),
        (CreateThing(thing_id=id_of(ThingId, "shelf"), name="Shelf", parent=id_of(ThingId, "shed")), 1),
        (ReopenTask(task_id=task_id("left behind")), 2),
    ],
    ids=lambda parameter: type(parameter).__name__,
)
async def test_an_event_is_encoded_decoded_and_asked_what_it_touches_once(
    command: Command, events: int, work: Counter[str]
) -> None:
    left = task_id("left behind")
    home = await staged_home(
        paint(),
        paint("left behind"),
        CreateThing(thing_id=id_of(ThingId, "shed"), name="Shed"),
        AssignTask(task_id=left, users=(MAX,)),
        CompleteTask(task_id=left),
        RemoveMember(user_id=MAX),
    )
    store = home.process()
    await send(store, PrioritiseTask(task_id=T, priority=Priority.LOW))
    work.clear()

    assert (await send(store, command)).events == events

    assert work == {"encode_event": events, "encode_record": 1, "event": events, "touches": events}


async def test_an_event_in_an_older_version_is_encoded_once_and_each_version_is_asked_what_it_touches_once(
    work: Counter[str],
) -> None:
    home = await staged_home(paint())
    store = home.process()
    await send(store, PrioritiseTask(task_id=T, priority=Priority.LOW))
    work.clear()

    await send(store, EditTask(task_id=T, title="Draw"))

    assert work == {"encode_event": 1, "encode_record": 1, "event": 1, "touches": 2}


def test_a_copy_of_an_event_does_not_inherit_the_touched_entities() -> None:
    event = TaskCreated.model_validate(
        {"at": "2026-01-01T00:00:00Z", "by": "ada", "task_id": T, "title": "Paint"},
    )
    assert event.touched_refs == (Ref("task", T),)

    other = event.model_copy(update={"task_id": task_id("other")})

    assert other.touched_refs == (Ref("task", task_id("other")),)
    assert event.touched_refs == (Ref("task", T),)


def count_calls(work: Callable[[], object]) -> int:
    """Return the number of Python functions that are called."""
    calls = list[str]()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_name)

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(calls) - 1


def test_a_record_is_checked_and_encoded_in_few_python_calls() -> None:
    """Counted: 41. A few more are allowed, for another version of Python or pydantic."""
    event = TaskCreated(at=NOON, by=ADA, task_id=T, title="Paint")
    command = CreateTask(task_id=T, title="Paint")
    record = CommandRecord(CommandId.derive("any"), "d" * 32, ADA, (event,))
    before = {Ref("task", T): NEVER_EXISTED}

    def work() -> None:
        checked = check_storable(LIFE_OS.model, before, 1, [event])
        command.digest(ADA)
        join_records([encode_record(record, checked.encoded)])

    work()  # the constructors are found once
    del vars(event)["touched_refs"]
    assert count_calls(work) <= 45
