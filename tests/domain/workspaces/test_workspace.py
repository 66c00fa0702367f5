"""Members and roles. The last owner cannot leave."""

import pytest
from support.scenario import BEA, MAX, MEMBERS, STRANGER, VERA, fact, task_id

from ascend.domain.errors import NotAllowed, NotFound, VersionConflict
from ascend.domain.ids import POLICIES, Ref, UserId
from ascend.domain.role import Role
from ascend.domain.tasks.commands import CreateTask
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import CreateWorkspace, RenameWorkspace, WorkspaceExists
from ascend.domain.workspaces.members import (
    AddMember,
    ChangeRole,
    InviteMember,
    LastOwner,
    LeaveWorkspace,
    NoSuchMember,
    RemoveMember,
    WorkspaceFull,
)
from ascend.domain.workspaces.workspace import MEMBERS as MOST
from ascend.domain.workspaces.workspace import (
    PEOPLE_BYTES,
    MemberInvited,
    MemberRemoved,
    MemberRoleChanged,
    Workspace,
    WorkspaceCreated,
    WorkspaceRenamed,
)
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME, given, member_added, workspace

home = given(*MEMBERS)


def role_changed(user: UserId, role: Role, by: UserId = ADA) -> MemberRoleChanged:
    return fact(MemberRoleChanged, by=by, workspace_id=HOME, user_id=user, role=role)


def removed(user: UserId, by: UserId = ADA) -> MemberRemoved:
    return fact(MemberRemoved, by=by, workspace_id=HOME, user_id=user)


def test_the_creator_of_a_workspace_owns_it() -> None:
    created = fact(WorkspaceCreated, by=BEA, workspace_id=HOME, name="Home", owner_name="Bea")
    given().when(CreateWorkspace(name="Home", owner_name="Bea"), by=BEA).then(created)
    assert given(created).state(Workspace, HOME).members[BEA].role is Role.OWNER


def test_a_workspace_created_again_by_its_owner_has_no_events() -> None:
    given(*workspace()).when(CreateWorkspace(name="Home", owner_name="Ada")).nothing()


@pytest.mark.parametrize(("name", "by"), [("Home", BEA), ("Home", STRANGER), ("Another", ADA)])
def test_a_workspace_that_exists_cannot_be_created(name: str, by: UserId) -> None:
    home.when(CreateWorkspace(name=name, owner_name="Ada"), by=by).refused(WorkspaceExists)


def test_nothing_can_be_done_in_a_workspace_that_does_not_exist() -> None:
    given().when(CreateTask(task_id=task_id(), title="Paint")).refused(NotFound)
    given().when(LeaveWorkspace()).refused(NotFound)


def test_an_admin_renames_a_workspace() -> None:
    renamed = fact(WorkspaceRenamed, by=BEA, workspace_id=HOME, name="House")
    home.when(RenameWorkspace(name="House"), by=BEA).then(renamed)
    home.when(RenameWorkspace(name="Home"), by=BEA).nothing()
    assert given(*MEMBERS, renamed).state(Workspace, HOME).name == "House"


@pytest.mark.parametrize("by", [MAX, VERA, STRANGER])
@pytest.mark.parametrize(
    "command",
    [
        RenameWorkspace(name="House"),
        AddMember(user_id=STRANGER, name="Sam"),
        ChangeRole(user_id=VERA, role=Role.MEMBER),
        RemoveMember(user_id=VERA),
    ],
    ids=lambda command: type(command).__name__,
)
def test_commands_that_need_an_admin_are_refused_to_others(command: Command, by: UserId) -> None:
    home.when(command, by=by).refused(NotAllowed)


@pytest.mark.parametrize("by", [VERA, STRANGER])
def test_a_viewer_and_a_stranger_change_nothing(by: UserId) -> None:
    home.when(CreateTask(task_id=task_id(), title="Paint"), by=by).refused(NotAllowed)


def test_a_member_is_added_once() -> None:
    home.when(AddMember(user_id=STRANGER, name="Stranger", role=Role.VIEWER)).then(member_added(STRANGER, Role.VIEWER))
    home.when(AddMember(user_id=MAX, name="Maximilian", role=Role.OWNER)).nothing()


GRANTS = {Role.ADMIN: {Role.VIEWER, Role.MEMBER, Role.ADMIN}, Role.OWNER: set(Role)}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("mine", [Role.ADMIN, Role.OWNER])
def test_nobody_gives_or_takes_a_role_above_their_own(mine: Role, role: Role) -> None:
    by = ADA if mine is Role.OWNER else BEA
    house = given(*MEMBERS, member_added(UserId("them"), role))
    them, other = UserId("them"), Role.VIEWER if role is not Role.VIEWER else Role.MEMBER
    adding = house.when(AddMember(user_id=STRANGER, name="Stranger", role=role), by=by)
    giving = house.when(ChangeRole(user_id=VERA, role=role), by=by)
    taking = house.when(ChangeRole(user_id=them, role=other), by=by)
    removing = house.when(RemoveMember(user_id=them), by=by)
    if role in GRANTS[mine]:
        adding.then(member_added(STRANGER, role, by=by))
        taking.then(role_changed(them, other, by))
        removing.then(removed(them, by))
        if role is Role.VIEWER:
            giving.nothing()
        else:
            giving.then(role_changed(VERA, role, by))
    else:
        for answer in (adding, giving, taking, removing):
            answer.refused(NotAllowed)


