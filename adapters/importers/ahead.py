"""Commands sent ahead: those of many records are sent together, and then each record finds the outcomes of its own.

plans of some records ──▶ their commands, with the versions that they lead to ──send──▶ outcomes
                                                                                           │
record by record: is this the command that was sent? ──yes──▶ its outcome ◀────────────────┘
                                                     └─no──▶ send it now

A refused command leaves no trace. So where something else happened than was assumed, a refusal is not believed any more: the
command is sent again.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ascend.adapters.importers.merge.plan import Plan, PlannedStep
from ascend.adapters.importers.records import IMPORTER, SourceRecord
from ascend.domain.errors import CommandIdReused, VersionConflict
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.request import Receipt
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.members import AddMember

AT_ONCE = 500
"""Commands that are sent together. After those with a failed prediction, the other ones are left to their records."""


@dataclass(frozen=True, slots=True)
class ImportedCommand:
    """A command of an import, with the versions of entities that the import has seen."""

    command: Command
    actor: UserId
    id: CommandId
    expected: Mapping[Ref, int]
    cells: int = field(default=0, compare=False)
    """The number of cells of an existing entity that it changes."""


SendAll = Callable[[WorkspaceId, Sequence[ImportedCommand]], Awaitable[Sequence[Receipt | Exception]]]
"""Sends commands of an import in their order. Returns what became of each: its receipt, or the error that refuses it.

The answer may be shorter: the commands behind it were not sent, and each is left to its record.
"""


def is_as_predicted(outcome: Receipt | Exception) -> bool:
    """Return True if a command led to the version that is predicted for the commands behind it: one event further.

    Where it did not, the store refuses those of them that were sent with it and name the version of the same entity.
    """
    return isinstance(outcome, Receipt) and outcome.events == 1


class SentAhead:
    """The outcomes of commands that were sent ahead."""

    def __init__(self, workspace: WorkspaceId, send_all: SendAll) -> None:
        self._workspace = workspace
        self._send_all = send_all
        self.outcomes: dict[CommandId, tuple[ImportedCommand, Receipt | Exception]] = {}
        self._believes_refusals = True

    async def send(self, records: Sequence[tuple[SourceRecord, Plan]]) -> Sequence[Sequence[ImportedCommand]]:
        """Send the commands of the plans, as far as all goes as predicted. Return the commands of each record.

        What was sent before is forgotten.
        """
        self.outcomes, self._believes_refusals = {}, True
        by_record = [list(planned_commands(self._workspace, record, plan)) for record, plan in records]
        await self._send([command for commands in by_record for command in commands])
        return by_record

    async def _send(self, commands: Sequence[ImportedCommand]) -> None:
        for start in range(0, len(commands), AT_ONCE):
            some = commands[start : start + AT_ONCE]
            outcomes = await self._send_all(self._workspace, some)
            for sent, outcome in zip(some, outcomes, strict=False):
                self.outcomes.setdefault(sent.id, (sent, outcome))
            if len(outcomes) < len(some) or not all(map(is_as_predicted, outcomes)):
                return

    def take(self, command: ImportedCommand) -> Receipt | Exception | None:
        """Return the outcome of a command that was sent ahead. None: it has to be sent."""
        sent, outcome = self.outcomes.pop(command.id, (None, None))
        is_believed = self._believes_refusals or not isinstance(outcome, Exception)
        if (sent is not command and sent != command) or not is_believed:
            self._believes_refusals = False
            return None
        if isinstance(outcome, VersionConflict | CommandIdReused):
            self._believes_refusals = False  # somebody else is at work on the same entities
        return outcome


def planned_commands(workspace: WorkspaceId, record: SourceRecord, plan: Plan) -> Iterator[ImportedCommand]:
    """Yield the commands of a plan, as they are sent if each of them leads to one event."""
    for person in plan.newcomers:
        yield member_command(workspace, record, person.id, person.name)
    versions = dict[Ref, int]()
    for step in plan.steps:
        version = versions.get(step.ref, step.version)
        yield step_command(workspace, step, version)
        versions[step.ref] = version + 1


def step_command(workspace: WorkspaceId, step: PlannedStep, version: int) -> ImportedCommand:
    """Return the command that changes an entity at this version only."""
    change, id = step.change, step.id(workspace, version)
    return ImportedCommand(change.command, change.by, id, {step.ref: version}, step.cells)


def member_command(workspace: WorkspaceId, record: SourceRecord, user: UserId, name: str) -> ImportedCommand:
    """Return the command that adds a member: the same for all records that name the user."""
    add = AddMember(user_id=user, name=name, at=record.at)
    return ImportedCommand(add, IMPORTER, CommandId.derive(workspace, "member", user, "add"), {})
