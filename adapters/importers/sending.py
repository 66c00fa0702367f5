"""Sending source records: plan each with what stands in the log, send its commands, and count the outcomes."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anyio import to_thread

from ascend.adapters.importers.ahead import (
    AT_ONCE,
    ImportedCommand,
    SendAll,
    SentAhead,
    member_command,
    planned_commands,
    step_command,
)
from ascend.adapters.importers.merge.known import KnownEntities
from ascend.adapters.importers.merge.plan import Plan, plan_record
from ascend.adapters.importers.records import IMPORTER, Person, SourceRecord
from ascend.adapters.importers.report import Notice, NoticeKind, Report
from ascend.domain.errors import CommandIdReused, InvalidInput, InvalidRecord, Refusal, VersionConflict
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.request import Receipt
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.projections.ports import LogReader

Send = Callable[[WorkspaceId, Command, UserId, CommandId, Mapping[Ref, int]], Awaitable[Receipt]]
"""Sends a command of an import, with the versions of entities that the import has seen."""
RECORDS = 100
"""Records that are planned together, at most."""
PLANS = 5
"""The number of times that a record is planned when others change its entities at the same moment."""


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """A store as an import uses it."""

    send: Send
    log: LogReader
    model: Model
    send_all: SendAll | None = None
    """Sends many commands together. None: they are sent one by one."""


@dataclass(slots=True)
class Summary:
    """The outcome of an import. A second import of the same file sends no command: `events` is 0."""

    workspace: WorkspaceId
    records: int = 0
    unchanged: int = 0
    """Records for which no command was needed."""
    sent: Counter[str] = field(default_factory=Counter[str])
    """Commands sent, by name. Commands that add members are included."""
    events: int = 0
    """Events that this import appended."""
    repeated: int = 0
    """Commands that were applied before, by another import at the same time."""
    changed: int = 0
    """Fields of existing entities that took a new value of the source."""
    kept: int = 0
    """Fields, entities and members that people changed or removed here, so that the source does not change them."""
    pending: int = 0
    """Reviews that their authors have not sent yet. They are passed over."""
    skipped: int = 0
    """References in texts that point at their own record, or at a record that is not known."""
    refused: int = 0
    """Commands refused by a rule: for example, a comment of a removed member."""


class RecordSender:
    """Plans the records of one import, sends their commands, and counts the outcomes in `summary`."""

    def __init__(
        self, file: Path, workspace: WorkspaceId, name: str, target: ImportTarget, known: KnownEntities, report: Report
    ) -> None:
        self.summary = Summary(workspace)
        self._file = file
        self._name = name
        self._send = target.send
        self._ahead = None if target.send_all is None or report.strict else SentAhead(workspace, target.send_all)
        self._known = known
        self._report = report
        self._former = set[UserId]()
        """The people of whom the report says that they were removed."""
        self._planned: list[tuple[SourceRecord, Plan] | Notice] = []
        self._commands = 0
        """Commands in these plans."""
        self._has_begun = False

    async def plan(self, record: SourceRecord | Notice) -> bool:
        """Plan a record, to be sent with others. Return True if they should be sent now.

        The first record creates the workspace.

        Raises:
            InvalidRecord: the report is strict, and the record exceeds a limit of the store.
            Refusal: the workspace's id belongs to somebody else's workspace.
        """
        if isinstance(record, Notice):
            self._planned.append(record)
        else:
            if not self._has_begun:
                await self._create_workspace(record)
            self._has_begun = True
            plan = await self._plan(record)
            for person in plan.newcomers:  # the next record does not add them again
                await to_thread.run_sync(self._known.note_member, person.id)
            self._planned.append((record, plan))
            self._commands += len(plan.newcomers) + len(plan.steps)
        return self._ahead is None or self._commands >= AT_ONCE or len(self._planned) >= RECORDS

    async def send_planned(self) -> AsyncGenerator[None]:
        """Send the commands of the planned records, and yield after each record.

        Raises:
            InvalidRecord: the report is strict, and a record exceeds a limit of the store.
        """
        planned, self._planned, self._commands = self._planned, [], 0
        if self._ahead is not None:
            await self._ahead.send([pair for pair in planned if not isinstance(pair, Notice)])
        for each in planned:
            if isinstance(each, Notice):
                self._report.add(each)
            else:
                await self._send_record(*each)
            yield

    async def _send_record(self, record: SourceRecord, plan: Plan) -> None:
        for notice in record.notices:
            self._report.add(notice)
        sent = self.summary.sent.total()
        await self._send_planned(record, plan)
        self.summary.records += not record.again
        self.summary.unchanged += not record.again and self.summary.sent.total() == sent
        self.summary.skipped += record.skipped
        self.summary.pending += record.pending

    async def _create_workspace(self, record: SourceRecord) -> None:
        """Create the workspace, unless the log says that the importer is or was a member of it."""
        if await to_thread.run_sync(self._known.membership, IMPORTER) is None:
            create = CreateWorkspace(name=self._name, owner_name="Importer", at=record.at)
            await self._send_once(
                ImportedCommand(create, IMPORTER, CommandId.derive(self.summary.workspace, "workspace", "create"), {})
            )

    # A plan

    async def _send_planned(self, record: SourceRecord, plan: Plan) -> None:
        """Send the commands of a plan. Plan the record again when somebody has changed an entity meanwhile."""
        for _ in range(PLANS):
            if await self._send_plan(record, plan, is_last=False):
                break
            self._count_sent_ahead(record, plan)
            await self._known.read()
            plan = await self._plan(record)
        else:
            await self._send_plan(record, plan, is_last=True)
        for user in sorted(plan.former - self._former):
            plan.notices.append(
                Notice(record.label, "kept", user, "this person was removed here, and is not added again")
            )
        self._former |= plan.former
        for notice in plan.notices:
            self._report.add(notice)
            self.summary.kept += notice.kind == "kept"

    async def _plan(self, record: SourceRecord) -> Plan:
        try:
            return await to_thread.run_sync(plan_record, record, self._known)
        except InvalidInput as error:
            if self._report.strict:
                raise InvalidRecord(f"{self._file}: {record.label}: {error.detail}") from None
            return Plan(notices=[Notice(record.label, "passed over", "", str(error.detail))])

    async def _send_plan(self, record: SourceRecord, plan: Plan, *, is_last: bool) -> bool:
        """Send the commands of a plan. Return False if the log has moved on under it."""
        for person in plan.newcomers:
            await self._add_member(record, person)
        versions = dict[Ref, int]()
        for step in plan.steps:
            version = versions.get(step.ref, step.version)
            command = step_command(self.summary.workspace, step, version)
            try:
                receipt = await self._send_or_note(record, command.command, self._execute(command))
            except (VersionConflict, CommandIdReused) as conflict:
                if not is_last:
                    return False
                self._refuse(record, command.command, conflict)
            else:
                versions[step.ref] = version + (0 if receipt is None else receipt.events)
        return True

    def _count_sent_ahead(self, record: SourceRecord, plan: Plan) -> None:
        """Count the commands behind a conflict that were accepted ahead: the next plan finds them in the log."""
        for command in planned_commands(self.summary.workspace, record, plan):
            outcome = None if self._ahead is None else self._ahead.take(command)
            if isinstance(outcome, Receipt):
                self.summary.sent[type(command.command).__name__] += 1
                self._count(command, outcome)

    async def _add_member(self, record: SourceRecord, person: Person) -> None:
        add = member_command(self.summary.workspace, record, person.id, person.name)
        await self._send_or_note(record, add.command, self._send_once(add))
        await to_thread.run_sync(self._known.note_member, person.id)

    # A command

    async def _send_or_note(
        self, record: SourceRecord, command: Command, sending: Awaitable[Receipt | None]
    ) -> Receipt | None:
        """Send a command, or note why it was not accepted. Then return None.

        Raises:
            VersionConflict, CommandIdReused: the log has moved on.
            InvalidRecord: the report is strict, and the command exceeds a limit of the store.
        """
        try:
            return await sending
        except VersionConflict:
            raise
        except Refusal as refusal:
            self._refuse(record, command, refusal)
        except InvalidInput as error:
            if self._report.strict:
                raise InvalidRecord(f"{self._file}: {record.label}: {error.detail}") from None
            self._note(record, "left out", command, str(error.detail))
        return None

    def _refuse(self, record: SourceRecord, command: Command, reason: Exception) -> None:
        self.summary.refused += 1
        self._note(record, "refused", command, str(reason))

    def _note(self, record: SourceRecord, kind: NoticeKind, command: Command, reason: str) -> None:
        self._report.add(Notice(record.label, kind, type(command).__name__, reason))

    async def _send_once(self, command: ImportedCommand) -> Receipt | None:
        """Send a command of which a workspace needs one only, whichever record asks for it. None: it was sent before."""
        try:
            return await self._execute(command)
        except CommandIdReused:
            self.summary.repeated += 1  # an import of another file sent it at the same moment, with another time
            return None

    async def _execute(self, command: ImportedCommand) -> Receipt:
        self.summary.sent[type(command.command).__name__] += 1
        outcome = None if self._ahead is None else self._ahead.take(command)
        if isinstance(outcome, Exception):
            raise outcome
        receipt = outcome or await self._send(
            self.summary.workspace, command.command, command.actor, command.id, command.expected
        )
        self._count(command, receipt)
        return receipt

    def _count(self, command: ImportedCommand, receipt: Receipt) -> None:
        if receipt.repeated:
            self.summary.repeated += 1
        else:
            self.summary.events += receipt.events
            self.summary.changed += command.cells
