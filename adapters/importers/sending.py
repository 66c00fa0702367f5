"""Sends records, command by command, and counts what became of them."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ascend.adapters.importers.records import IMPORTER, Identity, Person, Record, Step
from ascend.domain.errors import CommandIdReused, InvalidInput, InvalidRecord, Refusal
from ascend.domain.ids import CommandId, UserId, WorkspaceId
from ascend.domain.runtime.request import Receipt
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.members import AddMember

Send = Callable[[WorkspaceId, Command, UserId, CommandId], Awaitable[Receipt]]
Progress = Callable[[Literal["reading", "importing"], int, int | None], None]
"""What is being done, how many records are through, and of how many (None: not known yet)."""
KNOWN = 1_000
"""People who are remembered to be members: more than a workspace has."""
SHOWN = 10


@dataclass(slots=True)
class Summary:
    """What an import did. A second import of the same file has `events` 0."""

    workspace: WorkspaceId
    records: int = 0
    sent: Counter[str] = field(default_factory=Counter[str])
    """Commands by their name, members included."""
    events: int = 0
    """Appended by this import."""
    repeated: int = 0
    """Commands that had been applied before."""
    kept: int = 0
    """Commands that had been applied before with another content, where what stands in the workspace was left so."""
    skipped: int = 0
    """References in texts of which nothing was made: to themselves, or to what is not in the file."""
    refused: int = 0
    """Commands that a rule refused, such as a comment on a task that was deleted since, or of a removed member."""
    refusals: list[str] = field(default_factory=list[str])
    """The first of them, one line each."""


class Sending:
    """One import on its way."""

    def __init__(self, file: Path, workspace: WorkspaceId, name: str, send: Send) -> None:
        self.file = file
        self.name = name
        self.send = send
        self.summary = Summary(workspace)
        self.members: set[UserId] = set()

    async def record(self, record: Record) -> None:
        """Raises `InvalidRecord` where a limit of the store is exceeded."""
        try:
            if not self.summary.records:
                await self.workspace(record)
            for newcomer in record.people:
                await self.person(record, newcomer)
            for step in record.steps:
                await self.step(record, step)
        except InvalidInput as error:
            raise InvalidRecord(f"{self.file}: {record.label}: {error.detail}") from None
        self.summary.records += not record.again
        self.summary.skipped += record.skipped

    async def workspace(self, record: Record) -> None:
        """A refusal here stops the import: somebody else's workspace has this id."""
        create = CreateWorkspace(name=self.name, owner_name="Importer", at=record.at)
        await self.one(Identity(self.summary.workspace, ("workspace",)).step("create", IMPORTER, create))

    async def person(self, record: Record, person: Person) -> None:
        """Their id does not depend on when they turn up: who was removed since is not added again."""
        if person.id in self.members:
            return
        if len(self.members) >= KNOWN:
            self.members.clear()
        self.members.add(person.id)
        add = AddMember(user_id=person.id, name=person.name, at=record.at)
        await self.step(record, Identity(self.summary.workspace, ("member", person.id)).step("add", IMPORTER, add))

    async def step(self, record: Record, step: Step) -> None:
        try:
            await self.one(step)
        except Refusal as refusal:
            self.summary.refused += 1
            if len(self.summary.refusals) < SHOWN:
                self.summary.refusals.append(f"{record.label}: {type(step.command).__name__}: {refusal}")

    async def one(self, step: Step) -> None:
        self.summary.sent[type(step.command).__name__] += 1
        try:
            receipt = await self.send(self.summary.workspace, step.command, step.actor, step.id)
        except CommandIdReused:
            if isinstance(step.command, CreateWorkspace | AddMember):
                self.summary.repeated += 1  # from another file, of another day
            elif step.instead is None:
                self.summary.kept += 1
            else:
                await self.one(step.instead)
        else:
            self.count(receipt)

    def count(self, receipt: Receipt) -> None:
        if receipt.repeated:
            self.summary.repeated += 1
        else:
            self.summary.events += receipt.events
