"""The commits that a visit has rendered, kept for its policies, so that the log is not read and decoded again.

rendered   4 · 5 · 6 · 7(answered) · 8 · 9
kept       3 · 6 · 7 with its answered events · 9        of neighbours without such events, the last one
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ascend.domain.event import Event
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.domain.runtime.commit import Commit

KEPT_EVENTS = 1_000
"""Events that a visit keeps, at most, besides those of the commit with which it has so many. The commits behind it are read again."""


class Cause(NamedTuple):
    """The command of an event that a policy answers."""

    command_id: CommandId
    correlation: str | None


class AnswerableEvent(NamedTuple):
    """An event that a policy may answer."""

    number: int
    """Index of the event within its commit."""
    event: Event
    cause: Cause


@dataclass(frozen=True, slots=True)
class AnswerableCommit:
    """A commit with the events that a policy may answer. Nothing else of it is kept."""

    workspace: WorkspaceId
    position: int
    id: str
    events: Sequence[AnswerableEvent] = ()


def to_answerable(commit: Commit, answered: Collection[type[Event]]) -> AnswerableCommit:
    """Return the commit with its events of the types that are answered."""
    indexed = enumerate((record, event) for record in commit.records for event in record.events)
    events = tuple(
        AnswerableEvent(index, event, Cause(record.command_id, record.correlation))
        for index, (record, event) in indexed
        if type(event) in answered
    )
    return AnswerableCommit(commit.workspace, commit.position, commit.id, events)


class RenderedCommits:
    """The commits that one visit has rendered, without a gap, and the one before them."""

    def __init__(self, answered: Collection[type[Event]]) -> None:
        self._answered = answered
        self._commits: list[AnswerableCommit] = []
        self._events = 0
        self._end = (0, "")
        """Position and id of the last commit that was rendered, kept or not."""
        self.read_at = 0.0
        """When the log was last compared with what is kept: the elapsed seconds of the environment."""

    def add(self, before: str, commits: Sequence[Commit], read_at: float) -> None:
        """Add the commits of a batch, which began at `read_at`.

        `before` is the id of the commit before them, as the generation's record names it.
        """
        if not commits:
            return
        start = AnswerableCommit(commits[0].workspace, commits[0].position - 1, before)
        if self._commits and self._end != (start.position, before):
            self._commits, self._events = [], 0  # another worker was at work in between
        if self._events < KEPT_EVENTS:
            self._commits = self._commits or [start]
            self._extend(to_answerable(commit, self._answered) for commit in commits)
        self._end, self.read_at = (commits[-1].position, commits[-1].id), read_at

    def _extend(self, commits: Iterable[AnswerableCommit]) -> None:
        for commit in commits:
            if self._events >= KEPT_EVENTS:
                return
            if len(self._commits) > 1 and not (commit.events or self._commits[-1].events):
                self._commits.pop()
            self._commits.append(commit)
            self._events += len(commit.events)

    def since(self, position: int, most: int, last: int) -> Sequence[AnswerableCommit]:
        """Return the commit at the position, and kept ones behind it, at most `most`, none behind `last`.

        Return nothing if the commit at the position, or those behind it, are not known.
        """
        for place, commit in enumerate(self._commits):
            if commit.position == position:
                behind = [each for each in self._commits[place + 1 : place + most + 1] if each.position <= last]
                return [commit, *behind] if behind else ()
        return ()
