"""However much people write, the state of an entity fits into an item, with room for what a store adds."""

from typing import Any

import pytest
from support.scenario import NEWEST_EVENTS, asset_id, comment_id, task_id, thing_id

from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset
from ascend.domain.comments.commands import EditComment, PostComment
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.relations.commands import AddRelation
from ascend.domain.role import Role
from ascend.domain.runtime.body import EVENT_BYTES, encode
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.commands import AssignTask, CreateTask, EditTask
from ascend.domain.tasks.dependencies import BlockTask
from ascend.domain.things.commands import CreateThing
from ascend.domain.values import FEW, METADATA_BYTES, NAME_CHARACTERS, TEXT_BYTES
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import DescribeWorkspace, RenameWorkspace
from ascend.domain.workspaces.members import InviteMember
from ascend.domain.workspaces.workspace import INVITATIONS, MEMBERS
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME, given, member_added, workspace

BOUND = 390 * 1024
"""The room for a state in the 400 KB of an item."""
PERSON, CONTROL = "\U0001f9d1", "\x01"  # four bytes a character; six in JSON, where a text may hold it
NAME, LABEL = PERSON * NAME_CHARACTERS, PERSON * 96
LABELS = tuple(f"{LABEL}{n:04}" for n in range(FEW))
TAGS: dict[str, Any] = {"tags": LABELS}
CARRIED: dict[str, Any] = {**TAGS, "metadata": dict.fromkeys(LABELS, CONTROL * 950)}
"""Tags and metadata that fill an event: as many bytes in JSON as metadata can have."""
PART = CONTROL * (EVENT_BYTES // 6 - 100)
"""A text that fills an event."""
PLAIN: dict[str, Any] = {"description": "x" * TEXT_BYTES, **TAGS, "metadata": {}}
PLAIN["metadata"] = dict.fromkeys(LABELS, "x" * (METADATA_BYTES // FEW - len(LABELS[0].encode())))
"""A description, tags and metadata at their limits, in characters that JSON stores as they are."""
DETAILS: dict[str, Any] = {
    "media_type": LABEL,
    "checksum": LABEL,
    "size": 2**63 - 1,
    "amount": "9" * 38,
    "currency": "EUR",
}
CROWD = [UserId(f"u{n:063d}") for n in range(MEMBERS)]
T, C, A, X, Y = task_id(), comment_id(), asset_id(), thing_id("x"), thing_id("y")
MANY = tuple(task_id(n) for n in range(FEW))

LARGEST: dict[Ref, tuple[Command, ...]] = {
    Ref("thing", X): (CreateThing(thing_id=X, name=NAME, **PLAIN),),
    Ref("asset", A): (
        CreateAsset(asset_id=A, kind=AssetKind.FILE, name=NAME, uri=f"x:{'y' * 1_990}", **DETAILS, **PLAIN),
    ),
    Ref("task", T): (
        *(CreateTask(task_id=task, title="x") for task in MANY),
        CreateTask(task_id=T, title=NAME, description=PART[:-1_000]),
        EditTask(task_id=T, **CARRIED),
        AssignTask(task_id=T, users=tuple(CROWD[1 : FEW + 1])),
        BlockTask(task_id=T, blockers=MANY),
    ),
    Ref("relation", AddRelation(source=Ref("thing", X), type=LABEL, target=Ref("thing", Y)).relation_id): (
        *(CreateThing(thing_id=thing, name="x") for thing in (X, Y)),
        AddRelation(source=Ref("thing", X), type=LABEL, target=Ref("thing", Y), inverse=LABEL, **CARRIED),
    ),
    Ref("comment", C): (
        CreateThing(thing_id=X, name="x"),
        PostComment(comment_id=C, thing_id=X, text="x", **CARRIED),
        EditComment(comment_id=C, text=PART[:-300], mentions=tuple(CROWD[1 : FEW + 1])),
    ),
    Ref("workspace", HOME): (
        RenameWorkspace(name=NAME),
        DescribeWorkspace(**CARRIED),
        *(InviteMember(user_id=UserId(f"v{n:063d}")) for n in range(INVITATIONS)),
    ),
}
members = [member_added(user, Role.MEMBER).model_copy(update={"name": PERSON * 100}) for user in CROWD[1:]]


@pytest.mark.parametrize("ref", LARGEST, ids=lambda ref: ref.kind)
def test_the_largest_state_fits_into_an_item(ref: Ref) -> None:
    history = given(*workspace(), *members, app=NEWEST_EVENTS).after(*LARGEST[ref])
    for event in history.events:
        encode(
            [CommandRecord(CommandId.derive("any"), "", ADA, (event,))]
        )  # raises if the event is too large to be stored
    state = history.state(LIFE_OS.model.kinds[ref.kind].state, ref.id)
    size = len(LIFE_OS.model.dump_state(ref, state).encode())
    assert 10 * 1024 < size < BOUND
