"""Imports of the real files into a store, each file into a workspace of its own."""

from pathlib import Path
from typing import Any

from support.end_to_end.places import Place, run_at_once
from support.end_to_end.truth import DAP, PARTS, QUIC
from support.importers.files import real_file

FILES = {"dap": ("github", DAP), "quic": ("github", QUIC), "parts": ("inventree", PARTS)}


def import_arguments(workspace: str) -> tuple[str, str, Path, str, str]:
    source, names = FILES[workspace]
    return "import", source, real_file(*names), "--workspace", workspace


async def import_all(place: Place, *workspaces: str) -> dict[str, Any]:
    """Import the named files, or all, at the same time. Return the summaries by workspace."""
    names = workspaces or tuple(FILES)
    return dict(zip(names, await run_at_once(place.run, *map(import_arguments, names)), strict=True))


async def fill_place(place: Place, *workspaces: str) -> dict[str, Any]:
    """Import the named files, or all, and run a worker until it has caught up. Return the summaries of the imports."""
    await place.run("init")
    summaries = await import_all(place, *workspaces)
    await place.catch_up()
    return summaries
