"""The commands that look at a store: as the operator, or as the user named by --as."""

from datetime import date, datetime
from typing import Annotated

import typer

from ascend import Status
from ascend.cli.desk import look
from ascend.cli.queries import lists, more_lists
from ascend.cli.queries.feed import Period
from ascend.cli.queries.feed import feed as show_feed
from ascend.cli.queries.show import show as show_entity
from ascend.cli.queries.tree import tree as show_tree

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
    entity: Annotated[
        str | None, typer.Argument(help="The id of a task, thing, asset or comment, or a unique title or name.")
    ] = None,
) -> None:
    """A workspace in numbers, or everything about one task, thing, asset or comment."""
    look(context, lambda desk: show_entity(desk, workspace, entity))


def assets(context: typer.Context, workspace: Workspace) -> None:
    """A workspace's Assets, in the order of their ids."""
    look(context, lambda desk: more_lists.assets(desk, workspace))


def tagged(context: typer.Context, workspace: Workspace, tag: str) -> None:
    """Everything that carries a tag, by kind."""
    look(context, lambda desk: more_lists.tagged(desk, workspace, tag))


User = Annotated[str, typer.Argument(help="Their id, or their name where that is unique.")]


def mentions(context: typer.Context, user: User) -> None:
    """The comments that name a user, in all workspaces, the latest first."""
    look(context, lambda desk: more_lists.mentions(desk, user))


def done(context: typer.Context, user: User) -> None:
    """A user's tasks that are done, in all workspaces, the latest first."""
    look(context, lambda desk: more_lists.done(desk, user))


def history(
    context: typer.Context,
    workspace: Workspace,
    entity: Annotated[str | None, typer.Argument(help="Only of this one: as in `show`.")] = None,
) -> None:
    """What happened in a workspace, in order; or to one entity, the latest first."""
    if entity is None:
        look(context, lambda desk: lists.history(desk, workspace))
    else:
        look(context, lambda desk: more_lists.history_of(desk, workspace, entity))
