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
    return "".join(escape(c) if is_hidden(c) else c for c in text)


def lines(text: str) -> list[str]:
    """The same for text of several lines."""
    return [plain(line.expandtabs(4)) for line in text.replace("\r\n", "\n").split("\n")]


def json_text(document: bytes) -> str:
    """JSON, of the same value, in which such characters are written as JSON's own escapes: a terminal may show it."""
    return BEYOND_ASCII.sub(lambda found: json.dumps(c)[1:-1] if is_hidden(c := found[0]) else c, document.decode())


def is_hidden(character: str) -> bool:
    return unicodedata.category(character) in HIDDEN and character not in KEPT


def escape(character: str) -> str:
    code = ord(character)
    if code <= LATIN:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= BASIC else f"\\U{code:08x}"
