"""Show the counts of a workspace, or everything about one task, thing, asset or comment."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from rich.text import Text

from ascend import AssetId, CommentId, Due, Priority, TaskId, ThingId, UserId, WorkspaceId, ZonedTime
from ascend.cli.context import CommandContext
from ascend.cli.queries.entity_lists import format_amount
from ascend.cli.queries.related import Related, collect, describe_related, find_related
from ascend.cli.terminal.dates import format_due, format_time
from ascend.cli.terminal.printing import Printer
from ascend.cli.terminal.text import escape_lines, escape_text
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import CommentLine
from ascend.projections.read_models.tasks import TaskCard
from ascend.projections.read_models.things import ThingCard

Field = tuple[str, str]
LABEL_WIDTH = 13


async def show_entity(context: CommandContext, workspace_name: str, name: str | None) -> None:
    workspace = await context.names.find_rendered_workspace(workspace_name)
    if name is None:
        await show_workspace(context, workspace)
        return
    match await context.names.find_entity(workspace, name):
        case TaskId() as task:
            await show_task(context, workspace, task)
        case ThingId() as thing:
            await show_thing(context, workspace, thing)
        case AssetId() as asset:
            await show_asset(context, workspace, asset)
        case CommentId() as comment:
            await show_comment(context, workspace, comment)


async def show_workspace(context: CommandContext, workspace: WorkspaceId) -> None:
    printer = context.printer
    summary = await context.store.queries.workspace(workspace, viewer=context.viewer)
    if printer.json:
        printer.document({"kind": "workspace", "workspace": summary.card, "counts": summary.counts})
        return
    card = summary.card
    print_title(printer, card.name + (" (archived)" if card.archived else ""), f"workspace {workspace}")
    counts = {"members": card.members, "invited": card.invited, **summary.counts}
    print_fields(printer, [("tags", ", ".join(card.tags)), *card.metadata.items()])
    print_fields(printer, [(name, f"{count:,}") for name, count in sorted(counts.items()) if count])


async def show_task(context: CommandContext, workspace: WorkspaceId, task: TaskId) -> None:
    card = await context.store.queries.task(workspace, task, viewer=context.viewer)
    fields = task_fields(card, context.now())
    await show_details(context, workspace, task, {"kind": "task", "task": card}, card.title, fields, card.description)


async def show_thing(context: CommandContext, workspace: WorkspaceId, thing: ThingId) -> None:
    view = await context.store.queries.thing(workspace, thing, viewer=context.viewer)
    card, parents = view.card, ("in", " › ".join(node.name for node in view.ancestors))
    data = {"kind": "thing", "thing": card, "ancestors": view.ancestors}
    fields = [parents, *thing_fields(card, context.now())]
    await show_details(context, workspace, thing, data, card.name, fields, card.description)


async def show_asset(context: CommandContext, workspace: WorkspaceId, asset: AssetId) -> None:
    card = await context.store.queries.asset(workspace, asset, viewer=context.viewer)
    details, fields = card.details, asset_fields(card, context.now())
    data = {"kind": "asset", "asset": card}
    await show_details(context, workspace, asset, data, details.name, fields, details.description)


async def show_details(
    context: CommandContext,
    workspace: WorkspaceId,
    entity: TaskId | ThingId | AssetId,
    data: Mapping[str, object],
    title: str,
    fields: Iterable[Field],
    description: str,
) -> None:
    """Print a task, thing or asset with everything related to it and its comments. `data` begins the JSON document."""
    related = await find_related(context, workspace, entity)
    comments = await find_comments(context, workspace, entity)
    printer = context.printer
    if printer.json:
        printer.document({**data, "related": related, "comments": comments})
        return
    print_title(printer, title, f"{data['kind']} {entity}")
    print_fields(printer, fields)
    print_related(printer, related)
    print_description(printer, description)
    for comment in comments:
        print_comment(printer, comment, context.now())


async def show_comment(context: CommandContext, workspace: WorkspaceId, comment: CommentId) -> None:
    line = await context.store.queries.comment(workspace, comment, viewer=context.viewer)
    if context.printer.json:
        context.printer.document({"kind": "comment", "comment": line})
        return
    print_title(context.printer, f"Comment on {line.target_kind} {line.target}", f"comment {comment}")
    print_comment(context.printer, line, context.now())


async def find_comments(
    context: CommandContext, workspace: WorkspaceId, target: TaskId | ThingId | AssetId
) -> list[CommentLine]:
    queries, viewer = context.store.queries, context.viewer
    return await collect(lambda cursor: queries.comments(workspace, target, viewer=viewer, cursor=cursor))


def task_fields(card: TaskCard, now: datetime) -> list[Field]:
    return [
        ("status", card.status + (f" {format_time(card.closed_at, now)}" if card.closed_at else "")),
        ("priority", "" if card.priority is Priority.NORMAL else card.priority.name.lower()),
        ("assigned to", ", ".join(card.assignees)),
        ("start", format_due_with_zone(card.start, now)),
        ("due", format_due_with_zone(card.due, now)),
        ("recurs", describe_recurrence(card)),
        ("part of", card.parent or ""),
        ("about", ", ".join(card.about)),
        *common_fields(card, now),
    ]


def describe_recurrence(card: TaskCard) -> str:
    """Return the rule, and what it counts from if that is not the series."""
    if card.recurrence is None or card.completion_zone is None:
        return card.recurrence or ""
    return f"{card.recurrence}, from the day it is done ({card.completion_zone})"


def thing_fields(card: ThingCard, now: datetime) -> list[Field]:
    return [("kind", card.kind + (" (archived)" if card.archived else "")), *common_fields(card, now)]


def asset_fields(card: AssetCard, now: datetime) -> list[Field]:
    details = card.details
    return [
        ("kind", card.kind + (" (retired)" if card.retired else "")),
        ("uri", details.uri or ""),
        ("media type", details.media_type or ""),
        ("size", "" if details.size is None else f"{details.size:,} bytes"),
        ("checksum", details.checksum or ""),
        ("amount", format_amount(card)),
        *common_fields(card, now),
    ]


def common_fields(card: TaskCard | ThingCard | AssetCard, now: datetime) -> list[Field]:
    described = card.details if isinstance(card, AssetCard) else card
    return [
        ("tags", ", ".join(described.tags)),
        *described.metadata.items(),
        ("created", f"{format_time(card.created_at, now)} by {card.created_by}"),
        ("version", str(card.version)),
    ]


def format_due_with_zone(due: Due | None, now: datetime) -> str:
    zone = f" (set in {due.zone})" if isinstance(due, ZonedTime) else ""
    return format_due(due, now) + zone


def print_title(printer: Printer, title: str, kind_and_id: str) -> None:
    printer.line(title, "bold")
    printer.line(kind_and_id, "dim")


def print_fields(printer: Printer, fields: Iterable[Field]) -> None:
    for label, value in fields:
        if value:
            printer.draw(Text.assemble((f"{escape_text(label):<{LABEL_WIDTH}}", "dim"), escape_text(value)))


def print_related(printer: Printer, related: Related) -> None:
    print_fields(printer, [(name, describe_related(item)) for name, items in related.items() for item in items])


def print_description(printer: Printer, text: str) -> None:
    if text.strip():
        printer.line("")
        print_indented(printer, text.strip())


def print_comment(printer: Printer, comment: CommentLine, now: datetime) -> None:
    edited = f" (edited {format_time(comment.edited_at, now)}{by(comment.edited_by)})" if comment.edited_at else ""
    printer.line("")
    printer.line(f"{comment.author}, {format_time(comment.posted_at, now)}{edited}", "dim")
    print_indented(printer, f"(deleted{by(comment.deleted_by)})" if comment.deleted else comment.text)


def by(user: UserId | None) -> str:
    """Return " by Ada" for the user who edited or deleted another user's comment, nothing for the author (None)."""
    return "" if user is None else f" by {user}"


def print_indented(printer: Printer, text: str) -> None:
    printer.draw(Text("\n".join(f"  {line}" for line in escape_lines(text))))
