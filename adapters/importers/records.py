"""Source records: each record of an imported file, with the people it names and the entities for which it stands.

    names in the source ──derive──▶ id of an entity       the same file gives the same ids, on any machine, at any time
    id, role and version of an entity ──derive──▶ id of a command

The ids carry no time, so the records of their commands never expire. The plan of a record (`merge.plan`) makes commands only
of what differs from the log: a second import of the same file sends none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from ascend.adapters.importers.fitting import fit_label
from ascend.adapters.importers.merge.wanted import Wanted, WholeList
from ascend.adapters.importers.report import Notice
from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.ids import UserId, WorkspaceId
from ascend.domain.values import explain_validation_error

IMPORTER = UserId("ascend:importer")
"""The owner of imported workspaces. Also the actor where the source names nobody."""
PLAIN_CHARACTER = re.compile(r"[A-Za-z0-9._@+-]")
USER_CHARACTERS = 64
PEOPLE = 1_000
"""People whose ids are kept: most records of a file name the same few."""
KEPT_CHARACTERS = 100
"""People with a longer login are not kept: a file may hold logins of any length."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """A user named in the source, who becomes a member before their first command."""

    id: UserId
    name: str


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record of the source: the people it names and the entities it stands for."""

    label: str
    """The record's name in the file, for error messages."""
    at: datetime
    """The time at which the record's people become members, unless they are members already."""
    people: tuple[Person, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    """The entities for which the record stands, each after those that it needs."""
    whole: tuple[WholeList, ...] = ()
    """The lists of entities that the record gives completely."""
    again: bool = False
    """True for a second pass over a record: its entities need every other record to be imported first."""
    skipped: int = 0
    """References that lead nowhere, so no relation is made of them."""
    pending: int = 0
    """Reviews that their authors have not sent yet."""
    notices: tuple[Notice, ...] = ()
    """The parts of the record that its entities do not hold as the source gives them."""


@dataclass(frozen=True, slots=True)
class SourceIdentity:
    """The names that identify a record in the world. The id of its entity derives from them."""

    workspace: WorkspaceId
    names: tuple[str, ...]


def imported_workspace(name: str) -> WorkspaceId:
    """Return the id of the workspace for imports under `name`: the same for every importer, on every machine."""
    return WorkspaceId.derive("import", name)


def source_person(source: str, login: str) -> Person:
    """Return the person with this login in this source.

    Different logins give different ids: a character that an id cannot hold is escaped as ~hex.
    """
    return _keep_person(source, login) if len(login) <= KEPT_CHARACTERS else _make_person(source, login)


def _make_person(source: str, login: str) -> Person:
    escaped = "".join(
        c if PLAIN_CHARACTER.fullmatch(c) else "".join(f"~{byte:02x}" for byte in c.encode()) for c in login
    )
    text = f"{source}:{escaped}"
    if len(text) > USER_CHARACTERS:  # two tildes cannot come from an escape, so no other login has this id
        text = f"{text[:21]}~~{sha256(login.encode()).hexdigest()[:40]}"
    return Person(UserId(text), fit_label(login, text).value)


_keep_person = lru_cache(maxsize=PEOPLE)(_make_person)


def check_source(file: Path, label: str, build: Callable[[], T], nothing_done: bool = False) -> T:
    """Return the result of `build`, and name the file and the record in its errors.

    Raises:
        InvalidRecord: `build` refuses the record.
        InvalidInput: `build` refuses the record, and `nothing_done` says that nothing of the file was imported.
    """
    try:
        return build()
    except (InvalidInput, ArithmeticError, ValueError) as error:
        reason = _reason_of(label, error)
    text = reason if reason.startswith(label) else f"{label}: {reason}"
    if nothing_done:
        raise InvalidInput(f"{file}: {text}; nothing was imported")
    raise InvalidRecord(f"{file}: {text}")


def _reason_of(label: str, error: Exception) -> str:
    match error:
        case ValidationError():
            return explain_validation_error(label, error)
        case InvalidInput():
            return str(error.detail)
        case _:
            return str(error)
