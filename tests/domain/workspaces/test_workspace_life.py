"""A workspace as a whole: described, archived and restored, erased."""

import pytest
from support.scenario import BEA, MAX, MEMBERS, STRANGER, VERA, fact, task_id

from ascend.domain.errors import NotAllowed, NotFound
from ascend.domain.ids import OPERATOR_USER, POLICIES, UserId
from ascend.domain.tasks.commands import CreateTask
from ascend.domain.workspaces.lifecycle import (
    ArchiveWorkspace,
    CreateWorkspace,
    DescribeWorkspace,
    EraseWorkspace,
    RestoreWorkspace,
    WorkspaceExists,
)
from ascend.domain.workspaces.members import LeaveWorkspace
from ascend.domain.workspaces.workspace import (
    MemberRemoved,
    Workspace,
    WorkspaceArchived,
    WorkspaceDescribed,
    WorkspaceErased,
    WorkspaceIsArchived,
    WorkspaceIsErased,
    WorkspaceRestored,
)
from ascend.testing import ADA, HOME, given, workspace

home = given(*MEMBERS)
ARCHIVED, RESTORED = fact(WorkspaceArchived, workspace_id=HOME), fact(WorkspaceRestored, workspace_id=HOME)
ERASED = fact(WorkspaceErased, by=OPERATOR_USER, workspace_id=HOME)
CREATE = CreateWorkspace(name="Home", owner_name="Ada")
PAINT = CreateTask(task_id=task_id(), title="Paint")


def described(tags: tuple[str, ...] = (), metadata: dict[str, str] | None = None) -> WorkspaceDescribed:
    return fact(WorkspaceDescribed, workspace_id=HOME, tags=tags, metadata=metadata or {})


def test_a_workspace_has_tags_and_metadata() -> None:
    tagged = described(tags=("family",))
    home.when(DescribeWorkspace(tags=("family",))).then(tagged)
    both = described(tags=("family",), metadata={"town": "Jena"})
    given(*MEMBERS, tagged).when(DescribeWorkspace(metadata={"town": "Jena"})).then(both)
    given(*MEMBERS, both).when(DescribeWorkspace(tags=())).then(described(metadata={"town": "Jena"}))
    state = given(*MEMBERS, both).state(Workspace, HOME)
    assert (state.name, state.tags, state.metadata) == ("Home", ("family",), {"town": "Jena"})


def test_a_description_that_changes_nothing_has_no_events() -> None:
    home.when(DescribeWorkspace()).nothing()
    home.when(DescribeWorkspace(tags=(), metadata={})).nothing()


@pytest.mark.parametrize("by", [ADA, BEA])
def test_an_admin_archives_and_restores_a_workspace(by: UserId) -> None:
    home.when(ArchiveWorkspace(), by=by).then(fact(WorkspaceArchived, by=by, workspace_id=HOME))
    home.when(RestoreWorkspace(), by=by).nothing()
    archived = given(*MEMBERS, ARCHIVED)
    archived.when(ArchiveWorkspace(), by=by).nothing()
    archived.when(RestoreWorkspace(), by=by).then(fact(WorkspaceRestored, by=by, workspace_id=HOME))


@pytest.mark.parametrize("by", [MAX, VERA])
def test_nobody_else_archives_or_restores_a_workspace(by: UserId) -> None:
    home.when(ArchiveWorkspace(), by=by).refused(NotAllowed)
    given(*MEMBERS, ARCHIVED).when(RestoreWorkspace(), by=by).refused(NotAllowed)


def test_nothing_in_an_archived_workspace_changes() -> None:
    archived = given(*MEMBERS, ARCHIVED)
    archived.when(PAINT).refused(WorkspaceIsArchived)
    assert given(*MEMBERS, ARCHIVED).state(Workspace, HOME).archived
    restored = given(*MEMBERS, ARCHIVED, RESTORED)
    assert restored.state(Workspace, HOME) == home.state(Workspace, HOME)
    assert restored.when(PAINT).outcome == home.when(PAINT).outcome


def test_members_may_leave_an_archived_workspace() -> None:
    archived = given(*MEMBERS, ARCHIVED)
    archived.when(LeaveWorkspace(), by=MAX).then(fact(MemberRemoved, by=MAX, workspace_id=HOME, user_id=MAX))


def test_only_members_learn_that_a_workspace_is_archived() -> None:
    archived = given(*MEMBERS, ARCHIVED)
    archived.when(CREATE, by=STRANGER).refused(WorkspaceExists)
    archived.when(CREATE).nothing()


def test_only_the_operator_erases_a_workspace() -> None:
    for by in (ADA, STRANGER, POLICIES):
        home.when(EraseWorkspace(), by=by).refused(NotAllowed)
    home.when(EraseWorkspace(), by=OPERATOR_USER).then(ERASED)
    given(*MEMBERS, ARCHIVED).when(EraseWorkspace(), by=OPERATOR_USER).then(ERASED)
    given().when(EraseWorkspace(), by=OPERATOR_USER).refused(NotFound)


@pytest.mark.parametrize("by", [ADA, STRANGER, OPERATOR_USER])
def test_an_erased_workspace_is_gone_for_good_and_its_id_is_never_used_again(by: UserId) -> None:
    erased = given(*MEMBERS, ERASED)
    erased.when(CREATE, by=by).refused(WorkspaceIsErased)
    erased.when(EraseWorkspace(), by=by).refused(WorkspaceIsErased)


def test_the_state_of_an_erased_workspace_is_empty_also_if_its_log_holds_only_stubs() -> None:
    nothing = Workspace(id=HOME, name="", erased=True)
    assert given(*MEMBERS, ERASED).state(Workspace, HOME) == nothing
    assert given(ERASED).state(Workspace, HOME) == nothing


def test_the_system_s_own_users_have_no_role_of_their_own() -> None:
    """A policy may do what a member may; the operator only erases."""
    given(*workspace()).when(PAINT, by=OPERATOR_USER).refused(NotAllowed)
    assert not isinstance(given(*workspace()).when(PAINT, by=POLICIES).outcome, Exception)
