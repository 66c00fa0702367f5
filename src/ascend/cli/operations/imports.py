"""Import files of other programs: their records become commands.

An error stops the import. What was imported before it stays, and running the import again continues. What does not fit is
cut, left out or passed over, and a command that a rule refuses is skipped. All of it is listed, and the exit code says so.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import typer
from anyio import CancelScope, to_thread

from ascend import Command, CommandId, InvalidInput, ProjectionBehind, Receipt, Ref, UserId, WorkspaceId
from ascend.adapters.importers import ImportTarget, Progress, Summary, imported_workspace
from ascend.adapters.importers.ahead import ImportedCommand, is_as_predicted
from ascend.adapters.importers.report import SHORTFALLS, Notice, NoticeKind, Report, open_report_file
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.progress import show_progress
from ascend.domain.ids import UUID_TEXT
from ascend.sending import Sending

KINDS = {
    "AddMember": "member",
    "CreateThing": "thing",
    "CreateAsset": "asset",
    "LinkAsset": "asset link",
    "CreateTask": "task",
    "PostComment": "comment",
    "AddRelation": "relation",
}
"""The kind of entity that a command creates."""
Importer = Callable[[Path, WorkspaceId, str, ImportTarget, Progress | None, Report], Awaitable[Summary]]


@dataclass(frozen=True, slots=True)
class Source:
    """The file to import, and how."""

    importer: Importer
    file: Path
    report: Path | None = None
    """The file for all notices, as JSON lines."""
    strict: bool = False


async def import_file(context: CommandContext, source: Source, workspace: str) -> None:
    """Import a file into a workspace: the one that imports create under this name, or an existing one by its id."""
    if UUID_TEXT.fullmatch(workspace):
        card = (await context.store.queries.workspace(WorkspaceId(workspace), viewer=context.viewer)).card
        id, name = card.workspace, card.name
    else:
        id, name = imported_workspace(workspace), workspace
    async with open_report(source) as report:
        summary = await run_importer(context, source, id, name, report)
    conflicts = context.store.commands.counts.conflicts
    data = summary_to_json(summary, report) | {"conflicts": conflicts}
    context.printer.result(data, summarize_import(source.file, name, summary, report, conflicts))
    print_notices(context, report)
    if report.shortfalls:
        raise typer.Exit(ExitCode.REFUSED)


@asynccontextmanager
async def open_report(source: Source) -> AsyncGenerator[Report]:
    """Make the report of an import, and close its file at the end."""
    if source.report is None:
        yield Report(strict=source.strict)
        return
    file = await to_thread.run_sync(open_report_file, source.report, source.file)
    try:
        yield Report(file, strict=source.strict)
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(file.close)


def print_notices(context: CommandContext, report: Report) -> None:
    for kind, count in report.counts.items():
        listed = first_of(report, kind)
        for notice in listed:
            context.printer.note(str(notice))
        if count > len(listed):
            context.printer.note(f"{kind}: … and {count - len(listed):,} more")


async def run_importer(
    context: CommandContext, source: Source, workspace: WorkspaceId, name: str, report: Report
) -> Summary:
    with show_progress(context.printer.err, "Importing") as show:
        progress: Progress = lambda _, done, total: show(done, total)  # noqa: E731
        return await source.importer(source.file, workspace, name, make_target(context), progress, report)


def make_target(context: CommandContext) -> ImportTarget:
    """Return the store as importers use it: their commands may carry the times of the source."""
    importing = context.store.importing()

    async def send(
        workspace: WorkspaceId, command: Command, actor: UserId, command_id: CommandId, expected: Mapping[Ref, int]
    ) -> Receipt:
        execute = partial(importing.execute, workspace, command, actor=actor, command_id=command_id, expected=expected)
        try:
            return await execute()
        except ProjectionBehind:  # no worker ran for long: an operator may do its work
            await context.store.worker.catch_up(workspace)
            return await execute()

    async def send_all(workspace: WorkspaceId, commands: Sequence[ImportedCommand]) -> Sequence[Receipt | Exception]:
        outcomes, at_catch_up = list[Receipt | Exception](), -1
        while missing := commands[len(outcomes) :]:
            sendings = [to_sending(workspace, command) for command in missing]
            try:
                async for sent in importing.execute_all(sendings):
                    outcome = sent.receipt or sent.error
                    assert outcome is not None
                    outcomes.append(outcome)
            except InvalidInput:  # sent alone, the command says what is wrong with it
                return outcomes
            except ProjectionBehind:
                if not all(map(is_as_predicted, outcomes)):
                    return outcomes
                if len(outcomes) == at_catch_up:
                    raise
                at_catch_up = len(outcomes)
                await context.store.worker.catch_up(workspace)
        return outcomes

    return ImportTarget(send, context.store.log, context.store.model, send_all)


def to_sending(workspace: WorkspaceId, command: ImportedCommand) -> Sending:
    return Sending(
        workspace=workspace,
        command=command.command,
        actor=command.actor,
        command_id=command.id,
        expected=command.expected,
    )


def summary_to_json(summary: Summary, report: Report) -> dict[str, object]:
    return {
        "workspace": summary.workspace,
        "records": summary.records,
        "unchanged": summary.unchanged,
        "commands": dict(sorted(summary.sent.items())),
        "events": summary.events,
        "changed": summary.changed,
        "repeated": summary.repeated,
        "kept": summary.kept,
        "skipped": summary.skipped,
        "pending": summary.pending,
        "refused": summary.refused,
        "refusals": [f"{notice.record}: {notice.field}: {notice.reason}" for notice in first_of(report, "refused")],
        "cut": report.counts["cut"],
        "left_out": report.counts["left out"],
        "passed_over": report.counts["passed over"],
        "notices": [asdict(notice) for notice in report.first],
    }


def first_of(report: Report, kind: NoticeKind) -> list[Notice]:
    return [notice for notice in report.first if notice.kind == kind]


def summarize_import(file: Path, workspace: str, summary: Summary, report: Report, conflicts: int = 0) -> str:
    """Imported x.json into 'Home' (…): 12 records (12 tasks, 3 members), 40 commands, 43 events appended, …"""
    if not summary.records and not summary.sent.total() and not report.shortfalls:
        return f"{file.name} holds no records: nothing was imported."
    created = ", ".join(
        count_noun(summary.sent[command], kind) for command, kind in KINDS.items() if summary.sent[command]
    )
    records = count_noun(summary.records, "record") + (f" ({created})" if created else "")
    exceptions = {
        f"{count_noun(summary.changed, 'field')} changed": summary.changed,
        f"{summary.repeated:,} known before": summary.repeated,
        f"{summary.kept:,} kept because people changed them here": summary.kept,
        **{f"{report.counts[kind]:,} {kind}": report.counts[kind] for kind in SHORTFALLS},
        count_noun(summary.pending, "pending review"): summary.pending,
        f"{count_noun(summary.skipped, 'reference')} without a target": summary.skipped,
        f"{count_noun(conflicts, 'conflict')} with other writers": conflicts,
    }
    rest = "".join(f", {text}" for text, count in exceptions.items() if count)
    return (
        f"Imported {file.name} into {workspace!r} ({summary.workspace}): {records}, "
        f"{count_noun(summary.sent.total(), 'command')}, {count_noun(summary.events, 'event')} appended{rest}."
    )
