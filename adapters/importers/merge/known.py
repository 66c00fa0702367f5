"""The known entities: the log of a workspace, read once by position, and folded onto a stage on disk.

entity      its state, and the cells that a person, and not an import, changed last
member      everybody who is, or was, a member, with their role
command     the ids of the commands of imports
name        other names of entities, which the importer derives from the states that imports wrote

Memory does not grow with the log: a page of commits is folded in memory, and written to the stage.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from anyio import to_thread
from pydantic_core import from_json, to_json

from ascend.adapters.importers.merge.cells import SHAPES, THERE, cells, different_cells
from ascend.adapters.importers.stage import Stage
from ascend.domain.comments.comment import Comment
from ascend.domain.event import Event
from ascend.domain.ids import POLICIES, Ref, UserId, WorkspaceId
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.role import Role
from ascend.domain.runtime.chain import START_HASH, is_chained
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, Versioned
from ascend.domain.workspaces.workspace import (
    MemberAdded,
    MemberJoined,
    MemberRemoved,
    MemberRoleChanged,
    WorkspaceCreated,
)
from ascend.projections.ports import LogReader

PAGE = 200
"""The commits that are folded at once."""

SCHEMA = """
CREATE TABLE entity (
    kind TEXT, id TEXT, version INTEGER, position INTEGER, state TEXT, of_people TEXT, owner TEXT, PRIMARY KEY (kind, id)
);
CREATE INDEX entity_owner ON entity (owner, kind);
CREATE TABLE name (name TEXT, kind TEXT, id TEXT, PRIMARY KEY (name, kind, id));
CREATE INDEX name_of ON name (kind, id);
CREATE TABLE member (user TEXT PRIMARY KEY, there INTEGER, role TEXT);
CREATE TABLE command (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
FIND = "SELECT version, position, state, of_people FROM entity WHERE kind = ? AND id = ?"
OWNED = "SELECT id FROM entity WHERE owner = ? AND kind = ? ORDER BY rowid"
"""In the order of their last changes: what is written anew gets the highest rowid."""
NAMED = "SELECT id FROM name WHERE name = ? AND kind = ? ORDER BY id"
PUT = "INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?, ?, ?, ?)"

DERIVED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
"""An id that was derived from names. Importers have always sent their commands with such ids."""

Names = Callable[[Entity], Iterable[str]]
"""Returns other names of an entity, from its state."""


def no_names(_state: Entity) -> Iterable[str]:
    """Return no other names."""
    return ()


@dataclass(frozen=True, slots=True)
class Known:
    """An entity as the log has it."""

    ref: Ref
    state: Entity
    version: int
    position: int
    of_people: frozenset[str]
    """The cells that a person changed last. A person who takes back a change has changed the cell, too."""

    @property
    def gone(self) -> bool:
        """True if the entity was deleted, removed or retired."""
        return SHAPES[self.ref.kind].gone(self.state)

    @property
    def by_import(self) -> bool:
        """True if an import created the entity, or removed it."""
        return THERE not in self.of_people


class KnownEntities:
    """The entities, members and commands of one workspace, by its log. Look them up in a worker thread: they lie on disk."""

    def __init__(self, stage: Stage, workspace: WorkspaceId, log: LogReader, model: Model, names: Names) -> None:
        self._stage = stage
        self._workspace = workspace
        self._log = log
        self._model = model
        self._names = names
        self._position = 0
        self._hash = START_HASH

    async def read(self) -> None:
        """Read the commits that were appended since the last call.

        Raises:
            UnreadableLog: the log cannot be read.
        """
        while commits := await self._log.commits(
            self._workspace, self._position + 1, PAGE, consistent=True, predecessor=self._hash
        ):
            await to_thread.run_sync(self._fold, commits)
            self._position, self._hash = commits[-1].position, commits[-1].hash

    # Looking up

    @property
    def is_empty(self) -> bool:
        """True if nothing was in the log. Then no entity, name or command is known."""
        return self._position == 0

    def find(self, ref: Ref) -> Known | None:
        """Return the entity, also one that is gone. None if it never existed."""
        row = None if self.is_empty else self._stage.first(FIND, *ref)
        if row is None:
            return None
        version, position, state, of_people = row
        return Known(ref, self._model.load_state(ref, state), version, position, frozenset(from_json(of_people)))

    def is_gone(self, ref: Ref) -> bool:
        """Return True if the entity, or one above it in a hierarchy, is gone. False if it never existed."""
        above: Ref | None = ref
        while above is not None and (known := self.find(above)) is not None:
            if known.gone:
                return True
            above = self._model.parent(above, known.state)
        return False

    def owned_by(self, owner: Ref, kind: str) -> Iterator[Known]:
        """Yield the comments on an entity, the relations from it, or the links to it."""
        for id in [] if self.is_empty else [id for (id,) in self._stage.rows(OWNED, str(owner), kind)]:
            if (known := self.find(Ref(kind, id))) is not None:
                yield known

    def named(self, name: str, kind: str) -> list[str]:
        """Return the ids of the entities that have this other name."""
        return [id for (id,) in self._stage.rows(NAMED, name, kind)]

    def has_command(self, id: str) -> bool:
        """Return True if an import sent this command."""
        return self._stage.first("SELECT 1 FROM command WHERE id = ?", id) is not None

    def membership(self, user: UserId) -> bool | None:
        """Return True for a member, False for somebody who was one, None for others."""
        row = self._stage.first("SELECT there FROM member WHERE user = ?", user)
        return None if row is None else bool(row[0])

    def may_change(self, user: UserId) -> bool:
        """Return True for a member who may do more than view."""
        row = self._stage.first("SELECT role FROM member WHERE user = ? AND there", user)
        return row is not None and Role(row[0]).allows(Role.MEMBER)

    def note_member(self, user: UserId, role: Role = Role.MEMBER) -> None:
        """Note that the user is a member now."""
        self._stage.replace("member", user, 1, role)

    # Folding

    def _fold(self, commits: Sequence[Commit]) -> None:
        page: dict[Ref, Known | None] = {}
        for commit in commits:
            for record in commit.records:
                by_import = is_import(record, marked=is_chained(commit.hash))
                if by_import:
                    self._stage.replace("command", record.command_id)
                for event in record.events:
                    self._apply(page, commit.position, event, by_import=by_import)
        for known in page.values():
            if known is not None:
                self._write(known)

    def _apply(self, page: dict[Ref, Known | None], position: int, event: Event, *, by_import: bool) -> None:
        self._apply_to_members(event)
        for ref in event.touched_refs:
            if ref.kind in SHAPES:
                before = page[ref] if ref in page else self.find(ref)
                page.pop(ref, None)  # the page holds the entities in the order of their last changes
                page[ref] = self._evolve(before, ref, position, event, by_import=by_import)

    def _evolve(self, before: Known | None, ref: Ref, position: int, event: Event, *, by_import: bool) -> Known:
        versioned = NEVER_EXISTED
        if before is not None:
            versioned = Versioned(before.state, before.version, before.position)
        after = self._model.evolve(versioned, ref, position, event)
        assert after.state is not None
        changed = different_cells({} if before is None else cells(before.state), cells(after.state))
        of_people = frozenset[str]() if before is None else before.of_people
        of_people = of_people - changed if by_import else of_people | changed
        if by_import:
            self._write_names(ref, after.state)
        return Known(ref, after.state, after.version, position, of_people)

    def _apply_to_members(self, event: Event) -> None:
        match event:
            case WorkspaceCreated():
                self.note_member(event.by, Role.OWNER)
            case MemberJoined():
                self.note_member(event.by, event.role)
            case MemberAdded() | MemberRoleChanged():
                self.note_member(event.user_id, event.role)
            case MemberRemoved():
                self._stage.replace("member", event.user_id, 0, None)
            case _:
                pass

    def _write(self, known: Known) -> None:
        state, owner = self._model.dump_state(known.ref, known.state), owner_of(known.state)
        of_people = to_json(sorted(known.of_people)).decode()
        row = (known.version, known.position, state, of_people, None if owner is None else str(owner))
        self._stage.replace("entity", *known.ref, *row)

    def _write_names(self, ref: Ref, state: Entity) -> None:
        if names := list(self._names(state)):
            self._stage.delete("name", kind=ref.kind, id=ref.id)
            for name in names:
                self._stage.replace("name", name, *ref)


def is_import(record: CommandRecord, *, marked: bool) -> bool:
    """Return True for a command of an import. `marked` says that its commit is of a release that marks them.

    Release 0.2 did not: there, an import's command is one with a derived id, which no policy sent.
    """
    if marked:
        return record.imported
    return DERIVED.fullmatch(record.command_id) is not None and record.actor != POLICIES


def owner_of(state: Entity) -> Ref | None:
    """Return the entity to which this one belongs."""
    match state:
        case Comment():
            return state.on
        case Relation():
            return state.source
        case Link():
            return state.to
        case _:
            return None
