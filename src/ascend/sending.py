"""Sending commands: `execute`, which the store and its handle for imports have in common."""

from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.arguments import to_command, to_id, to_text, to_versions
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.workspaces.command import Command
from ascend.projections.application import Application

Submit = Callable[[Request], Awaitable[Receipt]]


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
            ProjectionBehind: too many commits wait for a worker; nothing was appended. Run one, then send it again.
            OutcomeUnknown: the store gave no answer; the command may have been applied.
            UnreadableLog: the log of this workspace cannot be read (`UpgradeRequired`, `Damaged`, `LogDiverged`).
            StoreBusy: others have held the lock of the store's file for too long; nothing was written (a `StoreError`).
            WrongApplication: the store belonged to another application when it was opened (a `StoreError`).
            StoreError: the store failed.
        """
        user = to_id("actor", UserId, actor)
        if user.startswith("~"):
            raise InvalidInput(f"{user} is one of the system's own users")
        request = Request(
            workspace=to_id("workspace", WorkspaceId, workspace),
            command=to_command(command, self._known_commands, self.app.name),
            actor=user,
            command_id=to_id("command_id", CommandId, self.environment.new_id() if command_id is None else command_id),
            expected=to_versions(expected),
            correlation=None if correlation is None else to_text("correlation", correlation),
            causation=None if causation is None else to_text("causation", causation),
            imported=self._imports,
        )
        return await self._submit(request)


class Importing(CommandSender):
    """A handle for imports, from `Store.importing`: its `execute` also takes commands with a time `at`.

    Give it only to code that imports what happened elsewhere: whoever has it can write into the past, as any user. The
    log marks each command that was sent through it.
    """

    _imports = True
