"""The commands that query a store, as the operator or as the user named by --as. Each imports what it runs."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from ascend import InvalidInput, Status
from ascend.cli.applications import check_life_os
from ascend.cli.context import run_query
from ascend.projections.queries.days import find_zone

Workspace = Annotated[str, typer.Argument(help="Its id, or its name if the name is unique.")]
User = Annotated[str, typer.Argument(help="Their id, or their name if the name is unique.")]


def parse_day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: write YYYY-MM-DD") from None


def parse_zone(text: str) -> ZoneInfo:
    try:
        return find_zone(text)
    except InvalidInput as error:
        raise typer.BadParameter(str(error.detail)) from None


def workspaces(ctx: typer.Context) -> None:
    """List the workspaces: all of them for the operator, else those of the user."""
    from ascend.cli.queries import workspace_lists

    run_query(ctx, workspace_lists.list_workspaces)


def members(ctx: typer.Context, workspace: Workspace) -> None:
    """List the members of a workspace with their roles."""
    from ascend.cli.queries import workspace_lists

    run_query(ctx, lambda context: workspace_lists.list_members(context, workspace))


def feed(
    ctx: typer.Context,
    user: User,
    first: Annotated[date | None, typer.Option("--from", parser=parse_day, metavar="DATE")] = None,
    last: Annotated[date | None, typer.Option("--to", parser=parse_day, metavar="DATE")] = None,
    zone: Annotated[
        ZoneInfo | None,
        typer.Option(
            parser=parse_zone,
            metavar="ZONE",
            help="Days and times in this zone, such as Europe/Berlin  [default: local]",
        ),
    ] = None,
) -> None:
    """Show a user's open tasks in all workspaces: overdue, today, next 7 days, later, no date."""
    from ascend.cli.queries.feed import Period, show_feed

    if first and last and first > last:
        raise typer.BadParameter(f"--from {first} is after --to {last}", ctx)
    run_query(ctx, lambda context: show_feed(context, user, Period(first, last, zone)))


def tasks(ctx: typer.Context, workspace: Workspace, status: Annotated[Status | None, typer.Option()] = None) -> None:
    """List the tasks of a workspace by id, or those with one status by due date."""
    from ascend.cli.queries import entity_lists

    run_query(ctx, lambda context: entity_lists.list_tasks(context, workspace, status))


def tree(
    ctx: typer.Context,
    workspace: Workspace,
    thing: Annotated[str | None, typer.Argument(help="Show only this Thing's subtree (id or unique name).")] = None,
) -> None:
    """Show the hierarchy of a workspace's Things."""
    from ascend.cli.queries.tree import show_tree

    run_query(ctx, lambda context: show_tree(context, workspace, thing))


def show(
    ctx: typer.Context,
    workspace: Workspace,
    entity: Annotated[
        str | None, typer.Argument(help="The id of a task, thing, asset or comment, or a unique title or name.")
    ] = None,
) -> None:
    """Show the counts of a workspace, or everything about one task, thing, asset or comment."""
    from ascend.cli.queries.show import show_entity

    run_query(ctx, lambda context: show_entity(context, workspace, entity))


def assets(ctx: typer.Context, workspace: Workspace) -> None:
    """List the Assets of a workspace by id."""
    from ascend.cli.queries import entity_lists

    run_query(ctx, lambda context: entity_lists.list_assets(context, workspace))


def tagged(ctx: typer.Context, workspace: Workspace, tag: str) -> None:
    """List everything with a tag, by kind."""
    from ascend.cli.queries import entity_lists

    run_query(ctx, lambda context: entity_lists.list_tagged(context, workspace, tag))


def mentions(ctx: typer.Context, user: User) -> None:
    """List the comments that mention a user in all workspaces, the latest first."""
    from ascend.cli.queries import user_lists

    run_query(ctx, lambda context: user_lists.list_mentions(context, user))


def done(ctx: typer.Context, user: User) -> None:
    """List the tasks that a user has done in all workspaces, the latest first."""
    from ascend.cli.queries import user_lists

    run_query(ctx, lambda context: user_lists.list_done(context, user))


def history(
    ctx: typer.Context,
    workspace: Workspace,
    entity: Annotated[
        str | None, typer.Argument(help="Show only the events of this entity: an id or name as for `show`.")
    ] = None,
) -> None:
    """List the events of a workspace in order, or those of one entity, the latest first."""
    from ascend.cli.queries import event_lists

    if entity is None:
        run_query(ctx, lambda context: event_lists.list_events(context, workspace))
    else:
        check_life_os(ctx, "history of one entity")
        run_query(ctx, lambda context: event_lists.list_entity_events(context, workspace, entity))


COMMANDS = (workspaces, members, feed, tasks, tree, show, assets, tagged, mentions, done, history)
