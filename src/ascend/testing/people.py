"""The workspace of a scenario, its people, and the time at which things happen there."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from ascend.domain.event import Event
from ascend.domain.ids import UserId, WorkspaceId
from ascend.domain.role import Role
from ascend.domain.workspaces.workspace import MemberAdded, WorkspaceCreated

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""The time of every decision in a scenario, unless another is given."""
HOME = WorkspaceId.derive("home")
"""The workspace of every scenario."""
ADA = UserId("ada")
"""The actor of every command in a scenario, and the owner of its workspace, unless another is given."""

People = UserId | Collection[UserId]
"""One user, or several."""


def workspace(
    *, owner: UserId = ADA, admin: People = (), member: People = (), viewer: People = (), name: str = "Home"
) -> tuple[Event, ...]:
    """Return the events of a new workspace with these people: begin a scenario with them.

    given(*workspace(member=MAX, viewer=(VERA, UDO)), app=BANK)
    """
    created = WorkspaceCreated(at=NOON, by=owner, workspace_id=HOME, name=name, owner_name=owner.title())
    roles = ((Role.ADMIN, admin), (Role.MEMBER, member), (Role.VIEWER, viewer))
    return (created, *(member_added(user, role, by=owner) for role, people in roles for user in each_of(people)))


def member_added(user: UserId, role: Role, *, by: UserId = ADA) -> MemberAdded:
    """Return the event that somebody was added as a member. Their name is their id, with a capital letter."""
    return MemberAdded(at=NOON, by=by, workspace_id=HOME, user_id=user, name=user.title(), role=role)


def each_of(people: People) -> Iterator[UserId]:
    """Yield the users."""
    yield from ((people,) if isinstance(people, str) else people)
