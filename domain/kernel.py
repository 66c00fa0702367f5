"""The kernel of every application: workspaces and their members."""

from ascend.domain.runtime.model import Kind
from ascend.domain.workspaces import lifecycle, members, workspace

WORKSPACE = Kind(
    workspace.Workspace,
    workspace.WorkspaceEvents,
    workspace.evolve,
    commands=(
        lifecycle.CreateWorkspace,
        lifecycle.RenameWorkspace,
        lifecycle.DescribeWorkspace,
        lifecycle.ArchiveWorkspace,
        lifecycle.RestoreWorkspace,
        lifecycle.EraseWorkspace,
        members.InviteMember,
        members.WithdrawInvitation,
        members.DeclineInvitation,
        members.JoinWorkspace,
        members.AddMember,
        members.ChangeRole,
        members.RemoveMember,
        members.LeaveWorkspace,
    ),
)
