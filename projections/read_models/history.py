"""The history of each entity: a line for each event that concerns it, with the actor and without the content."""

from collections.abc import Iterable, Sequence

from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.runtime.commit import Commit
from ascend.domain.values import Instant
from ascend.projections.item import ReadItem
from ascend.projections.key_text import RefKey
from ascend.projections.pattern import Load, Pattern, RequestKind
from ascend.projections.projection import Projection
from ascend.projections.read_models.links import ref_key


class HistoryLine(ReadItem, key=("W#{workspace}", "{at}#{slot}")):
    about: Ref
    position: int
    index: int
    """Index of the event within its commit."""
    event: str
    happened: Instant
    actor: UserId
    command: CommandId

    @property
    def at(self) -> RefKey:
        return ref_key(self.about)

    @property
    def slot(self) -> str:
        return f"{self.position:016d}.{self.index:04d}"


def history_lines(commit: Commit) -> Iterable[HistoryLine]:
    """Yield one line for each event of a commit, in their order."""
    for index, event in enumerate(commit.events()):
        yield from render_event(commit, index, event)[:1]


def render_event(commit: Commit, index: int, event: Event) -> Sequence[HistoryLine]:
    record = commit.record_of(index)
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


HISTORY_OF_ENTITY = Pattern(
    name="History of one entity, the latest first",
    query="history_of",
    example="queries.history_of(home, Ref('task', task), viewer=ada, limit=50)",
    item=HistoryLine,
    given=("workspace", "at"),
    descending=True,
    load=Load(reads_a_day=200, writes_a_day=1_200, items=5, in_a_year=20, page=50, bytes=400),
    hot="a line an event: as many as the log takes, and it splits by sort key",
)
HISTORY_OF_WORKSPACE = Pattern(
    name="History of a workspace, the latest first",
    query="history",
    example="queries.history(home, viewer=ada, limit=50)",
    kind=RequestKind.LOG,
    item=HistoryLine,
    given=("workspace",),
    descending=True,
    load=Load(reads_a_day=50, writes_a_day=1_200, items=100_000, in_a_year=530_000, page=50, bytes=600),
)

HISTORY = Projection(
    "history", 1, (HistoryLine,), {}, events=render_event, patterns=(HISTORY_OF_ENTITY, HISTORY_OF_WORKSPACE)
)
