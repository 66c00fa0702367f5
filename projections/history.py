"""What happened to each entity, and who did it: one line an event, without its content."""

from collections.abc import Iterable

from ascend.domain.commit import Commit
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem
from ascend.projections.links import place
from ascend.projections.projection import Projection


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
    """Of all events of a commit, in their order."""
    index = 0
    for record in commit.records:
        for event in record.events:
            yield HistoryLine(
                workspace=commit.workspace,
                about=event.touches()[0],
                position=commit.position,
                index=index,
                event=event.tag,
                happened=event.at,
                actor=record.actor,
                command=record.command_id,
            )
            index += 1


def render(commit: Commit, index: int, event: Event) -> Iterable[HistoryLine]:  # noqa: ARG001  as the engine calls it
    yield from (line for line in lines(commit) if line.index == index)


HISTORY = Projection("history", 1, (HistoryLine,), {}, events=render)
