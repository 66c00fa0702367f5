"""List the planned tasks whose moment is no longer their wall time, and correct them with --apply.

Exits with 1 if one is found that is not corrected, or if a workspace cannot be read.
"""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

import typer

from ascend import ShiftedTime, WorkspaceId, ZonedTime
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.terminal.printing import Column, count_noun
from ascend.cli.terminal.progress import show_spinner


def describe_state(shifted: ShiftedTime) -> str:
    if shifted.corrected:
        return "corrected"
    return "left" if shifted.reason else "shifted"


COLUMNS = (
    Column[ShiftedTime]("WORKSPACE", 36, lambda shifted: shifted.workspace, wide_only=True),
    Column[ShiftedTime]("TASK", 36, lambda shifted: shifted.task),
    Column[ShiftedTime]("FIELD", 5, lambda shifted: shifted.field),
    Column[ShiftedTime]("WALL TIME", 16, lambda shifted: format_wall_time(shifted.stored)),
    Column[ShiftedTime]("ZONE", 20, lambda shifted: shifted.stored.zone, wide_only=True),
    Column[ShiftedTime]("STORED", 17, lambda shifted: format_instant(shifted.stored)),
    Column[ShiftedTime]("RIGHT", 17, lambda shifted: format_instant(shifted.right)),
    Column[ShiftedTime]("STATE", 9, describe_state),
    Column[ShiftedTime]("TITLE", 0, lambda shifted: shifted.title),
)


async def retime_tasks(context: CommandContext, name: str | None, *, apply: bool) -> None:
    workspace = None if name is None else await context.names.find_workspace(name)
    run = RetimeRun(context, workspace, apply=apply)
    if context.printer.json:
        await context.printer.array(to_json_object(shifted) async for shifted in run.rows())
    else:
        await context.printer.table(COLUMNS, run.rows())
    run.print_summary()
    if run.is_unfinished:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


class RetimeRun:
    """One run, with its counts: it keeps no rows, however many there are."""

    def __init__(self, context: CommandContext, workspace: WorkspaceId | None, *, apply: bool) -> None:
        self.context = context
        self.workspace = workspace
        self.apply = apply
        self.found = self.corrected = self.unreadable = 0

    @property
    def is_unfinished(self) -> bool:
        return self.found > self.corrected or self.unreadable > 0

    async def rows(self) -> AsyncIterator[ShiftedTime]:
        with ExitStack() as until_first_row:
            until_first_row.enter_context(show_spinner(self.context.printer.err, "Comparing wall times"))
            async for shifted in self.context.store.retime(
                self.workspace, apply=self.apply, report_unreadable=self.note_unreadable
            ):
                until_first_row.close()
                self.found += 1
                self.corrected += shifted.corrected
                if shifted.reason:
                    self.context.printer.note(f"{shifted.task} {shifted.field}: {shifted.reason}")
                yield shifted

    def note_unreadable(self, workspace: WorkspaceId, error: Exception) -> None:
        self.unreadable += 1
        self.context.printer.note(f"{workspace} cannot be read: {error}")

    def print_summary(self) -> None:
        if not self.found:
            self.context.printer.note("Every planned task is at its wall time.")
        elif self.apply:
            corrected = f"{self.corrected:,} of {count_noun(self.found, 'time')} corrected"
            self.context.printer.note(f"{corrected}; `ascend worker --until-caught-up` renders them.")
        else:
            shifted = count_noun(self.found, "time is", "times are")
            self.context.printer.note(f"{shifted} not at the wall time; `ascend retime --apply` corrects them.")


def to_json_object(shifted: ShiftedTime) -> dict[str, Any]:
    return {
        "workspace": shifted.workspace,
        "task": shifted.task,
        "title": shifted.title,
        "field": shifted.field,
        "zone": shifted.stored.zone,
        "wall": shifted.stored.wall,
        "stored": shifted.stored.instant,
        "right": None if shifted.right is None else shifted.right.instant,
        "corrected": shifted.corrected,
        "reason": shifted.reason,
    }


def format_wall_time(time: ZonedTime) -> str:
    return "" if time.wall is None else time.wall.isoformat(" ", "minutes")


def format_instant(time: ZonedTime | None) -> str:
    return "?" if time is None else f"{time.instant.replace(tzinfo=None).isoformat(' ', 'minutes')}Z"
