"""Strategies for the commands of a small workspace: they meet, repeat and contradict one another."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from support.derived import derive_model
from support.scenario import BEA, MAX, STRANGER, VERA, asset_id, comment_id, task_id, thing_id

from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset, EditAsset, RetireAsset
from ascend.domain.comments.commands import DeleteComment, EditComment, PostComment
from ascend.domain.ids import POLICIES, AssetId, CommentId, Ref, TaskId, ThingId, UserId
from ascend.domain.links import LinkAsset, UnlinkAsset
from ascend.domain.relations.commands import AddRelation, EditRelation, RemoveRelation
from ascend.domain.role import Role
from ascend.domain.tasks.commands import (
    AssignTask,
    CancelTask,
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    PrioritiseTask,
    ReleaseTask,
    ReopenTask,
    StartTask,
    UnassignTask,
)
from ascend.domain.tasks.dependencies import BlockTask, UnblockTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.skip_occurrence import SkipOccurrence
from ascend.domain.tasks.stopping import StopTask
from ascend.domain.tasks.task import Priority
from ascend.domain.things.commands import (
    ArchiveThing,
    Children,
    CreateThing,
    DeleteThing,
    DescribeThing,
    MoveThing,
    RenameThing,
    RestoreThing,
)
from ascend.domain.values import ZonedTime
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import (
    ArchiveWorkspace,
    CreateWorkspace,
    DescribeWorkspace,
    EraseWorkspace,
    RenameWorkspace,
    RestoreWorkspace,
)
from ascend.domain.workspaces.members import (
    AddMember,
    ChangeRole,
    DeclineInvitation,
    InviteMember,
    JoinWorkspace,
    LeaveWorkspace,
    RemoveMember,
    WithdrawInvitation,
)
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA

USERS = st.sampled_from([ADA, BEA, MAX, VERA, STRANGER])
THING_IDS = [thing_id(n) for n in range(7)]
TASK_IDS = [task_id(n) for n in range(3)]
THINGS = st.sampled_from([*THING_IDS, *2 * THING_IDS[:3]])
TASKS = st.sampled_from([*TASK_IDS, next_id(TASK_IDS[0])])
ASSETS = st.sampled_from([asset_id(n) for n in range(2)])
COMMENTS = st.sampled_from([comment_id(n) for n in range(3)])
NAMES = st.sampled_from(["x", "y"])
MAYBE_THING = st.none() | THINGS
SOME_USERS = st.lists(USERS, min_size=1, max_size=3, unique=True).map(tuple)
SOME_TASKS = st.lists(TASKS, min_size=1, max_size=2, unique=True).map(tuple)
NINE = ZonedTime.of(datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Europe/Berlin")))
DAYS = st.none() | st.sampled_from([date(2026, 5, 1), date(2026, 5, 2), NINE, NINE.model_copy(update={"wall": None})])
TAGS = st.sampled_from([(), ("red",), ("red", "blue")])
METADATA = st.sampled_from([{}, {"k": "v"}])
ENDS = st.sampled_from([*(Ref("thing", id) for id in THING_IDS[:2]), Ref("task", TASK_IDS[0])])
TAG_EDITS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        *({"tags": tags} for tags in (None, (), ("red",), ("red", "blue"))),
        *({field: (tag,)} for field in ("add_tags", "remove_tags") for tag in ("red", "blue")),
        {"add_tags": ("blue", "green"), "remove_tags": ("red",)},
    ]
)
EDGE: dict[str, Any] = {"source": ENDS, "type": st.just("x"), "target": ENDS}


def with_some_fields(
    kind: type[Command], required: dict[str, Any], optional: dict[str, Any]
) -> st.SearchStrategy[Command]:
    """Return a strategy for a command with some of its optional fields. A missing field differs from an empty one."""
    return st.fixed_dictionaries(required, optional=optional).map(kind.model_validate)


def edit_with_tags(
    kind: type[EditTagsCommand], required: dict[str, Any], optional: dict[str, Any]
) -> st.SearchStrategy[Command]:
    """Return a strategy like `with_some_fields`, which also edits tags, all or one by one, and metadata."""
    fields = st.fixed_dictionaries(required, optional={**optional, "metadata": st.none() | METADATA})
    return st.tuples(fields, TAG_EDITS).map(lambda parts: kind.model_validate(parts[0] | parts[1]))


ABOUT_THINGS: list[st.SearchStrategy[Command]] = [
    st.builds(CreateThing, thing_id=THINGS, name=NAMES, parent=MAYBE_THING),
    st.builds(MoveThing, thing_id=THINGS, parent=MAYBE_THING),
    st.builds(DeleteThing, thing_id=THINGS, children=st.sampled_from([Children.REFUSE, Children.CASCADE])),
    st.builds(
        DeleteThing,
        thing_id=THINGS,
        children=st.just(Children.REPARENT),
        reparented=st.lists(THINGS, max_size=2, unique=True).map(tuple),
    ),
]
ABOUT_TASKS: list[st.SearchStrategy[Command]] = [
    st.builds(
        CreateTask,
        task_id=TASKS,
        title=NAMES,
        about=st.lists(THINGS, max_size=1).map(tuple),
        tags=TAGS,
        parent=st.none() | st.none() | TASKS,
    ),
    edit_with_tags(EditTask, {"task_id": TASKS}, {"title": NAMES, "about": st.lists(THINGS, max_size=1).map(tuple)}),
    with_some_fields(ScheduleTask, {"task_id": TASKS}, {"start": st.none(), "due": DAYS, "recurrence": st.none()}),
    st.builds(
        ScheduleTask,
        task_id=TASKS,
        due=st.sampled_from([date(2026, 5, 1), NINE]),
        recurrence=st.sampled_from(["FREQ=DAILY", "FREQ=DAILY;UNTIL=20260502"]),
        completion_zone=st.sampled_from([None, None, "Pacific/Auckland"]),
    ),
    st.builds(PrioritiseTask, task_id=TASKS, priority=st.sampled_from(Priority)),
    st.builds(AssignTask, task_id=TASKS, users=SOME_USERS),
    st.builds(UnassignTask, task_id=TASKS, users=SOME_USERS),
    *(st.builds(kind, task_id=TASKS) for kind in (StartTask, StartTask, StopTask, CompleteTask)),
    *(st.builds(kind, task_id=TASKS) for kind in (ReopenTask, CancelTask, DeleteTask)),
    *(st.builds(kind, task_id=TASKS) for kind in (SkipOccurrence, SkipOccurrence)),
    *(st.builds(kind, task_id=TASKS) for kind in (OpenNextOccurrence, OpenNextOccurrence, ReleaseTask)),
    *(st.builds(kind, task_id=TASKS, blockers=SOME_TASKS) for kind in (BlockTask, BlockTask, UnblockTask)),
]
OTHERS: list[st.SearchStrategy[Command]] = [
    st.builds(RenameThing, thing_id=THINGS, name=NAMES),
    edit_with_tags(DescribeThing, {"thing_id": THINGS}, {"description": NAMES}),
    st.builds(ArchiveThing, thing_id=THINGS),
    st.builds(RestoreThing, thing_id=THINGS),
    st.builds(CreateAsset, asset_id=ASSETS, kind=st.sampled_from(AssetKind), name=NAMES, tags=TAGS),
    edit_with_tags(
        EditAsset,
        {"asset_id": ASSETS},
        {
            "name": NAMES,
            "amount": st.none() | st.just(Decimal("1.5")),
            "currency": st.none() | st.just("EUR"),
        },
    ),
    st.builds(RetireAsset, asset_id=ASSETS),
    *(st.builds(kind, asset_id=ASSETS, to=ENDS) for kind in (LinkAsset, LinkAsset, UnlinkAsset)),
    with_some_fields(AddRelation, EDGE, {"inverse": st.none() | NAMES, "tags": TAGS}),
    edit_with_tags(EditRelation, EDGE, {"inverse": st.none() | NAMES}),
    st.builds(RemoveRelation, **EDGE),
    st.builds(PostComment, comment_id=COMMENTS, task_id=TASKS, text=NAMES, reply_to=st.none() | COMMENTS),
    st.builds(PostComment, comment_id=COMMENTS, thing_id=THINGS, text=NAMES, mentions=SOME_USERS),
    st.builds(PostComment, comment_id=COMMENTS, asset_id=ASSETS, text=NAMES, tags=TAGS),
    edit_with_tags(EditComment, {"comment_id": COMMENTS}, {"text": NAMES}),
    st.builds(DeleteComment, comment_id=COMMENTS),
]
ABOUT_THE_WORKSPACE: list[st.SearchStrategy[Command]] = [
    st.builds(RenameWorkspace, name=NAMES),
    edit_with_tags(DescribeWorkspace, {}, {}),
    st.builds(AddMember, user_id=USERS, name=NAMES, role=st.sampled_from(Role)),
    st.builds(InviteMember, user_id=USERS, role=st.sampled_from(Role)),
    st.builds(WithdrawInvitation, user_id=USERS),
    st.builds(JoinWorkspace, name=NAMES),
    st.builds(DeclineInvitation),
    st.builds(ChangeRole, user_id=USERS, role=st.sampled_from(Role)),
    st.builds(RemoveMember, user_id=USERS),
    st.builds(LeaveWorkspace),
    st.builds(ArchiveWorkspace),
    *(st.builds(RestoreWorkspace) for _ in range(3)),
]

POOLS: dict[Any, st.SearchStrategy[Any]] = {
    ThingId: THINGS,
    TaskId: TASKS,
    AssetId: ASSETS,
    CommentId: COMMENTS,
    UserId: USERS,
}
WRITTEN = {kind for kind in tuple(vars().values()) if isinstance(kind, type) and issubclass(kind, Command)}
"""The commands that have strategies above."""
NEVER_SENT = {CreateWorkspace, EraseWorkspace}


def derive_strategy(kind: type[Command]) -> st.SearchStrategy[Command]:
    """Return a strategy for a command without one of its own: ids from the small workspace, otherwise one example."""
    example = derive_model(kind)
    fields = {
        name: POOLS.get(kind.model_fields[name].annotation, st.just(getattr(example, name)))
        for name in example.model_fields_set - {"at"}
    }
    return st.fixed_dictionaries(fields).map(kind.model_validate)


DERIVED = [derive_strategy(kind) for kind in LIFE_OS.commands if kind not in WRITTEN | NEVER_SENT]

SentCommand = tuple[UserId, Command]
SENT_COMMANDS: st.SearchStrategy[SentCommand] = st.tuples(
    st.just(ADA) | USERS, st.one_of(*ABOUT_THINGS, *ABOUT_TASKS, *OTHERS, *ABOUT_THE_WORKSPACE, *DERIVED)
).map(lambda sent: (POLICIES, sent[1]) if isinstance(sent[1], ReleaseTask | OpenNextOccurrence) else sent)

MANY_COMMANDS: st.SearchStrategy[list[SentCommand]] = st.lists(SENT_COMMANDS, min_size=20, max_size=60)

FIRST_COMMANDS: tuple[Command, ...] = (
    *(CreateThing(thing_id=id, name="x") for id in THING_IDS[:5]),
    ArchiveThing(thing_id=THING_IDS[2]),
    *(CreateTask(task_id=id, title="x") for id in TASK_IDS),
    BlockTask(task_id=TASK_IDS[2], blockers=(TASK_IDS[0],)),
    ScheduleTask(task_id=TASK_IDS[0], due=date(2026, 5, 1), recurrence="FREQ=DAILY"),
    AddMember(user_id=STRANGER, name="x"),
    AssignTask(task_id=TASK_IDS[0], users=(BEA, STRANGER)),
    RemoveMember(user_id=STRANGER),
    CreateAsset(asset_id=asset_id(0), kind=AssetKind.FILE, name="x"),
    AddRelation(source=Ref("thing", THING_IDS[0]), type="x", target=Ref("task", TASK_IDS[0])),
    LinkAsset(asset_id=asset_id(0), to=Ref("thing", THING_IDS[0])),
    PostComment(comment_id=comment_id(0), task_id=TASK_IDS[0], text="x"),
    InviteMember(user_id=STRANGER),
    CompleteTask(task_id=TASK_IDS[0]),
)
"""The commands before all others, so that more of the others are accepted.

Some of them prepare for another command: an invitation to accept, a Task to unblock, a Thing to restore.
"""

Step = tuple[str, int, int | None]
"""A change of the hierarchy: the kind of change, the Thing, and the new parent. The Things are numbers."""
COUNT = 8
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(
        st.sampled_from(["move", "move", "move", "create", "reparent", "refuse", "cascade"]),
        st.integers(0, COUNT - 1),
        st.none() | st.integers(0, COUNT - 1),
    ),
    max_size=30,
)
FORESTS: st.SearchStrategy[list[Step]] = st.tuples(
    *(
        st.tuples(st.just("create"), st.just(n), st.none() | st.integers(0, n - 1) if n else st.none())
        for n in range(COUNT)
    )
).map(list)
"""All Things, each created at the top or below an earlier one."""
