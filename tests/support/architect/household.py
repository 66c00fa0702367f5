"""Two workspaces of a household on DynamoDB Local, for the TypeScript client: at least two answers for most questions.

Ada owns `home` and is a member of `club`, which Ben owns; `attic` is archived. Eve is invited.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.architect.sample import ADA, BEN, EVE, SAMPLE_TIME, household_commands
from ascend.domain.values import ZonedTime
from ascend.testing import FakeEnvironment

ODD = ascend.UserId("CN=Zoë #1,OU=50 %")
"""A member of `club` with an id that must be encoded in keys."""
LATE = ZonedTime(instant=datetime(2030, 1, 31, 23, 30, tzinfo=UTC), zone="Europe/Berlin")
"""On 1 February in Berlin, on 31 January in UTC."""


@dataclass(frozen=True)
class Household:
    store: ascend.Store
    environment: FakeEnvironment
    home: ascend.WorkspaceId
    club: ascend.WorkspaceId
    attic: ascend.WorkspaceId
    ids: dict[str, str]
    """The ids of `home` by the names and titles of its entities."""

    async def send(self, workspace: ascend.WorkspaceId, *commands: ascend.Command, by: ascend.UserId = ADA) -> None:
        for command in commands:
            await self.store.execute(workspace, command, actor=by)

    async def project(self) -> None:
        await self.store.worker_for([self.home, self.club, self.attic]).run_once()


async def open_household(tables: DynamoTables) -> Household:
    """Fill empty tables."""
    environment = FakeEnvironment(start=SAMPLE_TIME)
    store = ascend.Store(tables, environment)
    home, club, attic = (ascend.WorkspaceId(environment.new_id()) for _ in range(3))
    household = Household(store, environment, home, club, attic, {})
    commands = household_commands(environment)
    await household.send(home, *commands)
    household.ids.update(name_ids(commands))
    await household.send(home, *more_of_home(household))
    await household.send(home, *mentions_of_ada(household), by=BEN)
    await household.send(home, ascend.DeleteTask(task_id=ascend.TaskId(household.ids["Gone"])))
    await household.send(club, *commands_of_club(environment), by=BEN)
    await household.send(attic, *commands_of_attic(environment))
    await household.project()
    return household


def name_ids(commands: tuple[ascend.Command, ...]) -> dict[str, str]:
    """Return the ids of new Things, Tasks, Assets and comments by their name, title or text."""
    created = (ascend.CreateThing, ascend.CreateTask, ascend.CreateAsset, ascend.PostComment)
    ids: dict[str, str] = {}
    for command in commands:
        if isinstance(command, created):
            fields: dict[str, Any] = command.model_dump(mode="json")
            id = next(fields[key] for key in ("comment_id", "thing_id", "task_id", "asset_id") if fields.get(key))
            ids[fields.get("name") or fields.get("title") or fields["text"]] = id
    return ids


def more_of_home(household: Household) -> list[ascend.Command]:
    """Return further commands, so that most lists have two lines or more."""
    new_id, ids = household.environment.new_id, household.ids
    late, later, gone, photo, disk = (new_id() for _ in range(5))
    ids |= {"Late": late, "Gone": gone, "Photo": photo, "Disk": disk, "Later": later}
    flat, rent, lease = ascend.ThingId(ids["Flat"]), ascend.TaskId(ids["Pay the rent"]), ascend.AssetId(ids["Lease"])
    the_flat = ascend.Ref("thing", flat)
    return [
        ascend.CreateTask(task_id=ascend.TaskId(late), title="Late", about=(flat,), parent=rent, tags=("50 %#1",)),
        ascend.ScheduleTask(task_id=ascend.TaskId(late), due=LATE),
        ascend.PrioritiseTask(task_id=ascend.TaskId(late), priority=ascend.Priority.HIGH),
        ascend.AssignTask(task_id=ascend.TaskId(late), users=(ADA,)),
        ascend.CreateTask(task_id=ascend.TaskId(later), title="Later", about=(flat,), parent=rent),
        ascend.BlockTask(task_id=ascend.TaskId(later), blockers=(rent, ascend.TaskId(late))),
        ascend.AssignTask(task_id=ascend.TaskId(later), users=(ADA,)),
        ascend.CreateTask(task_id=ascend.TaskId(gone), title="Gone", about=(flat,), tags=("family",)),
        ascend.AssignTask(task_id=ascend.TaskId(gone), users=(ADA,)),
        ascend.CreateAsset(asset_id=ascend.AssetId(photo), kind=ascend.AssetKind.FILE, name="Photo"),
        ascend.LinkAsset(asset_id=ascend.AssetId(photo), to=the_flat),
        ascend.LinkAsset(asset_id=lease, to=ascend.Ref("task", ascend.TaskId(late))),
        ascend.CreateThing(thing_id=ascend.ThingId(disk), name="Disk 10", kind=ascend.ThingKind.DIGITAL, parent=flat),
        ascend.CreateThing(
            thing_id=ascend.ThingId(new_id()), name="Disk 2", kind=ascend.ThingKind.DIGITAL, parent=flat
        ),
        ascend.AddRelation(source=the_flat, type="50 %#1", target=ascend.Ref("task", rent)),
        ascend.AddRelation(source=the_flat, type="holds", target=ascend.Ref("thing", ascend.ThingId(disk))),
        ascend.AddRelation(source=ascend.Ref("task", rent), type="pays", target=the_flat),
    ]


def mentions_of_ada(household: Household) -> list[ascend.Command]:
    """Return comments by Ben. One of them is on a task that is deleted later."""
    texts = (("Gone", "@Ada"), ("Pay the rent", "Paid, @Ada"), ("Pay the rent", "@Ada?"))
    return [
        ascend.PostComment(
            comment_id=ascend.CommentId(household.environment.new_id()),
            task_id=ascend.TaskId(household.ids[task]),
            text=text,
            mentions=(ADA,),
        )
        for task, text in texts
    ]


def commands_of_club(environment: FakeEnvironment) -> list[ascend.Command]:
    race, medal = ascend.TaskId(environment.new_id()), ascend.TaskId(environment.new_id())
    return [
        ascend.CreateWorkspace(name="Club", owner_name="Ben"),
        ascend.AddMember(user_id=ADA, name="Ada"),
        ascend.AddMember(user_id=ODD, name="Zoë"),
        ascend.InviteMember(user_id=EVE, role=ascend.Role.MEMBER),
        ascend.CreateTask(task_id=race, title="Race"),
        ascend.ScheduleTask(task_id=race, due=date(2030, 2, 1)),
        ascend.AssignTask(task_id=race, users=(ADA, BEN, ODD)),
        ascend.CreateTask(task_id=medal, title="Medal"),
        ascend.AssignTask(task_id=medal, users=(ADA,)),
        ascend.CompleteTask(task_id=medal),
    ]


def commands_of_attic(environment: FakeEnvironment) -> list[ascend.Command]:
    chest, dust = ascend.TaskId(environment.new_id()), ascend.TaskId(environment.new_id())
    return [
        ascend.CreateWorkspace(name="Attic", owner_name="Ada"),
        ascend.CreateTask(task_id=chest, title="Chest"),
        ascend.AssignTask(task_id=chest, users=(ADA,)),
        ascend.CreateTask(task_id=dust, title="Dust"),
        ascend.AssignTask(task_id=dust, users=(ADA,)),
        ascend.CompleteTask(task_id=dust),
        ascend.ArchiveWorkspace(),
    ]
