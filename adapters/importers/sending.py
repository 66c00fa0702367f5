"""Sending source records: command by command, with a count of the outcomes."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from ascend.adapters.importers.records import IMPORTER, ImportStep, Person, SourceIdentity, SourceRecord
from ascend.adapters.importers.report import Notice, Report
from ascend.domain.errors import CommandIdReused, InvalidInput, InvalidRecord, Refusal
from ascend.domain.ids import CommandId, UserId, WorkspaceId
from ascend.domain.runtime.request import Receipt
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.members import AddMember

Send = Callable[[WorkspaceId, Command, UserId, CommandId], Awaitable[Receipt]]
MEMBERS_REMEMBERED = 1_000
"""The number of people remembered as members: more than a workspace has."""
REFUSALS_LISTED = 10


@dataclass(slots=True)
class Summary:
    """The outcome of an import. A second import of the same file has `events` 0."""

    workspace: WorkspaceId
    records: int = 0
    sent: Counter[str] = field(default_factory=Counter[str])
    """Commands sent, by name. Commands that add members are included."""
    events: int = 0
    """Events that this import appended."""
    repeated: int = 0
    """Commands that were applied before."""
    kept: int = 0
    """Commands that were applied before with other content. The content in the workspace is unchanged."""
    skipped: int = 0
    """References in texts that point at their own record, or at a record that is not in the file."""
    refused: int = 0
    """Commands refused by a rule: for example, a comment on a deleted task, or a comment of a removed member."""
    refusals: list[str] = field(default_factory=list[str])
    """The first refusals, one line each."""


class RecordSender:
    """Sends the records of one import and counts the outcomes in `summary`."""

    def __init__(self, file: Path, workspace: WorkspaceId, name: str, send: Send, report: Report) -> None:
        self.summary = Summary(workspace)
        self._file = file
        self._name = name
        self._send = send
        self._report = report
        self._members: set[UserId] = set()

    async def send_record(self, record: SourceRecord) -> None:
        """Send the record's commands, after those that create the workspace and add the record's people.

        Raises:
            InvalidRecord: the record exceeds a limit of the store.
            Refusal: the workspace's id belongs to somebody else's workspace.
        """
        try:
            if not self.summary.records:
                await self._create_workspace(record)
            for person in record.people:
                await self._add_member(record, person)
            for step in record.steps:
                await self._send_or_count_refusal(record, step)
        except InvalidInput as error:
            raise InvalidRecord(f"{self._file}: {record.label}: {error.detail}") from None
        self.summary.records += not record.again
        self.summary.skipped += record.skipped

    async def _create_workspace(self, record: SourceRecord) -> None:
        create = CreateWorkspace(name=self._name, owner_name="Importer", at=record.at)
        identity = SourceIdentity(self.summary.workspace, ("workspace",))
        await self._send_step(identity.step("create", IMPORTER, create))

    async def _add_member(self, record: SourceRecord, person: Person) -> None:
        """Add the person, unless this import has done so.

        The command id does not depend on the record, so a person who was removed since is not added again.
        """
        if person.id in self._members:
            return
        if len(self._members) >= MEMBERS_REMEMBERED:
            self._members.clear()
        self._members.add(person.id)
        add = AddMember(user_id=person.id, name=person.name, at=record.at)
        identity = SourceIdentity(self.summary.workspace, ("member", person.id))
        await self._send_or_count_refusal(record, identity.step("add", IMPORTER, add))

    async def _send_or_count_refusal(self, record: SourceRecord, step: ImportStep) -> None:
        try:
            await self._send_step(step)
        except Refusal as refusal:
            self.summary.refused += 1
            self._report.add(Notice(record.label, "refused", type(step.command).__name__, str(refusal)))
            if len(self.summary.refusals) < REFUSALS_LISTED:
                self.summary.refusals.append(f"{record.label}: {type(step.command).__name__}: {refusal}")

    async def _send_step(self, step: ImportStep) -> None:
        self.summary.sent[type(step.command).__name__] += 1
        try:
            receipt = await self._send(self.summary.workspace, step.command, step.actor, step.id)
        except CommandIdReused:
            if isinstance(step.command, CreateWorkspace | AddMember):
                self.summary.repeated += 1  # an import of another file sent this command with another time
            elif step.instead is None:
                self.summary.kept += 1
            else:
                await self._send_step(step.instead)
        else:
            self._count(receipt)

    def _count(self, receipt: Receipt) -> None:
        if receipt.repeated:
            self.summary.repeated += 1
        else:
            self.summary.events += receipt.events
