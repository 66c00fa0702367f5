"""A version that is written before every process can read it stops those that cannot, loudly; nothing is lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.evolution.releases import OTHER, Process, a_fleet
from support.scenario import ADA, HOME

import ascend
from ascend.domain.errors import CommandIdReused, UpgradeRequired

UNKNOWN = "event task.edited version 2"


async def test_who_cannot_read_it_stops_at_it_and_goes_on_after_its_upgrade(tmp_path: Path) -> None:
    async with a_fleet(tmp_path) as fleet:
        warm, old, newest = [await fleet.start(release) for release in ("0.1.0", "0.1.0", "0.3.0")]
        await warm.edit(tags=("before",))
        await old.work()

        await newest.edit(title="Draw")  # too early
        head, lost = len(await newest.log()), fleet.new_id()

        for process in (warm, old, await fleet.start("0.1.0")):  # their commands are refused, and write nothing
            with pytest.raises(UpgradeRequired, match=UNKNOWN):
                await process.edit(description="Two coats", id=lost)
        assert len(await newest.log()) == head

        for _ in range(2):  # their workers stop right before it, and say so; other workspaces go on
            assert await old.work() == (HOME,)
        status = await old.status()
        assert (status.rendered, UNKNOWN in status.stalled) == (head - 1, True)
        await old.edit(to=OTHER, title="Draw there")
        assert await old.work() == (HOME,)
        assert ((await old.status(OTHER)).stalled, (await old.card(OTHER)).title) == ("", "Draw there")
        assert (await old.card()).title == "Paint"  # what it knows is still there to read

        assert await newest.work() == ()
        after = await newest.edit(metadata={"coats": "2"})
        for release in ("0.2.0", "0.3.0"):  # upgraded, nothing was lost or skipped
            upgraded = await fleet.start(release)
            assert await upgraded.work() == ()
            await upgraded.edit(description="Two coats", id=lost)
            assert await upgraded.work() == ()
            card = await upgraded.card()
            assert (card.title, card.description) == ("Draw", "Two coats")
            assert (card.tags, card.metadata) == (("before",), {"coats": "2"})
            assert (await upgraded.status()).rendered == after.position + 1
            assert (await upgraded.store.verify()).clean


async def test_what_was_refused_meanwhile_is_applied_once_when_it_is_sent_again(tmp_path: Path) -> None:
    async with a_fleet(tmp_path) as fleet:
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


async def test_a_write_that_was_on_its_way_is_found_after_the_upgrade(tmp_path: Path) -> None:
    """The old process wrote, got no answer, and then cannot read the log any more to find out."""
    async with a_fleet(tmp_path) as fleet:
        old, newest = await fleet.start("0.1.0"), await fleet.start("0.3.0")
        id = fleet.new_id()
        written = await old.edit(id=id, tags=("x",))
        await newest.edit(title="Draw")
        with pytest.raises(UpgradeRequired):
            await (await fleet.start("0.1.0")).edit(id=id, tags=("x",))
        for process in (newest, await fleet.start("0.2.0")):
            again = await process.edit(id=id, tags=("x",))
            assert (again, again.repeated) == (written, True)


async def test_new_kinds_of_events_stop_who_does_not_know_them_too(tmp_path: Path) -> None:
    """So what is new is used only when every process is upgraded: 0.1.0 knew no Assets."""
    async with a_fleet(tmp_path) as fleet:
        old, new = await fleet.start("0.1.0"), await fleet.start("0.2.0")
        known = {tag: event for tag, event in old.release.model.events.items() if not tag.startswith("asset.")}
        model = replace(old.release.model, events=known)
        ignorant = Process(old.release, ascend.Store(old.store.tables, fleet.environment, model))
        asset_id = ascend.AssetId(fleet.environment.new_id())
        asset = ascend.CreateAsset(asset_id=asset_id, kind=ascend.AssetKind.FILE, name="Photo")
        await new.store.execute(HOME, asset, actor=ADA)

        with pytest.raises(UpgradeRequired, match=r"event asset\.created"):
            await ignorant.edit(title="Draw")
        assert await ignorant.work() == (HOME,)
        assert await new.work() == ()
