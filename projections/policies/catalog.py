"""The policies of the Life OS. An application adds its own: `LIFE_OS.extended(policies=…)`."""

from collections.abc import AsyncGenerator

from ascend.domain.errors import NotAllowed
from ascend.domain.ids import UserId
from ascend.domain.runtime.reaction import Reaction
from ascend.domain.tasks.commands import ReleaseTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence
from ascend.domain.tasks.task import TaskCompleted
from ascend.domain.workspaces.workspace import MemberRemoved
from ascend.projections.policies.policy import Policy, PolicyContext
from ascend.projections.queries import OPERATOR
from ascend.projections.queries.pages import all_items


async def unassign(removed: MemberRemoved, context: PolicyContext) -> AsyncGenerator[Reaction]:
    """Release each open Task of a user who was removed or who left, unless the user is a member again."""
    if await is_member(context, removed.user_id):
        return
    user, workspace = removed.user_id, context.workspace
    async for line in all_items(
        lambda cursor: context.queries.tasks_of(user, workspace, viewer=OPERATOR, cursor=cursor)
    ):
        yield Reaction(ReleaseTask(task_id=line.task), name=line.task)


async def is_member(context: PolicyContext, user: UserId) -> bool:
    try:
        await context.queries.check(context.workspace, user)
    except NotAllowed:
        return False
    return True


async def open_next(completed: TaskCompleted, context: PolicyContext) -> AsyncGenerator[Reaction]:  # noqa: ARG001 - it reads nothing
    """Open the next occurrence of a recurring Task. The event says if the Task recurs, so other Tasks cost no read."""
    if completed.recurs:
        yield Reaction(OpenNextOccurrence(task_id=completed.task_id), name="next")


POLICIES_CATALOG: tuple[Policy, ...] = (
    Policy("unassign-removed-members", {MemberRemoved: unassign}),
    Policy("open-next-occurrence", {TaskCompleted: open_next}),
)
