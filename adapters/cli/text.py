"""Text of other people, made safe to show: nothing in it moves the cursor, changes colours or reorders a line."""

import json
import re
import unicodedata

KEPT = frozenset("\u200c\u200d")
"""Joiners: words of several scripts and most emoji are wrong without them, and alone they do nothing."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls (escape sequences begin with one), formats (bidi controls among them), lone surrogates, separators of lines."""
LATIN, BASIC = 0xFF, 0xFFFF
BEYOND_ASCII = re.compile(r"[^\n -~]")
"""But for the ends of lines between the values: JSON escapes those within one."""


def plain(text: str) -> str:
    r"""One line: what a terminal would obey, or nobody would see, is written as an escape, such as \x1b."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(escape(c) if unicodedata.category(c) in HIDDEN and c not in KEPT else c for c in text)


def lines(text: str) -> list[str]:
    """The same for text of several lines."""
    return [plain(line.expandtabs(4)) for line in text.replace("\r\n", "\n").split("\n")]


def json_text(document: bytes) -> str:
    r"""JSON, of the same value, in which such characters are written as \uXXXX: it may be read on a terminal."""
    return BEYOND_ASCII.sub(lambda found: json_escape(found[0]), document.decode())


def json_escape(character: str) -> str:
    hidden = unicodedata.category(character) in HIDDEN and character not in KEPT
    return json.dumps(character)[1:-1] if hidden else character


def escape(character: str) -> str:
    code = ord(character)
    if code <= LATIN:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= BASIC else f"\\U{code:08x}"
