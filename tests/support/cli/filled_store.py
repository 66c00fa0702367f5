"""A store with some people, tasks and things, for tests of the command line."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

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
"""A name with markup, an emoji code and an invisible character."""
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
"""The due dates of Ada's tasks in Home, by title."""


async def fill_store(store: Store) -> None:
    """Create two workspaces with content, and two workspaces of the same name."""

    async def execute_all(workspace: WorkspaceId, actor: UserId, *commands: Command) -> None:
        for command in commands:
            await store.execute(workspace, command, actor=actor)

    await execute_all(HOME, ADA, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    await execute_all(HOME, ADA, *(ascend.AddMember(user_id=user, name="Bob") for user in (BOB, EVE)))
    await execute_all(
        WORK, CYD, ascend.CreateWorkspace(name="Work", owner_name="Cyd"), ascend.AddMember(user_id=ADA, name="Ada")
    )
    await execute_all(TWIN, CYD, ascend.CreateWorkspace(name="Twin", owner_name="Cyd"))
    await execute_all(OTHER_TWIN, CYD, ascend.CreateWorkspace(name="Twin", owner_name="Cyd"))
    await execute_all(
        HOME,
        ADA,
        create_thing(HOUSE, "House", None),
        create_thing(KITCHEN, "Kitchen", HOUSE),
        create_thing(TABLE, "Table", KITCHEN),
        create_thing(SHED, "shed", None),
        create_thing(OTHER_TABLE, "Table", SHED),
        ascend.ArchiveThing(thing_id=SHED),
    )
    for title, due in DUES.items():
        await execute_all(HOME, ADA, *create_task(title, due))
    evil = TaskId.derive("evil")
    await execute_all(WORK, CYD, ascend.CreateTask(task_id=evil, title=EVIL, description=EVIL_TEXT, tags=("a\u200bb",)))
    await execute_all(
        WORK, ADA, ascend.PostComment(comment_id=ascend.CommentId.derive("evil"), task_id=evil, text=EVIL_TEXT)
    )
    for _ in range(2):
        await execute_all(WORK, CYD, ascend.CreateTask(task_id=ascend.new_id(TaskId), title="Call back"))
    for thing in (TABLE, HOUSE):
        await execute_all(
            HOME,
            BOB,
            ascend.PostComment(comment_id=ascend.CommentId.derive(thing), thing_id=thing, text=f"About {thing}"),
        )


def create_thing(id: ThingId, name: str, parent: ThingId | None) -> Command:
    return ascend.CreateThing(thing_id=id, name=name, kind=ThingKind.PHYSICAL, parent=parent)


def create_task(title: str, due: Due | None) -> list[Command]:
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


def damage_views(file: Path, statement: str) -> None:
    """Change the tables by a statement that Ascend itself never runs."""
    with sqlite3.connect(file) as connection:
        assert connection.execute(statement).rowcount > 0
    connection.close()
