"""Sending commands: `execute` and `execute_all`, which the store and its handle for imports have in common."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from operator import attrgetter
from typing import ClassVar

from ascend.domain.errors import AscendError, InvalidInput
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.arguments import check_type, to_command, to_id, to_text, to_versions
from ascend.domain.runtime.call import Outcome, is_verdict
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.workspaces.command import Command
from ascend.projections.application import Application

Submit = Callable[[Sequence[Request]], Awaitable[Sequence[Outcome]]]
"""Sends commands of one workspace, in their order."""
AT_A_TIME = 1_000
"""The number of commands that `execute_all` has under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A command to send with `execute_all`. The fields are the arguments of `execute`."""

    workspace: WorkspaceId
    command: Command
    actor: UserId
    command_id: CommandId | None = None
    expected: Mapping[Ref, int] | None = None
    correlation: str | None = None
    causation: str | None = None


arguments_of = attrgetter(*(field.name for field in fields(Sending)))
"""Returns the fields of a `Sending`, in their order."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A command that `execute_all` has sent, with its receipt, or with the error that refuses it."""

    sending: Sending
    receipt: Receipt | None
    error: AscendError | None
    """A `Refusal`, `InvalidInput`, `CommandIdReused`, `CommandTooOld` or `CommandFromTheFuture`. Nothing was appended."""


class CommandSender:
    """Sends the commands of one application. `Store` and `Importing` are the public ones."""

    _imports: ClassVar[bool] = False
    """True if the commands may carry the time of an imported fact."""

    def __init__(self, app: Application, environment: Environment, submit: Submit) -> None:
        self.app = app
        self.environment = environment
        self._known_commands = frozenset(app.commands)
        self._submit = submit

    async def execute(
        self,
        workspace: WorkspaceId,
        command: Command,
        *,
        actor: UserId,
        command_id: CommandId | None = None,
        expected: Mapping[Ref, int] | None = None,
        correlation: str | None = None,
        causation: str | None = None,
    ) -> Receipt:
        """Apply a command exactly once, however often it is sent with the same `command_id`.

        Keep the `command_id` to send the command again after `OutcomeUnknown`, a crash or a cancellation: the first
        receipt comes back, also if the command changed nothing and others have changed something since. A refused
        command leaves no record: sent again, it is decided anew. Without `command_id`, a new id is made. Ids may be
        given as text.

        `expected` maps entities to the versions that the sender saw in read items. `correlation` and `causation` are
        stored unchanged with the command. A command with a time `at` is refused, unless it is sent through
        `Store.importing`.

        Raises:
            InvalidInput: an argument has the wrong type, or the actor is one of the system's own users (`~…`).
            Refusal: a rule refused the command; nothing was appended.
            VersionConflict: an entity has changed since the version in `expected` (a `Refusal`).
            CommandIdReused, CommandTooOld, CommandFromTheFuture: the command id cannot be used.
            Contention: too many writers at once; nothing was appended.
            QueueFull: too many commands of this workspace wait in this process; nothing was appended.
            ProjectionBehind: too many commits wait for a worker; nothing was appended. Run one, then send it again.
            OutcomeUnknown: the store gave no answer; the command may have been applied.
            UnreadableLog: the log of this workspace cannot be read (`UpgradeRequired`, `Damaged`, `LogDiverged`).
            StoreBusy: others have held the lock of the store's file for too long; nothing was written (a `StoreError`).
            WrongApplication: the store belonged to another application when it was opened (a `StoreError`).
            StoreError: the store failed.
        """
        request = self._to_request(workspace, command, actor, command_id, expected, correlation, causation)
        (outcome,) = await self._submit([request])
        if isinstance(outcome, Receipt):
            return outcome
        try:
            raise outcome
        finally:
            del outcome  # the error holds this frame

    async def execute_all(
        self, sendings: Iterable[Sending], *, progress: Callable[[int], None] | None = None
    ) -> AsyncIterator[Sent]:
        """Apply many commands, and yield what became of each, in their order: for loading data.

        The commands of one workspace are applied in their order, many as one commit. A command that is refused is yielded
        with its error, and the next ones follow. Those among the thousand commands under way that name the version of an
        entity, as it does, end in `VersionConflict`: they were sent on the assumption that it is applied. So does one that
        names another version than an earlier one, which was accepted, has left. Any other error
        ends the loading: no command of the same workspace behind it is applied, and those of the other workspaces may be.
        Run it again with the same command ids to go on.
        `progress` is called with the number of commands that were yielded.

        Raises:
            InvalidInput: an argument has the wrong type; the commands before it were sent, and yielded.
            AscendError: the other errors of `execute`.
        """
        done, remaining = 0, iter(sendings)
        while batch := list(islice(remaining, AT_A_TIME)):
            requests, fault = self._to_requests(batch)
            outcomes = await self._submit_by_workspace(requests)
            for sending, outcome in zip(batch, outcomes, strict=False):
                if isinstance(outcome, Receipt):
                    sent = Sent(sending, outcome, None)
                elif isinstance(outcome, AscendError) and is_verdict(outcome):
                    sent = Sent(sending, None, outcome)
                else:
                    raise outcome
                done += 1
                if progress is not None:
                    progress(done)
                yield sent
            if fault is not None:
                raise fault

    def _to_requests(self, sendings: Sequence[Sending]) -> tuple[Sequence[Request], InvalidInput | None]:
        """Return the requests up to the first one with a wrong argument, and what is wrong with that one."""
        requests: list[Request] = []
        try:
            for sending in sendings:
                check_type("sendings", Sending, sending)
                requests.append(self._to_request(*arguments_of(sending)))
        except InvalidInput as fault:
            return requests, fault
        return requests, None

    async def _submit_by_workspace(self, requests: Sequence[Request]) -> Sequence[Outcome]:
        """Send the commands of each workspace in their order, and the workspaces at the same time."""
        by_workspace: dict[WorkspaceId, dict[int, Request]] = {}
        for number, request in enumerate(requests):
            by_workspace.setdefault(request.workspace, {})[number] = request
        outcomes: dict[int, Outcome] = {}

        async def submit(numbered: Mapping[int, Request]) -> None:
            outcomes.update(zip(numbered, await self._submit(list(numbered.values())), strict=True))

        await for_each(by_workspace.values(), submit)
        return [outcomes[number] for number in range(len(requests))]

    def _to_request(
        self,
        workspace: WorkspaceId,
        command: Command,
        actor: UserId,
        command_id: CommandId | None,
        expected: Mapping[Ref, int] | None,
        correlation: str | None,
        causation: str | None,
    ) -> Request:
        """Return the request of a command. Raises `InvalidInput`."""
        user = to_id("actor", UserId, actor)
        if user.startswith("~"):
            raise InvalidInput(f"{user} is one of the system's own users")
        id = CommandId(self.environment.new_id()) if command_id is None else to_id("command_id", CommandId, command_id)
        return Request(
            workspace=to_id("workspace", WorkspaceId, workspace),
            command=to_command(command, self._known_commands, self.app.name),
            actor=user,
            command_id=id,
            expected=to_versions(expected),
            correlation=None if correlation is None else to_text("correlation", correlation),
            causation=None if causation is None else to_text("causation", causation),
            imported=self._imports,
        )


class Importing(CommandSender):
    """A handle for imports, from `Store.importing`: its `execute` and `execute_all` also take commands with a
    time `at`.

    Give it only to code that imports what happened elsewhere: whoever has it can write into the past, as any user. The
    log marks each command that was sent through it.
    """

    _imports = True
