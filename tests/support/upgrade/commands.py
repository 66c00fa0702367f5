"""The commands of the stores that one release fills and the next one reads: as data, so that any release can send them."""

from typing import Any, cast

import ascend

ADA, BEA, MAX, VERA = "ada", "bea", "max", "vera"
Sent = tuple[str, str, dict[str, Any]]
"""The actor, the name of the command, and its fields."""


def workspace(name: str) -> ascend.WorkspaceId:
    return ascend.WorkspaceId.derive("upgrade", name)


def thing(name: str) -> str:
    return ascend.ThingId.derive("upgrade", name)


def task(name: str) -> str:
    return ascend.TaskId.derive("upgrade", name)


def asset(name: str) -> str:
    return ascend.AssetId.derive("upgrade", name)


def comment(name: str) -> str:
    return ascend.CommentId.derive("upgrade", name)


def to_command(name: str, fields: dict[str, Any]) -> ascend.Command:
    """Return the command of this name. Raises: AttributeError, pydantic's ValidationError."""
    return cast("type[ascend.Command]", getattr(ascend, name)).model_validate(fields)


def people(name: str) -> list[Sent]:
    """A workspace of Ada's, with Bea as its admin, Max as a member, and Vera invited."""
    return [
        (ADA, "CreateWorkspace", {"name": name, "owner_name": "Ada"}),
        (ADA, "AddMember", {"user_id": BEA, "name": "Bea", "role": "admin"}),
        (BEA, "AddMember", {"user_id": MAX, "name": "Max"}),
        (ADA, "InviteMember", {"user_id": VERA}),
    ]


def home() -> list[Sent]:
    """Every kind of entity, deleted ones among them."""
    return [
        *people("Home"),
        (ADA, "CreateThing", {"thing_id": thing("house"), "name": "House", "tags": ["brick", "№ 5"]}),
        (MAX, "CreateThing", {"thing_id": thing("room"), "name": "Room", "parent": thing("house")}),
        (MAX, "CreateThing", {"thing_id": thing("shelf"), "name": "Shelf “A” 🎨", "parent": thing("room")}),
        (MAX, "CreateThing", {"thing_id": thing("box"), "name": "Box", "parent": thing("shelf")}),
        (ADA, "CreateTask", {"task_id": task("paint"), "title": "Paint", "about": [thing("room")], "tags": ["№ 5"]}),
        (ADA, "AssignTask", {"task_id": task("paint"), "users": [BEA, MAX]}),
        (BEA, "ScheduleTask", {"task_id": task("paint"), "start": "2026-01-02", "due": "2026-01-05"}),
        (
            BEA,
            "PostComment",
            {"comment_id": comment("a"), "task_id": task("paint"), "text": "Blue?", "mentions": [MAX]},
        ),
        (
            MAX,
            "PostComment",
            {"comment_id": comment("b"), "task_id": task("paint"), "text": "Red.", "reply_to": comment("a")},
        ),
        (MAX, "DeleteComment", {"comment_id": comment("b")}),
        (ADA, "CreateTask", {"task_id": task("sweep"), "title": "Sweep"}),
        (ADA, "ScheduleTask", {"task_id": task("sweep"), "due": "2026-01-03", "recurrence": "FREQ=DAILY"}),
        (ADA, "AssignTask", {"task_id": task("sweep"), "users": [ADA]}),
        (ADA, "BlockTask", {"task_id": task("sweep"), "blockers": [task("paint")]}),
        (ADA, "CreateTask", {"task_id": task("brush"), "title": "Buy a brush", "parent": task("paint")}),
        (
            ADA,
            "CreateAsset",
            {"asset_id": asset("deed"), "kind": "document", "name": "Deed", "uri": "https://example.org/deed"},
        ),
        (ADA, "LinkAsset", {"asset_id": asset("deed"), "to": ["thing", thing("house")]}),
        (ADA, "LinkAsset", {"asset_id": asset("deed"), "to": ["task", task("paint")]}),
        (ADA, "AddRelation", {"source": ["thing", thing("box")], "type": "holds", "target": ["thing", thing("room")]}),
    ]


