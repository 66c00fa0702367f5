"""The watchdog says where a render blocks the event loop: file names and lines, and no content."""

import time
from collections.abc import Iterable

import anyio
import pytest

import ascend
from ascend.adapters import watchdog
from ascend.adapters.watchdog import Watchdog
from ascend.testing import ADA

LIMIT = 0.3
SECRET = "xyzzy"


def block(seconds: float, text: str) -> Iterable[str]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:  # a loop that computes, for example
        pass
    return (text,)


async def test_a_render_that_blocks_is_logged_once_with_its_workspace_and_place(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "LIMIT", LIMIT)
    home, other = ascend.WorkspaceId.derive("home"), ascend.WorkspaceId.derive("other")
    async with ascend.open_store("memory://", create=True) as store:
        for workspace in (other, home):
            await store.execute(workspace, ascend.CreateWorkspace(name=SECRET, owner_name="Ada"), actor=ADA)
        step = store.worker.projector.step

        async def render(workspace: ascend.WorkspaceId, *args: object, **kwargs: object) -> object:
            if workspace == home:
                block(4 * LIMIT, SECRET)
                monkeypatch.setattr(store.worker.projector, "step", step)
            return await step(workspace, *args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(store.worker.projector, "step", render)
        async with anyio.create_task_group() as group:
            group.start_soon(store.worker.follow)
            await anyio.sleep(6 * LIMIT)
            group.cancel_scope.cancel()

    blocked = [vars(record)["keys"] for record in caplog.records if vars(record)["event"] == "worker.render_blocked"]
    assert [keys["workspaces"] for keys in blocked] == [(home,)]
    assert "test_watchdog.py" in blocked[0]["stack"]
    assert " block < " in blocked[0]["stack"]
    assert SECRET not in caplog.text


async def test_waiting_is_no_blocking_and_the_thread_ends_with_the_follower(caplog: pytest.LogCaptureFixture) -> None:
    dog = Watchdog(tuple, LIMIT)
    with anyio.move_on_after(3 * LIMIT):
        await dog.run()

    await anyio.sleep(2 * LIMIT)
    assert caplog.text == ""
