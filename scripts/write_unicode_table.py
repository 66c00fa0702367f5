"""Write domain/unicode_table.py: the code points that Unicode 14.0 assigns. Run it with Python 3.11.

    python3.11 scripts/write_unicode_table.py

Python 3.11 has the tables of Unicode 14.0, and is the oldest Python that the library supports. The table is written once:
keys that are stored depend on it.
"""

import sys
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from textwrap import wrap

VERSION = "14.0.0"
FILE = Path(__file__).parents[1] / "domain" / "unicode_table.py"
LINE_CHARACTERS = 110

TEMPLATE = '''"""The code points that Unicode 14.0 assigns. Written by scripts/write_unicode_table.py.

Unicode never changes how an assigned character is composed, decomposed and folded. So what is computed from these
characters alone is the same on every Python, while characters that later versions add differ from Python to Python.
"""

ASSIGNED = """
{ranges}
"""
"""Ranges of code points, in hexadecimal. Both ends are included. Surrogates and private characters are among them."""
'''


def find_ranges() -> Iterator[tuple[int, int]]:
    """Return the first and the last code point of each range that this Python's Unicode assigns."""
    for assigned, run in groupby(range(sys.maxunicode + 1), lambda code: unicodedata.category(chr(code)) != "Cn"):
        if assigned:
            codes = list(run)
            yield codes[0], codes[-1]


def render_table() -> str:
    words = " ".join(f"{first:X}-{last:X}" for first, last in find_ranges())
    return TEMPLATE.format(ranges="\n".join(wrap(words, LINE_CHARACTERS, break_on_hyphens=False)))


if __name__ == "__main__":
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"this Python has Unicode {unicodedata.unidata_version}, not {VERSION}: run it with Python 3.11")
    FILE.write_text(render_table(), encoding="utf-8")
    print(f"wrote {FILE}")
