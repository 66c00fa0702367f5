"""The declared length and form of each key field hold for every text that the code can write there."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field as PydanticField
from pydantic import TypeAdapter, ValidationError
from support.architect import stored_samples

import ascend
from ascend.adapters.layout import keys
from ascend.architect.check.fields import FIELDS, ID_BYTES, USER, field_from_type
from ascend.architect.check.schema import Schema
from ascend.domain.ids import CommandId, Id, Ref
from ascend.domain.runtime.body import COMMIT_BYTES
from ascend.domain.text_keys import label_key
from ascend.domain.things.rules import DEPTH
from ascend.domain.user_text import CHARACTERS, KEY_BYTES
from ascend.domain.values import NAME_CHARACTERS, Label, Name, ZonedTime, due_text, instant_text
from ascend.projections.build import Build, Generation
from ascend.projections.item import keyed, sortable
from ascend.projections.life_os import LIFE_OS
from ascend.projections.read_models.history import HistoryLine
from ascend.projections.read_models.links import ref_key
from ascend.projections.read_models.tasks import TO_DO
from ascend.projections.read_models.things import TOP, join_path, name_sort_key

LAST = 10**keys.WIDTH - 1
"""The greatest position."""
EPOCH = 10**10 - 1
UUID, SMALLEST_EVENT = str(ascend.new_id(ascend.TaskId)), len('["a",1,"2030-01-01T00:00:00Z",{}]')
THING = ascend.ThingId(UUID)
KINDS = sorted(LIFE_OS.model.kinds, key=len)
EVENING = datetime.max.replace(tzinfo=UTC)
GENERATION = Generation(1, tuple(projection.build({}) for projection in ascend.LIFE_OS.projections)).id
NAMES = [*"aßİﷺ𐍈%#ﬃ", "\U0010fffd", "ΰ", "\U0001d160"]
LINE = HistoryLine(
    workspace=ascend.WorkspaceId(UUID),
    about=Ref("task", UUID),
    position=LAST,
    index=COMMIT_BYTES // SMALLEST_EVENT,
    event="task.started",
    happened=EVENING,
    actor=ascend.UserId("a" * CHARACTERS),
    command=CommandId(UUID),
)

LONGEST: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("workspace", "id", "parent", "child", "command", "target", "entity", "worker"), (UUID,)),
    "position": (keys.format_position(LAST),),
    "first": (keys.format_position(LAST),),
    "last": (keys.format_position(LAST),),
    "bucket": ("9" * keys.BUCKET_WIDTH,),
    "shard": (str(keys.SHARDS - 1),),
    "epoch": (str(EPOCH),),
    "generation": (GENERATION,),
    "incarnation": (f"{GENERATION}-{GENERATION}",),
    "build": tuple(str(Build(one.name, one.version, EPOCH)) for one in ascend.LIFE_OS.projections),
    "policy": ("a" * 64,),
    "lease_kind": (f"hints-{GENERATION}", f"sweep-{GENERATION}"),
    "lease_shard": (str(keys.SHARDS - 1), f"shardId-{'0' * 20}-{'f' * 36}"),
    "kind": tuple(KINDS),
    "target_kind": tuple(KINDS),
    "at": tuple(ref_key(Ref(kind, UUID)) for kind in KINDS),
    "to": tuple(ref_key(Ref(kind, UUID)) for kind in KINDS),
    "parent_or_top": (UUID, TOP),
    "path_text": (join_path([THING] * DEPTH),),
    "when": (instant_text(EVENING), due_text(ZonedTime(instant=EVENING, zone="UTC")), due_text(date.max), "~"),
    "slot": (LINE.slot,),
    "to_do": (TO_DO,),
    "sort_name": tuple(name_sort_key(character * NAME_CHARACTERS) for character in NAMES),
    "type_key": tuple(keyed(label_key(character * 100)) for character in NAMES),
    "tag_key": tuple(keyed(label_key(character * 100)) for character in NAMES),
}


def test_every_field_has_its_longest_text_in_this_file() -> None:
    assert LONGEST.keys() == FIELDS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_no_text_is_longer_than_declared_or_of_another_form(name: str) -> None:
    field = FIELDS[name]

    for text in LONGEST[name]:
        assert len(text.encode()) <= field.bytes
        assert field.pattern.fullmatch(text), text


def test_the_longest_name_fills_its_field() -> None:
    """The name has a hundred characters of four bytes, and its end; a note becomes three characters. The limits are exact."""
    assert max(len(text.encode()) for text in LONGEST["sort_name"]) == FIELDS["sort_name"].bytes == 401
    assert max(len(text.encode()) for text in LONGEST["tag_key"]) == FIELDS["tag_key"].bytes == 800


def test_a_text_of_one_set_of_ascii_characters_has_one_byte_a_character() -> None:
    text = Annotated[str, PydanticField(max_length=740)]
    path = Annotated[str, PydanticField(max_length=740, pattern="^[0-9a-f/-]*$")]
    letters = Annotated[str, PydanticField(max_length=740, pattern="^[0-9a-zä]*$")]

    assert [found.bytes for type_ in (text, path, letters) if (found := field_from_type(type_))] == [2_960, 740, 2_960]


def is_valid(annotation: Any, text: str) -> bool:
    try:
        TypeAdapter[str](annotation).validate_python(text)
    except ValidationError:
        return False
    return True


@given(st.text(min_size=1, max_size=NAME_CHARACTERS).filter(lambda text: is_valid(Name, text)))
def test_any_name_fits(text: str) -> None:
    assert len(name_sort_key(text).encode()) <= FIELDS["sort_name"].bytes
    assert FIELDS["sort_name"].pattern.fullmatch(name_sort_key(text))


@given(st.text(min_size=1, max_size=100).filter(lambda text: is_valid(Label, text)))
def test_any_label_fits(text: str) -> None:
    key = keyed(label_key(text))
    assert len(key.encode()) <= FIELDS["tag_key"].bytes
    assert FIELDS["tag_key"].pattern.fullmatch(key)


def test_a_sorted_name_has_at_most_a_hundred_characters() -> None:
    """Folding can turn one character into several; the text is cut after it is folded."""
    assert {len(sortable(character * NAME_CHARACTERS)) for character in NAMES} == {100}


def test_every_key_of_the_sample_store_is_as_its_fields_declare() -> None:
    schema, seen = Schema.collect(LIFE_OS.projections), set[str]()
    for item_type, item in stored_samples.list_items():
        for template, key in ((item_type.key, item.key), (item_type.gsi1, item.gsi1), (item_type.gsi2, item.gsi2)):
            for name, text in template.parse(key).items() if template and key else ():
                field = schema.find_field(name, item_type)
                assert field is not None
                assert (len(text.encode()) <= field.bytes, bool(field.pattern.fullmatch(text))) == (True, True), name
                seen.add(name)

    assert FIELDS.keys() - seen == set()


def test_ids_are_as_long_as_declared() -> None:
    assert {len(kind.derive("x")) for kind in Id.__subclasses__()} == {ID_BYTES}
    for text in ("a" * CHARACTERS, "#" * CHARACTERS, "é" * (KEY_BYTES // 6), "~operator"):
        key_text = ascend.UserId(text).key_text
        assert len(key_text) <= USER.bytes
        assert USER.pattern.fullmatch(key_text)
    assert len(ascend.UserId("#" * CHARACTERS).key_text) == USER.bytes
