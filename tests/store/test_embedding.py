"""The behaviour that a program relies on when it embeds Ascend."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import anyio
import pytest

import ascend

ADA = ascend.UserId("ada")


async def create_home(store: ascend.Store) -> ascend.WorkspaceId:
    home = ascend.new_id(ascend.WorkspaceId)
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    return home


def test_nothing_happens_at_import() -> None:
    program = (
        "import sys, threading, ascend; print(threading.active_count(), 'typer' in sys.modules, 'ijson' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert (ended.stdout, ended.stderr) == ("1 False False\n", "")


async def test_several_stores_live_in_one_process(tmp_path: Path) -> None:
    async with (
        ascend.open_store(f"sqlite:///{tmp_path}/one.db", create=True) as first,
        ascend.open_store(f"sqlite:///{tmp_path}/two.db", create=True) as second,
        ascend.open_store("memory://") as third,
    ):
        homes = [await create_home(store) for store in (first, second, third)]
        for store in (first, second, third):
            await store.worker.run_once()

        for home, store in zip(homes, (first, second, third), strict=True):
            assert [workspace async for workspace in store.log.workspaces()] == [home]
            assert (await store.queries.workspace(home, viewer=ADA)).card.name == "Home"


async def test_a_command_is_visible_after_waiting_for_its_receipt() -> None:
    async with ascend.open_store("memory://") as store, anyio.create_task_group() as group:
        group.start_soon(store.worker.follow)
        home = await create_home(store)
        for number in range(20):
            task = ascend.new_id(ascend.TaskId)
            receipt = await store.execute(home, ascend.CreateTask(task_id=task, title=f"Task {number}"), actor=ADA)
            await store.wait_for(receipt)
            assert (await store.queries.task(home, task, viewer=ADA)).title == f"Task {number}"
        group.cancel_scope.cancel()


async def test_waiting_without_a_worker_ends_with_a_clear_error() -> None:
    async with ascend.open_store("memory://") as store:
        home = await create_home(store)
        receipt = await store.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)

        with pytest.raises(ascend.NotVisibleYet, match="is a worker running"):
            await store.wait_for(receipt, seconds=0.05)


async def test_a_worker_ends_with_its_task_group() -> None:
    async with ascend.open_store("memory://") as store:
        with anyio.fail_after(5):
            async with anyio.create_task_group() as group:
                group.start_soon(store.worker.follow)
                await create_home(store)
                group.cancel_scope.cancel()


@dataclass(frozen=True)
class Shop:
    entity: ClassVar[str] = "shop"


class Sold(ascend.Event, tag="shop.sold"):
    def touches(self) -> tuple[ascend.Ref, ...]:
        return (ascend.Ref("shop", "1"),)


async def test_an_event_outside_the_application_is_refused_before_it_is_written() -> None:
    class Bought(ascend.Event, tag="bought"):
        def touches(self) -> tuple[ascend.Ref, ...]:
            return (ascend.Ref("asset", "1"),)

    class Buy(ascend.Command):
        def decide(self, view: ascend.View) -> ascend.Decision:
            return [Bought(at=view.at)]

    shop = ascend.Kind(Shop, Sold, lambda state, event, me: state, commands=(Buy,))
    async with ascend.open_store("memory://", app=ascend.LIFE_OS.extended(kinds=(shop,))) as store:
        home = await create_home(store)

        with pytest.raises(ascend.UpgradeRequired, match="'bought' is not in the application"):
            await store.execute(home, Buy(), actor=ADA)

        assert (await store.log.head(home)).position == 1
