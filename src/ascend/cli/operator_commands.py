"""The commands of the operator: they fill a store and keep its read items up to date.

Each imports what it runs, so that the help does not import all of it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ascend.cli.context import check_operator, run_operation


def demo(ctx: typer.Context) -> None:
    """Import a sample, project it, query it and rebuild it."""
    from ascend.cli.demo.run import run_demo

    run_demo(ctx)


def init(ctx: typer.Context) -> None:
    """Create the store, or what is missing of it."""
    from ascend.cli.operations import maintenance

    run_operation(ctx, maintenance.report_ready, create=True)


def worker(
    ctx: typer.Context,
    until_caught_up: Annotated[
        bool, typer.Option("--until-caught-up", help="Stop when all workspaces are rendered.")
    ] = False,
) -> None:
    """Keep the read items up to date, until Ctrl-C or SIGTERM."""
    from ascend.cli.operations import worker as worker_commands

    run_operation(ctx, worker_commands.catch_up if until_caught_up else worker_commands.follow)


def status(ctx: typer.Context) -> None:
    """Show how far every workspace is rendered, and what is stalled or parked."""
    from ascend.cli.operations.status import show_status

    run_operation(ctx, show_status)


def verify(
    ctx: typer.Context,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", exists=True, dir_okay=False, readable=True, help="Heads that `ascend --json heads` has saved."
        ),
    ] = None,
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", min=1, help="Only N workspaces, chosen at random.")
    ] = None,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend read items that are not as the log makes them.")
    ] = False,
) -> None:
    """Check the log, fold it again, and list every difference from the stored items and in the indexes."""
    from ascend.cli.operations.verify import verify_store

    run_operation(ctx, lambda context: verify_store(context, against, sample=sample, repair=repair))


def heads(ctx: typer.Context) -> None:
    """Print where each workspace's log ends, with its hash: keep it elsewhere, for `verify --against`."""
    from ascend.cli.operations.heads import show_heads

    run_operation(ctx, show_heads)


def rebuild(
    ctx: typer.Context,
    projection: Annotated[
        str | None, typer.Argument(help="The name of one projection; without it, all projections.")
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option("--budget", metavar="UNITS", min=1, help="Write at most so many write units a second."),
    ] = None,
) -> None:
    """Build the read items from the log beside the old ones, then switch to them."""
    from ascend.cli.operations import maintenance

    run_operation(ctx, lambda context: maintenance.rebuild_items(context, projection, budget))


def ready(
    ctx: typer.Context,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until they are, for as long as it takes.")] = False,
) -> None:
    """Say whether queries of this code are answered, or how far their read items are. Exits with 1 if they are not."""
    from ascend.cli.operations import generations

    run_operation(ctx, lambda context: generations.show_ready(context, wait=wait))


def switch(ctx: typer.Context) -> None:
    """End a deployment: switch to the read items of the new code, which are at hand."""
    from ascend.cli.operations import generations

    run_operation(ctx, generations.switch)


def roll_back(
    ctx: typer.Context,
    projection: Annotated[
        str | None, typer.Argument(help="The name of one projection; without it, all projections.")
    ] = None,
) -> None:
    """Switch back to the read items from before the last rebuild or deployment. `prune` ends this way back."""
    from ascend.cli.operations import generations

    run_operation(ctx, lambda context: generations.roll_back(context, projection))


def withdraw(ctx: typer.Context) -> None:
    """Take back a rebuild or a deployment that is announced and shall not be finished."""
    from ascend.cli.operations import generations

    run_operation(ctx, generations.withdraw)


def prune(
    ctx: typer.Context,
    now: Annotated[
        bool, typer.Option("--now", help="Remove them even if an old worker moved in the last minutes.")
    ] = False,
) -> None:
    """Remove the records and items of earlier versions and rebuilds."""
    from ascend.cli.operations import maintenance

    run_operation(ctx, lambda context: maintenance.prune_store(context, now=now))


