"""Escape text written by other people, so that it cannot move the cursor, change colours or reorder a line."""

import json
import re
import unicodedata

JOINERS = frozenset("\u200c\u200d")
"""Shown as they are: words of several scripts and most emoji need them, and alone they do nothing."""
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories that are escaped: controls (they begin escape sequences), formats (such as bidirectional controls), lone
surrogates, line and paragraph separators."""
LATIN, BASIC = 0xFF, 0xFFFF
BEYOND_ASCII = re.compile(r"[^\n -~]")
"""Line ends stand between JSON values only: within a value, JSON itself escapes them."""


def escape_text(text: str) -> str:
    r"""Return one line, in which every invisible character and terminal control is an escape such as \x1b."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(escape_character(c) if is_hidden(c) else c for c in text)


def escape_lines(text: str) -> list[str]:
    """Return the lines of the text, each of them escaped."""
    return [escape_text(line.expandtabs(4)) for line in text.replace("\r\n", "\n").split("\n")]


def escape_json(document: bytes) -> str:
    """Return JSON of the same value, in which invisible characters are JSON escapes: a terminal may show it."""
    return BEYOND_ASCII.sub(lambda match: json.dumps(c)[1:-1] if is_hidden(c := match[0]) else c, document.decode())


def is_hidden(character: str) -> bool:
    return unicodedata.category(character) in HIDDEN and character not in JOINERS


def escape_character(character: str) -> str:
    code = ord(character)
    if code <= LATIN:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= BASIC else f"\\U{code:08x}"
