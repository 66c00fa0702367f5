"""Gives the calls of a group their outcomes, and counts and logs them."""

from ascend.domain.errors import OutcomeUnknown, Refusal
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.call import Call, Outcome
from ascend.domain.runtime.dependencies import CommandCounts
from ascend.domain.runtime.group import CallGroup
from ascend.domain.runtime.lane import Lane
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.request import Receipt

log = Log("ascend.commands")


class Outcomes:
    """The outcomes of one workspace's calls."""

    def __init__(self, counts: CommandCounts, workspace: WorkspaceId, lane: Lane) -> None:
        self._counts = counts
        self._workspace = workspace
        self._lane = lane

    def give(self, group: CallGroup) -> None:
        """Give each call what it was decided to, now that the commit is durable."""
        shows = log.shows_debug()
        for call, outcome in group.outcomes:
            self._count(outcome)
            if shows:
                self._note(call, outcome)
            self._lane.answer(call, outcome)
        group.keep_left()

    def give_unknown(self, group: CallGroup) -> OutcomeUnknown:
        """Tell the calls of a commit that got no answer. Return the error of the first one."""
        errors: list[OutcomeUnknown] = []
        for call, outcome in group.outcomes:
            if isinstance(outcome, Receipt) and outcome.position < group.position:
                self._count(outcome)
                self._lane.answer(call, outcome)  # it was applied before
            else:
                errors.append(OutcomeUnknown(call.request.command_id))
                self._lane.answer(call, errors[-1])
        return errors[0]

    def make_unknown(self, call: Call, error: Exception) -> OutcomeUnknown:
        """Return what a call is told that an earlier commit may have applied, when it cannot be found out."""
        unknown = OutcomeUnknown(call.request.command_id)
        unknown.__cause__ = error
        return unknown

    def _count(self, outcome: Outcome) -> None:
        counts = self._counts
        if isinstance(outcome, Receipt):
            if outcome.repeated:
                counts.repeated += 1
            elif outcome.events:
                counts.applied += 1
            else:
                counts.nothing += 1
        elif isinstance(outcome, Refusal):
            counts.refused += 1

    def _note(self, call: Call, outcome: Outcome) -> None:
        keys = log_keys(call)
        match outcome:
            case Receipt(repeated=False):
                log.debug("command.applied", **keys, position=outcome.position, events=outcome.events)
            case Refusal():
                log.debug("command.refused", **keys, rule=outcome.rule)
            case _:
                pass

    def note_conflict(self, group: CallGroup) -> None:
        if log.shows_debug():
            log.debug("command.conflict", **self._group_keys(group))

    def note_no_answer(self, group: CallGroup, send: int, error: Exception) -> None:
        log.warning("command.no_answer", **self._group_keys(group), sent=send, error=type(error).__name__)

    def _group_keys(self, group: CallGroup) -> dict[str, object]:
        call, _ = group.outcomes[0]
        return log_keys(call) | {"round": call.attempts, "commands": len(group.outcomes)}


def log_keys(call: Call) -> dict[str, object]:
    request = call.request
    return {
        "workspace": request.workspace,
        "command_id": request.command_id,
        "command": type(request.command).__name__,
    }
