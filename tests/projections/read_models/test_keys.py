"""Keys of read items: rendered from an item, or as far as a query knows their fields; sparse in an index."""

from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ascend
from ascend.domain.errors import LimitExceeded
from ascend.projections.item import ReadItem, keyed, unkeyed
from ascend.projections.key_template import KeyTemplate, ViewKey
from ascend.testing import HOME


class Book(
    ReadItem,
    key=("W#{workspace}", "book#{shelf}#{title}"),
    gsi1=("W#{workspace}#{reader}", "{since}#{title}"),
    gsi2=("W#{workspace}", "{title}"),
):
    shelf: str | None = "a"
    title: str = "Emma"
    reader: str | None = None
    since: str | None = None


def test_a_template_names_its_fields_in_their_order() -> None:
    assert Book.key.partition_fields == ("workspace",)
    assert Book.key.sort_fields == ("shelf", "title")
    assert Book.key.fields == ("workspace", "shelf", "title")
    assert KeyTemplate("U#{user}", "{when}#{user}").fields == ("user", "when")


@pytest.mark.parametrize(("reader", "since"), [(None, None), ("ada", None), (None, "2026")])
def test_an_item_without_one_field_of_an_index_key_is_not_in_that_index(reader: str | None, since: str | None) -> None:
    assert Book(workspace=HOME, reader=reader, since=since).index_keys() == (None, ViewKey(f"W#{HOME}", "Emma"))


def test_an_item_with_all_fields_of_an_index_key_is_in_that_index() -> None:
    book = Book(workspace=HOME, reader="ada", since="2026")
    assert book.index_keys()[0] == ViewKey(f"W#{HOME}#ada", "2026#Emma")


def test_a_key_in_the_table_needs_every_field() -> None:
    with pytest.raises(ascend.InvalidInput, match="needs a shelf"):
        Book.key.render(Book(workspace=HOME, shelf=None))


def test_a_partition_is_rendered_from_its_values() -> None:
    assert Book.key.partition_key(workspace=HOME, shelf="a") == f"W#{HOME}"
    with pytest.raises(ascend.InvalidInput, match="needs a workspace"):
        Book.key.partition_key(shelf="a")


@pytest.mark.parametrize(
    ("values", "prefix"),
    [
        ({}, "book#"),
        ({"workspace": HOME}, "book#"),
        ({"shelf": None}, "book#"),
        ({"shelf": "a"}, "book#a#"),
        ({"shelf": "a", "title": None}, "book#a#"),
        ({"shelf": "a", "title": "Emma"}, "book#a#Emma"),
    ],
)
def test_a_prefix_ends_at_the_first_field_that_is_not_given(values: dict[str, str | None], prefix: str) -> None:
    assert Book.key.sort_prefix(**values) == prefix


def test_a_value_behind_one_that_is_not_given_narrows_nothing() -> None:
    with pytest.raises(ascend.InvalidInput, match="title says nothing without shelf"):
        Book.key.sort_prefix(title="Emma")


def test_a_field_that_the_template_does_not_have_is_a_mistake() -> None:
    for render in (Book.key.partition_key, Book.key.sort_prefix):
        with pytest.raises(ascend.InvalidInput, match="colour"):
            render(workspace=HOME, colour="red")


def test_no_value_reaches_into_another_key() -> None:
    with pytest.raises(ascend.LimitExceeded):
        Book.key.partition_key(workspace="a#b")
    with pytest.raises(ascend.LimitExceeded):
        Book.key.sort_prefix(shelf="a#b")
    with pytest.raises(ascend.LimitExceeded):
        Book.key.render(Book(workspace=HOME, title="a#b"))


@given(st.text())
def test_keyed_text_loses_nothing_and_holds_no_separator(text: str) -> None:
    assert unkeyed(keyed(text)) == text
    assert not {"#", *map(chr, range(32)), *map(chr, range(127, 160))} & set(keyed(text))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Zoë's Öl 🛢", "Zoë's Öl 🛢"),
        ("C#", "C%23"),
        ("%23", "%2523"),
        ("a\x00\n", "a%00%0A"),
        ("\x85", "%C2%85"),
        ("", ""),
    ],
)
def test_keyed_text_is_as_it_was_but_for_what_would_do_harm(text: str, key: str) -> None:
    assert (keyed(text), unkeyed(key)) == (key, text)


def test_the_text_that_is_stored_with_a_parked_entity_stays_the_same() -> None:
    with pytest.raises(LimitExceeded) as refused:
        KeyTemplate("W#{workspace}", "{name}").partition_key(workspace="a#b")
    assert refused.value.detail == "workspace cannot stand in a key W#{workspace}: it holds '#'"


@pytest.mark.parametrize(
    ("word", "can_meet"),
    [("total", True), ("%2Fx", True), ("~policies", True), ("_total", False), ("~total", False), ("a/b", False)],
)
def test_a_word_in_a_key_meets_a_user_s_id_only_if_an_encoded_id_can_be_that_word(word: str, can_meet: bool) -> None:
    class UserLine(ascend.ReadItem, key=("W#{workspace}", "{user}")):
        user: ascend.UserId

    class WordLine(ascend.ReadItem, key=("W#{workspace}", word)): ...

    lines = ascend.Projection("lines", 1, (UserLine, WordLine))
    with pytest.raises(ascend.InvalidInput, match="a WordLine can have the key") if can_meet else nullcontext():
        ascend.Application(name="lines", projections=(lines,))


def test_a_user_s_id_stands_encoded_in_a_key_and_as_it_is_in_the_content() -> None:
    class UserLine(ascend.ReadItem, key=("U#{user}", "{workspace}#{other}"), gsi1=("W#{workspace}#{other}", "{by}")):
        user: ascend.UserId
        other: ascend.UserId
        by: ascend.UserId | None = None

    line = UserLine(workspace=HOME, user=ascend.UserId("a#b"), other=ascend.UserId("org/name"), by=ascend.UserId("*"))

    assert line.key.render(line) == ("U#a%23b", f"{HOME}#org%2Fname")
    assert line.index_keys()[0] == (f"W#{HOME}#org%2Fname", "%2A")
    assert UserLine.from_content(line.content()) == line
    assert '"a#b"' in line.content()
