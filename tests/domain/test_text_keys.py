"""The keys of labels and of names: the same on every Python, bounded, and in the order that people expect."""

import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascend.domain.text_keys import INVISIBLE, KEY_CHARACTERS, fold, label_key, name_key
from ascend.domain.unicode_table import ASSIGNED

BLOCKS = ((0, 0x3400), (0xA000, 0xD800), (0xF900, 0x13000), (0x16000, 0x17000), (0x1A000, 0x20000), (0x2F000, 0x2FB00))
"""The code points that hold characters other than plain ideographs and private ones."""
SURROUNDINGS = "{0}\na{0}b\ne\u0301{0}\u0323"
"""Alone, between letters, and between combining marks."""
DIGEST = "b6bc71a0aed82da2accbddbb3c732a163976074105908be86330148aac4076a3"
"""The SHA-256 of the keys of all characters. Never change it: keys of stored items depend on it."""

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
WORDS = st.text(st.sampled_from("aAäÄ\u0308bß09 2١٣#-.\u200d\ufe0f가がﾞŁ日😀\U0001e4f0"), max_size=12)
EITHER = TEXTS | WORDS


def test_the_keys_of_all_characters_are_the_same_on_every_python() -> None:
    digest = hashlib.sha256()
    for first, end in BLOCKS:
        text = "\n".join(SURROUNDINGS.format(chr(code)) for code in range(first, end))
        digest.update(f"{label_key(text)}\n{fold(text)}\n".encode())
    assert digest.hexdigest() == DIGEST


def test_the_table_holds_only_characters_that_this_python_knows() -> None:
    ends = (int(end, 16) for word in ASSIGNED.split() for end in word.split("-"))
    assert [end for end in ends if unicodedata.category(chr(end)) == "Cn"] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Küche", "Ku\u0308che"),
        ("Küche", "Kü\u00adche"),
        ("heart ❤", "heart ❤\ufe0f"),
        ("\u0645\u06cc\u062e", "\u0645\u06cc\u200c\u062e"),
        ("garden", "gar\u200bden\u2060"),
        ("\uac00", "\u1100\u1161"),
    ],
)
def test_labels_that_look_the_same_have_one_key(one: str, other: str) -> None:
    assert label_key(one) == label_key(other)


@pytest.mark.parametrize(("one", "other"), [("garden", "Garden"), ("Küche", "Kuche"), ("１", "1"), ("a b", "ab")])
def test_labels_that_differ_in_case_accent_or_width_have_two_keys(one: str, other: str) -> None:
    assert label_key(one) != label_key(other)


@given(EITHER)
def test_the_key_of_a_label_is_its_own_key_and_the_same_for_every_spelling(text: str) -> None:
    key = label_key(text)
    assert label_key(key) == key
    assert label_key(unicodedata.normalize("NFD", text)) == label_key(unicodedata.normalize("NFC", text)) == key
    assert label_key("\u200d".join(text)) == key


@pytest.mark.parametrize(
    "names",
    [
        ("Äpfel", "apple", "Birnen", "Éclair", "Zebra"),
        ("Box", "Box 2", "Box 10", "Box 10a", "Box 100", "Boxer"),
        ("0", "1", "2", "10", "99999999", "100000000", "9" * 50, "1" + "0" * 50, "1" + "0" * 80, "a"),
        ("v1.2", "v1.10", "v2"),
        ("Ødegård", "Ofen", "Öl"),
        ("Iğdır", "İzmir", "Izmit"),
        ("Lissabon", "Łódź", "London"),
        ("Strasse 1", "Straße 2", "STRASSE 3"),
        ("Seite ٢", "Seite ９", "Seite 10", "Seite १२"),
        ("가", "각", "나"),
        ("カ", "ｶﾞ", "キ"),
        ("Ａ 1", "a 2"),
    ],
)
def test_names_are_in_the_order_that_people_expect(names: tuple[str, ...]) -> None:
    keys = [name_key(name) for name in names]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Box 2", "box 02"), ("Café", "CAFE"), ("a\u00a0 b", " a b "), ("Ｂox", "box"), ("\u200dBox", "Box"), ("Æ", "ae")],
)
def test_names_that_differ_in_small_things_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@given(EITHER)
def test_the_key_of_a_name_is_bounded_and_the_same_for_every_spelling(text: str) -> None:
    key = name_key(text)
    assert name_key(unicodedata.normalize("NFD", text)) == name_key(unicodedata.normalize("NFC", text)) == key
    assert len(key) <= KEY_CHARACTERS
    assert not any(c == "#" or unicodedata.category(c) in {"Cc", "Cs"} or INVISIBLE.match(c) for c in key)


@given(st.integers(0, 10**60), st.integers(0, 10**60), st.integers(0, 5), st.text("ab -", max_size=5))
def test_numbers_in_names_are_in_order_of_their_value(one: int, other: int, zeros: int, before: str) -> None:
    first, second = name_key(f"{before}{'0' * zeros}{one} b"), name_key(f"{before}{other} b")
    assert (first < second, first == second) == (one < other, one == other)


@given(WORDS, WORDS)
def test_an_end_below_every_character_keeps_the_order_of_names(one: str, other: str) -> None:
    first, second = sorted((name_key(one), name_key(other)))
    assert first + "\t" <= second + "\t"
