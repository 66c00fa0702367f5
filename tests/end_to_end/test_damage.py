"""Views that are dropped or damaged: `verify` lists it, `rebuild` brings back the same bytes."""

from pathlib import Path

import pytest
from end_to_end.conftest import Everything
from support.end_to_end.damage import Planted, Vandal, kinds_of
from support.end_to_end.places import Place, dynamodb
from support.end_to_end.views import views_of

import ascend
from ascend import PROJECTIONS
from ascend.adapters.importers.samples import INVENTORY, ISSUES

NAMES = [projection.name for projection in PROJECTIONS]
SUPPORTS = ("S#", "C#", "E#", "tombstone")
"""What is stored besides read items: snapshots, command records, edges, tombstones."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
async def sample(dynamodb_local_url: str) -> Place:
    """The household that ships with the project, on DynamoDB."""
    place = dynamodb(dynamodb_local_url)
    await place.run("init")
    await place.run("import", "github", ISSUES, "--workspace", "Household")
    await place.run("import", "inventree", INVENTORY, "--workspace", "Inventory")
    await place.catch_up()
    return place


async def test_damage_on_sqlite(everything: Everything, folder: Path) -> None:
    await is_listed_and_mended(everything.copied_to(folder))


async def test_damage_on_dynamodb(sample: Place) -> None:
    await is_listed_and_mended(sample)


async def test_dropped_views_on_sqlite(everything: Everything, folder: Path) -> None:
    await come_back(everything.copied_to(folder))


async def test_dropped_views_on_dynamodb(sample: Place) -> None:
    await come_back(sample)


async def is_listed_and_mended(place: Place) -> None:
    before = await place.digest()
    planted = await plant(place, before)
    verified = await place.ends("verify")
    found = verified.json["differences"]
    assert verified.code == 1
    assert {Planted(each["what"], each["partition"], each["sort"]) for each in found} == planted
    assert len(found) == len(planted) == 4 * len(NAMES) + 2 * len(SUPPORTS)
    await place.run("rebuild")
    await is_sound(place, before)
    await place.run("prune", "--now")
    assert await place.digest() == before


async def plant(place: Place, before: str) -> set[Planted]:
    """In every projection a missing, a stale, a wrong and a surplus item; and some in what supports them."""
    async with ascend.open_store(place.url) as store:
        vandal = Vandal(store.tables)
        await vandal.look(kinds_of(store.current.generation), each=4)
        await vandal.wrong(NAMES[0])
        assert await place.digest() != before  # one field of one item
        for name in NAMES:
            if name != NAMES[0]:
                await vandal.wrong(name)
            await vandal.missing(name)
            await vandal.stale(name)
            await vandal.surplus(name)
        for name in SUPPORTS:
            await vandal.missing(name)
            await vandal.stale(name)
        return vandal.planted


async def come_back(place: Place) -> None:
    before, heads = await place.digest(), await place.heads()
    with views_of(place.url) as views:
        views.drop()
    await place.run("init")
    assert (await place.run("digest"))["items"] == 0
    verified = await place.ends("verify")
    assert (verified.code, {each["workspace"] for each in verified.json["differences"]}) == (1, set(heads))
    await place.run("rebuild")
    assert await place.heads() == heads
    await is_sound(place, before)


async def is_sound(place: Place, digest: str) -> None:
    assert await place.digest() == digest
    verified = await place.run("verify")
    assert (verified["clean"], verified["lag"]) == (True, 0)
