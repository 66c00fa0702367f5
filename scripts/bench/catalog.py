"""All figures by name, in the order in which they run."""

from collections.abc import Mapping

from bench import (
    bulk_puts,
    commands,
    following,
    idle,
    many_workspaces,
    memory,
    projecting,
    reading,
    rebuilding,
    throttled,
    visibility,
)
from bench.figure import Prepare

FIGURES: Mapping[str, Prepare] = {
    "commands": commands.prepare,
    "many-workspaces": many_workspaces.prepare,
    "reading": reading.prepare,
    "projecting": projecting.prepare,
    "rebuilding": rebuilding.prepare,
    "following": following.prepare,
    "bulk-puts": bulk_puts.prepare,
    "idle": idle.prepare,
    "visibility": visibility.prepare,
    "throttled": throttled.prepare,
    "memory": memory.prepare,
}
