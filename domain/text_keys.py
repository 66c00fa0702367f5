"""Keys of text: what makes two labels equal, and in which order names are shown.

    label_key   "Küche" in either spelling of Unicode, with or without invisible marks, is one label
    name_key    "Äpfel" comes before "Birnen", "Box 2" before "Box 10"

A key is computed, stored in read items, and never shown. It is a pure function of the text, the same on every Python: of
each text, only the characters that Unicode 14.0 assigns are looked up in Python's tables. Later characters stay as they
are.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from ascend.domain.unicode_table import ASSIGNED

NAME_KEY_CHARACTERS = 100
"""The longest key of a name: at most 400 bytes of UTF-8."""
LABEL_KEY_CHARACTERS = 200
"""The longest key of a label: at most 800 bytes of UTF-8."""

INVISIBLE_MARKS = (
    "AD-AD 34F-34F 61C-61C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164-3164 FE00-FE0F FEFF-FEFF "
    "FFA0-FFA0 FFF0-FFFB 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
)
"""Ranges of code points: the property Default_Ignorable_Code_Point of Unicode, and the marks of annotations (U+FFF9 to U+FFFB).

Among them are joiners, the soft hyphen, selectors of variants, tags and fillers. Emoji and Persian need such marks to be
shown: the text itself keeps them.
"""


def _list_ranges(codes: str) -> str:
    """Return ranges of code points in hexadecimal as the inner part of a regular expression's set."""
    ranges = (word.split("-") for word in codes.split())
    return "".join(f"\\U{first:>08}-\\U{last:>08}" for first, last in ranges)


INVISIBLE = re.compile(f"[{_list_ranges(INVISIBLE_MARKS)}]+")


def label_key(text: str) -> str:
    """Return the key by which tags, relation types and keys of metadata are equal. Upper and lower case differ.

    It is the text without invisible marks, in the normal form NFC, cut to 200 characters. The key of a key is the key
    itself. The key of a text that consists of invisible marks is empty.
    """
    visible = text if text.isascii() else _compose_text(INVISIBLE.sub("", text))  # no mark is ASCII
    return visible[:LABEL_KEY_CHARACTERS]


def is_blank(text: str) -> bool:
    """Return True if the text has only blanks and invisible marks."""
    return not (text if text.isascii() else INVISIBLE.sub("", text)).strip()  # no mark is ASCII


def list_spellings(text: str) -> tuple[str, ...]:
    """Return the text, its key as a label, and its normal forms, each once.

    Earlier versions told labels apart by their characters, and derived ids from them.
    """
    return tuple(dict.fromkeys((text, label_key(text), _compose_text(text), _map_assigned(text, _decompose))))


def name_key(text: str) -> str:
    """Return the key by which names are sorted: at most 100 characters, compared code point by code point.

    Accents, case, width and invisible marks are folded, blanks at the ends are dropped, other blanks become one space, and
    numbers are in order of their value. The key holds no control characters and no `#`. Names whose keys are equal need
    another order, such as that of their ids.
    """
    words = BLANKS.sub(" ", fold(text)).strip(" ").replace("#", '"')
    return NUMBER.sub(lambda number: _make_sortable(number[0]), words)[:NAME_KEY_CHARACTERS]


def fold(text: str) -> str:
    """Return the text without accents, case, width and invisible marks, and with ASCII digits."""
    return text.lower() if text.isascii() else _map_assigned(INVISIBLE.sub("", text), _fold)


BLANKS = re.compile("[\x00-\x20\x7f-\x9f\u1680\u2028\u2029\ud800-\udfff]+")
"""Blanks after compatible decomposition, and what no name may hold: control characters and lone surrogates."""
NUMBER = re.compile("[0-9]+")
SHORT_NUMBER = 8
LONG_NUMBER = 999

ENCLOSING = frozenset("\u0488\u0489\u1abe\u20dd\u20de\u20df\u20e0\u20e2\u20e3\u20e4\ua670\ua671\ua672")
"""Marks around a character, such as the circle and the keycap."""
OVERLAY, POINTS, PLACED = 1, range(10, 36), 200
"""Combining classes of accents: strokes through a letter, points of Hebrew and Arabic, and what stands above or below.

Marks of other classes are letters or make another letter: vowels of India and South-East Asia, the voicing of Japanese.
"""

LETTERS = str.maketrans(
    {
        letter: plain
        for plain, letters in {
            "a": "ⱥ", "ae": "æ", "b": "ƀɓ", "c": "ȼ", "d": "đɖɗð", "e": "ɇəɛ", "g": "ǥ", "h": "ħ", "i": "ɨı", "j": "ɉȷ",
            "k": "ꝁƙ", "l": "łƚ", "n": "ŋɲ", "o": "øɵɔ", "oe": "œ", "p": "ᵽ", "r": "ɍ", "t": "ŧⱦ", "th": "þ", "u": "ʉ",
            "y": "ɏƴ", "z": "ƶ",
        }.items()
        for letter in letters
    }
)  # fmt: skip
"""Letters that Unicode does not decompose, in lower case."""


def _compose_text(text: str) -> str:
    return text if text.isascii() else _map_assigned(text, _compose)


def _compose(part: str) -> str:
    return unicodedata.normalize("NFC", part)


def _decompose(part: str) -> str:
    return unicodedata.normalize("NFD", part)


def _fold(part: str) -> str:
    characters = unicodedata.normalize("NFKD", part)
    bare = "".join(str(unicodedata.decimal(c, c)) for c in characters if not _is_accent(c))
    return _compose(bare.casefold().translate(LETTERS))


def _is_accent(character: str) -> bool:
    place = unicodedata.combining(character)
    return place >= PLACED or place == OVERLAY or place in POINTS or character in ENCLOSING


def _map_assigned(text: str, change: Callable[[str], str]) -> str:
    """Change the parts of the text that consist of assigned characters. Characters between them stay."""
    parts = _later_characters().split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


@cache
def _later_characters() -> re.Pattern[str]:
    """Return a pattern for characters that Unicode 14.0 does not assign. Splitting a text by it keeps them."""
    return re.compile(f"([^{_list_ranges(ASSIGNED)}]+)")


def _make_sortable(digits: str) -> str:
    """Return the value of a number with its length before it: "2" is "12", "10" is "210"; from 9 digits on "9009…".

    Numbers of more than 998 digits are in order of their first digits.
    """
    value = digits.lstrip("0")
    length = len(value)
    return (str(length) if length <= SHORT_NUMBER else f"9{min(length, LONG_NUMBER):03}") + value
