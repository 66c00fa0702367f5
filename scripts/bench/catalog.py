"""All figures by name, in the order in which they run."""

from collections.abc import Mapping

from bench import (
    at_once,
    bulk_puts,
    commands,
    following,
    idle,
    importing,
    latency,
    loading,
    many_workspaces,
    memory,
    projecting,
    queries,
    reading,
    rebuilding,
    replaying,
    throttled,
    visibility,
    workspace_size,
)
from bench.figure import Prepare

FIGURES: Mapping[str, Prepare] = {
    "commands": commands.prepare,
    "at-once": at_once.prepare,
    "latency": latency.prepare,
    "many-workspaces": many_workspaces.prepare,
    "reading": reading.prepare,
    "queries": queries.prepare,
    "replaying": replaying.prepare,
    "loading": loading.prepare,
    "workspace-size": workspace_size.prepare,
    "importing": importing.prepare,
    "projecting": projecting.prepare,
    "rebuilding": rebuilding.prepare,
    "following": following.prepare,
    "bulk-puts": bulk_puts.prepare,
    "idle": idle.prepare,
    "visibility": visibility.prepare,
    "throttled": throttled.prepare,
    "memory": memory.prepare,
}
