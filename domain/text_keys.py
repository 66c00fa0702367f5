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

KEY_CHARACTERS = 100
"""The length of a name's key: at most 400 bytes of UTF-8."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""The property Default_Ignorable_Code_Point of Unicode, and the marks of annotations (U+FFF9 to U+FFFB).

Among them: joiners, the soft hyphen, selectors of variants, tags, fillers. A character that carries another meaning without
them (an emoji, a Persian word) is still read from the text itself.
"""


def label_key(text: str) -> str:
    """Return the key by which tags, relation types and keys of metadata are equal. Upper and lower case differ.

    It is the text without invisible marks, in the normal form NFC. The key of a key is the key itself. The key of a text
    that consists of invisible marks is empty.
    """
    return text if text.isascii() else _map_assigned(INVISIBLE.sub("", text), _compose)


def name_key(text: str) -> str:
    """Return the key by which names are sorted: at most 100 characters, compared code point by code point.

    Accents, case, width and invisible marks are folded, blanks at the ends are dropped, other blanks become one space, and
    numbers are in order of their value. The key holds no control characters and no `#`. Names whose keys are equal need
    another order, such as that of their ids.
    """
    words = BLANKS.sub(" ", fold(text)).strip(" ").replace("#", '"')
    return NUMBER.sub(lambda number: _make_sortable(number[0]), words)[:KEY_CHARACTERS]


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


def _compose(part: str) -> str:
    return unicodedata.normalize("NFC", part)


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
    ranges = (word.split("-") for word in ASSIGNED.split())
    return re.compile("([^" + "".join(f"\\U{first:>08}-\\U{last:>08}" for first, last in ranges) + "]+)")


def _make_sortable(digits: str) -> str:
    """Return the value of a number with its length before it: "2" is "12", "10" is "210"; from 9 digits on "9009…".

    Numbers of more than 998 digits are in order of their first digits.
    """
    value = digits.lstrip("0")
    length = len(value)
    return (str(length) if length <= SHORT_NUMBER else f"9{min(length, LONG_NUMBER):03}") + value
