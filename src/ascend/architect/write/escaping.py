"""Texts of a proposal in written files: each language has its own rules. The texts are not trusted.

`|python`      a literal of Python, also valid in TOML         `|doc`   the inside of a docstring
`|markdown`    running text of Markdown                        `|number`  a number of Python
"""

import json
import re
from collections.abc import Callable, Mapping

from ascend.architect.review.wording import with_article

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
BASIC_PLANE = 0x10000
THOUSAND = 1_000


def to_python(text: str) -> str:
    """Return a literal. What is not printable is escaped, so that nothing hides in it."""
    literal = "".join(map(escape_unprintable, json.dumps(text, ensure_ascii=False)))
    if text.count('"') > text.count("'"):  # then a formatter prefers single quotes
        return "'" + literal[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
    return literal


def to_docstring(text: str) -> str:
    """Return text for the inside of a docstring in triple quotes. It ends neither the docstring nor its line."""
    escaped = "".join(map(escape_unprintable, text.replace("\\", r"\u005c"))).replace('"""', r"\u0022" * 3)
    return escaped[:-1] + r"\u0022" if escaped.endswith('"') else escaped


def escape_unprintable(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < BASIC_PLANE else f"\\U{code:08x}"


def to_markdown(text: str) -> str:
    """Return text that Markdown shows as it is, also in a cell of a table."""
    return MARKUP.sub(r"\\\1", "".join(map(escape_unprintable, text)))


def to_number(number: int) -> str:
    """Return a number as people write it in code."""
    return f"{number:_}" if number >= THOUSAND else str(number)


def capitalize_first(text: str) -> str:
    return text[:1].upper() + text[1:]


FILTERS: Mapping[str, Callable[..., str]] = {
    "python": to_python,
    "doc": to_docstring,
    "markdown": to_markdown,
    "number": to_number,
    "capitalize_first": capitalize_first,
    "with_article": with_article,
}
