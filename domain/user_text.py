"""The text of a user's id: what identity providers give, as it is, where it shows what it is.

    auth0|507f1f77   org/name   ada@example.org   CN=Ada Lovelace,OU=People   samlp|tenant|name#1   Åse

In keys, the text is percent-encoded (RFC 3986), so neither a separator nor a wildcard can stand there. An id of letters,
digits and `._:@|+~-`, which begins with a letter or a digit, is its own text in a key.

The characters are those of user names in RFC 4013 (SASLprep), without those that it maps to nothing. They are the characters
of Unicode 3.2, which every version of Python knows: an id that one process stored can be read by all others.
"""

import re
import stringprep
from functools import lru_cache
from unicodedata import ucd_3_2_0

CHARACTERS = 255
"""The length of an id: that of `sub` in OpenID Connect."""
KEY_BYTES = 3 * CHARACTERS
"""The length of an id in a key: every ASCII text of that length fits."""

SYSTEM = ("~policies", "~operator")
_END = r"[^\u0000-\u0020\u007f-\u00a0]"
SHAPE = re.compile(rf"{'|'.join(SYSTEM)}|(?!~){_END}(?:[^\u0000-\u001f\u007f-\u009f]{{0,{CHARACTERS - 2}}}{_END})?")
"""The form of an id, as far as a regular expression shows it. `find_fault` says the rest."""
ASCII = re.compile(r"[!-}](?:[ -~]*[!-~])?")
"""An ASCII text that is no system user's: all of its characters are visible, and its ends are not blank."""
KEY_TEXT = re.compile(rf"{'|'.join(SYSTEM)}|[A-Za-z0-9%][A-Za-z0-9._:@|+~%-]{{0,{KEY_BYTES - 1}}}")
"""The form of an id in a key."""

ENCODED = re.compile(r"^[^A-Za-z0-9~]|[^A-Za-z0-9._:@|+~-]")
REFUSED = (
    stringprep.in_table_a1,  # unknown to Unicode 3.2
    stringprep.in_table_b1,  # nothing to see: soft hyphen, joiners, variation selectors, …
    stringprep.in_table_c12,  # blanks besides the ASCII one
    stringprep.in_table_c21_c22,  # controls
    stringprep.in_table_c3,  # private use
    stringprep.in_table_c4,  # no characters
    stringprep.in_table_c5,  # surrogates
    stringprep.in_table_c6,  # replacement characters
    stringprep.in_table_c7,  # descriptions of characters
    stringprep.in_table_c8,  # changes of direction
    stringprep.in_table_c9,  # tags
    "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159".__contains__,  # letters and symbols that show nothing
)


def find_fault(text: str) -> str:
    """Return why the text is no user's id, and what to do. Empty if it is one."""
    if not 1 <= len(text) <= CHARACTERS:
        return f"it has {len(text)} characters, and an id has 1 to {CHARACTERS}"
    if ASCII.fullmatch(text) or text in SYSTEM:
        return ""
    if text.startswith("~"):
        return "ids that begin with ~ are the system's own"
    return _find_odd_fault(text)


def to_key_text(text: str) -> str:
    """Return the id as it stands in keys. `urllib.parse.unquote` gives the text back."""
    return ENCODED.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


@lru_cache(maxsize=1_000)
def _find_odd_fault(text: str) -> str:
    for character in text:
        if any(is_refused(character) for is_refused in REFUSED):
            return (
                f"it holds U+{ord(character):04X}, which is not visible in every place, or not in Unicode 3.2:"
                " leave it out, or pass an encoding of the id, such as urllib.parse.quote(id)"
            )
    if text != text.strip(" "):
        return "it begins or ends with a blank: pass it without"
    if ucd_3_2_0.normalize("NFC", text) != text:
        return "it has another form in Unicode's NFC: pass unicodedata.normalize('NFC', id)"
    if (size := len(to_key_text(text))) > KEY_BYTES:
        return f"it takes {size} bytes in a key, and an id has {KEY_BYTES}: pass a hash of it"
    return ""
