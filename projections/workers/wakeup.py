"""A signal between the tasks of a follower."""

import anyio


class Signal:
    """Wakes the tasks that wait for it: something has changed."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def send(self) -> None:
        self._event.set()
        self._event = anyio.Event()

    async def wait(self, until: float | None) -> None:
        """Wait for the next `send`, or until this time of the event loop's clock."""
        with anyio.move_on_at(until) if until is not None else anyio.CancelScope():
            await self._event.wait()
