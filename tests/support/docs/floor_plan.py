"""The table of the floor plan in CONTRIBUTING: the rooms in the order that the import contracts declare."""

import re
from pathlib import Path

from structure import declared_layers
from support.paths import ROOT

PAGE = ROOT / "CONTRIBUTING.md"
ROW = re.compile(r"^\| `(ascend[\w.]*)` \| (.*) \|$", re.MULTILINE)
REMARK = re.compile(r"`(\w+)` (\([^)]*\))")


def render_floor_plan() -> dict[Path, str]:
    """Return the page with the declared rooms, from the lowest to the highest. Remarks on the page stay."""
    layers = declared_layers()
    return {
        PAGE: ROW.sub(lambda row: render_row(row[1], layers[row[1]], dict(REMARK.findall(row[2]))), PAGE.read_text())
    }


def render_row(container: str, layers: list[list[str]], remarks: dict[str, str]) -> str:
    cells = (", ".join(render_room(room, remarks) for room in layer) for layer in reversed(layers))
    return f"| `{container}` | {' · '.join(cells)} |"


def render_room(room: str, remarks: dict[str, str]) -> str:
    return f"`{room}` {remarks[room]}" if room in remarks else f"`{room}`"
