"""What an importer makes of its file: records, each of them the commands that it stands for, in order.

    source identity ──derive──▶ command id        the same file gives the same ids, on any machine, at any time

The ids carry no time, so their records never expire: a second import finds every command applied, and appends nothing.
A command that would change nothing must not be among the steps: it would leave no trace, be decided anew by the next
import, and undo what people have done since.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.ids import CommandId, UserId, WorkspaceId
from ascend.domain.relations.commands import AddRelation, EditRelation
from ascend.domain.tasks.commands import CreateTask, EditTask
from ascend.domain.values import explain
from ascend.domain.workspaces.command import Command

IMPORTER = UserId("ascend:importer")
"""Owns the workspaces that are imported, and acts where the source names nobody."""
PLAIN_CHARACTER = re.compile(r"[A-Za-z0-9._@+-]")
USER_CHARACTERS = 64

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """Becomes a member before their first command."""

    id: UserId
    name: str


@dataclass(frozen=True, slots=True)
class ImportStep:
    """One command. `instead` is sent where this one's id was used with other content: the source has changed since."""

    actor: UserId
    command: Command
    id: CommandId
    instead: "ImportStep | None" = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """`label` names it in the file, for whoever has to mend it. `at`: its people's first day, unless they have one."""

    label: str
    at: datetime
    people: tuple[Person, ...] = ()
    steps: tuple[ImportStep, ...] = ()
    again: bool = False
    """It came before: these steps had to wait until all others were there."""
    skipped: int = 0
    """References of which nothing is made, since they lead nowhere."""


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """Names a record in the world, and so the commands that follow from it."""

    workspace: WorkspaceId
    names: tuple[str, ...]

    def step(self, role: str, actor: UserId, command: Command, instead: ImportStep | None = None) -> ImportStep:
        """`role`: which of the record's commands this is, as long as the record exists."""
        return ImportStep(actor, command, CommandId.derive(self.workspace, *self.names, role), instead)

    def task(self, actor: UserId, create: CreateTask, edited_at: datetime) -> ImportStep:
        """Creates the task, or edits it where it was imported with another content before."""
        says = EditTask(
            task_id=create.task_id,
            title=create.title,
            description=create.description,
            about=create.about,
            tags=create.tags,
            metadata=create.metadata,
        )
        edit = says.model_copy(update={"at": edited_at})
        return self.step("create", actor, create, self.step(f"edit {says.digest()}", actor, edit))

    def relation(self, role: str, actor: UserId, add: AddRelation) -> ImportStep:
        """Adds the relation, or edits it where it was imported with another content before."""
        says = EditRelation(
            source=add.source, type=add.type, target=add.target, inverse=add.inverse, metadata=add.metadata
        )
        edit = says.model_copy(update={"at": add.at})
        return self.step(role, actor, add, self.step(f"edit {role} {says.digest()}", actor, edit))


def imported_workspace(name: str) -> WorkspaceId:
    """The workspace that imports under this name go to: the same for every importer, on every machine."""
    return WorkspaceId.derive("import", name)


def source_person(source: str, login: str) -> Person:
    """Somebody of this source. Different logins give different ids: what an id cannot hold is escaped as ~hex."""
    escaped = "".join(c if PLAIN_CHARACTER.fullmatch(c) else "".join(f"~{byte:02x}" for byte in c.encode()) for c in login)
    text = f"{source}:{escaped}"
    if len(text) > USER_CHARACTERS:  # no escape begins with two tildes
        text = f"{text[:21]}~~{sha256(login.encode()).hexdigest()[:40]}"
    return Person(UserId(text), login)


def check_source(file: Path, label: str, build: Callable[[], T], nothing_done: bool = False) -> T:
    """What `build` makes. Raises `InvalidRecord`, or `InvalidInput` where nothing of the file was imported."""
    try:
        return build()
    except ValidationError as error:
        why: object = explain(label, error)
    except InvalidInput as error:
        why = error.detail
    except (ArithmeticError, ValueError) as error:
        why = error
    text = str(why) if str(why).startswith(label) else f"{label}: {why}"
    if nothing_done:
        raise InvalidInput(f"{file}: {text}; nothing was imported")
    raise InvalidRecord(f"{file}: {text}")
