"""Things are listed by name as people expect, and those whose names have one key by their ids."""

from collections.abc import Sequence

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.projections.read_models.things import ThingCard, ThingNode
from ascend.testing import ADA, HOME, FakeEnvironment

NAMES = ["Äpfel", "apple", "Birnen", "Box", "Box 2", "Box 10", "BOX Ａ", "Box!", "Boxer", "Łódź", "Öl", "日本", "😀"]


async def test_things_are_listed_by_name_as_people_expect() -> None:
    store = ascend.Store(MemoryTables(), environment := FakeEnvironment(), ascend.LIFE_OS)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for name in [*reversed(NAMES), "box 02", "Bóx\u200d 2"]:
        thing = ascend.ThingId(environment.new_id())
        await store.execute(
            HOME, ascend.CreateThing(thing_id=thing, name=name, kind=ascend.ThingKind.DIGITAL), actor=ADA
        )
    await store.worker.run_once()

    expected = [*NAMES[:5], "box 02", "Bóx\u200d 2", *NAMES[5:]]
    pages: list[Sequence[ThingNode | ThingCard]] = [
        (await store.queries.children(HOME, None, viewer=ADA)).items,
        (await store.queries.things_by_kind(HOME, ascend.ThingKind.DIGITAL, viewer=ADA)).items,
    ]
    for page in pages:
        assert [line.name for line in page] == expected