def retime(
    ctx: typer.Context,
    workspace: Annotated[
        str | None,
        typer.Option("--workspace", help="Look only at this one: its id, or its name if the name is unique."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Correct them. Without this option, only list them.")] = False,
) -> None:
    """List planned tasks whose time zone has new rules and that are no longer at their wall time."""
    from ascend.cli.operations.retime import retime_tasks

    run_operation(ctx, lambda context: retime_tasks(context, workspace, apply=apply))


def erase(
    ctx: typer.Context,
    workspace: Annotated[str, typer.Argument(help="Its id, or its name if the name is unique.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Erase it. Without this option, only show what would be erased.")
    ] = False,
    workers_stopped: Annotated[
        bool,
        typer.Option("--workers-stopped", help="No worker runs or will wake up: do not wait 15 minutes for them."),
    ] = False,
) -> None:
    """Erase a workspace for good."""
    from ascend.cli.operations.erase import erase_workspace

    run_operation(ctx, lambda context: erase_workspace(context, workspace, yes=yes, workers_stopped=workers_stopped))


LogWorkspace = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its id, or its name if the name is unique.")]


def list_commits(
    ctx: typer.Context,
    workspace: LogWorkspace,
    first: Annotated[int, typer.Option(min=1, help="The position to begin with.")] = 1,
    limit: Annotated[int, typer.Option(min=1, help="The number of commits.")] = 100,
) -> None:
    """List commits as they are stored, also those that cannot be read."""
    from ascend.cli.operations import log

    run_operation(ctx, lambda context: log.list_commits(context, workspace, first=first, limit=limit))


def show_commit(
    ctx: typer.Context,
    workspace: LogWorkspace,
    position: Annotated[str, typer.Argument(help="Its position, or a sort key that is no position.")],
) -> None:
    """Show the stored attributes of one commit, without reading its events."""
    from ascend.cli.operations import log

    run_operation(ctx, lambda context: log.show_commit(context, workspace, position))


ParkedWorkspace = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Its id, or its name if the name is unique.")]
MaybeWorkspace = Annotated[
    str | None, typer.Argument(metavar="[WORKSPACE]", help="Its id, or its name if the name is unique.")
]
ENTITY_HELP = "KIND#ID or the id, as `ascend parked list` prints it."


def list_parked(ctx: typer.Context, workspace: MaybeWorkspace = None) -> None:
    """List the entities that a projection cannot render, of one workspace or of all."""
    from ascend.cli.operations import parked

    run_operation(ctx, lambda context: parked.list_parked(context, workspace))


def show_parked(
    ctx: typer.Context, workspace: ParkedWorkspace, entity: Annotated[str, typer.Argument(help=ENTITY_HELP)]
) -> None:
    """Show why an entity cannot be rendered, and which of its read items are still there."""
    from ascend.cli.operations import parked

    run_operation(ctx, lambda context: parked.show_parked(context, workspace, entity))


def retry_parked(
    ctx: typer.Context,
    workspace: MaybeWorkspace = None,
    entity: Annotated[str | None, typer.Argument(metavar="[ENTITY]", help=ENTITY_HELP)] = None,
    everything: Annotated[bool, typer.Option("--all", help="What is parked in every workspace.")] = False,
) -> None:
    """Render parked entities again. It needs no new event."""
    from ascend.cli.operations import parked

    run_operation(ctx, lambda context: parked.retry_parked(context, workspace, entity, everything=everything))


def digest(ctx: typer.Context) -> None:
    """Print one number for the content of all live read items, to compare stores."""
    from ascend.cli.operations import maintenance

    run_operation(ctx, maintenance.show_digest)


ParameterFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        readable=True,
        help="On DynamoDB: the parameters that the stack was deployed with (JSON). Without it: the template's defaults.",
    ),
]


def doctor(ctx: typer.Context, parameters: ParameterFile = None) -> None:
    """Compare the settings of the store with the declared schema, and say what to do."""
    from ascend.cli.operations.doctor import examine_store

    examine_store(check_operator(ctx), parameters)


COMMANDS = (
    demo,
    init,
    worker,
    status,
    ready,
    verify,
    heads,
    rebuild,
    switch,
    roll_back,
    withdraw,
    prune,
    retime,
    erase,
    digest,
    doctor,
)
PARKED_COMMANDS: dict[str, Callable[..., None]] = {"list": list_parked, "show": show_parked, "retry": retry_parked}
LOG_COMMANDS: dict[str, Callable[..., None]] = {"list": list_commits, "show": show_commit}
