"""Labels that look the same have one key in read items, and are found in every spelling."""

from support.scenario import MEMBERS, fact, task_id, thing_id

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.ids import Ref, RelationId
from ascend.domain.relations.relation import RelationAdded
from ascend.domain.tasks.task import TaskCreated
from ascend.projections.read_models.relations import RELATIONS, Direction, RelationLine
from ascend.projections.read_models.tags import TAGS, TagLine
from ascend.testing import ADA, HOME, FakeEnvironment, given

COMPOSED, DECOMPOSED = "Küche", "Ku\u0308che"
T, HOUSE, CAR = task_id(), Ref("thing", thing_id("house")), Ref("thing", thing_id("car"))
THINGS = [ascend.CreateThing(thing_id=thing_id(name), name=name) for name in ("house", "car")]


def test_a_task_that_carries_a_tag_in_two_spellings_has_one_line_with_the_first() -> None:
    old = given(*MEMBERS, fact(TaskCreated, task_id=T, title="Paint", tags=(DECOMPOSED, "x", COMPOSED)))
    lines = [TagLine(workspace=HOME, tag=tag, kind="task", entity=T, title="Paint") for tag in (DECOMPOSED, "x")]
    old.shows(TAGS, *lines)


def test_two_relations_of_one_type_that_were_told_apart_have_their_own_lines() -> None:
    added = [
        fact(RelationAdded, relation_id=RelationId.derive(*HOUSE, type_, *CAR), source=HOUSE, type=type_, target=CAR)
        for type_ in (COMPOSED, DECOMPOSED)
    ]
    lines = given(*MEMBERS).after(*THINGS).with_events(*added).items(RELATIONS)
    out = [line for line in lines if isinstance(line, RelationLine) and line.direction is Direction.OUT]
    assert {line.relation for line in out} == {event.relation_id for event in added}
    assert {line.type_key for line in out} == {COMPOSED}


async def test_queries_find_every_spelling() -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment(), ascend.LIFE_OS)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for command in (
        *THINGS,
        ascend.CreateTask(task_id=T, title="Paint", tags=(DECOMPOSED,)),
        ascend.CreateTask(task_id=task_id("other"), title="Sweep", tags=(f"{COMPOSED}\u200d",)),
        ascend.AddRelation(source=HOUSE, type=DECOMPOSED, target=CAR),
    ):
        await store.execute(HOME, command, actor=ADA)
    await store.worker.run_once()

    for spelling in (COMPOSED, DECOMPOSED):
        tagged = await store.queries.tagged(HOME, spelling, viewer=ADA)
        assert {line.tag for line in tagged.items} == {DECOMPOSED, f"{COMPOSED}\u200d"}
        (entry,) = (await store.queries.relations_from(HOME, HOUSE, spelling, viewer=ADA)).items
        assert entry.line.type == DECOMPOSED
        assert len((await store.queries.relations_to(HOME, CAR, spelling, viewer=ADA)).items) == 1
