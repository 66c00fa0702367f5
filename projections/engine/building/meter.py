"""Measures builds under way: how much of each is done, and an estimate of the whole. The unit is a write.

fold a commit ─▶ a fraction of a write, the lines of its events, and the entities that come into being
pass an entity ─▶ its items, its snapshot and its edge
"""

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from ascend.domain.ids import WorkspaceId

FOLD = 0.2
"""The work of folding a commit, in writes."""
LINES = 1.0
ENTITY_WRITES = 3.0
"""The writes of a commit's lines and of an entity that are expected before the first ones are known."""


class BuildWork:
    """The work of the build of one workspace, whose log has so many commits to be folded."""

    def __init__(self, meter: "WorkMeter", commits: int) -> None:
        self.commits = commits
        self.read = 0
        """The position up to which commits are read."""
        self.entities: Counter[str] = Counter()
        """Entities that have come into being up to there, by kind."""
        self.folded = 0
        """The position up to which lines are added."""
        self._meter = meter
        self._lines = self._added = self._waiting = 0
        """Writes of lines; writes of all kinds; and those of them that wait in the chunk, or are being written."""
        self._lined = 0
        """Commits whose lines are added. A build that was resumed folds others without them."""
        self._passed: Counter[str] = Counter()

    def add_lines(self, position: int, waiting: int) -> None:
        """Take in the lines of one commit. So many writes wait since."""
        self.folded = position
        self._lined += 1
        self._lines += self._add(waiting)

    def add_entity(self, kind: str, waiting: int) -> None:
        """Take in an entity. So many writes wait since."""
        self._passed[kind] += 1
        self._meter.learn(kind, self._add(waiting))

    def _add(self, waiting: int) -> int:
        added = waiting - self._waiting
        self._added += added
        self._waiting = waiting
        return added

    def write(self, waiting: int) -> None:
        """Note that a chunk may be written: so many writes wait now."""
        has_written, self._waiting = waiting < self._waiting, waiting
        if has_written:
            self._meter.report()

    def fold(self, position: int) -> None:
        """Note that the log is folded up to a position."""
        self.folded = position
        self._meter.report()

    def unknown_kinds(self) -> Sequence[str]:
        """Return the kinds of which no entity was added in any build, if somebody wants an estimate."""
        return [kind for kind in self.entities if self._meter.is_watched and not self._meter.knows(kind)]

    def learn(self, kind: str, writes: int) -> None:
        """Take in the writes that an entity would take."""
        self._meter.learn(kind, writes)

    @property
    def done(self) -> float:
        """The work that is done. Of what waits, half may be written."""
        return FOLD * self.folded + self._added - self._waiting / 2

    @property
    def total(self) -> float:
        """The work that is done, and what is expected to be left."""
        to_fold = self.commits - self.folded
        lines = self._lines / self._lined if self._lined else LINES
        more = self.commits / self.read if self.read else 1.0
        entities = sum(
            max(0.0, count * more - self._passed[kind]) * self._meter.expect(kind)
            for kind, count in self.entities.items()
        )
        return FOLD * self.folded + self._added + to_fold * (FOLD + lines) + entities


class WorkMeter:
    """Measures the builds of one job, and learns from each what the others are going to take."""

    def __init__(self) -> None:
        self._watch: Callable[[], None] | None = None
        self.under_way: dict[WorkspaceId, BuildWork] = {}
        self.finished: dict[WorkspaceId, float] = {}
        """The work that each build took."""
        self._entities: Counter[str] = Counter()
        self._writes: Counter[str] = Counter()

    @contextmanager
    def measure(self, workspace: WorkspaceId, commits: int) -> Generator[BuildWork]:
        """Measure a build for as long as the block runs."""
        work = self.under_way[workspace] = BuildWork(self, commits)
        try:
            yield work
            self.finished[workspace] = work.total
        finally:
            del self.under_way[workspace]

    @property
    def is_watched(self) -> bool:
        return self._watch is not None

    def watch(self, watch: Callable[[], None]) -> None:
        """Call `watch` whenever a build has come further."""
        self._watch = watch

    def report(self) -> None:
        if self._watch is not None:
            self._watch()

    def learn(self, kind: str, writes: int) -> None:
        self._entities[kind] += 1
        self._writes[kind] += writes

    def knows(self, kind: str) -> bool:
        return kind in self._entities

    def expect(self, kind: str) -> float:
        """Return the writes that an entity of the kind takes on average, as far as that is known."""
        return self._writes[kind] / self._entities[kind] if self.knows(kind) else ENTITY_WRITES
