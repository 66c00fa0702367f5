"""The watchdog of a follower: it logs where the event loop stands when nothing else has run for a while.

A render is ordinary code. While it runs, no other workspace is rendered and no lease is renewed. So the watchdog is a
thread. It logs file names, lines and functions, and never a value.
"""

import sys
import threading
from collections.abc import Callable, Collection
from types import FrameType

import anyio

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.projections.workers.visits import Visits

log = Log("ascend.worker")
LIMIT = 10.0
"""Seconds for which nothing else has run."""
TICKS = 10
"""Times that the thread looks within the limit."""
FRAMES = 30
"""Innermost frames that are logged."""


async def watch_event_loop(busy: Callable[[], Collection[WorkspaceId]]) -> None:
    """Watch the event loop that runs this, until cancelled. `busy` returns the workspaces that are worked on."""
    await Watchdog(busy, LIMIT).run()


class Watchdog:
    """Watches the event loop of one follower. `busy` returns the workspaces that are worked on."""

    def __init__(self, busy: Callable[[], Collection[WorkspaceId]], limit: float) -> None:
        self.busy = busy
        self.limit = limit
        self._beats = 0
        self._stopped = threading.Event()
        self._loop_thread = threading.get_ident()

    async def run(self) -> None:
        """Watch until cancelled."""
        self._loop_thread = threading.get_ident()
        threading.Thread(target=self._watch, name="ascend-watchdog", daemon=True).start()
        try:
            while True:
                self._beats += 1
                await anyio.sleep(self.limit / TICKS)
        finally:
            self._stopped.set()

    def _watch(self) -> None:
        """Count looks without a new beat, rather than seconds: a process that was stopped has blocked nothing."""
        beats, looks = 0, 0
        while not self._stopped.wait(self.limit / TICKS):
            looks = looks + 1 if self._beats == beats else 0
            beats = self._beats
            if looks == TICKS:
                self._report()

    def _report(self) -> None:
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the only way to another thread's stack
        workspace = find_workspace(frame)
        workspaces = tuple(self.busy()) if workspace is None else (workspace,)
        log.warning(
            "worker.render_blocked", workspaces=workspaces, seconds=self.limit, stack=" < ".join(list_places(frame))
        )


def find_workspace(frame: FrameType | None) -> WorkspaceId | None:
    """Return the workspace of the visit that is running, from the frames of the event loop's thread."""
    while frame is not None:
        if frame.f_code is Visits.visit.__code__:
            return frame.f_locals.get("workspace")
        frame = frame.f_back
    return None


def list_places(frame: FrameType | None) -> list[str]:
    """Return the place of each frame, the innermost one first."""
    places: list[str] = []
    while frame is not None and len(places) < FRAMES:
        places.append(f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return places
