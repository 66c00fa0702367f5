"""What happened to each entity, and who did it: a line for each entity that an event concerns, without its content."""

from collections.abc import Iterable, Sequence

from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.runtime.commit import CommandRecord, Commit
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection
from ascend.projections.read_models.links import place


class HistoryLine(ReadItem, key=("W#{workspace}", "{at}#{slot}")):
    about: Ref
    position: int
    index: int
    """Of the event within its commit."""
    event: str
    happened: Instant
    actor: UserId
    command: CommandId

    @property
    def at(self) -> str:
        return place(self.about)

    @property
    def slot(self) -> str:
        return f"{self.position:016d}.{self.index:04d}"


def lines(commit: Commit) -> Iterable[HistoryLine]:
    """One of each event of a commit, in their order."""
    for index, event in enumerate(commit.events()):
        yield from render(commit, index, event)[:1]


def render(commit: Commit, index: int, event: Event) -> Sequence[HistoryLine]:
    record = record_of(commit, index)
    return [
        HistoryLine(
            workspace=commit.workspace,
            about=about,
            position=commit.position,
            index=index,
            event=event.tag,
            happened=event.at,
            actor=record.actor,
            command=record.command_id,
        )
        for about in event.concerns()
    ]


def record_of(commit: Commit, index: int) -> CommandRecord:
    """The command of an event, by the event's index within the commit."""
    for record in commit.records:
        if index < len(record.events):
            return record
        index -= len(record.events)
    raise ValueError(f"commit {commit.position} has no event {index}")


HISTORY = Projection("history", 1, (HistoryLine,), {}, events=render)
