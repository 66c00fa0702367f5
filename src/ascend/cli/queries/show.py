"""A workspace in numbers, or everything about one task, thing, asset or comment."""

from collections.abc import Iterable
from datetime import datetime

from rich.text import Text

from ascend import AssetId, CommentId, Due, Priority, TaskId, ThingId, WorkspaceId, ZonedTime
from ascend.cli.desk import Desk
from ascend.cli.queries.related import Related, related, said
from ascend.cli.terminal.dates import shown
from ascend.cli.terminal.printing import Printer
from ascend.cli.terminal.text import lines, plain
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import CommentLine
from ascend.projections.read_models.tasks import TaskCard
from ascend.projections.read_models.things import ThingCard

Field = tuple[str, str]
LABELS = 13


async def show(desk: Desk, workspace_name: str, name: str | None) -> None:
    workspace = await desk.names.rendered_workspace(workspace_name)
    if name is None:
        await show_workspace(desk, workspace)
        return
    match await desk.names.entity(workspace, name):
        case TaskId() as task:
            await show_task(desk, workspace, task)
        case ThingId() as thing:
            await show_thing(desk, workspace, thing)
        case AssetId() as asset:
            await show_asset(desk, workspace, asset)
        case CommentId() as comment:
            await show_comment(desk, workspace, comment)


async def show_workspace(desk: Desk, workspace: WorkspaceId) -> None:
    summary = await desk.store.queries.workspace(workspace, viewer=desk.viewer)
    if desk.printer.json:
        desk.printer.document({"kind": "workspace", "workspace": summary.card, "counts": summary.counts})
        return
    card = summary.card
    print_title(desk.printer, card.name + (" (archived)" if card.archived else ""), f"workspace {workspace}")
    counts = {"members": card.members, "invited": card.invited, **summary.counts}
    print_fields(desk.printer, [("tags", ", ".join(card.tags)), *card.metadata.items()])
    print_fields(desk.printer, [(name, f"{count:,}") for name, count in sorted(counts.items()) if count])


async def show_task(desk: Desk, workspace: WorkspaceId, task: TaskId) -> None:
    card = await desk.store.queries.task(workspace, task, viewer=desk.viewer)
    others = await related(desk, workspace, task)
    comments = await comments_on(desk, workspace, task)
    if desk.printer.json:
        desk.printer.document({"kind": "task", "task": card, "related": others, "comments": comments})
        return
    print_title(desk.printer, card.title, f"task {task}")
    print_fields(desk.printer, task_fields(card, desk.options.clock()))
    print_related(desk.printer, others)
    print_text(desk.printer, card.description)
    print_comments(desk, comments)


async def show_thing(desk: Desk, workspace: WorkspaceId, thing: ThingId) -> None:
    view = await desk.store.queries.thing(workspace, thing, viewer=desk.viewer)
    others = await related(desk, workspace, thing)
    comments = await comments_on(desk, workspace, thing)
    if desk.printer.json:
        found = {"thing": view.card, "ancestors": view.ancestors, "related": others, "comments": comments}
        desk.printer.document({"kind": "thing", **found})
        return
    print_title(desk.printer, view.card.name, f"thing {thing}")
    above = ("in", " › ".join(node.name for node in view.ancestors))
    print_fields(desk.printer, [above, *thing_fields(view.card, desk.options.clock())])
    print_related(desk.printer, others)
    print_text(desk.printer, view.card.description)
    print_comments(desk, comments)


async def show_asset(desk: Desk, workspace: WorkspaceId, asset: AssetId) -> None:
    card = await desk.store.queries.asset(workspace, asset, viewer=desk.viewer)
    others = await related(desk, workspace, asset)
    comments = await comments_on(desk, workspace, asset)
    if desk.printer.json:
        desk.printer.document({"kind": "asset", "asset": card, "related": others, "comments": comments})
        return
    print_title(desk.printer, card.details.name, f"asset {asset}")
    print_fields(desk.printer, asset_fields(card, desk.options.clock()))
    print_related(desk.printer, others)
    print_text(desk.printer, card.details.description)
    print_comments(desk, comments)


