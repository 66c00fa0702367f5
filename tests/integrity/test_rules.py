"""Deleting the target of a reference: each reference follows its rule, seen from both sides, before and after."""

from collections.abc import Iterator
from typing import get_args, get_type_hints

import pytest
from support.integrity.cases import CASES, Case
from support.integrity.home import HOUSE, PAINT, ROOM, Home, finds, furnished_home, lists
from support.scenario import BEA

import ascend
from ascend.adapters.store.stubs import is_stub
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.domain.ids import AssetId, CommentId, Ref, TaskId, ThingId, UserId
from ascend.domain.integrity import INTEGRITY, OnDelete
from ascend.domain.things.rules import HasChildren
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME

AFTER: dict[OnDelete, tuple[bool, bool, bool]] = {
    OnDelete.REFUSE: (True, True, True),
    OnDelete.DETACH: (True, False, False),
    OnDelete.POLICY: (True, False, False),
    OnDelete.CASCADE: (False, False, False),
    OnDelete.KEEP: (True, True, False),
}
"""Three answers: the referring entity exists, it shows the target, and it is shown at the target."""
RULES = {str(rule): rule for rule in INTEGRITY}


async def answers(case: Case, home: Home) -> tuple[bool, bool, bool]:
    return await case.exists(home), await case.shows(home), await case.is_shown(home)


@pytest.mark.parametrize("name", CASES)
async def test_a_reference_to_something_deleted_follows_its_rule(name: str) -> None:
    rule, case = RULES[name].rule, CASES[name]
    for deletion in case.deletions:
        home = await furnished_home()
        await home.do(*case.before, by=BEA)
        assert await answers(case, home) == (True, True, True)

        if rule is OnDelete.REFUSE:
            with pytest.raises(ascend.Refusal):
                await home.do(deletion)
        else:
            await home.do(deletion)

        exists, shows, is_shown = AFTER[rule]
        assert await answers(case, home) == (exists, shows, is_shown or case.still_shown)
        assert (await home.store.verify()).clean


async def test_the_children_of_a_deleted_thing_follow_the_command() -> None:
    refuse = await furnished_home()
    with pytest.raises(HasChildren):
        await refuse.do(ascend.DeleteThing(thing_id=HOUSE))
    assert await lists("children", HOUSE, field="thing", value=ROOM)(refuse)

    cascade = await furnished_home()
    await cascade.do(ascend.DeleteThing(thing_id=HOUSE, children=ascend.Children.CASCADE))
    assert not await finds("thing", ROOM)(cascade)
    assert not await lists("subtree", None, field="thing", value=ROOM)(cascade)

    reparent = await furnished_home()
    await reparent.do(ascend.DeleteThing(thing_id=HOUSE, children=ascend.Children.REPARENT, reparented=(ROOM,)))
    assert await finds("thing", ROOM)(reparent)
    assert await lists("children", None, field="thing", value=ROOM)(reparent)


async def test_erasure_leaves_only_the_slots_of_a_workspace() -> None:
    home = await furnished_home()
    assert [entry.line.task for entry in (await home.ask.feed(BEA, viewer=BEA)).items] == [PAINT]

    await home.store.erase(HOME)

    for question in (finds("task", PAINT), finds("thing", ROOM), lists("members", field="user", value=ADA)):
        assert not await question(home)
    assert (await home.ask.feed(BEA, viewer=BEA)).items == []
    assert [item async for page in scan_pages(home.store.tables) for item in page if HOME in str(item)] == []
    log = [item async for page in scan_pages(home.store.tables, Table.EVENTS) for item in page]
    slots = [item for item in log if item.key.pk.startswith("W#")]
    assert [item for item in slots if not is_stub(item)] == slots[-1:]  # the erasure itself


ELSEWHERE = {
    "thing.parent → thing": test_the_children_of_a_deleted_thing_follow_the_command,
    "anything.workspace → workspace": test_erasure_leaves_only_the_slots_of_a_workspace,
}


def test_every_rule_has_a_test() -> None:
    assert CASES.keys() | ELSEWHERE.keys() == RULES.keys()
    assert len(RULES) == len(INTEGRITY)


KINDS: dict[type, str] = {ThingId: "thing", TaskId: "task", AssetId: "asset", CommentId: "comment", UserId: "member"}
ITSELF = {("workspace", "members"), ("workspace", "invited")}
"""A membership is not a reference: it is what ends when a member is removed."""


def test_every_field_that_refers_to_something_has_a_rule() -> None:
    listed = {(rule.pointing, rule.field) for rule in INTEGRITY} - {("anything", "workspace")}
    referring = {
        (kind, name)
        for kind, entity in LIFE_OS.model.kinds.items()
        for name, hint in get_type_hints(entity.state).items()
        if name != "id" and (KINDS.keys() | {Ref}) & set(parts_of(hint))
    }
    assert referring - ITSELF == listed


def parts_of(hint: object) -> Iterator[object]:
    """Yield the type and all types that it is made of."""
    yield hint
    for part in get_args(hint):
        yield from parts_of(part)


def test_every_rule_names_fields_and_targets_that_exist() -> None:
    for rule in INTEGRITY:
        hint = (
            set(parts_of(get_type_hints(LIFE_OS.model.kinds[rule.pointing].state)[rule.field]))
            if rule.field != "workspace"
            else {Ref}
        )
        assert rule.pointed in {KINDS.get(part) for part in hint if isinstance(part, type)} or Ref in hint
        assert rule.meaning.endswith(".")
