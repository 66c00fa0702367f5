"""Ascend: the event-sourced core of a Life OS, on DynamoDB, SQLite or memory.

async with ascend.open_store("sqlite:///life.db", create=True) as store:
    home = ascend.new_id(ascend.WorkspaceId)
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ascend.UserId("ada"))
"""

from ascend.adapters.environment import SystemEnvironment
from ascend.adapters.operations.erase import Erased
from ascend.adapters.operations.prune import Pruned
from ascend.adapters.operations.verified import Verified
from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset, EditAsset, RetireAsset
from ascend.domain.catalog import MODEL
from ascend.domain.comments.commands import DeleteComment, EditComment, PostComment
from ascend.domain.errors import (
    AccessDenied,
    AscendError,
    CommandFromTheFuture,
    CommandIdReused,
    CommandTooOld,
    Contention,
    InvalidCursor,
    InvalidInput,
    InvalidRecord,
    InvalidStoreUrl,
    LimitExceeded,
    LogDiverged,
    NotAllowed,
    NotFound,
    NotVisibleYet,
    OutcomeUnknown,
    Refusal,
    StoreError,
    StoreMismatch,
    StoreMissing,
    StoreUnavailable,
    UpgradeRequired,
    VersionConflict,
)
from ascend.domain.event import Event
from ascend.domain.ids import AssetId, CommandId, CommentId, Ref, TaskId, ThingId, UserId, WorkspaceId
from ascend.domain.links import LinkAsset, UnlinkAsset
from ascend.domain.relations.commands import AddRelation, EditRelation, RemoveRelation
from ascend.domain.role import Role
from ascend.domain.runtime.dependencies import CommandCounts
from ascend.domain.runtime.model import Hierarchy, Kind, Model
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.reaction import Reaction
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.tasks.commands import (
    AssignTask,
    CancelTask,
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    PrioritiseTask,
    ReopenTask,
    ScheduleTask,
    StartTask,
    UnassignTask,
)
from ascend.domain.tasks.dependencies import BlockTask, UnblockTask
from ascend.domain.tasks.task import Priority, Status
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
from ascend.domain.things.thing import ThingKind
from ascend.domain.values import Due, ZonedTime
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.lifecycle import (
    ArchiveWorkspace,
    CreateWorkspace,
    DescribeWorkspace,
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
from ascend.domain.workspaces.view import View
from ascend.projections.catalog import PROJECTIONS
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Load, Pattern
from ascend.projections.policies.catalog import POLICIES_CATALOG
from ascend.projections.policies.policy import Policy, PolicyContext
from ascend.projections.projection import Projection, RenderContext
from ascend.projections.queries import OPERATOR, Operator, Viewer
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.workers.status import WorkspaceStatus
from ascend.projections.workers.worker import Worker
from ascend.store import Store, new_id, open_store

__all__ = [
    "MODEL",
    "NOTHING",
    "OPERATOR",
    "POLICIES_CATALOG",
    "PROJECTIONS",
    "AccessDenied",
    "AddMember",
    "AddRelation",
    "ArchiveThing",
    "ArchiveWorkspace",
    "AscendError",
    "AssetId",
    "AssetKind",
    "AssignTask",
    "BlockTask",
    "CancelTask",
    "ChangeRole",
    "Children",
    "Command",
    "CommandCounts",
    "CommandFromTheFuture",
    "CommandId",
    "CommandIdReused",
    "CommandTooOld",
    "CommentId",
    "CompleteTask",
    "Contention",
    "CreateAsset",
    "CreateTask",
    "CreateThing",
    "CreateWorkspace",
    "Decision",
    "DeclineInvitation",
    "DeleteComment",
    "DeleteTask",
    "DeleteThing",
    "DescribeThing",
    "DescribeWorkspace",
    "Due",
    "EditAsset",
    "EditComment",
    "EditRelation",
    "EditTask",
    "Environment",
    "Erased",
    "Event",
    "Hierarchy",
    "IndexPage",
    "InvalidCursor",
    "InvalidInput",
    "InvalidRecord",
    "InvalidStoreUrl",
    "InviteMember",
    "JoinWorkspace",
    "Kind",
    "LeaveWorkspace",
    "LimitExceeded",
    "LinkAsset",
    "Load",
    "LogDiverged",
    "Model",
    "MoveThing",
    "NotAllowed",
    "NotFound",
    "NotVisibleYet",
    "Operator",
    "OutcomeUnknown",
    "Page",
    "Pattern",
    "Policy",
    "PolicyContext",
    "PostComment",
    "PrioritiseTask",
    "Priority",
    "Projection",
    "Pruned",
    "Reaction",
    "ReadItem",
    "Receipt",
    "Ref",
    "Refusal",
    "RemoveMember",
    "RemoveRelation",
    "RenameThing",
    "RenameWorkspace",
    "RenderContext",
    "ReopenTask",
    "Request",
    "RestoreThing",
    "RestoreWorkspace",
    "RetireAsset",
    "Role",
    "ScheduleTask",
    "StartTask",
    "Status",
    "Store",
    "StoreError",
    "StoreMismatch",
    "StoreMissing",
    "StoreUnavailable",
    "SystemEnvironment",
    "TaskId",
    "ThingId",
    "ThingKind",
    "UnassignTask",
    "UnblockTask",
    "UnlinkAsset",
    "UpgradeRequired",
    "UserId",
    "Verified",
    "VersionConflict",
    "View",
    "Viewer",
    "WithdrawInvitation",
    "Worker",
    "WorkspaceId",
    "WorkspaceStatus",
    "ZonedTime",
    "new_id",
    "open_store",
]
