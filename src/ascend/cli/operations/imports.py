"""Import files of other programs: their records become commands.

An error stops the import. What was imported before it stays, and running the import again continues. A command that a
rule refuses is listed and skipped; the exit code then says that commands were refused.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import typer

from ascend import Command, CommandId, ProjectionBehind, Receipt, Ref, UserId, WorkspaceId
from ascend.adapters.importers import ImportTarget, Progress, Summary, imported_workspace
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.progress import show_progress
from ascend.domain.ids import UUID_TEXT

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
Importer = Callable[[Path, WorkspaceId, str, ImportTarget, Progress | None], Awaitable[Summary]]


async def import_file(context: CommandContext, importer: Importer, file: Path, workspace: str) -> None:
    """Import a file into a workspace: the one that imports create under this name, or an existing one by its id."""
    if UUID_TEXT.fullmatch(workspace):
        card = (await context.store.queries.workspace(WorkspaceId(workspace), viewer=context.viewer)).card
        id, name = card.workspace, card.name
    else:
        id, name = imported_workspace(workspace), workspace
    summary = await run_importer(context, importer, file, id, name)
    conflicts = context.store.commands.counts.conflicts
    data = summary_to_json(summary) | {"conflicts": conflicts}
    context.printer.result(data, summarize_import(file, name, summary, conflicts))
    print_refusals(context, summary)
    if summary.refused:
        raise typer.Exit(ExitCode.REFUSED)


def print_refusals(context: CommandContext, summary: Summary) -> None:
    for refusal in summary.refusals:
        context.printer.note(f"refused: {refusal}")
    if summary.refused > len(summary.refusals):
        context.printer.note(f"… and {summary.refused - len(summary.refusals)} more")


async def run_importer(
    context: CommandContext, importer: Importer, file: Path, workspace: WorkspaceId, name: str
) -> Summary:
    with show_progress(context.printer.err, "Importing") as report:
        return await importer(file, workspace, name, make_target(context), lambda _, done, total: report(done, total))


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

    return ImportTarget(send, context.store.log, context.store.model)


def summary_to_json(summary: Summary) -> dict[str, object]:
    return {
        "workspace": summary.workspace,
        "records": summary.records,
        "commands": dict(sorted(summary.sent.items())),
        "events": summary.events,
        "repeated": summary.repeated,
        "kept": summary.kept,
        "skipped": summary.skipped,
        "refused": summary.refused,
        "refusals": summary.refusals,
    }


def summarize_import(file: Path, workspace: str, summary: Summary, conflicts: int = 0) -> str:
    """Imported x.json into 'Home' (…): 12 records (12 tasks, 3 members), 40 commands, 43 events appended, …"""
    if not summary.records and not summary.sent.total():
        return f"{file.name} holds no records: nothing was imported."
    created = ", ".join(
        count_noun(summary.sent[command], kind) for command, kind in KINDS.items() if summary.sent[command]
    )
    records = count_noun(summary.records, "record") + (f" ({created})" if created else "")
    exceptions = {
        "known before": summary.repeated,
        "kept as they are": summary.kept,
        "refused": summary.refused,
        "references without a target": summary.skipped,
        "conflicts with other writers": conflicts,
    }
    rest = "".join(f", {count:,} {label}" for label, count in exceptions.items() if count)
    return (
        f"Imported {file.name} into {workspace!r} ({summary.workspace}): {records}, "
        f"{count_noun(summary.sent.total(), 'command')}, {count_noun(summary.events, 'event')} appended{rest}."
    )
