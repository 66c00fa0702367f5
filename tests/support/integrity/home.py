"""A home with references of every kind, and yes-or-no questions about it.

house                     Paint: about the room, assigned to Ada and Bea, waits for Buy
  └── room                Photo: linked with both              Water: recurs, and was done once
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar

from support.scenario import BEA, asset_id, comment_id, task_id, thing_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.ids import Ref, UserId
from ascend.domain.tasks.next_occurrence import next_id
from ascend.domain.workspaces.command import Command
from ascend.testing import ADA, HOME, FakeEnvironment

T = TypeVar("T")

HOUSE, ROOM = thing_id("house"), thing_id("room")
PAINT, BUY, WATER = (task_id(name) for name in ("paint", "buy", "water"))
AGAIN, PHOTO, NOTE = next_id(WATER), asset_id("photo"), comment_id("note")
THE_ROOM, TO_PAINT, TO_BUY, THE_PHOTO = Ref("thing", ROOM), Ref("task", PAINT), Ref("task", BUY), Ref("asset", PHOTO)

FURNITURE: tuple[Command, ...] = (
    ascend.CreateWorkspace(name="Home", owner_name="Ada"),
    ascend.AddMember(user_id=BEA, name="Bea", role=ascend.Role.ADMIN),
    ascend.CreateThing(thing_id=HOUSE, name="House"),
    ascend.CreateThing(thing_id=ROOM, name="Room", parent=HOUSE),
    ascend.CreateTask(task_id=PAINT, title="Paint", about=(ROOM,)),
    ascend.CreateTask(task_id=BUY, title="Buy"),
    ascend.BlockTask(task_id=PAINT, blockers=(BUY,)),
    ascend.AssignTask(task_id=PAINT, users=(ADA, BEA)),
    ascend.CreateAsset(asset_id=PHOTO, kind=ascend.AssetKind.FILE, name="Photo"),
    ascend.LinkAsset(asset_id=PHOTO, to=THE_ROOM),
    ascend.LinkAsset(asset_id=PHOTO, to=TO_PAINT),
    ascend.CreateTask(task_id=WATER, title="Water"),
    ascend.ScheduleTask(task_id=WATER, due=date(2026, 5, 1), recurrence="FREQ=WEEKLY"),
    ascend.CompleteTask(task_id=WATER),
    ascend.PostComment(comment_id=NOTE, task_id=PAINT, text="Mind the floor."),
)


class Home:
    """A home whose questions are asked as Ada, the owner."""

    def __init__(self) -> None:
        self.store = ascend.Store(MemoryTables(), FakeEnvironment())
        self.ask = self.store.queries

    async def do(self, *commands: Command, by: UserId = ADA) -> None:
        for command in commands:
            await self.store.execute(HOME, command, actor=by)
        await self.store.worker.run_once()


Question = Callable[[Home], Awaitable[bool]]


async def furnished_home() -> Home:
    home = Home()
    await home.do()  # installs the policies, which answer what happens from then on
    await home.do(*FURNITURE)
    return home


async def answer_or_none(answer: Awaitable[T]) -> T | None:
    """Return the answer, None if Ada is told that there is nothing."""
    try:
        return await answer
    except (ascend.NotFound, ascend.NotAllowed):
        return None


def finds(query: str, *args: object) -> Question:
    """Return a question: does the query find something?"""

    async def answer(home: Home) -> bool:
        return await answer_or_none(getattr(home.ask, query)(HOME, *args, viewer=ADA)) is not None

    return answer


def lists(query: str, *args: object, field: str, value: object) -> Question:
    """Return a question: does the query list a line with this value in this field?"""

    async def answer(home: Home) -> bool:
        page: Any = await answer_or_none(getattr(home.ask, query)(HOME, *args, viewer=ADA))
        return page is not None and any(value_of(line, field) == value for line in getattr(page, "items", page))

    return answer


def shows(query: str, *args: object, field: str, value: object) -> Question:
    """Return a question: does the card have this value in this field, alone or among others?"""

    async def answer(home: Home) -> bool:
        card = await answer_or_none(getattr(home.ask, query)(HOME, *args, viewer=ADA))
        shown = value_of(card, field)
        return value == shown or (isinstance(shown, tuple) and value in shown)

    return answer


def value_of(line: Any, field: str) -> object:
    """Return a field of the line, or of what it was joined with."""
    for part in (line, *(getattr(line, name, None) for name in ("line", "card"))):
        if hasattr(part, field):
            return getattr(part, field)
    return None
