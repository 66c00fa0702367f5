"""Ids of users: what identity providers give is kept as it is, and no text of an id can leave its place in a key."""

import re
from hashlib import sha256
from string import ascii_letters, digits
from urllib.parse import unquote

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import UserId
from ascend.domain.user_text import CHARACTERS, KEY_BYTES, find_fault
from ascend.projections.key_template import KeyTemplate, ViewKey
from ascend.projections.life_os import LIFE_OS

FROM_PROVIDERS = {
    "auth0|507f1f77bcf86cd799439011": "auth0|507f1f77bcf86cd799439011",
    "google-oauth2|1234": "google-oauth2|1234",
    "ada@example.org": "ada@example.org",
    "org/name": "org%2Fname",
    "Ada Lovelace": "Ada%20Lovelace",
    "CN=Ada Lovelace,OU=x": "CN%3DAda%20Lovelace%2COU%3Dx",
    "samlp|tenant|name#1": "samlp|tenant|name%231",
    "https://id.example.org/?a=1&b=*": "https:%2F%2Fid.example.org%2F%3Fa%3D1%26b%3D%2A",
    "a%23b": "a%2523b",
    "-x": "%2Dx",
    "_total": "%5Ftotal",
    "{user}$": "%7Buser%7D%24",
    "Åse": "%C3%85se",
    "עדה": "%D7%A2%D7%93%D7%94",
    "漢字": "%E6%BC%A2%E5%AD%97",
    "~policies": "~policies",
    "'" * CHARACTERS: "%27" * CHARACTERS,
}
"""Ids of users, each with its text in keys."""
REFUSED_TEXTS = {
    "": "0 characters",
    "x" * (CHARACTERS + 1): "256 characters",
    "~ada": "the system's own",
    "~": "the system's own",
    "~policies2": "the system's own",
    " ada": "blank",
    "ada ": "blank",
    "ada\n": r"U\+000A",
    "a\x00": r"U\+0000",
    "a\x1fb": r"U\+001F",
    "a\x7fb": r"U\+007F",
    "a\x85b": r"U\+0085",
    "a\ud800": r"U\+D800",
    "a\u00adb": r"U\+00AD",
    "a\u200bb": r"U\+200B",
    "a\u200db": r"U\+200D",
    "a\u202eb": r"U\+202E",
    "a\u061cb": r"U\+061C",
    "a\u2066b": r"U\+2066",
    "a\ufeff": r"U\+FEFF",
    "a\ufe0f": r"U\+FE0F",
    "a\u00a0b": r"U\+00A0",
    "\u3000a": r"U\+3000",
    "a\u3164": r"U\+3164",
    "a\U0001d159": r"U\+1D159",
    "a\u2028": r"U\+2028",
    "a\ue000": r"U\+E000",
    "a\uffff": r"U\+FFFF",
    "a\U000e0041": r"U\+E0041",
    "A\u030ase": r"unicodedata.normalize\('NFC', id\)",
    "\u212b": r"unicodedata.normalize\('NFC', id\)",
    "漢" * 86: "774 bytes in a key",
}
"""Texts that are no id of a user, each with a part of the reason."""
CHANGEABLE = [
    chr(code)
    for first, last in ((0, 0x3400), (0xA000, 0xAC00), (0xD7A4, 0x11000), (0x1D000, 0x1FB00), (0x2F800, 0x2FA20))
    for code in range(first, last)
]
"""All characters but ideographs, syllables of Hangul, and planes without characters."""
ACCEPTED = (12_572, "a6e7683b416ee498")
"""The number of those that may stand in an id, and a digest of them."""

PIECES = st.text("#%~/|*?$ '\"\\aA0.-_é漢", max_size=6) | st.text(max_size=6) | st.sampled_from([*FROM_PROVIDERS])
IDS = st.lists(PIECES, max_size=3).map("".join).filter(lambda text: not find_fault(text)).map(UserId)
TEMPLATES = [
    (projection, template)
    for projection in LIFE_OS.projections
    for item in projection.items
    for template in (item.key, item.gsi1, item.gsi2)
    if template is not None and "user" in template.fields
]


@pytest.mark.parametrize("text", FROM_PROVIDERS)
def test_an_id_from_a_login_system_is_kept_as_it_is(text: str) -> None:
    assert UserId(text) == text
    assert UserId(text).key_text == FROM_PROVIDERS[text]
    assert unquote(UserId(text).key_text) == text


@pytest.mark.parametrize("text", REFUSED_TEXTS)
def test_a_text_that_cannot_be_told_from_another_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(InvalidInput, match=f"not a UserId: .*{REFUSED_TEXTS[text]}") as refused:
        UserId(text)
    assert str(refused.value).isprintable()


@for_all(st.sampled_from(ascii_letters + digits), st.text(f"{ascii_letters}{digits}._:@|+~-", max_size=63))
def test_an_id_of_earlier_releases_keeps_its_keys(first: str, rest: str) -> None:
    assert UserId(first + rest).key_text == first + rest


def test_the_characters_of_an_id_are_the_same_in_every_version_of_python() -> None:
    """An id that one process accepts is read by all others, so the tables of Unicode that decide must never change."""
    accepted = "".join(character for character in CHANGEABLE if not find_fault(f"a{character}b"))
    assert (len(accepted), sha256(accepted.encode()).hexdigest()[:16]) == ACCEPTED


@for_all(IDS, IDS)
def test_no_two_users_share_a_key_and_each_key_gives_its_user_back(one: UserId, other: UserId) -> None:
    mine, theirs = {key_of(template, one) for _, template in TEMPLATES}, {key_of(t, other) for _, t in TEMPLATES}

    assert (mine & theirs == set()) == (one != other)
    assert all(unquote(template.parse(key_of(template, one))["user"]) == one for _, template in TEMPLATES)


@for_all(IDS, IDS, st.sampled_from(TEMPLATES), st.sampled_from(TEMPLATES))
def test_no_key_of_one_user_lies_in_the_partition_of_another(
    one: UserId, other: UserId, first: tuple[object, KeyTemplate], second: tuple[object, KeyTemplate]
) -> None:
    partitions = [key_of(template, user).partition for user, (_, template) in ((one, first), (other, second))]
    owners = [unquote(partition.split("#")[1]) for partition in partitions if partition.startswith("U#")]

    assert owners == [
        user for user, (_, template) in ((one, first), (other, second)) if template.partition.startswith("U#")
    ]
    if first[1].partition == second[1].partition and first[1].partition.startswith("U#"):
        assert (partitions[0] == partitions[1]) == (one == other)


@for_all(IDS)
def test_the_text_in_a_key_is_plain_and_bounded(user: UserId) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._:@|+~%-]+", user.key_text)  # no separator, no wildcard, no variable of a policy
    assert UserId.key_pattern.fullmatch(user.key_text)
    assert UserId.pattern.fullmatch(user)
    assert len(user.key_text) <= KEY_BYTES


def key_of(template: KeyTemplate, user: UserId) -> ViewKey:
    given = dict.fromkeys(template.fields, "x") | {"user": user}
    return ViewKey(template.partition_key(**given), template.sort_prefix(**given))