def test_the_last_owner_cannot_leave() -> None:
    home.when(LeaveWorkspace()).refused(LastOwner)
    home.when(RemoveMember(user_id=ADA)).refused(LastOwner)
    home.when(ChangeRole(user_id=ADA, role=Role.ADMIN)).refused(LastOwner)


def test_an_owner_may_leave_if_there_is_another() -> None:
    house = given(*MEMBERS, role_changed(BEA, Role.OWNER))
    house.when(LeaveWorkspace()).then(removed(ADA))
    house.when(ChangeRole(user_id=ADA, role=Role.VIEWER)).then(role_changed(ADA, Role.VIEWER))
    given(*MEMBERS, role_changed(BEA, Role.OWNER), removed(ADA)).when(LeaveWorkspace(), by=BEA).refused(LastOwner)


def test_anybody_may_leave_and_is_then_a_stranger() -> None:
    home.when(LeaveWorkspace(), by=VERA).then(removed(VERA, by=VERA))
    without_vera = given(*MEMBERS, removed(VERA, by=VERA))
    without_vera.when(LeaveWorkspace(), by=VERA).refused(NotAllowed)
    without_vera.when(RemoveMember(user_id=VERA)).nothing()


@pytest.mark.parametrize(
    "command",
    [
        AddMember(user_id=STRANGER, name="Sam", role=Role.OWNER),
        ChangeRole(user_id=MAX, role=Role.OWNER),
        RemoveMember(user_id=VERA),
    ],
)
def test_a_policy_may_do_what_an_owner_may(command: Command) -> None:
    assert home.when(command, by=POLICIES).outcome


def test_only_a_member_s_role_can_be_changed() -> None:
    home.when(ChangeRole(user_id=STRANGER, role=Role.MEMBER)).refused(NoSuchMember)
    home.when(ChangeRole(user_id=MAX, role=Role.MEMBER)).nothing()


def test_members_are_limited_and_the_largest_workspace_fits_into_an_item() -> None:
    longest = "\U0001f9d1" * 100
    crowd = [
        member_added(UserId(f"u{n:063d}"), Role.MEMBER).model_copy(update={"name": longest}) for n in range(MOST - 1)
    ]
    full = given(*workspace(), *crowd)
    full.when(AddMember(user_id=STRANGER, name="Sam")).refused(WorkspaceFull)
    full.when(AddMember(user_id=crowd[0].user_id, name="Sam")).nothing()
    state = full.state(Workspace, HOME)
    assert len(LIFE_OS.model.dump_state(Ref("workspace", HOME), state).encode()) < 390 * 1024


def test_the_ids_of_members_and_invited_users_are_limited_together() -> None:
    """Each takes the bytes that it takes in the state, where a quotation mark takes two."""
    long, quotes = (sorted(UserId(f"{n:03d}{text * 252}") for n in range(75)) for text in 'x"')
    crowd = [member_added(user, Role.MEMBER) for user in long]
    full = given(
        *workspace(),
        *crowd,
        *(fact(MemberInvited, workspace_id=HOME, user_id=user, role=Role.MEMBER) for user in quotes[:38]),
    )
    room = PEOPLE_BYTES - 75 * 255 - 38 * (255 + 252) - len(ADA)

    fits, too_long = (UserId("é" * (room // 2 + more)) for more in (0, 1))
    full.when(AddMember(user_id=too_long, name="Sam")).refused(WorkspaceFull)
    full.when(InviteMember(user_id=too_long)).refused(WorkspaceFull)
    assert full.when(AddMember(user_id=fits, name="Sam")).outcome
    assert full.when(InviteMember(user_id=fits)).outcome
    full.when(InviteMember(user_id=quotes[0])).nothing()
    assert full.when(AddMember(user_id=quotes[0], name="Sam")).outcome


def test_a_command_that_expects_another_version_is_refused() -> None:
    seen = Ref("workspace", HOME)
    home.when(RenameWorkspace(name="House"), expected={seen: 3}).refused(VersionConflict)
    home.when(RenameWorkspace(name="House"), expected={seen: 4}).then(
        fact(WorkspaceRenamed, workspace_id=HOME, name="House")
    )
    home.when(RenameWorkspace(name="Home"), expected={Ref("task", task_id()): 0}).nothing()
