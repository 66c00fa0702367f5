"""An environment whose time passes only when a test lets it pass: sleeping tasks wake in the order of their times."""

from heapq import heappop, heappush

import anyio
from anyio.lowlevel import checkpoint

from ascend.testing import FakeEnvironment


class VirtualTime(FakeEnvironment):
    """A fake environment whose `sleep` ends in `pass_time`."""

    def __init__(self) -> None:
        super().__init__()
        self._sleeping: list[tuple[float, int, anyio.Event]] = []
        self._count = 0

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        event = anyio.Event()
        heappush(self._sleeping, (self.elapsed() + seconds, self._count, event))
        await event.wait()

    async def pass_time(self, seconds: float) -> None:
        """Let the time pass, and the other tasks run in it until they sleep or wait. They must not use threads."""
        end = self.elapsed() + seconds
        await anyio.wait_all_tasks_blocked()
        while self._sleeping and self._sleeping[0][0] <= end:
            wake, _, event = heappop(self._sleeping)
            self.advance(seconds=max(0, wake - self.elapsed()))
            event.set()
            await checkpoint()
            await anyio.wait_all_tasks_blocked()
        self.advance(seconds=end - self.elapsed())
