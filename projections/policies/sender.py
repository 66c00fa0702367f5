"""Sends the commands with which policies react, and counts what became of them."""

from dataclasses import dataclass
from typing import Protocol

from ascend.domain.errors import CommandIdReused, LimitExceeded, Refusal
from ascend.domain.ids import POLICIES, CommandId, WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.workspaces.command import Command
from ascend.projections.policies.policy import Policy
from ascend.projections.policies.rendered import Cause

log = Log("ascend.policies")


class CommandExecutor(Protocol):
    async def execute(self, request: Request) -> Receipt: ...


@dataclass(slots=True)
class PolicyCounts:
    """Counts of the commands that this process's policies sent, by their result, and of the stalls of a policy."""

    applied: int = 0
    nothing: int = 0
    """Commands that had nothing to change."""
    repeated: int = 0
    refused: int = 0
    stalled: int = 0


class ReactionSender:
    def __init__(self, commands: CommandExecutor) -> None:
        self.commands = commands
        self.counts = PolicyCounts()

    async def send(self, policy: Policy, command: Command, id: CommandId, workspace: WorkspaceId, cause: Cause) -> bool:
        """Send a command as the policies' own user. Return True if it appended something just now.

        Raises `Contention`, `ProjectionBehind`, `OutcomeUnknown` and `StoreError`.
        """
        request = Request(
            workspace=workspace,
            command=command,
            actor=POLICIES,
            command_id=id,
            correlation=cause.correlation,
            causation=cause.command_id,
        )
        labels = {"policy": policy.name, "workspace": workspace, "command": type(command).__name__}
        try:
            receipt = await self.commands.execute(request)
        except (Refusal, LimitExceeded) as refusal:
            self.counts.refused += 1
            log.warning("policy.refused", **labels, rule=getattr(refusal, "rule", type(refusal).__name__))
            return False
        except CommandIdReused:  # an earlier version of the policy sent another command, and that was applied
            self.counts.repeated += 1
            return False
        log.debug("policy.reacted", **labels, position=receipt.position, events=receipt.events)
        return self._count(receipt)

    def _count(self, receipt: Receipt) -> bool:
        if receipt.repeated:
            self.counts.repeated += 1
        elif receipt.events:
            self.counts.applied += 1
        else:
            self.counts.nothing += 1
        return receipt.events > 0 and not receipt.repeated
