"""Ids: only text of the right form is accepted, so nothing can hide in an id."""

import string
from typing import Self
from uuid import UUID, uuid5

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from support.scenario import task_id

from ascend.adapters.environment import uuid7
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import (
    NAMESPACE,
    AssetId,
    CommandId,
    CommentId,
    Id,
    LinkId,
    Ref,
    RelationId,
    TaskId,
    ThingId,
    WorkspaceId,
)
from ascend.domain.links import LinkAsset
from ascend.domain.relations.commands import AddRelation
from ascend.domain.runtime.reaction import reaction_id
from ascend.domain.tasks.commands import CompleteTask
from ascend.domain.tasks.next_occurrence import next_id

UUID_KINDS = [WorkspaceId, ThingId, TaskId, AssetId, LinkId, RelationId, CommentId, CommandId]
GOOD = "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a3"
OTHER_FORMS = [
    GOOD.upper(),
    GOOD.replace("-", ""),
    f"{{{GOOD}}}",
    f"urn:uuid:{GOOD}",
    f" {GOOD}",
    f"{GOOD}\n",
    GOOD[:-1],
    f"{GOOD}#",
    f"{GOOD[:35]}#",
    f"{GOOD[:35]}٣",
    "",
]


@pytest.mark.parametrize("kind", UUID_KINDS)
def test_a_canonical_uuid_is_an_id(kind: type[Id]) -> None:
    assert str(kind(GOOD)) == GOOD


@pytest.mark.parametrize("text", OTHER_FORMS)
@pytest.mark.parametrize("kind", UUID_KINDS)
def test_another_form_of_a_uuid_is_not_an_id(kind: type[Id], text: str) -> None:
    with pytest.raises(InvalidInput, match=kind.__name__) as caught:
        kind(text)
    assert str(caught.value).isprintable()


@for_all(st.text())
def test_no_id_of_an_entity_holds_the_separator_or_anything_but_plain_letters(text: str) -> None:
    plain = set(string.ascii_lowercase + string.digits + "-")
    for kind in UUID_KINDS:
        try:
            id = kind(text)
        except InvalidInput:
            continue
        assert set(id) <= plain
        assert id.key_text == id


def test_the_same_names_give_the_same_id_for_ever() -> None:
    assert TaskId.derive("github", "1") == "17016936-2972-5b11-9720-73a1353fcda6"
    assert UUID(TaskId.derive("github", "1")).version == 5


@for_all(st.text(st.characters(codec="utf-8")))
def test_a_derived_id_is_the_uuid_5_of_its_names(name: str) -> None:
    assert TaskId.derive(name) == str(uuid5(NAMESPACE, f"TaskId\x1f{name}"))


def test_ids_derived_from_ends_types_and_events_are_the_same_for_ever() -> None:
    """Stored ids depend on the derivation: another one would make duplicates."""
    thing, task = Ref("thing", ThingId(GOOD)), Ref("task", TaskId(GOOD))
    relation = AddRelation(source=thing, type="part of", target=task)
    assert relation.relation_id == "bcceff6b-4305-5ed2-b59a-ca7d35cd363b"
    assert LinkAsset(asset_id=AssetId(GOOD), to=task).link_id == "ef7c659e-d060-57a9-841b-209aecf45b36"
    assert next_id(TaskId(GOOD)) == "d456fdc5-fb1f-5381-b17a-bf919370743e"
    assert reaction_id("a-policy", "a commit", 3, "a name") == "4827c64f-b937-58cf-a8fb-7e2b47cf8f39"


def test_other_names_and_other_kinds_give_other_ids() -> None:
    ids = [TaskId.derive("a", "bc"), TaskId.derive("ab", "c"), TaskId.derive("abc"), ThingId.derive("abc")]
    assert len(set(ids)) == len(ids)


@for_all(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_a_uuid7_carries_its_time(milliseconds: int, noise: bytes) -> None:
    text = uuid7(milliseconds, noise)
    assert CommandId(text).time == milliseconds
    assert UUID(text).version == 7
    assert UUID(text).variant == "specified in RFC 4122"


def test_another_uuid_has_no_time() -> None:
    assert CommandId.derive("any").time is None


def test_a_command_names_its_entity_by_an_id_and_nothing_else() -> None:
    with pytest.raises(InvalidInput, match="not a TaskId"):
        CompleteTask.model_validate({"task_id": f"{task_id()}#x"})


def test_an_id_in_a_model_is_kept_as_it_is_and_text_is_checked_with_one_error() -> None:
    adapter, kept = TypeAdapter(TaskId), task_id()

    assert adapter.validate_python(kept) is kept
    assert type(adapter.validate_python(ThingId(kept))) is TaskId
    with pytest.raises(ValidationError) as in_python:
        adapter.validate_python(5)
    with pytest.raises(ValidationError) as in_json:
        adapter.validate_json("5")
    for raised in (in_python, in_json):
        (error,) = raised.value.errors()
        assert (error["type"], error["loc"], error["msg"]) == ("string_type", (), "Input should be a valid string")
    with pytest.raises(InvalidInput, match="not a TaskId"):
        adapter.validate_python(f"{kept}#x")


def test_a_ref_shows_its_kind_and_its_id() -> None:
    assert str(Ref("task", GOOD)) == f"task#{GOOD}"


class Labelled(Id):
    """An application's ids with a constructor of their own."""

    label: str

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.label = text[:8]
        return made


def test_a_derived_id_is_made_by_the_constructor_of_its_type() -> None:
    derived = Labelled.derive("a")

    assert derived.label == derived[:8]
