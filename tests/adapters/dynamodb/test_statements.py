"""The statements of conditional puts."""

import pytest
from support.conformance.given import PK, item

from ascend.adapters.dynamodb.statements import (
    NAMES,
    STATEMENT_CHARACTERS,
    CheckedPut,
    Verb,
    build_statement,
    can_say,
)
from ascend.adapters.layout.catalog import READ_ITEM_ATTRIBUTES
from ascend.adapters.layout.items import ENGINE_ITEMS
from ascend.adapters.table.conditions import Absent, Below, Condition, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.typed import to_typed


def check(new: Item, when: Condition, *, is_new: bool = False) -> CheckedPut:
    typed, size = to_typed(Table.VIEWS, new)
    return CheckedPut(typed, size, when, is_new)


def test_an_insert_names_every_attribute_and_gives_its_values_apart() -> None:
    put = check(item(position=1, gsi1=Key("feed", "1")), Absent())

    assert build_statement("t-views", put, Verb.INSERT) == {
        "Statement": """INSERT INTO "t-views" VALUE {'pk': ?, 'sk': ?, 'gsi1pk': ?, 'gsi1sk': ?, 'position': ?}""",
        "Parameters": [{"S": PK}, {"S": "1"}, {"S": "feed"}, {"S": "1"}, {"N": "1"}],
    }


def test_an_update_sets_every_attribute_and_removes_every_other_that_the_views_may_have() -> None:
    put = check(item(position=3), Below("position", 3))
    removes = " ".join(f'REMOVE "{name}"' for name in sorted(NAMES - {"position"}))

    assert build_statement("t-views", put, Verb.UPDATE) == {
        "Statement": f'UPDATE "t-views" SET "position" = ? {removes} WHERE "pk" = ? AND "sk" = ? AND "position" < ?',
        "Parameters": [{"N": "3"}, {"S": PK}, {"S": "1"}, {"N": "3"}],
    }


def test_an_update_compares_attributes_and_takes_null_for_absent() -> None:
    put = check(item(position=3), Equals({"position": 2, "was": None}))

    statement = build_statement("t", put, Verb.UPDATE)

    assert statement["Statement"].endswith(
        'WHERE "pk" = ? AND "sk" = ? AND "position" = ? AND ("was" IS MISSING OR "was" IS NULL)'
    )
    assert statement["Parameters"] == [{"N": "3"}, {"S": PK}, {"S": "1"}, {"N": "2"}]


def test_the_names_are_those_of_the_views_and_no_others() -> None:
    """A new attribute of an item type is removed by updates from then on."""
    own = {attribute.name for type_ in ENGINE_ITEMS if type_.table is Table.VIEWS for attribute in type_.attributes} | {
        attribute.name for attribute in READ_ITEM_ATTRIBUTES
    }

    assert own | {"gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "expires"} == NAMES
    assert {"position", "data", "was", "state", "there", "digest", "workspace"} <= NAMES
    assert "body" not in NAMES


@pytest.mark.parametrize(
    ("when", "is_new", "verbs"),
    [
        (Absent(), False, (Verb.INSERT,)),
        (Below("position", 1), True, (Verb.INSERT, Verb.UPDATE)),
        (Below("position", 1), False, (Verb.UPDATE, Verb.INSERT)),
        (Equals({}), True, (Verb.UPDATE,)),
    ],
)
def test_the_writer_chooses_the_first_statement(when: Condition, is_new: bool, verbs: tuple[Verb, ...]) -> None:
    assert check(item(), when, is_new=is_new).verbs == verbs


@pytest.mark.parametrize(
    ("new", "when", "is_said"),
    [
        (item(position=1, data="x"), Below("position", 1), True),
        (item(title="x"), Absent(), False),
        (Item(Key(PK, "1"), {"x' : 1}": "y"}), Absent(), False),
        (item(position=1), Below("number", 1), False),
        (item(position=1), Equals({'" = 1 OR "x': 1}), False),
        (item(position=1, data="x" * 300_000), Equals({"data": "x" * 300_000}), True),
        (item(position=1, data="x" * 400_000), Equals(dict.fromkeys(("data", "was"), "x" * 350000)), False),
    ],
)
def test_names_of_others_and_what_is_too_large_are_not_said_in_statements(
    new: Item, when: Condition, is_said: bool
) -> None:
    assert can_say(check(new, when)) is is_said


def test_the_longest_statement_is_within_the_limit_of_the_service() -> None:
    """With the longest name of a table, all attributes in the item, and all of them compared."""
    everything: dict[str, Value] = dict.fromkeys(NAMES - {"gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "expires"}, 1)
    put = check(Item(Key(PK, "1"), everything), Equals(dict.fromkeys(everything)))

    for verb in Verb:
        assert len(build_statement("t" * 255, put, verb)["Statement"]) < STATEMENT_CHARACTERS / 2
