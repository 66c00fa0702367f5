"""Sending source records: plan each with what stands in the log, send its commands, and count the outcomes."""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anyio import to_thread

from ascend.adapters.importers.ahead import (
    AT_ONCE,
    ImportedCommand,
    SendAll,
    SentAhead,
    member_command,
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


Planned = tuple[SourceRecord, Plan] | Notice
"""A record with its plan, or the notice that it is passed over."""


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
        self._planned: list[Planned] = []
        self._commands = 0
        """Commands in these plans."""
        self._has_begun = False

    def plan_each(self, records: Iterator[SourceRecord | Notice]) -> Iterator[Planned]:
        """Yield each record with its plan. Advance it in a worker thread.

        Raises:
            InvalidRecord: the report is strict, and the record exceeds a limit of the store.
        """
        for record in records:
            yield record if isinstance(record, Notice) else (record, self._make_plan(record))

    def add(self, planned: Planned) -> bool:
        """Keep a planned record, to be sent with others. Return True if they should be sent now."""
        self._planned.append(planned)
        if not isinstance(planned, Notice):
            _, plan = planned
            self._commands += len(plan.newcomers) + len(plan.steps)
        return self._ahead is None or self._commands >= AT_ONCE or len(self._planned) >= RECORDS

    async def send_planned(self) -> AsyncGenerator[None]:
        """Send the commands of the planned records, and yield after each record. The first record creates the workspace.

        Raises:
            InvalidRecord: the report is strict, and a record exceeds a limit of the store.
            Refusal: the workspace's id belongs to somebody else's workspace.
        """
        planned, self._planned, self._commands = self._planned, [], 0
        records = [pair for pair in planned if not isinstance(pair, Notice)]
        if records and not self._has_begun:
            await self._create_workspace(records[0][0])
            self._has_begun = True
        sent = iter(() if self._ahead is None else await self._ahead.send(records))
        for each in planned:
            if isinstance(each, Notice):
                self._report.add(each)
            else:
                await self._send_record(*each, next(sent, ()))
            yield

    async def _send_record(self, record: SourceRecord, plan: Plan, ahead: Sequence[ImportedCommand]) -> None:
        for notice in record.notices:
            self._report.add(notice)
        sent = self.summary.sent.total()
        await self._send_planned(record, plan, ahead)
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

    async def _send_planned(self, record: SourceRecord, plan: Plan, ahead: Sequence[ImportedCommand]) -> None:
        """Send the commands of a plan. Plan the record again when somebody has changed an entity meanwhile."""
        for _ in range(PLANS):
            if await self._send_plan(record, plan, ahead, is_last=False):
                break
            self._count_sent_ahead(ahead)
            await self._known.read()
            plan, ahead = await to_thread.run_sync(self._make_plan, record), ()
        else:
            await self._send_plan(record, plan, ahead, is_last=True)
        for user in sorted(plan.former - self._former):
            plan.notices.append(
                Notice(record.label, "kept", user, "this person was removed here, and is not added again")
            )
        self._former |= plan.former
        for notice in plan.notices:
            self._report.add(notice)
            self.summary.kept += notice.kind == "kept"

    def _make_plan(self, record: SourceRecord) -> Plan:
        """Plan a record. It looks things up on disk."""
        try:
            plan = plan_record(record, self._known)
        except InvalidInput as error:
            if self._report.strict:
                raise InvalidRecord(f"{self._file}: {record.label}: {error.detail}") from None
            return Plan(notices=[Notice(record.label, "passed over", "", str(error.detail))])
        for person in plan.newcomers:  # the next record does not add them again
            self._known.note_member(person.id)
        return plan

    async def _send_plan(
        self, record: SourceRecord, plan: Plan, ahead: Sequence[ImportedCommand], *, is_last: bool
    ) -> bool:
        """Send the commands of a plan. Return False if the log has moved on under it.

        `ahead` holds the commands that were sent ahead. Each counts if the entity has the version that was predicted.
        """
        predicted = iter(ahead)
        for person in plan.newcomers:
            await self._add_member(record, next(predicted, None) or self._member_command(record, person))
        versions = dict[Ref, int]()
        for step in plan.steps:
            version, command = versions.get(step.ref, step.version), next(predicted, None)
            if command is None or command.expected[step.ref] != version:
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

    def _count_sent_ahead(self, ahead: Sequence[ImportedCommand]) -> None:
        """Count the commands behind a conflict that were accepted ahead: the next plan finds them in the log."""
        for command in ahead:
            outcome = None if self._ahead is None else self._ahead.take(command)
            if isinstance(outcome, Receipt):
                self.summary.sent[type(command.command).__name__] += 1
                self._count(command, outcome)

    def _member_command(self, record: SourceRecord, person: Person) -> ImportedCommand:
        return member_command(self.summary.workspace, record, person.id, person.name)

    async def _add_member(self, record: SourceRecord, add: ImportedCommand) -> None:
        await self._send_or_note(record, add.command, self._send_once(add))

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
