"""One run of an importer, whatever the format of its file.

file ──read──▶ stage (on disk) ──in an order of the importer──▶ source records ──send──▶ commands
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from ascend.adapters.importers.records import SourceRecord, check_source
from ascend.adapters.importers.sending import RecordSender, Send, Summary
from ascend.adapters.importers.threads import iterate_in_threads
from ascend.domain.ids import WorkspaceId

Progress = Callable[[Literal["reading", "importing"], int, int | None], None]
"""Receives the phase, the number of records done, and the number of all records (None: not known yet)."""

T = TypeVar("T")


class ImportRun:
    """Reads a file onto a stage, then sends the records made from it, and reports progress."""

    def __init__(self, file: Path, workspace: WorkspaceId, name: str, send: Send, progress: Progress | None) -> None:
        self.records_read = 0
        self._sender = RecordSender(file, workspace, name, send)
        self._progress = progress

    @property
    def summary(self) -> Summary:
        return self._sender.summary

    async def read(self, staged: Iterator[None]) -> None:
        """Advance `staged` to its end. Each step of it puts one record of the file onto the stage."""
        async for _ in iterate_in_threads(staged):
            self.records_read += 1
            if self._progress:
                self._progress("reading", self.records_read, None)

    async def send(self, records: Iterator[SourceRecord], total: int) -> None:
        """Send the records in their order. `total` is the number of records of the whole run."""
        async for record in iterate_in_threads(records):
            await self._sender.send_record(record)
            if self._progress:
                self._progress("importing", self.summary.records, total)


def stage_each(
    file: Path, raw_records: Iterable[T], put: Callable[[T], None], nothing_done: bool = False
) -> Iterator[None]:
    """Put each raw record onto the stage, and yield after each. Errors name the record by its place in the file."""
    for number, raw in enumerate(raw_records, 1):
        check_source(file, f"record {number}", partial(put, raw), nothing_done)
        yield
