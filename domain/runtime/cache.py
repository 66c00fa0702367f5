"""A bounded cache of one workspace's state: where its log ends, some states, and the commits after *since*.

        since                    head
    ──────┼──────────────────────┤        The cache holds the commits in (since, head]: it knows the commands in them
          └── never past folded           without reading, and brings the states of snapshots to the head with them.

The cache moves commit by commit. It never jumps over a commit, even where snapshots are already further.
"""

from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile

from ascend.domain.event import touched
from ascend.domain.ids import CommandId, Ref, WorkspaceId, time_of
from ascend.domain.runtime.commit import Commit, count_events
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Applied, Checkpoint, Head, Point
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned


class WorkspaceCache:
    """A bounded cache of one workspace's state. `entities` is always at `head`."""

    def __init__(
        self,
        model: Model,
        workspace: WorkspaceId,
        checkpoint: Checkpoint,
        limits: CommandLimits,
        confirmed_at: float = 0.0,
    ) -> None:
        self.model = model
        self.workspace = workspace
        self.checkpoint = checkpoint
        self.limits = limits
        self.since = checkpoint.point
        self.confirmed_at = confirmed_at
        """When the last request was sent that confirmed the head, in elapsed seconds."""
        self._head: Head | None = None
        self.position = self.since.position
        self.commits: deque[Commit] = deque()
        self.entities: OrderedDict[Ref, Versioned] = OrderedDict()
        self._holding: dict[CommandId, Commit] = {}
        """The commits that are held, by the commands that they applied."""
        self.events = 0
        """The number of events in `commits`. A command that changed nothing counts as one."""
        self._touching: dict[Ref, list[Commit]] = {}
        """The commits that are held, by the entities that they touch."""

    @property
    def head(self) -> Head:
        """The right to append behind `position`."""
        if self._head is None or self._head.point.position != self.position:
            raise AssertionError("the log was not read up to this position")
        return self._head

    def add_commits(self, commits: Iterable[Commit], head: Head, sent_at: float = 0.0) -> None:
        """Add the commits that follow `position`, in order, up to the head that a request sent at `sent_at` has shown."""
        for commit in commits:
            self._check_follows(commit)
            self.entities.update(self.model.fold(self.entities, commit.position, commit.events()))
            self._keep_commit(commit)
        self._head, self.confirmed_at = head, sent_at

    def add_own_commit(self, commit: Commit, changed: Mapping[Ref, Versioned], head: Head, sent_at: float) -> None:
        """Add a commit that this process has appended, with the states that it was decided to lead to."""
        self._check_follows(commit)
        self.entities.update(changed)
        self._keep_commit(commit)
        self._head, self.confirmed_at = head, sent_at

    def has_at(self, position: int, hash: bytes) -> bool:
        """Return True if the commit at `position` had this hash, as far as the cache knows: from *since* to the head."""
        if position == self.since.position:
            return self.since.hash == hash
        behind = position - self.since.position - 1
        return not 0 <= behind < len(self.commits) or self.commits[behind].hash == hash

    def _check_follows(self, commit: Commit) -> None:
        if commit.position != self.position + 1:
            raise AssertionError(f"commit {commit.position} after {self.position}")

    def _keep_commit(self, commit: Commit) -> None:
        self.commits.append(commit)
        for ref in touched(commit.events()):
            self._touching.setdefault(ref, []).append(commit)
        self.events += count_events(commit)
        self.position = commit.position
        self._holding.update(dict.fromkeys([record.command_id for record in commit.records], commit))

    def find_missing(self, refs: Iterable[Ref]) -> list[Ref]:
        """Return those of the entities whose states have to be read. Those that are certainly new are added."""
        return [ref for ref in refs if ref not in self.entities and not self._add_new(ref)]

    def _add_new(self, ref: Ref) -> bool:
        """Add the entity and return True if it certainly did not exist at *since*."""
        if not self.certainly_never_existed(ref):
            return False
        if ref in self._touching:
            self.add_states({ref: NEVER_EXISTED})
        else:
            self.entities[ref] = NEVER_EXISTED
        return True

    def add_states(self, entities: Mapping[Ref, Versioned]) -> bool:
        """Add states of snapshots, brought to the head with the commits that are held.

        Return False, and add nothing, if a state is newer than the head.
        """
        if any(state.position > self.position for state in entities.values()):
            return False
        fresh = {ref: state for ref, state in entities.items() if ref not in self.entities}
        behind = {commit.position: commit for ref in fresh for commit in self._touching.get(ref, ())}
        for position in sorted(behind):
            fresh.update(self.model.fold(fresh, position, behind[position].events()))
        self.entities.update(fresh)
        return True

    def find_applied(self, command: CommandId) -> Applied | None:
        """Return the record of a command that a commit after *since* applied. None: no such commit did."""
        if (commit := self._holding.get(command)) is None:
            return None
        record = next(record for record in commit.records if record.command_id == command)
        return to_applied(record, commit.position)

    def is_certainly_new(self, time: int | None) -> bool:
        """Return True if a command whose id carries this time was certainly not applied at or before *since*.

        The clock of a commit is at least the time of every command in it.
        """
        return time is not None and time > self.since.clock

    def certainly_never_existed(self, ref: Ref) -> bool:
        """Return True if the entity certainly did not exist at *since*.

        The clock of a commit is at least the time of every id that it touches.
        """
        time = time_of(ref.id)
        return time is not None and time > self.since.clock

    @property
    def unfolded(self) -> int:
        """The number of commits behind *folded*, as far as the checkpoint tells that was read last."""
        return self.position - self.checkpoint.folded

    @property
    def unfolded_events(self) -> int:
        """The number of events in the commits behind *folded*, as far as they are held."""
        folded = takewhile(lambda commit: commit.position <= self.checkpoint.folded, self.commits)
        return self.events - sum(map(count_events, folded))

    def is_full(self) -> bool:
        return len(self.commits) > self.limits.cached_commits or self.events > self.limits.cached_events

    def shrink(self, folded: Checkpoint) -> bool:
        """Move *since* on, never past *folded*: the cache stays full if too few commits are folded.

        Return False if the cache is useless: the checkpoint belongs to a generation that has not reached *since*.
        """
        if folded.folded < self.since.position:
            return False
        self.checkpoint = folded  # snapshots are loaded as of here: they hold everything before *since*
        recent = self.commits[-1].clock - self.limits.cached_milliseconds if self.commits else 0
        while self.commits and self.commits[0].position <= folded.folded:
            if not self._is_half_full() and self.commits[0].clock >= recent:
                break
            self._drop_first_commit()
        return True

    def _is_half_full(self) -> bool:
        return len(self.commits) > self.limits.cached_commits // 2 or self.events > self.limits.cached_events // 2

    def _drop_first_commit(self) -> None:
        commit = self.commits.popleft()
        for ref in touched(commit.events()):
            del self._touching[ref][0]
            if not self._touching[ref]:
                del self._touching[ref]
        self.events -= count_events(commit)
        self.since = Point(commit.position, commit.clock, commit.hash)
        for record in commit.records:
            self._holding.pop(record.command_id, None)

    def evict_states(self, keep: Collection[Ref]) -> None:
        """Bound the number of states: remove the least recently used, but none of `keep`."""
        for ref in keep:
            if ref in self.entities:
                self.entities.move_to_end(ref)
        while len(self.entities) > max(self.limits.cached_states, len(keep)):
            self.entities.popitem(last=False)


def applied_by(commit: Commit) -> Iterable[Applied]:
    """Yield the records of the commands that the commit applied."""
    for record in commit.records:
        yield to_applied(record, commit.position)


def to_applied(record: CommandRecord, position: int) -> Applied:
    """Return the record of a command whose commit stands at the position."""
    return Applied(record.command_id, position, record.digest, record.actor, len(record.events))
