"""What policies may answer of the commits that a visit has just rendered, so that the log is not read and decoded again.

rendered   4 · 5 · 6 · 7(answered) · 8 · 9
kept       3 · 6 · 7 with its answered events · 9        of neighbours without such events, the last one
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ascend.domain.event import Event
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.record import CommandRecord

KEPT_EVENTS = 1_000
"""Events that a visit keeps, at most, besides those of the commit with which it has so many. The commits behind it are read again."""


@dataclass(frozen=True, slots=True)
class AnswerableCommit:
    """A commit with the events that a policy may answer: each with its index within the commit, and with its command."""

    workspace: WorkspaceId
    position: int
    id: str
    events: Sequence[tuple[int, CommandRecord, Event]] = ()


def to_answerable(commit: Commit, answered: Collection[type[Event]]) -> AnswerableCommit:
    """Return the commit with its events of the types that are answered."""
    indexed = enumerate((record, event) for record in commit.records for event in record.events)
    events = tuple((index, record, event) for index, (record, event) in indexed if type(event) in answered)
    return AnswerableCommit(commit.workspace, commit.position, commit.id, events)


class RenderedCommits:
    """The commits that one visit has rendered, without a gap, and the one before them."""

    def __init__(self, answered: Collection[type[Event]]) -> None:
        self._answered = answered
        self._commits: list[AnswerableCommit] = []
        self._events = 0

    def add(self, before: str, commits: Sequence[Commit]) -> None:
        """Add the commits of a batch. `before` is the id of the commit before them, as the generation's record names it."""
        if not commits:
            return
        start = AnswerableCommit(commits[0].workspace, commits[0].position - 1, before)
        if self._commits and (self._commits[-1].position, self._commits[-1].id) != (start.position, before):
            self._commits, self._events = [], 0  # another worker was at work in between
        if self._events < KEPT_EVENTS:
            self._commits = self._commits or [start]
            self._extend(to_answerable(commit, self._answered) for commit in commits)

    def _extend(self, commits: Iterable[AnswerableCommit]) -> None:
        for commit in commits:
            if self._events >= KEPT_EVENTS:
                return
            if len(self._commits) > 1 and not (commit.events or self._commits[-1].events):
                self._commits.pop()
            self._commits.append(commit)
            self._events += len(commit.events)

    def since(self, position: int, most: int) -> Sequence[AnswerableCommit]:
        """Return the commit at the position, and kept ones behind it, at most `most`. Nothing, if none of them is known."""
        for place, commit in enumerate(self._commits[:-1]):
            if commit.position == position:
                return self._commits[place : place + most + 1]
        return ()
