"""Remembers the commands that a process has sent for reactions that take more than one turn, so that no turn sends them again."""

from dataclasses import dataclass, field

from ascend.domain.ids import CommandId, WorkspaceId
from ascend.projections.limits import PolicyLimits
from ascend.projections.policies.policy import PolicyPosition
from ascend.projections.policies.rendered import AnswerableCommit


@dataclass(slots=True)
class SentCommands:
    """The commands that were sent so far in answer to the events of a commit."""

    commit: str
    ids: set[CommandId] = field(default_factory=set[CommandId])


class UnfinishedAnswers:
    """At most one answer for each workspace and policy."""

    def __init__(self, limits: PolicyLimits) -> None:
        self.limits = limits
        self._sent: dict[tuple[WorkspaceId, str], SentCommands] = {}

    def sent(self, position: PolicyPosition, commit: AnswerableCommit) -> SentCommands:
        """Return what earlier turns sent in answer to the commit."""
        before = self._sent.get((position.workspace, position.policy))
        return before if before is not None and before.commit == commit.id else SentCommands(commit.id)

    def keep(self, position: PolicyPosition, sent: SentCommands) -> bool:
        """Remember the commands for the next turn. Return False if that is too much: then this turn must go on."""
        answer = position.workspace, position.policy
        is_full = answer not in self._sent and len(self._sent) >= self.limits.unfinished_answers
        if is_full or len(sent.ids) > self.limits.commands_per_unfinished_answer:
            return False
        self._sent[answer] = sent
        return True

    def forget(self, position: PolicyPosition) -> None:
        self._sent.pop((position.workspace, position.policy), None)
