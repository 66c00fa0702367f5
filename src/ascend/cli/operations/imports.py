"""Imports: files of other programs become commands. What came before an error stays, and running again goes on.

What a rule refuses is listed and passed over; the exit code says that there was such.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import typer

from ascend import Command, CommandId, Receipt, UserId, WorkspaceId
from ascend.adapters.importers import Progress, Send, Summary, imported_workspace
from ascend.cli.desk import Desk
from ascend.cli.errors import REFUSED
from ascend.cli.terminal.printing import counted
from ascend.cli.terminal.progress import progress
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
"""What a command brings, the first time."""
Importer = Callable[[Path, WorkspaceId, str, Send, Progress | None], Awaitable[Summary]]


async def import_file(desk: Desk, importer: Importer, file: Path, workspace: str) -> None:
    """`workspace` is the name under which imports go, or the id of one that is there."""
    if UUID_TEXT.fullmatch(workspace):
        card = (await desk.store.queries.workspace(WorkspaceId(workspace), viewer=desk.viewer)).card
        id, name = card.workspace, card.name
    else:
        id, name = imported_workspace(workspace), workspace
    summary = await run(desk, importer, file, id, name)
    conflicts = desk.store.commands.counts.conflicts
    desk.printer.result(to_data(summary) | {"conflicts": conflicts}, sentence(file, name, summary, conflicts))
    for refusal in summary.refusals:
        desk.printer.note(f"refused: {refusal}")
    if summary.refused > len(summary.refusals):
        desk.printer.note(f"… and {summary.refused - len(summary.refusals)} more")
    if summary.refused:
        raise typer.Exit(REFUSED)


async def run(desk: Desk, importer: Importer, file: Path, workspace: WorkspaceId, name: str) -> Summary:
    with progress(desk.printer.err, "Importing") as report:
        return await importer(file, workspace, name, sender(desk), lambda _, done, total: report(done, total))


def sender(desk: Desk) -> Send:
    async def send(workspace: WorkspaceId, command: Command, actor: UserId, command_id: CommandId) -> Receipt:
        return await desk.store.execute(workspace, command, actor=actor, command_id=command_id)

    return send


def to_data(summary: Summary) -> dict[str, object]:
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


def sentence(file: Path, workspace: str, summary: Summary, conflicts: int = 0) -> str:
    """Imported x.json into 'Home' (…): 12 records (12 tasks, 3 members), 40 commands, 43 events appended, …"""
    if not summary.records and not summary.sent.total():
        return f"{file.name} holds no records: nothing was imported."
    came = ", ".join(counted(summary.sent[command], one) for command, one in KINDS.items() if summary.sent[command])
    records = counted(summary.records, "record") + (f" ({came})" if came else "")
    said = {
        "known before": summary.repeated,
        "kept as they are": summary.kept,
        "refused": summary.refused,
        "references that lead nowhere": summary.skipped,
        "conflicts with other writers": conflicts,
    }
    rest = "".join(f", {count:,} {what}" for what, count in said.items() if count)
    return (
        f"Imported {file.name} into {workspace!r} ({summary.workspace}): {records}, "
        f"{counted(summary.sent.total(), 'command')}, {counted(summary.events, 'event')} appended{rest}."
    )
