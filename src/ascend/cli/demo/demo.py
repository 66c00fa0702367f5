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
from ascend.adapters.importers import import_github, import_inventree, imported_workspace
from ascend.adapters.importers.samples import INVENTORY, ISSUES
from ascend.cli.demo import raw
from ascend.cli.demo.acts import TASKS, THINGS, WHO, plan, recur
from ascend.cli.desk import Desk, Options, operate
from ascend.cli.errors import STALLED
from ascend.cli.operations import imports
from ascend.cli.operations import worker as working
from ascend.cli.operations.operations import rebuild
from ascend.cli.queries.feed import Period, feed
from ascend.cli.queries.more_lists import tagged
from ascend.cli.queries.show import show
from ascend.cli.queries.tree import tree
from ascend.cli.terminal.printing import Printer, console

THING, TAG = "City bike", "bike"
"""What is looked at more closely."""
WIDTH = 100
"""Columns for raw items, at most."""


def demo(context: typer.Context) -> None:
    """Without --store, in a new store: the sample never goes into one that the environment happens to name."""
    options: Options = context.obj
    folder: str | None = None
    if options.store is None:
        folder = tempfile.mkdtemp(prefix="ascend-demo-")
        options.store = f"sqlite:///{quote_path(folder)}/demo.db"
    operate(context, partial(run, kept=folder), create=True)


async def run(desk: Desk, kept: str | None) -> None:
    """With --json, the pictures go to standard error, and what it came to goes to standard output."""
    shown = replace(desk, printer=pictures(desk.printer))
    shown.printer.text(f"Ascend demo on {desk.options.url}")
    imported = await import_samples(shown)
    await project(shown)
    heading(shown, "Somebody acts")
    await plan(shown)
    await look(shown)
    await look_closely(shown)
    await look_below(shown)
    before, after, items = await rebuild_all(shown)
    heading(shown, "A policy answers an event: what recurs comes back")
    await recur(shown)
    if kept is not None:
        shown.printer.text(f"This store is kept, to look around in: {kept} (delete the folder when you are done)")
    if desk.printer.json:
        digests = {"digest": before, "rebuilt": after, "items": items}
        desk.printer.document({"store": desk.options.url, "imported": imported, **digests})
    if before != after:
        raise typer.Exit(STALLED)


def pictures(printer: Printer) -> Printer:
    made = Printer(json=False)
    if printer.json:
        made.out = console(sys.stderr)
    return made


def heading(desk: Desk, text: str) -> None:
    desk.printer.show(Text(f"\n── {text} ──", "bold cyan"))


def typed(desk: Desk, command: str) -> None:
    """What somebody would type to see what follows."""
    desk.printer.text(f"$ ascend --store {quote(desk.options.url)} {command}", "dim")


async def import_samples(desk: Desk) -> list[dict[str, object]]:
    heading(desk, "Commands become events: an issue tracker and an inventory are imported")
    summaries: list[dict[str, object]] = []
    for importer, file, workspace in ((import_github, ISSUES, TASKS), (import_inventree, INVENTORY, THINGS)):
        summary = await imports.run(desk, importer, file, imported_workspace(workspace), workspace)
        desk.printer.text(imports.sentence(file, workspace, summary))
        summaries.append(imports.to_data(summary))
    return summaries


async def project(desk: Desk) -> None:
    heading(desk, "Events become read items: a worker catches up")
    await working.catch_up(desk)


async def look(desk: Desk) -> None:
    heading(desk, "A task feed, across workspaces")
    typed(desk, f"feed {WHO}")
    await feed(desk, WHO, Period())
    heading(desk, "A hierarchy of Things")
    typed(desk, f"tree {THINGS}")
    await tree(desk, imported_workspace(THINGS), None)


async def look_closely(desk: Desk) -> None:
    heading(desk, "What belongs together: relations, assets, tags")
    typed(desk, f"show {THINGS} {quote(THING)}")
    with suppress(Refusal):  # somebody has renamed it since an earlier demo, say
        await show(desk, THINGS, THING)
    desk.printer.text("")
    typed(desk, f"tagged {THINGS} {TAG}")
    await tagged(desk, THINGS, TAG)


async def look_below(desk: Desk) -> None:
    tasks, things = imported_workspace(TASKS), imported_workspace(THINGS)
    heading(desk, "The events table: the first commit and the last two of Household")
    desk.printer.show(raw.picture(await raw.commits(desk.store, tasks, 1, 2)), WIDTH)
    heading(desk, "The views table: a read item of each projection")
    partitions = (f"U#{WHO}", f"W#{tasks}", f"W#{things}")
    desk.printer.show(raw.picture(await raw.read_items(desk.store, partitions)), WIDTH)


async def rebuild_all(desk: Desk) -> tuple[str, str, int]:
    heading(desk, "A rebuild from the log gives the same bytes")
    store = desk.store
    before, items = await store.digest()
    await rebuild(desk, None)
    after, _ = await store.digest()
    desk.printer.text(f"digest before  {before}  {items} items")
    desk.printer.text(f"digest after   {after}  {'the same' if before == after else 'NOT THE SAME'}", "bold")
    return before, after, items
