"""The real files go into a store, each into a workspace of its own."""

from pathlib import Path
from typing import Any

from support.end_to_end.places import Place, at_once
from support.end_to_end.truth import DAP, PARTS, QUIC
from support.importers.files import real_file

FILES = {"dap": ("github", DAP), "quic": ("github", QUIC), "parts": ("inventree", PARTS)}


def importing(workspace: str) -> tuple[str, str, Path, str, str]:
    source, names = FILES[workspace]
    return "import", source, real_file(*names), "--workspace", workspace


async def import_all(place: Place, *workspaces: str) -> dict[str, Any]:
    """The summaries of imports (of all files, if none is named) that ran side by side."""
    names = workspaces or tuple(FILES)
    return dict(zip(names, await at_once(place.run, *map(importing, names)), strict=True))


async def fill(place: Place, *workspaces: str) -> dict[str, Any]:
    """Imports, and a worker until it has caught up; the imports' summaries."""
    await place.run("init")
    summaries = await import_all(place, *workspaces)
    await place.catch_up()
    return summaries
