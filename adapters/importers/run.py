"""One run of an importer, whatever the format of its file.

file ──read──▶ stage (on disk) ──in an order of the importer──▶ source records ──plan──▶ commands
                     │                                               │     ▲
                     └──────────── what does not fit ────────────────┴──▶ report     the log of the workspace, read once
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from anyio import CancelScope, to_thread

from ascend.adapters.importers.merge.known import SCHEMA, KnownEntities, Names, no_names
from ascend.adapters.importers.records import SourceRecord, check_source
from ascend.adapters.importers.report import Notice, Report
from ascend.adapters.importers.sending import ImportTarget, RecordSender, Summary
from ascend.adapters.importers.stage import open_stage
from ascend.adapters.importers.threads import iterate_in_threads
from ascend.adapters.importers.unusable import notice_of_error
from ascend.domain.errors import AscendError, InvalidInput, InvalidRecord
from ascend.domain.ids import WorkspaceId

Progress = Callable[[Literal["reading", "importing"], int, int | None], None]
"""Receives the phase, the number of records done, and the number of all records (None: not known yet)."""
LINES_HELD = 50
"""The lines of the report that are held in memory."""

T = TypeVar("T")


class ImportRun:
    """Reads a file onto a stage, then sends the records made from it, and reports progress.

    What does not fit goes into the report. If the report is strict, it ends the run instead.
    """

    def __init__(
        self,
        file: Path,
        workspace: WorkspaceId,
        name: str,
        target: ImportTarget,
        known: KnownEntities,
        progress: Progress | None,
        report: Report | None = None,
    ) -> None:
        self.records_read = 0
        self.known = known
        self.report = report or Report()
        self._file = file
        self._sender = RecordSender(file, workspace, name, target, known, self.report)
        self._progress = progress
        self._log_is_read = False

    @property
    def summary(self) -> Summary:
        return self._sender.summary

    def stage_each(
        self, raw_records: Iterable[T], put: Callable[[T], None], nothing_done: bool = False
    ) -> Iterator[None]:
        """Put each raw record onto the stage, and yield after each. One that `put` refuses is passed over.

        Raises:
            InvalidRecord: the report is strict and `put` refuses a record, which the error names by its place.
            InvalidInput: the same, where `nothing_done` says that nothing of the file was imported.
        """
        for number, raw in enumerate(raw_records, 1):
            label = f"record {number}"
            if self.report.strict:
                check_source(self._file, label, partial(put, raw), nothing_done)
            elif (notice := passed_over(label, partial(put, raw))) is not None:
                self.report.add(notice)
            yield

    def make_record(self, label: str, build: Callable[[], SourceRecord]) -> SourceRecord | Notice:
        """Return the record that `build` makes, or a notice that it is passed over, because `build` refuses it.

        Raises:
            InvalidRecord: the report is strict, and the record does not come in as the file gives it.
        """
        if not self.report.strict:
            try:
                return build()
            except (InvalidInput, ArithmeticError, ValueError) as error:
                return notice_of_error(label, error)
        record = check_source(self._file, label, build)
        for notice in record.notices:
            raise InvalidRecord(f"{self._file}: {name_fault(notice)}")
        return record

    async def read(self, staged: Iterator[None]) -> None:
        """Advance `staged` to its end. Each step of it puts one record of the file onto the stage."""
        async for _ in iterate_in_threads(staged):
            self.records_read += 1
            if self._progress:
                self._progress("reading", self.records_read, None)
            await self._write_report(LINES_HELD)

    async def note(self, notices: Iterator[Notice]) -> None:
        """Add notices to the report before anything is imported.

        Raises:
            InvalidInput: the report is strict, and there is a notice.
        """
        async for notice in iterate_in_threads(notices):
            if self.report.strict:
                raise InvalidInput(f"{self._file}: {name_fault(notice)}; nothing was imported")
            self.report.add(notice)
            await self._write_report(LINES_HELD)

    async def send(self, records: Iterator[SourceRecord | Notice], total: int) -> None:
        """Send the records in their order. `total` is the number of records of the whole run."""
        if not self._log_is_read:
            await self.known.read()
            self._log_is_read = True
        try:
            async for planned in iterate_in_threads(self._sender.plan_each(records)):
                if self._sender.add(planned):
                    await self._send_planned(total)
        except AscendError:
            await self._send_planned(total)  # the records before the one with the error
            raise
        else:
            await self._send_planned(total)
        finally:
            with CancelScope(shield=True):
                await self._write_report(1)

    async def _send_planned(self, total: int) -> None:
        async with aclosing(self._sender.send_planned()) as sent:
            async for _ in sent:
                if self._progress:
                    self._progress("importing", self.summary.records, total)
                await self._write_report(LINES_HELD)

    async def _write_report(self, lines: int) -> None:
        """Write the report's lines if there are so many."""
        if self.report.unwritten >= lines:
            await to_thread.run_sync(self.report.flush)


def name_fault(notice: Notice) -> str:
    return f"{notice.record}.{notice.field}: {notice.reason}" if notice.field else f"{notice.record}: {notice.reason}"


@asynccontextmanager
async def open_run(
    file: Path,
    workspace: WorkspaceId,
    name: str,
    target: ImportTarget,
    progress: Progress | None,
    report: Report | None = None,
    names: Names = no_names,
) -> AsyncGenerator[ImportRun]:
    """Begin a run. `names` gives the other names by which an importer finds entities in the log."""
    async with open_stage(SCHEMA) as stage:
        known = KnownEntities(stage, workspace, target.log, target.model, names)
        yield ImportRun(file, workspace, name, target, known, progress, report)


def passed_over(label: str, put: Callable[[], None]) -> Notice | None:
    """Return the notice of a record that `put` refuses."""
    try:
        put()
    except (InvalidInput, ArithmeticError, ValueError) as error:
        return notice_of_error(label, error)
    return None
