"""A small application whose command makes as many events as it is given texts: for "three events in one call"."""

from dataclasses import dataclass
from typing import ClassVar

import ascend


class NoteId(ascend.Id): ...


class NoteWritten(ascend.Event, tag="note.written"):
    note_id: NoteId
    text: str

    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref(Note.entity, self.note_id),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    entity: ClassVar[str] = "note"
    id: NoteId
    texts: int = 0


class WriteNotes(ascend.Command):
    """Write an event for each text."""

    note_id: NoteId
    texts: tuple[str, ...]

    def decide(self, view: ascend.View) -> ascend.Decision:
        return [NoteWritten(at=view.at, note_id=self.note_id, text=text) for text in self.texts]


def evolve(note: Note | None, event: NoteWritten, me: str) -> Note:  # noqa: ARG001  one signature for all kinds
    return Note(id=event.note_id, texts=(note.texts if note else 0) + 1)


NOTES = ascend.Application(name="notes", kinds=(ascend.Kind(Note, NoteWritten, evolve, commands=(WriteNotes,)),))
