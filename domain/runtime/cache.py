"""The warm picture of one workspace: where its log ends, some states, and the commits after *since*.

        since                    head
    ──────┼──────────────────────┤        commits in (since, head] are held: what they applied is known without reading
          └── never past folded           a state read from a snapshot is brought to head with them

It only ever moves commit by commit: it never jumps over one, also when the snapshots are already further.
"""

from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Mapping

from ascend.domain.event import touched
from ascend.domain.ids import CommandId, Ref, WorkspaceId, time_of
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Applied, Checkpoint, Head, Point
from ascend.domain.workspaces.view import Versioned

KEPT_COMMITS = 2_000
KEPT_EVENTS = 10_000
KEPT_STATES = 2_000
WINDOW = 5 * 60 * 1_000
"""Milliseconds of clock that *since* stays behind the head, as far as `KEPT_COMMITS` allow."""


class WorkspaceCache:
    """Bounded memory of one workspace. `entities` is always at `head`."""

    def __init__(self, model: Model, workspace: WorkspaceId, checkpoint: Checkpoint) -> None:
        self.model = model
        self.workspace = workspace
        self.checkpoint = checkpoint
        self.since = Point(checkpoint.folded, checkpoint.clock)
        self._head: Head | None = None
        self.position = self.since.position
        self.commits: deque[Commit] = deque()
        self.entities: OrderedDict[Ref, Versioned] = OrderedDict()
        self.applied: dict[CommandId, Applied] = {}
        self.events = 0
        self._touching: dict[Ref, deque[Commit]] = {}
        """The commits that are held, by what they touch."""

    @property
    def head(self) -> Head:
        """The right to append behind `position`."""
        if self._head is None or self._head.point.position != self.position:
            raise AssertionError("the log was not read up to here")
        return self._head

    def absorb(self, commits: Iterable[Commit], head: Head) -> None:
        """Takes in the commits that follow, in order, up to the head."""
        for commit in commits:
            if commit.position != self.position + 1:
                raise AssertionError(f"commit {commit.position} after {self.position}")
            events = tuple(commit.events())
            self.entities.update(self.model.fold(self.entities, commit.position, events))
            self.commits.append(commit)
            for ref in touched(events):
                self._touching.setdefault(ref, deque()).append(commit)
            self.events += len(events)
            self.position = commit.position
            self.applied.update((record.command_id, record) for record in applied_by(commit))
        self._head = head

    def remember(self, entities: Mapping[Ref, Versioned]) -> bool:
        """Takes in snapshots, brought to the head by the commits that are held. False if one is newer than the head."""
        if any(state.position > self.position for state in entities.values()):
            return False
        fresh = {ref: state for ref, state in entities.items() if ref not in self.entities}
        behind = {commit.position: commit for ref in fresh for commit in self._touching.get(ref, ())}
        for position in sorted(behind):
            fresh.update(self.model.fold(fresh, position, behind[position].events()))
        self.entities.update(fresh)
        return True

    def certainly_new(self, command: CommandId) -> bool:
        """Had it been applied at or before *since*, that commit's clock would be at least the command's time."""
        return command.time is not None and command.time > self.since.clock

    def certainly_unborn(self, ref: Ref) -> bool:
        """The same for an entity: a commit's clock is at least the time of every id that it touches."""
        made = time_of(ref.id)
        return made is not None and made > self.since.clock

    def is_full(self) -> bool:
        return len(self.commits) > KEPT_COMMITS or self.events > KEPT_EVENTS

    def shrink(self, folded: Checkpoint) -> bool:
        """Moves *since* on, never past what is folded. False when the memory is of no use any more.

        That is so when it does not make room, and when another generation is read from now on that is not yet that far.
        """
        if folded.folded < self.since.position:
            return False
        self.checkpoint = folded  # snapshots are loaded as of here: what lies before *since* is in them
        recent = self.commits[-1].clock - WINDOW if self.commits else 0
        while self.commits and self.commits[0].position <= folded.folded:
            half_full = len(self.commits) > KEPT_COMMITS // 2 or self.events > KEPT_EVENTS // 2
            if not half_full and self.commits[0].clock >= recent:
                break
            gone = self.commits.popleft()
            for ref in touched(gone.events()):
                self._touching[ref].popleft()
                if not self._touching[ref]:
                    del self._touching[ref]
            self.events -= sum(len(record.events) for record in gone.records)
            self.since = Point(gone.position, gone.clock)
            for record in gone.records:
                self.applied.pop(record.command_id, None)
        return not self.is_full()

    def forget_states(self, keep: Collection[Ref]) -> None:
        """Bounds the states, least recently used first."""
        for ref in keep:
            if ref in self.entities:
                self.entities.move_to_end(ref)
        while len(self.entities) > max(KEPT_STATES, len(keep)):
            self.entities.popitem(last=False)


def applied_by(commit: Commit) -> Iterable[Applied]:
    for record in commit.records:
        yield Applied(record.command_id, commit.position, record.digest, record.actor, len(record.events))
