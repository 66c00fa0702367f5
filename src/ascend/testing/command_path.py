"""The command path of production on a recorded log, without an event loop."""

import sys
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import SerializeAsAny

from ascend.domain.errors import CommandFromTheFuture
from ascend.domain.event import Event, touched
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.runtime.arguments import to_id, to_versions
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.dependencies import Dependencies
from ascend.domain.runtime.execution import Execution
from ascend.domain.runtime.lane import Lane
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.request import Request
from ascend.domain.runtime.service import find_fault
from ascend.domain.workspaces.command import Command, Decision
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, View
from ascend.testing.environment import FakeEnvironment
from ascend.testing.people import HOME
from ascend.testing.recorded_log import BEFORE_ALL, RecordedCommit, RecordedLog

T = TypeVar("T")
ENDLESS = CommandLimits(
    tail_commits=sys.maxsize, tail_events=sys.maxsize, cached_commits=sys.maxsize, cached_events=sys.maxsize
)
"""The cache holds the whole log, so that the log is never read again."""


class Happened(Command):
    """Records an event as it is given. No right and no rule is checked, but the event must be one that can be stored."""

    needs = None
    while_archived = True
    event: SerializeAsAny[Event]

    def decide(self, view: View) -> Decision:
        view.load(*touched([self.event]))  # so that an event that cannot be folded is refused
        return [self.event]


class CommandPath:
    """Executes commands in one workspace, after the commits that are given."""

    def __init__(self, model: Model, commits: Sequence[RecordedCommit], environment: FakeEnvironment) -> None:
        self._model = model
        self._environment = environment
        self._log = RecordedLog(commits)
        self._cache = WorkspaceCache(model, HOME, BEFORE_ALL, ENDLESS)
        self._cache.add_commits((recorded.commit for recorded in commits), self._log.head(HOME))
        self._lane = Lane()

    @property
    def commits(self) -> tuple[RecordedCommit, ...]:
        """All commits, those of the executed commands included."""
        return tuple(self._log.recorded)

    def execute(
        self,
        command: Command,
        by: object,
        at: datetime,
        expected: Mapping[Ref, int] | None = None,
        *,
        imported: bool = False,
    ) -> None:
        """Execute the command as a store does.

        Raises:
            Refusal: a rule refused the command.
            AscendError: the errors of `Store.execute`.
        """
        request = Request(
            workspace=HOME,
            command=command,
            actor=to_id("by", UserId, by),
            command_id=CommandId.derive("scenario", str(len(self._log.recorded))),
            expected=to_versions(expected),
            imported=imported,
        )
        environment = self._environment.elsewhere(seconds=(at - self._environment.now()).total_seconds())
        dependencies = Dependencies(self._log, self._log, self._log, environment, self._model, ENDLESS)
        if fault := find_fault(request, at, self._model.kinds):
            raise fault
        try:
            self._run(dependencies, request)
        except CommandFromTheFuture as error:
            error.add_note(
                f"The clock of this scenario stands at {at:%Y-%m-%d %H:%M}: derive the ids from names, such as"
                " TaskId.derive('paint'), or pass the time at which the command is sent (at=…)"
            )
            raise

    def _run(self, dependencies: Dependencies, request: Request) -> None:
        caller = self._lane.join([request], dependencies.environment.now(), {}, most=1)
        self._lane.cache = self._cache
        try:
            run_without_waiting(Execution(dependencies, HOME, self._lane, caller).run())
        finally:
            self._lane.leave(caller)
        (outcome,) = caller.take_outcomes()
        if isinstance(outcome, Exception):
            raise outcome

    def state(self, ref: Ref) -> Entity | None:
        """Return the state of an entity, None if it never existed."""
        self._cache.add_states({ref: NEVER_EXISTED})
        return self._cache.entities[ref].state


def run_without_waiting(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing, to its end."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise AssertionError("a command on a recorded log waits for nothing")
