"""Given a store with some people, tasks and things in it, and a command line to look at it with."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

import ascend
from ascend import Command, Due, Store, TaskId, ThingId, ThingKind, UserId, WorkspaceId

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 10, 12, tzinfo=BERLIN)
ADA, BOB, EVE, CYD = map(UserId, ("ada", "bob", "eve", "cyd"))
HOME, WORK, TWIN, OTHER_TWIN = (WorkspaceId.derive("test", name) for name in ("home", "work", "twin", "other"))
HOUSE, KITCHEN, SHED, TABLE, OTHER_TABLE = (
    ThingId.derive(name) for name in ("house", "kitchen", "shed", "table", "other table")
)
EVIL = "[bold red]x[/] #1 :smile: \u200bend"
"""As bad as a name can be."""
EVIL_TEXT = "red: \x1b[31m, bell: \x07, reversed: \u202egnp.exe, C1: \x9b2J"

DUES: dict[str, Due | None] = {
    "yesterday": date(2026, 3, 9),
    "an hour ago": ascend.ZonedTime(instant=datetime(2026, 3, 10, 10, tzinfo=UTC), zone="UTC"),
    "today": date(2026, 3, 10),
    "tonight": ascend.ZonedTime(instant=datetime(2026, 3, 10, 22, 30, tzinfo=UTC), zone="Europe/Berlin"),
    "after midnight": ascend.ZonedTime(instant=datetime(2026, 3, 10, 23, 30, tzinfo=UTC), zone="Europe/Berlin"),
    "in a week": date(2026, 3, 17),
    "in eight days": date(2026, 3, 18),
    "some day": None,
}
"""Of Ada's tasks in Home, by title."""


@dataclass(frozen=True, slots=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)

    @property
    def error(self) -> str:
        """The one line on standard error."""
        (line,) = self.err.splitlines()
        assert line.startswith("ascend: ")
        assert self.code
        return line.removeprefix("ascend: ")


Ascend = Callable[..., Result]
"""Runs one command line in this process, on the store of the test."""


def process(*arguments: str, env: dict[str, str] | None = None, timeout: float = 60) -> Result:
    """The installed command, as a process."""
    done = subprocess.run(
        [program(), *arguments], env=env, capture_output=True, text=True, timeout=timeout, check=False
    )
    return Result(done.returncode, done.stdout, done.stderr)


def program() -> str:
    return str(Path(sys.executable).with_name("ascend"))


async def fill(store: Store) -> None:
    """Two workspaces with content, and two of the same name."""

    async def do(workspace: WorkspaceId, actor: UserId, *commands: Command) -> None:
        for command in commands:
            await store.execute(workspace, command, actor=actor)

    await do(HOME, ADA, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    await do(HOME, ADA, *(ascend.AddMember(user_id=user, name="Bob") for user in (BOB, EVE)))
    await do(
        WORK, CYD, ascend.CreateWorkspace(name="Work", owner_name="Cyd"), ascend.AddMember(user_id=ADA, name="Ada")
    )
    await do(TWIN, CYD, ascend.CreateWorkspace(name="Twin", owner_name="Cyd"))
    await do(OTHER_TWIN, CYD, ascend.CreateWorkspace(name="Twin", owner_name="Cyd"))
    await do(
        HOME,
        ADA,
        thing(HOUSE, "House", None),
        thing(KITCHEN, "Kitchen", HOUSE),
        thing(TABLE, "Table", KITCHEN),
        thing(SHED, "shed", None),
        thing(OTHER_TABLE, "Table", SHED),
        ascend.ArchiveThing(thing_id=SHED),
    )
    for title, due in DUES.items():
        await do(HOME, ADA, *task(title, due))
    evil = TaskId.derive("evil")
    await do(WORK, CYD, ascend.CreateTask(task_id=evil, title=EVIL, description=EVIL_TEXT, tags=("a\u200bb",)))
    await do(WORK, ADA, ascend.PostComment(comment_id=ascend.CommentId.derive("evil"), task_id=evil, text=EVIL_TEXT))
    for _ in range(2):
        await do(WORK, CYD, ascend.CreateTask(task_id=ascend.new_id(TaskId), title="Call back"))
    for on in (TABLE, HOUSE):
        await do(HOME, BOB, ascend.PostComment(comment_id=ascend.CommentId.derive(on), thing_id=on, text=f"About {on}"))


def thing(id: ThingId, name: str, parent: ThingId | None) -> Command:
    return ascend.CreateThing(thing_id=id, name=name, kind=ThingKind.PHYSICAL, parent=parent)


def task(title: str, due: Due | None) -> list[Command]:
    id = TaskId.derive(title)
    commands: list[Command] = [
        ascend.CreateTask(task_id=id, title=title),
        ascend.AssignTask(task_id=id, users=(ADA,)),
    ]
    if due is not None:
        commands.append(ascend.ScheduleTask(task_id=id, due=due))
    if title == "yesterday":
        commands.append(ascend.PrioritiseTask(task_id=id, priority=ascend.Priority.URGENT))
    return commands


def views(file: Path, statement: str) -> None:
    """Does something to the views table that no code of ours would do."""
    with sqlite3.connect(file) as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()
