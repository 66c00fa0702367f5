"""The demo: a small sample goes all the way from commands to feeds and trees, and a rebuild gives the same bytes."""

import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from functools import partial
from shlex import quote
from urllib.parse import quote as quote_path

import typer
from rich.text import Text

from ascend import Refusal
from ascend.adapters.importers import Report, import_github, import_inventree, imported_workspace
from ascend.adapters.importers.samples import INVENTORY, ISSUES
from ascend.cli.context import CommandContext, GlobalOptions, run_operation
from ascend.cli.demo import raw_items
from ascend.cli.demo.user_actions import ACTOR, TASKS, THINGS, complete_recurring_task, schedule_tasks
from ascend.cli.errors import ExitCode
from ascend.cli.operations import imports
from ascend.cli.operations.maintenance import rebuild_items
from ascend.cli.operations.worker import catch_up
from ascend.cli.queries.entity_lists import list_tagged
from ascend.cli.queries.feed import Period, show_feed
from ascend.cli.queries.show import show_entity
from ascend.cli.queries.tree import show_tree
from ascend.cli.terminal.printing import Printer, make_console

THING, TAG = "City bike", "bike"
"""The thing and the tag that the demo shows in detail."""
MAX_WIDTH = 100
"""Columns of a drawing of items."""


def run_demo(ctx: typer.Context) -> None:
    """Run the demo on the store named by --store, or else on a new one.

    The sample never goes into a store that only the environment names.
    """
    options: GlobalOptions = ctx.obj
    folder: str | None = None
    if options.store is None:
        folder = tempfile.mkdtemp(prefix="ascend-demo-")
        options.store = f"sqlite:///{quote_path(folder)}/demo.db"
    run_operation(ctx, partial(run_steps, new_folder=folder), create=True)


async def run_steps(context: CommandContext, new_folder: str | None) -> None:
    """Run all steps. With --json, the steps print to standard error and the result goes to standard output."""
    steps = replace(context, printer=make_step_printer(context.printer))
    steps.printer.line(f"Ascend demo on {context.options.place}")
    imported = await import_samples(steps)
    await project(steps)
    print_heading(steps, "A user acts")
    await schedule_tasks(steps)
    await show_queries(steps)
    await show_relationships(steps)
    await show_tables(steps)
    before, after, items = await rebuild_and_compare(steps)
    print_heading(steps, "A policy answers an event: a recurring task opens again")
    await complete_recurring_task(steps)
    if new_folder is not None:
        steps.printer.line(
            f"The demo keeps this store, so that you can query it: {new_folder} (delete the folder later)"
        )
    if context.printer.json:
        digests = {"digest": before, "rebuilt": after, "items": items}
        context.printer.document({"store": context.options.place, "imported": imported, **digests})
    if before != after:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def make_step_printer(printer: Printer) -> Printer:
    step_printer = Printer(json=False)
    if printer.json:
        step_printer.out = make_console(sys.stderr)
    return step_printer


def print_heading(context: CommandContext, text: str) -> None:
    context.printer.draw(Text(f"\n── {text} ──", "bold cyan"))


def print_command(context: CommandContext, command: str) -> None:
    """Print the command line that shows what follows."""
    context.printer.line(f"$ ascend --store {quote(context.options.place)} {command}", "dim")


async def import_samples(context: CommandContext) -> list[dict[str, object]]:
    print_heading(context, "Commands become events: an issue tracker and an inventory are imported")
    summaries: list[dict[str, object]] = []
    for importer, file, workspace in ((import_github, ISSUES, TASKS), (import_inventree, INVENTORY, THINGS)):
        source, report = imports.Source(importer, file), Report()
        summary = await imports.run_importer(context, source, imported_workspace(workspace), workspace, report)
        context.printer.line(imports.summarize_import(file, workspace, summary, report))
        summaries.append(imports.summary_to_json(summary, report))
    return summaries


async def project(context: CommandContext) -> None:
    print_heading(context, "Events become read items: a worker catches up")
    await catch_up(context)


async def show_queries(context: CommandContext) -> None:
    print_heading(context, "A task feed across workspaces")
    print_command(context, f"feed {ACTOR}")
    await show_feed(context, ACTOR, Period())
    print_heading(context, "A hierarchy of Things")
    print_command(context, f"tree {THINGS}")
    await show_tree(context, imported_workspace(THINGS), None)


async def show_relationships(context: CommandContext) -> None:
    print_heading(context, "Relationships: relations, assets, tags")
    print_command(context, f"show {THINGS} {quote(THING)}")
    with suppress(Refusal):  # for example, a user has renamed the thing since an earlier demo
        await show_entity(context, THINGS, THING)
    context.printer.line("")
    print_command(context, f"tagged {THINGS} {TAG}")
    await list_tagged(context, THINGS, TAG)


async def show_tables(context: CommandContext) -> None:
    """Show items of both tables as they are stored."""
    tasks, things = imported_workspace(TASKS), imported_workspace(THINGS)
    print_heading(context, "The events table: the first commit and the last two of Household")
    commits = await raw_items.read_commit_items(context.store, tasks, 1, 2)
    context.printer.draw(raw_items.make_grid(commits), MAX_WIDTH)
    print_heading(context, "The views table: a read item of each projection")
    partitions = (f"U#{ACTOR}", f"W#{tasks}", f"W#{things}")
    items = await raw_items.read_view_items(context.store, partitions)
    context.printer.draw(raw_items.make_grid(items), MAX_WIDTH)


async def rebuild_and_compare(context: CommandContext) -> tuple[str, str, int]:
    """Rebuild all read items. Return the digests before and after, and the number of items."""
    print_heading(context, "A rebuild from the log gives the same bytes")
    store = context.store
    before, items = await store.digest()
    await rebuild_items(context, None)
    after, _ = await store.digest()
    context.printer.line(f"digest before  {before}  {items} items")
    context.printer.line(f"digest after   {after}  {'the same' if before == after else 'NOT THE SAME'}", "bold")
    return before, after, items