async def show_comment(desk: Desk, workspace: WorkspaceId, comment: CommentId) -> None:
    line = await desk.store.queries.comment(workspace, comment, viewer=desk.viewer)
    if desk.printer.json:
        desk.printer.document({"kind": "comment", "comment": line})
        return
    print_title(desk.printer, f"Comment on {line.target_kind} {line.target}", f"comment {comment}")
    print_comment(desk.printer, line, desk.options.clock())


async def comments_on(desk: Desk, workspace: WorkspaceId, on: TaskId | ThingId | AssetId) -> list[CommentLine]:
    return [
        line
        async for line in all_items(
            lambda cursor: desk.store.queries.comments(workspace, on, viewer=desk.viewer, cursor=cursor)
        )
    ]


def task_fields(card: TaskCard, now: datetime) -> list[Field]:
    return [
        ("status", card.status + (f" {local(card.closed_at, now)}" if card.closed_at else "")),
        ("priority", "" if card.priority is Priority.NORMAL else card.priority.name.lower()),
        ("assigned to", ", ".join(card.assignees)),
        ("start", due(card.start, now)),
        ("due", due(card.due, now)),
        ("recurs", card.recurrence or ""),
        ("part of", card.parent or ""),
        ("about", ", ".join(card.about)),
        *common_fields(card, now),
    ]


def thing_fields(card: ThingCard, now: datetime) -> list[Field]:
    return [("kind", card.kind + (" (archived)" if card.archived else "")), *common_fields(card, now)]


def asset_fields(card: AssetCard, now: datetime) -> list[Field]:
    details = card.details
    worth = "" if details.amount is None else f"{details.amount} {details.currency}"
    return [
        ("kind", card.kind + (" (retired)" if card.retired else "")),
        ("uri", details.uri or ""),
        ("media type", details.media_type or ""),
        ("size", "" if details.size is None else f"{details.size:,} bytes"),
        ("checksum", details.checksum or ""),
        ("amount", worth),
        *common_fields(card, now),
    ]


def common_fields(card: TaskCard | ThingCard | AssetCard, now: datetime) -> list[Field]:
    described = card.details if isinstance(card, AssetCard) else card
    return [
        ("tags", ", ".join(described.tags)),
        *described.metadata.items(),
        ("created", f"{local(card.created_at, now)} by {card.created_by}"),
        ("version", str(card.version)),
    ]


def due(due: Due | None, now: datetime) -> str:
    zone = f" (set in {due.zone})" if isinstance(due, ZonedTime) else ""
    return shown(due, now) + zone


def local(moment: datetime, now: datetime) -> str:
    return f"{moment.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"


def print_title(printer: Printer, title: str, what: str) -> None:
    printer.text(title, "bold")
    printer.text(what, "dim")


def print_fields(printer: Printer, fields: Iterable[Field]) -> None:
    for label, value in fields:
        if value:
            printer.show(Text.assemble((f"{plain(label):<{LABELS}}", "dim"), plain(value)))


def print_related(printer: Printer, others: Related) -> None:
    print_fields(printer, [(name, said(one)) for name, found in others.items() for one in found])


def print_text(printer: Printer, text: str) -> None:
    if text.strip():
        printer.text("")
        printer.show(Text("\n".join(f"  {line}" for line in lines(text.strip()))))


def print_comments(desk: Desk, comments: Iterable[CommentLine]) -> None:
    for comment in comments:
        print_comment(desk.printer, comment, desk.options.clock())


def print_comment(printer: Printer, comment: CommentLine, now: datetime) -> None:
    edited = f" (edited {local(comment.edited_at, now)})" if comment.edited_at else ""
    printer.text("")
    printer.text(f"{comment.author}, {local(comment.posted_at, now)}{edited}", "dim")
    printer.show(Text("\n".join(f"  {line}" for line in lines("(deleted)" if comment.deleted else comment.text))))
