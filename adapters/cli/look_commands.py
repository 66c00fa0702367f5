"""The commands that look at a store: as the operator, or as the user named by --as."""

from datetime import date, datetime
from typing import Annotated

import typer

from ascend import Status
from ascend.adapters.cli import lists
from ascend.adapters.cli.desk import look
from ascend.adapters.cli.feed import Period
from ascend.adapters.cli.feed import feed as show_feed
from ascend.adapters.cli.show import show as show_entity
from ascend.adapters.cli.tree import tree as show_tree

Workspace = Annotated[str, typer.Argument(help="Its id, or its name where that is unique.")]


def day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, of whatever zone
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: write YYYY-MM-DD") from None


def workspaces(context: typer.Context) -> None:
    """The workspaces: all for the operator, else those of the user."""
    look(context, lists.workspaces)


def members(context: typer.Context, workspace: Workspace) -> None:
    """Who is in a workspace, with their roles."""
    look(context, lambda desk: lists.members(desk, workspace))


def feed(
    context: typer.Context,
    user: Annotated[str, typer.Argument(help="Their id, or their name where that is unique.")],
    first: Annotated[date | None, typer.Option("--from", parser=day, metavar="DATE")] = None,
    last: Annotated[date | None, typer.Option("--to", parser=day, metavar="DATE")] = None,
) -> None:
    """A user's open tasks in all workspaces: overdue, today, next 7 days, later, no date."""
    if first and last and first > last:
        raise typer.BadParameter(f"--from {first} is after --to {last}", context)
    look(context, lambda desk: show_feed(desk, user, Period(first, last)))


def tasks(
    context: typer.Context, workspace: Workspace, status: Annotated[Status | None, typer.Option()] = None
) -> None:
    """A workspace's tasks: in the order of their ids, or those of one status by due date."""
    look(context, lambda desk: lists.tasks(desk, workspace, status))


def tree(
    context: typer.Context,
    workspace: Workspace,
    thing: Annotated[str | None, typer.Argument(help="Only what is in this Thing (id or unique name).")] = None,
) -> None:
    """A workspace's Things in their hierarchy."""
    look(context, lambda desk: show_tree(desk, workspace, thing))


def show(
    context: typer.Context,
    workspace: Workspace,
    entity: Annotated[str, typer.Argument(help="The id of a task, thing or comment, or a unique title or name.")],
) -> None:
    """Everything about one task, thing or comment."""
    look(context, lambda desk: show_entity(desk, workspace, entity))


def history(context: typer.Context, workspace: Workspace) -> None:
    """What happened in a workspace: every event, in order."""
    look(context, lambda desk: lists.history(desk, workspace))
