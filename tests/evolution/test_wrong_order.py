"""If a process writes an event version too early, every process that cannot read it stops with an error. Nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.evolution.releases import OTHER, Process, start_fleet

import ascend
from ascend.domain.assets.asset import Asset
from ascend.domain.errors import CommandIdReused, NotReady, UpgradeRequired
from ascend.testing import ADA, HOME

UNKNOWN = "event task.edited version 2"


async def test_a_process_that_cannot_read_an_event_stops_there_and_continues_after_its_upgrade(tmp_path: Path) -> None:
    async with start_fleet(tmp_path) as fleet:
        warm, old, newest = [await fleet.start(release) for release in ("0.1.0", "0.1.0", "0.3.0")]
        await warm.edit(tags=("before",))
        await old.work()

        await newest.edit(title="Draw")  # too early
        head, refused = len(await newest.log()), fleet.new_id()

        for process in (warm, old, await fleet.start("0.1.0")):  # their commands are refused, and write nothing
            with pytest.raises(UpgradeRequired, match=UNKNOWN):
                await process.edit(description="Two coats", id=refused)
        assert len(await newest.log()) == head

        for _ in range(2):  # their workers stop right before it and report it; other workspaces go on
            assert await old.work() == (HOME,)
        status = await old.status()
        assert (status.rendered, UNKNOWN in status.stalled) == (head - 1, True)
        await old.edit(to=OTHER, title="Draw there")
        assert await old.work() == (HOME,)
        assert ((await old.status(OTHER)).stalled, (await old.card(OTHER)).title) == ("", "Draw there")
        assert (await old.card()).title == "Paint"  # the last good item can still be read

        assert await newest.work() == ()
        after = await newest.edit(metadata={"coats": "2"})
        with pytest.raises(NotReady, match="`ascend switch`"):  # others may still read what the old workers show
            await newest.card()
        await newest.end_deployment()
        for release in ("0.2.0", "0.3.0"):  # upgraded, nothing was lost or skipped
            upgraded = await fleet.start(release)
            assert await upgraded.work() == ()
            await upgraded.edit(description="Two coats", id=refused)
            assert await upgraded.work() == ()
            card = await upgraded.card()
            assert (card.title, card.description) == ("Draw", "Two coats")
            assert (card.tags, card.metadata) == (("before",), {"coats": "2"})
            assert (await upgraded.status()).rendered == after.position + 1
            assert (await upgraded.store.verify()).clean


async def test_a_command_refused_meanwhile_is_applied_once_when_it_is_sent_again(tmp_path: Path) -> None:
    async with start_fleet(tmp_path) as fleet:
        old, newest = await fleet.start("0.1.0"), await fleet.start("0.3.0")
        await newest.edit(title="Draw")
        id = fleet.new_id()
        with pytest.raises(UpgradeRequired):
            await old.edit(id=id, description="Two coats")

        new = await fleet.start("0.2.0")
        receipt = await new.edit(id=id, description="Two coats")
        assert (receipt.events, receipt.repeated) == (1, False)
        for process in (new, newest):
            assert (await process.edit(id=id, description="Two coats")).repeated
            with pytest.raises(CommandIdReused):
                await process.edit(id=id, description="Three coats")


async def test_a_write_with_an_unknown_outcome_is_found_after_the_upgrade(tmp_path: Path) -> None:
    """The old process wrote and got no answer. Then it cannot read the log any more to find out."""
    async with start_fleet(tmp_path) as fleet:
        old, newest = await fleet.start("0.1.0"), await fleet.start("0.3.0")
        id = fleet.new_id()
        written = await old.edit(id=id, tags=("x",))
        await newest.edit(title="Draw")
        with pytest.raises(UpgradeRequired):
            await (await fleet.start("0.1.0")).edit(id=id, tags=("x",))
        for process in (newest, await fleet.start("0.2.0")):
            again = await process.edit(id=id, tags=("x",))
            assert (again, again.repeated) == (written, True)


async def test_a_new_kind_of_event_stops_a_process_that_does_not_know_it(tmp_path: Path) -> None:
    """0.1.0 knew no Assets, so Assets may be used only after every process is upgraded."""
    async with start_fleet(tmp_path) as fleet:
        old, new = await fleet.start("0.1.0"), await fleet.start("0.2.0")
        known = tuple(kind for kind in old.release.app.kinds if kind.state is not Asset)
        shown = tuple(known for known in old.release.app.projections if Asset not in known.renders)
        app = replace(old.release.app, kinds=known, projections=shown)
        without_assets = Process(old.release, ascend.Store(old.store.tables, fleet.environment, app))
        asset_id = ascend.AssetId(fleet.environment.new_id())
        asset = ascend.CreateAsset(asset_id=asset_id, kind=ascend.AssetKind.FILE, name="Photo")
        await new.store.execute(HOME, asset, actor=ADA)

        with pytest.raises(UpgradeRequired, match=r"event asset\.created"):
            await without_assets.edit(title="Draw")
        assert await without_assets.work() == (HOME,)
        assert await new.work() == ()