def later_at_home() -> list[Sent]:
    """Changes after the rebuild: what was shown is renamed, moved, done, deleted, refused, or already so."""
    return [
        (MAX, "RenameThing", {"thing_id": thing("room"), "name": "Hall"}),
        (MAX, "MoveThing", {"thing_id": thing("box"), "parent": thing("house")}),
        (ADA, "DeleteThing", {"thing_id": thing("shelf")}),
        (ADA, "UnlinkAsset", {"asset_id": asset("deed"), "to": ["task", task("paint")]}),
        (
            ADA,
            "RemoveRelation",
            {"source": ["thing", thing("box")], "type": "holds", "target": ["thing", thing("room")]},
        ),
        (ADA, "AddRelation", {"source": ["thing", thing("house")], "type": "holds", "target": ["task", task("sweep")]}),
        (BEA, "CompleteTask", {"task_id": task("paint")}),
        (MAX, "CompleteTask", {"task_id": task("paint")}),  # it is done already
        (ADA, "CompleteTask", {"task_id": task("sweep")}),  # the policies open the next one
        (ADA, "DeleteTask", {"task_id": task("brush")}),
        (VERA, "RenameWorkspace", {"name": "Mine"}),  # refused: she is only invited
        (VERA, "JoinWorkspace", {"name": "Vera"}),
        (ADA, "RemoveMember", {"user_id": MAX}),
        (
            ADA,
            "EditAsset",
            {"asset_id": asset("deed"), "name": "Deed of the house", "amount": "1.50", "currency": "EUR"},
        ),
    ]


def half() -> list[Sent]:
    return [
        *people("Half"),
        (ADA, "CreateThing", {"thing_id": thing("car"), "name": "Car"}),
        (ADA, "CreateThing", {"thing_id": thing("wheel"), "name": "Wheel", "parent": thing("car")}),
        (ADA, "CreateTask", {"task_id": task("wash"), "title": "Wash", "about": [thing("car")]}),
        (ADA, "AssignTask", {"task_id": task("wash"), "users": [ADA, MAX]}),
        (ADA, "ScheduleTask", {"task_id": task("wash"), "due": "2026-01-04", "recurrence": "FREQ=WEEKLY"}),
    ]


def other_half() -> list[Sent]:
    return [
        (MAX, "EditTask", {"task_id": task("wash"), "title": "Wash it", "metadata": {"foam": "much"}}),
        (MAX, "CompleteTask", {"task_id": task("wash")}),  # the policies have not seen it
        (MAX, "CreateTask", {"task_id": task("oil"), "title": "Oil"}),
        (ADA, "DeleteThing", {"thing_id": thing("car"), "children": "cascade"}),
        (MAX, "StartTask", {"task_id": task("oil")}),
        (MAX, "StartTask", {"task_id": task("oil")}),  # it is started already
    ]


def torn() -> list[Sent]:
    return [
        *people("Torn"),
        (ADA, "CreateTask", {"task_id": task("mend"), "title": "Mend"}),
        (ADA, "AssignTask", {"task_id": task("mend"), "users": [BEA]}),
        (ADA, "CreateTask", {"task_id": task("sew"), "title": "Sew"}),
        (BEA, "EditTask", {"task_id": task("mend"), "title": "Mend it"}),
        (BEA, "StartTask", {"task_id": task("mend")}),
    ]


def moving() -> list[Sent]:
    rooms = [("root", "Root", None), *((f"box {n}", f"Box {n}", thing("root")) for n in range(5))]
    return [
        *people("Moving"),
        (ADA, "CreateThing", {"thing_id": thing("cellar"), "name": "Cellar"}),
        *((ADA, "CreateThing", {"thing_id": thing(id), "name": name, "parent": above}) for id, name, above in rooms),
        (ADA, "MoveThing", {"thing_id": thing("root"), "parent": thing("cellar")}),
    ]


def archived() -> list[Sent]:
    return [
        *people("Attic"),
        (ADA, "CreateTask", {"task_id": task("dust"), "title": "Dust"}),
        (ADA, "AssignTask", {"task_id": task("dust"), "users": [ADA]}),
        (ADA, "ArchiveWorkspace", {}),
    ]


def parked() -> list[Sent]:
    return [
        *people("Parked"),
        (ADA, "CreateTask", {"task_id": task("odd"), "title": "Odd"}),
        (ADA, "EditTask", {"task_id": task("odd"), "title": "cannot be rendered"}),
    ]
